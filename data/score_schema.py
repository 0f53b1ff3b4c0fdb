"""The table of conversations that managers scored, from the sheets that they filled in."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from data.schema import Base


class ScoreRow(Base):
    """One row per week x conversation x person who scored it; a sheet that is imported again takes its place.

    `chance` is that of being drawn, `marks` are by question from 1 to 5. Notes stay in the sheet: they may hold words.
    """

    __tablename__ = "conversation_scores"
    week: Mapped[str] = mapped_column(primary_key=True)
    conversation: Mapped[str] = mapped_column(primary_key=True)
    who: Mapped[str] = mapped_column(primary_key=True)
    channel: Mapped[str]
    agent: Mapped[str]
    at_risk: Mapped[bool]
    chance: Mapped[float]
    marks: Mapped[dict[str, Any]]
    at: Mapped[datetime]
