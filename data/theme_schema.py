"""The tables of the theme ledger: what nobody named yet, how it changed from week to week, and who decided about it.

No customer's words stand here but the distinctive words that name a theme; quotations are places in the lake.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from data.schema import Base


class ThemeRow(Base):
    """One row per theme ever found. `status` is proposed, accepted, merged or rejected; `into` is the theme that it was
    merged into, or the topic that it became. `lock` counts changes.
    """

    __tablename__ = "themes"
    __table_args__ = (Index("ix_themes_status", "status"),)
    id: Mapped[str] = mapped_column(primary_key=True)
    first_week: Mapped[str]
    status: Mapped[str]
    into: Mapped[str | None]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    lock: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": lock}  # noqa: RUF012


class ThemeWeekRow(Base):
    """One row per theme x week in which it was found: its size over the four weeks that end there, its words by
    language, its centre in the space of `revision`, its members and its quotations, as places in the lake.
    """

    __tablename__ = "theme_weeks"
    theme_id: Mapped[str] = mapped_column(ForeignKey("themes.id", ondelete="CASCADE"), primary_key=True)
    week: Mapped[str] = mapped_column(primary_key=True, index=True)
    revision: Mapped[str]
    event: Mapped[str]
    parents: Mapped[list[str]]
    feedback: Mapped[int]
    customers: Mapped[int]
    sources: Mapped[int]
    weeks: Mapped[int]
    growth: Mapped[str]
    team: Mapped[str | None]
    words: Mapped[dict[str, Any]]
    centre: Mapped[bytes]
    members: Mapped[dict[str, Any]]
    quotes: Mapped[dict[str, Any]]


class ThemeEventRow(Base):
    """One row per thing that happened to a theme: by itself (in the run of a week) or by somebody's decision."""

    __tablename__ = "theme_events"
    id: Mapped[int] = mapped_column(primary_key=True)
    theme_id: Mapped[str] = mapped_column(ForeignKey("themes.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    who: Mapped[str]
    event: Mapped[str]
    week: Mapped[str | None]
    other: Mapped[str | None]
    note: Mapped[str | None]
