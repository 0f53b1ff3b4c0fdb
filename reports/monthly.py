"""The monthly edition for management: a month's numbers in the form of an edition, with words from its weeks."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, tzinfo
from pathlib import Path

import pandas as pd

from data.taxonomy import Taxonomy
from reports.editions import EditionFiles, worded, write_edition
from reports.month import BASELINE, MonthTables
from reports.page import MANAGEMENT, build_page
from reports.pdf import find_browser
from reports.polishing import Polisher
from reports.week import SCHEMAS, ReportSettings, WeekTables, conform

#: What the weekly reports hold that a month shows again: everything said in its weeks, or the state at its end.
_ALL_WEEKS, _LAST_WEEK = ("verbatims", "rows", "quarantine"), ("actions", "themes", "theme_quotes")
#: Columns of `coverage` that add up over weeks.
_SUMS = ("pulled", "new", "updated", "late", "rejected", "duplicates", "feedback", "analysed", "abstained",
         "other_language", "untagged", "outside_taxonomy", "repeated", "tokens", "tokens_read")  # fmt: skip


def edition_tables(
    month: MonthTables, taxonomy: Taxonomy, settings: ReportSettings, folders: Sequence[Path]
) -> WeekTables:
    """A month's numbers in the place of a week's; `folders` hold the tables of its weekly reports, oldest first.

    Shares, scores, changes, drivers and service are the month's own; quotations and rows come from the weeks, actions
    and themes from the last of them; what only makes sense by week (mix, drifts, surges, cases) is empty. A week that
    was never reported adds nothing to the intake, and is missing in the quotations.
    """
    frames = {name: conform(name) for name in SCHEMAS}
    for name in ("topics", "cohorts", "scores", "sentiment", "changes", "drivers", "service"):
        frames[name] = conform(name, month.table(name).rename(columns={"month": "week"}))
    for name in _ALL_WEEKS:
        parts = [_read(folder, name) for folder in folders]
        frames[name] = conform(name, pd.concat(parts, ignore_index=True)) if parts else conform(name)
    for name in _LAST_WEEK if folders else ():
        frames[name] = _read(folders[-1], name)
    quoted = frames["verbatims"].drop_duplicates(["topic", "sentiment", "rank", "feedback_id"])
    # Every week has its own first choice; the month takes the latest of each rank, first choices first.
    quoted = quoted.sort_values(["topic", "sentiment", "rank", "occurred_at"], ascending=[True, True, True, False])
    frames["verbatims"] = quoted.assign(week=month.month).reset_index(drop=True)
    rows = frames["rows"]
    frames["rows"] = rows.drop_duplicates(["feedback_id", "topic"], keep="last").assign(week=month.month)
    waiting = pd.DataFrame(frames["quarantine"].groupby(["source", "reason"])["n"].max().reset_index())
    frames["quarantine"] = conform("quarantine", waiting)
    frames["coverage"] = _coverage(month, folders)
    return WeekTables(
        week=month.month, weeks=month.months, taxonomy=taxonomy, settings=replace(settings, baseline_weeks=BASELINE),
        **frames,
    )  # fmt: skip


def write_monthly(
    tables: WeekTables, folder: Path, *, company: str, language: str, zone: tzinfo = UTC, pdf: bool = False,
    strict: bool = False, polisher: Polisher | None = None,
) -> tuple[EditionFiles, tuple[str, ...]]:  # fmt: skip
    """Write `management.html`, `.md`, `.xlsx` (and `.pdf`) of a month; return them and notes on what was left out."""
    folder.mkdir(parents=True, exist_ok=True)
    notes: list[str] = []
    page = worded(build_page(tables, MANAGEMENT, company, language, strict, zone), tables, polisher, notes)
    files = write_edition(tables, page, folder, find_browser() if pdf else None, notes)
    return files, tuple(notes)


def _read(folder: Path, name: str) -> pd.DataFrame:
    path = folder / f"{name}.parquet"
    return conform(name, pd.read_parquet(path)) if path.is_file() else conform(name)


def _coverage(month: MonthTables, folders: Sequence[Path]) -> pd.DataFrame:
    weekly = pd.concat([conform("coverage"), *(_read(folder, "coverage") for folder in folders)], ignore_index=True)
    now = month.table("sentiment")
    now = now[(now["month"] == month.month) & (now["kind"] == "all")]
    weeks = month.table("weeks")
    sums = {name: int(weekly[name].sum()) for name in _SUMS}
    tokens = sums["tokens"]
    row = {
        **sums,
        "week": month.month,
        "counted": int(weeks["counted"].sum()),
        "customers": int(now["customers"].fillna(0).iloc[0]) if len(now) else 0,
        "share_read": sums["tokens_read"] / tokens if tokens else float("nan"),
        "restated": " ".join(weeks[weeks["restated"]]["week"]),
        "partial": bool(weekly["partial"].any()) or len(folders) < len(weeks),
        "revision": str(weekly["revision"].iloc[-1]) if len(weekly) else "",
    }
    return conform("coverage", pd.DataFrame([row]))
