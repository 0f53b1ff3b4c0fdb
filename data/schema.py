"""The tables of the transactional database: what must never be lost, sent twice or changed unseen.

Feedback itself lives in the lake (data/tables.py). Apart from the redacted verbatims of `case_reasons`, no table here
holds a customer's words; who a customer is stands in `vault` only, encrypted.
"""

from datetime import UTC, date, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, DateTime, Dialect, ForeignKey, Index, LargeBinary, MetaData, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship
from sqlalchemy.types import TypeDecorator


class UtcTime(TypeDecorator[datetime]):
    """An aware time, stored as UTC. SQLite keeps no zone, so it is put back on reading; a naive time is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A time without a zone cannot be stored; make it aware first.")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Names every constraint, so that a migration can find it again on any database."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcTime,
        str: Text,
        bytes: LargeBinary,
        list[str]: JSON,
        dict[str, Any]: JSON,
    }


class CursorRow(Base):
    """One row per source: how far it has been pulled, in the source's own words."""

    __tablename__ = "cursors"
    source: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]
    updated_at: Mapped[datetime]


class QuarantineRow(Base):
    """One row per place x row x reason of something a source gave that could not be read. Holds none of its text.

    `row` is 0 where the source knows no row number. `status` is open or resolved.
    """

    __tablename__ = "quarantine"
    __table_args__ = (UniqueConstraint("source", "place", "row", "reason"), Index("ix_quarantine_status", "status"))
    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str]
    place: Mapped[str]
    row: Mapped[int]
    reason: Mapped[str]
    detail: Mapped[str]
    first_seen: Mapped[datetime]
    last_seen: Mapped[datetime]
    status: Mapped[str]


class VaultRow(Base):
    """One row per customer: the identity behind a customer key, encrypted; empty once erased, so that it stays so."""

    __tablename__ = "vault"
    customer_key: Mapped[str] = mapped_column(primary_key=True)
    sealed: Mapped[bytes]
    stored_at: Mapped[datetime]


class AuditRow(Base):
    """One row per act that somebody may have to answer for. Rows are only ever added; triggers refuse the rest."""

    __tablename__ = "audit"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    who: Mapped[str]
    action: Mapped[str]
    object: Mapped[str] = mapped_column(index=True)
    reason: Mapped[str]


class OutboxRow(Base):
    """One row per edition (week x team x content) and target: where it must go, and how far that has come.

    `key` makes a second enqueue of the same content to the same target nothing new. The payload is paths and their
    hash. `state` is pending, sending, sent, failed, or superseded (a newer content came before this one went out).
    """

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_state_due_at", "state", "due_at"), Index("ix_outbox_week", "week"))
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    week: Mapped[str]
    edition: Mapped[str]
    target: Mapped[str]
    content_hash: Mapped[str]
    paths: Mapped[list[str]]
    state: Mapped[str]
    attempts: Mapped[int]
    due_at: Mapped[datetime]
    enqueued_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    receipt: Mapped[str | None]
    error: Mapped[str | None]


class CaseRow(Base):
    """One row per case: the trouble of one customer that a person follows up.

    `opened_week` and `week` are the first and the latest week whose flag fed the case. `lock` counts changes, so that
    two managers who edit the same case get a conflict and no lost update. Times of flags are dates. `team` may see the
    case; `recheck` is when a snoozed case comes back; `cause` and `action` say why and how it was closed (`closed_on`),
    `outcome` what the customer did in the month after.
    """

    __tablename__ = "cases"
    __table_args__ = (
        Index("ix_cases_status_risk", "status", "risk"),
        *(Index(f"ix_cases_{name}", name, "id") for name in ("risk", "value", "opened")),
    )
    id: Mapped[str] = mapped_column(primary_key=True)
    customer_key: Mapped[str] = mapped_column(index=True)
    status: Mapped[str]
    level: Mapped[str]
    risk: Mapped[float]
    value: Mapped[float | None]
    opened_week: Mapped[str]
    week: Mapped[str]
    opened: Mapped[date]
    expires: Mapped[date]
    owner: Mapped[str | None] = mapped_column(index=True)
    due: Mapped[date | None]
    verdict: Mapped[str | None]
    team: Mapped[str | None]
    language: Mapped[str | None]
    recheck: Mapped[date | None] = mapped_column(index=True)
    cause: Mapped[str | None]
    action: Mapped[str | None]
    closed_on: Mapped[date | None] = mapped_column(index=True)
    outcome: Mapped[str | None]
    updated_at: Mapped[datetime]
    lock: Mapped[int] = mapped_column()
    reasons: Mapped[list["CaseReasonRow"]] = relationship(
        cascade="all, delete-orphan", order_by="(CaseReasonRow.weight.desc(), CaseReasonRow.id)", lazy="selectin"
    )
    __mapper_args__ = {"version_id_col": lock}  # noqa: RUF012


class CaseReasonRow(Base):
    """One row per case x rule x feedback that ever spoke for it; `current` says whether its latest flag still does."""

    __tablename__ = "case_reasons"
    __table_args__ = (UniqueConstraint("case_id", "rule", "feedback_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    rule: Mapped[str]
    feedback_id: Mapped[str]
    weight: Mapped[float]
    occurred_at: Mapped[datetime]
    verbatim: Mapped[str]
    week: Mapped[str]
    current: Mapped[bool]


class CaseEventRow(Base):
    """One row per thing that happened to a case: who did it, what it was, and a note. The case's history."""

    __tablename__ = "case_events"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    who: Mapped[str]
    event: Mapped[str]
    week: Mapped[str | None]
    note: Mapped[str | None]


class RunRow(Base):
    """One row per week that has been run: its manifest as the latest run left it.

    `counts` and `revisions` are what run.json shows; `fingerprint` is a hash of the rows reported on, so that a later
    run can tell that the week was restated.
    """

    __tablename__ = "runs"
    week: Mapped[str] = mapped_column(primary_key=True)
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    fingerprint: Mapped[str]
    restated: Mapped[int]
    counts: Mapped[dict[str, Any]]
    revisions: Mapped[dict[str, Any]]
