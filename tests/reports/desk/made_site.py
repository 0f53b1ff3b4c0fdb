"""A published company for the tests of the desk: three weeks of feedback in a lake, one of them with editions."""

from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from data import taxonomy as taxonomies
from data.lake import Lake
from data.weeks import shift
from reports.aggregation import build_week
from reports.export import write_tables
from reports.week import WeekTables
from tests.reports.made_weeks import feedback_frames

WEEK = "2026-W46"
REVISION = "3f9ac1d2"
#: What somebody might write to see whether it runs.
HOSTILE = '=HYPERLINK("http://evil.example")<script>alert(1)</script>'


def publish(folder: Path) -> WeekTables:
    """Put the week's feedback into `folder`/store and its tables and editions into `folder`/site."""
    weeks = [shift(WEEK, -2), shift(WEEK, -1), WEEK]
    frames = feedback_frames(weeks, size=150)
    feedback = frames["feedback"]
    feedback["ingested_at"] = datetime(2026, 11, 16, tzinfo=UTC)
    # Rows are kept by customer; the first one of the week writes what a spreadsheet or browser might run.
    first = feedback.index[feedback["week"] == WEEK][0]
    feedback.loc[first, ["text", "product"]] = [HOSTILE, "Kettle X200"]
    for name in ("mentions", "clauses"):
        frames[name] = frames[name][frames[name]["feedback_id"] != feedback.loc[first, "feedback_id"]]
    lake = Lake(folder / "store")
    for name in ("feedback", "predictions", "mentions"):
        for week in weeks:
            lake.replace(name, week, frames[name][frames[name]["week"] == week].reset_index(drop=True))
    tables = build_week(
        feedback, frames["predictions"], frames["mentions"], frames["clauses"], [], taxonomies.load(), WEEK
    )
    place = folder / "site" / WEEK
    write_tables(tables, place / "tables")
    for team in ("logistics", "product", "service", "managers"):
        for ending in (".html", ".xlsx", ".md"):
            (place / f"{team}{ending}").write_text(f"<p>The {team} edition", encoding="utf-8")
    (place / "at_risk.json").write_text("{}", encoding="utf-8")
    (place / "run.json").write_text('{"steps": {"pull": {"seconds": 1.5, "peak_mb": 210}}}', encoding="utf-8")
    return tables


def customers_with(feedback: pd.DataFrame, facts: dict[str, str]) -> int:
    """How many customers of these feedback have all these facts."""
    for name, value in facts.items():
        feedback = feedback[feedback[name] == value]
    return int(feedback["customer_key"].nunique())
