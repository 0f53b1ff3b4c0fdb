"""The tables of learning from people: verdicts, blind samples, corrections of labels, and alerts sent at once.

Apart from the redacted verbatim of an alert, no customer's words stand here; what was said is found in the lake.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from data.schema import Base


class VerdictRow(Base):
    """One row per verdict that a person gave on a case, with what the case showed then; rows are only ever added.

    `points` are those of each rule at that time, `risk` and `level` what the rules said of the customer (also where
    the case did not show it), `stratum` where the customer stood: queued, left_out, signals or quiet.
    """

    __tablename__ = "verdicts"
    __table_args__ = (Index("ix_verdicts_week", "week"), Index("ix_verdicts_case_id", "case_id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[str]
    customer_key: Mapped[str]
    week: Mapped[str]
    at: Mapped[datetime]
    who: Mapped[str]
    verdict: Mapped[str]
    level: Mapped[str]
    risk: Mapped[float]
    language: Mapped[str | None]
    stratum: Mapped[str]
    points: Mapped[dict[str, Any]]


class BlindSampleRow(Base):
    """One row per week x customer drawn by chance among those whom the queue leaves out, for a second look.

    `stratum` is left_out (flagged, but no room), signals (something, too little) or quiet (nothing); `risk`, `level`
    and `points` are what the rules said, which the case does not show.
    """

    __tablename__ = "blind_samples"
    week: Mapped[str] = mapped_column(primary_key=True)
    customer_key: Mapped[str] = mapped_column(primary_key=True)
    stratum: Mapped[str]
    level: Mapped[str]
    risk: Mapped[float]
    points: Mapped[dict[str, Any]]
    language: Mapped[str | None]
    drawn_at: Mapped[datetime]


class RiskStratumRow(Base):
    """One row per week x stratum x language: how many known customers stood there when the week was flagged."""

    __tablename__ = "risk_strata"
    week: Mapped[str] = mapped_column(primary_key=True)
    stratum: Mapped[str] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(primary_key=True)
    customers: Mapped[int]


class CorrectionRow(Base):
    """One row per label that a reader found wrong: of which feedback version, which head (and topic), what it said
    and what it should say. `state` is open, accepted, rejected or withdrawn; only accepted ones become examples.
    """

    __tablename__ = "corrections"
    __table_args__ = (Index("ix_corrections_feedback_id", "feedback_id"), Index("ix_corrections_state", "state"))
    id: Mapped[int] = mapped_column(primary_key=True)
    feedback_id: Mapped[str]
    version: Mapped[str]
    week: Mapped[str]
    revision: Mapped[str]
    head: Mapped[str]
    topic: Mapped[str | None]
    was: Mapped[str | None]
    now: Mapped[str | None]
    who: Mapped[str]
    at: Mapped[datetime]
    place: Mapped[str]
    note: Mapped[str | None]
    state: Mapped[str]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]


class AlertRow(Base):
    """One row per trouble that was told at once; `key` is the case's id (or the feedback's, of an unknown customer)
    with the rule. Without `enqueued_at` its pages may not have been written.
    """

    __tablename__ = "alerts"
    key: Mapped[str] = mapped_column(primary_key=True)
    rule: Mapped[str]
    feedback_id: Mapped[str]
    version: Mapped[str]
    week: Mapped[str]
    case_id: Mapped[str | None]
    team: Mapped[str]
    verbatim: Mapped[str]
    at: Mapped[datetime]
    enqueued_at: Mapped[datetime | None]
