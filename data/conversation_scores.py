"""Take in the sheets on which managers scored conversations, and keep the marks."""

import zlib
from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Literal
from zipfile import BadZipFile, ZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException
from sqlalchemy import select

from data.database import Database
from data.errors import EarshotError
from data.score_schema import ScoreRow
from data.weeks import shift

SHEET = "Conversations"
MARKS = range(1, 6)
#: Bytes to which a sheet may unpack: two hundred long conversations take a tenth, and a small file can unpack to much.
UNPACKED = 64 << 20
_FACTS = ("week", "conversation", "channel", "agent", "at risk", "chance")
#: What openpyxl raises when a file is no workbook, or a broken one (faults of XML are syntax errors).
_BROKEN = (
    OSError, InvalidFileException, BadZipFile, zlib.error, SyntaxError, EOFError, KeyError, IndexError, ValueError,
    TypeError, AttributeError, NotImplementedError, RuntimeError,
)  # fmt: skip

#: What is wrong with a sheet: no workbook; too large; not the sheet that was drawn; a row's facts; a mark in a row.
Trouble = Literal["unreadable", "large", "other", "row", "mark"]


class BadSheet(EarshotError):
    """The file is no scoring sheet, or what was filled in cannot be read; `row` and `column` say where, if known."""

    def __init__(self, message: str, trouble: Trouble, row: int | None = None, column: str = "") -> None:
        super().__init__(message)
        self.trouble, self.row, self.column = trouble, row, column


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


def read_sheet(sheet: Path | BinaryIO, questions: Collection[str]) -> list[Score]:
    """The conversations of a filled sheet that have a mark, in its order. Raises BadSheet, naming the cell's row.

    Rows without any mark are left out: nobody has come to them yet.
    """
    name = str(sheet) if isinstance(sheet, Path) else "The file"
    try:
        opened: AbstractContextManager[BinaryIO] = sheet.open("rb") if isinstance(sheet, Path) else nullcontext(sheet)
        with opened as file:
            with ZipFile(file) as packed:
                size = sum(part.file_size for part in packed.infolist())
            if size > UNPACKED:
                raise BadSheet(f"{name} unpacks to {size >> 20} MB. Give the XLSX of sample-conversations.", "large")
            return _read(file, name, questions)
    except _BROKEN as error:
        raise BadSheet(
            f"{name} cannot be read ({type(error).__name__}). Give the XLSX of sample-conversations.", "unreadable"
        ) from None


def _read(sheet: BinaryIO, name: str, questions: Collection[str]) -> list[Score]:
    book = load_workbook(sheet, read_only=True, data_only=True)
    try:
        if SHEET not in book.sheetnames:
            raise BadSheet(f"{name} has no sheet {SHEET!r}. Give the XLSX of sample-conversations, filled in.", "other")
        rows = book[SHEET].iter_rows(values_only=True)
        titles = [str(title) for title in next(rows, ())]
        if missing := [title for title in (*_FACTS, *questions) if title not in titles]:
            raise BadSheet(
                f"{name} lacks the columns {', '.join(missing)}. Fill in the sheet without renaming them.", "other"
            )
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
    given = {name: row[name] for name in questions if row.get(name) not in (None, "")}
    if not given:
        return None
    conversation, chance = row.get("conversation"), row.get("chance")
    try:
        week = shift(str(row.get("week") or ""), 0)
    except EarshotError:
        raise BadSheet(
            f"Row {line}: the week is not one like 2026-W46. Fill in the sheet as it was drawn.", "row", line
        ) from None
    if not conversation or not isinstance(chance, (int, float)) or not 0 < chance <= 1:
        raise BadSheet(
            f"Row {line}: the conversation or its chance was changed. Fill in the sheet as it was drawn.", "row", line
        )
    marks = {}
    for name, mark in given.items():
        if not isinstance(mark, (int, float)) or mark not in MARKS:
            raise BadSheet(
                f"Row {line}, {name}: a mark is a whole number from 1 (poor) to 5 (excellent).", "mark", line, name
            )
        marks[name] = int(mark)
    return Score(
        week, str(conversation), str(row.get("channel") or ""), str(row.get("agent") or ""),
        row.get("at risk") == "yes", float(chance), marks,
    )  # fmt: skip
