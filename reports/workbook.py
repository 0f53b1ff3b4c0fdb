"""An edition as a workbook: every table of the team, the rows behind every number, and charts drawn from them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from reports.period import period_of
from reports.quoting import for_cell, safe_url
from reports.sheets import sheets_of
from reports.week import SCHEMAS, WeekTables
from reports.wording import Words, known
from reports.workbook_charts import draw_charts, draw_trends

#: Rows of a sheet: more than anybody reads, and few enough to open at once. The Parquet tables hold all.
SHEET_ROWS = 30_000
_SHARES = frozenset(
    {"share", "low", "high", "pos_share", "neg_share", "mix_share", "neu_share", "topic_score", "per_week",
     "before", "after", "control", "did", "did_low", "did_high"}
)  # fmt: skip
#: Tables in which these columns are not shares.
_NO_SHARES = frozenset({"scores", "drivers", "changes", "drifts", "mix", "service", "surges", "hours"})
_WIDTHS = {"text": 80, "verbatim": 60, "reasons": 60, "topic": 24, "cohort": 20, "url": 30, "feedback_id": 20,
           "occurred_at": 17, "customer_key": 20, "row": 20, "column": 20, "rule": 28}  # fmt: skip
_NAMED = {"sentiment": "sentiment", "topic_sentiment": "sentiment", "kind": "kind", "verdict": "mark", "scale": "score",
          "level": "level", "rule": "rule", "direction": "mismatch", "reason": "reject", "team": "team",
          "event": "theme_event", "growth": "theme_growth"}  # fmt: skip
#: Columns that mean something else in one table: what they hold, and how they are headed.
_OWN_NAMES = {"actions": {"verdict": "fix_verdict"}, "service": {"measure": "service"},
              "drivers": {"verdict": "driver"}}  # fmt: skip
_HEADERS = {("cases", "value"): "column.customer_value", ("mix", "mix"): "column.mix_part"}


@dataclass(frozen=True, slots=True)
class Formats:
    """The cell formats of a workbook."""

    head: Format
    text: Format
    wrapped: Format
    number: Format
    decimal: Format
    share: Format
    moment: Format
    title: Format
    soft: Format


def write_workbook(tables: WeekTables, team: str, company: str, language: str, path: Path) -> Path:
    """Write the workbook of a team's edition to `path`; return it. The same tables give the same bytes.

    Sheets: read me, one for each table that the team reads (reports.sheets), trends, charts. Customers'
    words are always written as text, never as formulas or links.
    """
    words = Words(language)
    options = {
        "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
        "nan_inf_to_errors": False, "default_date_format": "yyyy-mm-dd hh:mm",
    }  # fmt: skip
    with xlsxwriter.Workbook(str(path), options) as book:
        day = period_of(tables.week).first
        book.set_properties(
            {"title": f"{company} · {words.name('team', team)} · {tables.week}",
             "created": datetime(day.year, day.month, day.day, tzinfo=UTC).replace(tzinfo=None)}
        )  # fmt: skip
        formats = _formats(book)
        frames = sheets_of(tables, team)
        _read_me(book, words, tables, team, company, frames, formats)
        for name, frame in frames.items():
            _sheet(book, words, tables, name, frame, formats)
        draw_trends(book, words, tables, frames["topics"])
        draw_charts(book, words, tables, frames["topics"])
    return path


def _formats(book: xlsxwriter.Workbook) -> Formats:
    base = {"valign": "top"}
    return Formats(
        head=book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "bottom", "bg_color": "#F1EEE6"}),
        text=book.add_format(base),
        wrapped=book.add_format({**base, "text_wrap": True}),
        number=book.add_format({**base, "num_format": "#,##0"}),
        decimal=book.add_format({**base, "num_format": "0.00"}),
        share=book.add_format({**base, "num_format": "0.0%"}),
        moment=book.add_format({**base, "num_format": "yyyy-mm-dd hh:mm"}),
        title=book.add_format({"bold": True, "font_size": 16}),
        soft=book.add_format({"font_color": "#5A5F69", "text_wrap": True, "valign": "top"}),
    )


def _read_me(
    book: xlsxwriter.Workbook, words: Words, tables: WeekTables, team: str, company: str,
    frames: Mapping[str, pd.DataFrame], formats: Formats,
) -> None:  # fmt: skip
    from reports.coverage_box import coverage_box, method_notes
    from reports.prose import Writer

    sheet = book.add_worksheet(words.say("sheet.readme"))
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 12)
    sheet.set_column(2, 2, 90)
    writer = Writer(words, tables)
    sheet.write_string(0, 0, for_cell(f"{company} · {words.name('team', team)}"), formats.title)
    sheet.write_string(1, 0, tables.week)
    for place, key in enumerate(("part", "rows", "about")):
        sheet.write_string(3, place, words.say(f"workbook.{key}"), formats.head)
    line = 4
    for name, frame in frames.items():
        sheet.write_string(line, 0, words.say(f"sheet.{name}"), formats.text)
        sheet.write_number(line, 1, min(len(frame), SHEET_ROWS), formats.number)
        about = words.say(f"about.{name}")
        if len(frame) > SHEET_ROWS:
            shown, total = words.number(SHEET_ROWS), words.number(len(frame))
            about = words.joined([about, words.say("sheet.cut_note", shown=shown, total=total, table=name)])
        sheet.write_string(line, 2, about, formats.soft)
        line += 1
    line += 1
    notes = [words.say("workbook.privacy", k=tables.settings.k), *coverage_box(writer).lines, *method_notes(writer)]
    for note in notes:
        sheet.write_string(line, 2, for_cell(note), formats.soft)
        line += 1


def _sheet(
    book: xlsxwriter.Workbook, words: Words, tables: WeekTables, name: str, frame: pd.DataFrame, formats: Formats
) -> None:  # fmt: skip
    sheet = book.add_worksheet(words.say(f"sheet.{name}"))
    sheet.freeze_panes(1, 1)
    columns = [str(column) for column in frame.columns]
    for place, column in enumerate(columns):
        sheet.set_column(place, place, _WIDTHS.get(column, 12))
    for place, column in enumerate(columns):
        header = _HEADERS.get((name, column), f"column.{column}")
        sheet.write_string(0, place, words.say(header), formats.head)
    shown = frame.head(SHEET_ROWS)
    writers = [_cell_writer(sheet, words, tables, name, column, formats) for column in columns]
    for line, row in enumerate(shown.itertuples(index=False, name=None), start=1):
        for place, value in enumerate(row):
            writers[place](line, place, value)
    if len(shown):
        sheet.autofilter(0, 0, len(shown), max(len(columns) - 1, 0))


def _cell_writer(
    sheet: Worksheet, words: Words, tables: WeekTables, table: str, column: str, formats: Formats
) -> Callable[[int, int, Any], object]:  # fmt: skip
    """How the cells of a column are written; nulls stay empty."""
    dtype = SCHEMAS[table][column]

    def text(line: int, place: int, value: Any) -> None:
        if isinstance(value, str) and value:
            sheet.write_string(line, place, for_cell(value), formats.text)

    def topic(line: int, place: int, value: Any) -> None:
        if isinstance(value, str):
            sheet.write_string(line, place, tables.taxonomy.name(value, words.language), formats.text)

    def fact(line: int, place: int, value: Any) -> None:
        if isinstance(value, str):
            sheet.write_string(line, place, for_cell(words.fact(column, value)), formats.text)

    def weekday(line: int, place: int, value: Any) -> None:
        sheet.write_string(line, place, words.weekday(int(value)), formats.text)

    def named(line: int, place: int, value: Any) -> None:
        if isinstance(value, str):
            sheet.write_string(line, place, for_cell(words.name(named_here[column], value)), formats.text)

    def address(line: int, place: int, value: Any) -> None:
        if safe_url(value):
            sheet.write_string(line, place, str(value), formats.text)

    def moment(line: int, place: int, value: Any) -> None:
        if value is not None and value == value:
            sheet.write_datetime(
                line, place, value.to_pydatetime().astimezone(UTC).replace(tzinfo=None), formats.moment
            )

    def flag(line: int, place: int, value: Any) -> None:
        if value is not None and not pd.isna(value):
            sheet.write_boolean(line, place, bool(value), formats.text)

    style = formats.number if dtype in ("int64", "Int64") else formats.decimal
    if column in _SHARES and table not in _NO_SHARES:
        style = formats.share

    def number(line: int, place: int, value: Any) -> None:
        if known(value):
            sheet.write_number(line, place, float(value), style)

    named_here = {**_NAMED, **_OWN_NAMES.get(table, {})}
    own = {"topic": topic, "url": address, "channel": fact, "region": fact, "plan": fact, "weekday": weekday}
    if column in own:
        return own[column]
    if column in named_here:
        return named
    kinds: Sequence[tuple[str, Callable[[int, int, Any], None]]] = (("str", text), ("bool", flag), ("datetime", moment))
    return next((write for prefix, write in kinds if dtype.startswith(prefix)), number)
