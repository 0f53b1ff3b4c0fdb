"""Rows to take along, as CSV or as a workbook: the days and words that the page shows, and no more."""

import io
from collections.abc import Callable, Mapping

import pandas as pd
import xlsxwriter

from reports.desk.cut import FACTS
from reports.desk.desk import Desk
from reports.desk.pages import words_of
from reports.export import FORMULA
from reports.quoting import for_cell, safe_url
from reports.wording import known

Write = Callable[[pd.DataFrame, str, Desk, str], bytes]
#: Columns of a file, in order; `day` takes the place of the minute, by which a customer might be known.
COLUMNS = ("week", "day", "feedback_id", *FACTS, "scale", "score", "sentiment", "topic", "topic_name",
           "topic_sentiment", "topic_score", "text", "url")  # fmt: skip
NUMBERS = frozenset({"score", "topic_score"})
#: Rows of a sheet that Excel can hold, without the header.
SHEET_ROWS = 1_048_575
_WIDTHS = {"text": 90, "url": 30, "feedback_id": 26, "topic_name": 26, "product": 22}


def as_table(rows: pd.DataFrame, week: str, desk: Desk, language: str) -> pd.DataFrame:
    """The rows in COLUMNS: texts on one line, days of the business time zone, topics with their names."""
    names = {topic: desk.taxonomy.name(topic, language) for topic in desk.taxonomy.ids}
    return rows.assign(
        week=week,
        day=rows["occurred_at"].dt.tz_convert(desk.options.zone).dt.strftime("%Y-%m-%d"),
        topic_name=rows["topic"].map(names),
        text=rows["text"].map(lambda text: for_cell(str(text))),
        url=rows["url"].map(lambda url: safe_url(url) or ""),
    )[list(COLUMNS)]


def to_csv(rows: pd.DataFrame, week: str, desk: Desk, language: str) -> bytes:
    """UTF-8 with byte order mark, for Excel; what a spreadsheet would run as a formula begins with an apostrophe."""
    table = as_table(rows, week, desk, language)
    for name in [name for name in COLUMNS if name not in NUMBERS]:
        column = table[name].astype("object").where(table[name].notna(), "")
        table[name] = [f"'{value}" if str(value).startswith(FORMULA) else value for value in column]
    return table.to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig")


def to_xlsx(rows: pd.DataFrame, week: str, desk: Desk, language: str) -> bytes:
    """A workbook with one sheet, frozen header and filters; words are written as text, never as formulas or links."""
    table, words, file = as_table(rows, week, desk, language), words_of(language), io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    with xlsxwriter.Workbook(file, options) as book:
        bold = book.add_format({"bold": True, "bottom": 1, "bg_color": "#F1EEE6"})
        sheet = book.add_worksheet(words.say("sheet.rows"))
        sheet.freeze_panes(1, 0)
        for place, name in enumerate(COLUMNS):
            sheet.set_column(place, place, _WIDTHS.get(name, 13))
            sheet.write_string(0, place, words.say(f"export.{name}"), bold)
        for line, row in enumerate(table.head(SHEET_ROWS).itertuples(index=False, name=None), start=1):
            for place, (name, value) in enumerate(zip(COLUMNS, row, strict=True)):
                if name in NUMBERS and known(value):
                    sheet.write_number(line, place, float(value))
                elif isinstance(value, str) and value:
                    sheet.write_string(line, place, for_cell(value))
        sheet.autofilter(0, 0, max(len(table), 1), len(COLUMNS) - 1)
    return file.getvalue()


#: By the ending of the file's name: what writes it, and its kind.
EXPORTS: Mapping[str, tuple[Write, str]] = {
    "csv": (to_csv, "text/csv; charset=utf-8"),
    "xlsx": (to_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
