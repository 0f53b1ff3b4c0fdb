"""Take in the sheets on which managers scored conversations, and keep the marks."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException
from sqlalchemy import select

from data.database import Database
from data.errors import EarshotError
from data.score_schema import ScoreRow
from data.weeks import monday

SHEET = "Conversations"
MARKS = range(1, 6)
_FACTS = ("week", "conversation", "channel", "agent", "at risk", "chance")


class BadSheet(EarshotError):
    """The file is no scoring sheet, or what was filled in cannot be read."""


@dataclass(frozen=True, slots=True)
class Score:
    """A conversation with its marks by question (those that were given), and the chance that it had to be drawn."""

    week: str
    conversation: str
    channel: str
    agent: str
    at_risk: bool
    chance: float
    marks: Mapping[str, int]


def read_sheet(path: Path, questions: Collection[str]) -> list[Score]:
    """The conversations of a filled sheet that have a mark, in its order. Raises BadSheet, naming the cell's row.

    Rows without any mark are left out: nobody has come to them yet.
    """
    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (OSError, InvalidFileException, BadZipFile, KeyError, ValueError) as error:
        raise BadSheet(
            f"{path} cannot be read ({type(error).__name__}). Give the XLSX of sample-conversations."
        ) from None
    try:
        if SHEET not in book.sheetnames:
            raise BadSheet(f"{path} has no sheet {SHEET!r}. Give the XLSX of sample-conversations, filled in.")
        rows = book[SHEET].iter_rows(values_only=True)
        titles = [str(title) for title in next(rows, ())]
        if missing := [name for name in (*_FACTS, *questions) if name not in titles]:
            raise BadSheet(f"{path} lacks the columns {', '.join(missing)}. Fill in the sheet without renaming them.")
        found = (
            _score(dict(zip(titles, row, strict=False)), questions, line) for line, row in enumerate(rows, start=2)
        )
        return [one for one in found if one is not None]
    finally:
        book.close()


def keep(database: Database, scores: Sequence[Score], who: str) -> int:
    """Keep somebody's scores in the place of those they gave before; return how many."""
    at = datetime.now(UTC)
    with database.write() as session:
        for one in scores:
            session.merge(
                ScoreRow(
                    week=one.week, conversation=one.conversation, who=who, channel=one.channel, agent=one.agent,
                    at_risk=one.at_risk, chance=one.chance, marks=dict(one.marks), at=at,
                )
            )  # fmt: skip
    return len(scores)


def scores(database: Database) -> list[Score]:
    """All scores, by week, conversation and who gave them; a conversation may stand here for several people."""
    query = select(ScoreRow).order_by(ScoreRow.week, ScoreRow.conversation, ScoreRow.who)
    with database.read() as session:
        return [
            Score(row.week, row.conversation, row.channel, row.agent, row.at_risk, row.chance, row.marks)
            for row in session.scalars(query)
        ]


def _score(row: Mapping[str, object], questions: Collection[str], line: int) -> Score | None:
    given = {name: row[name] for name in questions if row[name] not in (None, "")}
    if not given:
        return None
    week, chance = str(row["week"] or ""), row["chance"]
    try:
        monday(week)
    except EarshotError:
        raise BadSheet(f"Row {line}: the week is not one like 2026-W46. Fill in the sheet as it was drawn.") from None
    if not row["conversation"] or not isinstance(chance, (int, float)) or not 0 < chance <= 1:
        raise BadSheet(f"Row {line}: the conversation or its chance was changed. Fill in the sheet as it was drawn.")
    marks = {}
    for name, mark in given.items():
        if not isinstance(mark, (int, float)) or mark not in MARKS:
            raise BadSheet(f"Row {line}, {name}: a mark is a whole number from 1 (poor) to 5 (excellent).")
        marks[name] = int(mark)
    return Score(
        week, str(row["conversation"]), str(row["channel"] or ""), str(row["agent"] or ""), row["at risk"] == "yes",
        float(chance), marks,
    )  # fmt: skip
