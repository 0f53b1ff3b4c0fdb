"""Which tables a team's workbook holds: its topics only, what is for others left out, small groups blanked."""

from collections.abc import Collection, Mapping

import pandas as pd

from reports.findings import mark
from reports.page import ENQUIRIES, EVERYTHING, MANAGERS, SERVICE, too_small, topics_of
from reports.quotations import withheld_groups
from reports.week import COHORT_KINDS, WeekTables

#: Sheets by table, in order, with the columns that are left out of each.
SHEETS: Mapping[str, tuple[str, ...]] = {
    "cases": ("week", "reasons"),
    "case_reasons": ("week", "position"),
    "topics": (),
    "changes": (),
    "drifts": ("week", "statistic", "threshold"),
    "mix": ("week",),
    "cohorts": ("week",),
    "scores": (),
    "drivers": ("week", "formula", "revision", "taxonomy"),
    "themes": ("week", "name_en", "name_zh_hans", "name_zh_hant", "status"),
    "theme_quotes": ("week", "start", "end"),
    "actions": ("week", "main", "withheld"),
    "service": (),
    "surges": ("week",),
    "hours": (),
    "repeats": ("week",),
    "repeat_contacts": ("week",),
    "questions": ("week",),
    "verbatims": ("week", "start", "end"),
    "mismatches": ("week",),
    "quarantine": (),
    "rows": ("week", "start", "end"),
}
#: Who reads which sheet; the others are for everyone.
READERS: Mapping[str, Collection[str]] = {
    "cases": (MANAGERS,), "case_reasons": (MANAGERS,), "service": SERVICE, "hours": SERVICE, "repeats": SERVICE,
    "repeat_contacts": SERVICE, "surges": ENQUIRIES,
}  # fmt: skip
#: Tables that show no group of customers, so that a small week does not empty them.
_ALWAYS = ("cases", "case_reasons", "quarantine", "actions")
#: Tables in which a row without a topic is about the whole feedback.
_WHOLE = ("changes", "drifts", "mix")


def sheets_of(tables: WeekTables, team: str) -> dict[str, pd.DataFrame]:
    """The frames of a team's sheets by table: its topics only, groups too small to show blanked everywhere."""
    topics, hidden = set(topics_of(tables, team)), withheld_groups(tables)
    small_week = too_small(tables)
    frames = {}
    for name, dropped in SHEETS.items():
        if team not in READERS.get(name, (team,)):
            continue
        frame = tables.table(name)
        if small_week and name not in _ALWAYS:
            frame = frame.iloc[:0]
        if team not in EVERYTHING:
            frame = _of_team(tables, name, frame, team, topics)
        for kind in COHORT_KINDS:
            if kind in frame and name in ("rows", "verbatims", "mismatches", "repeat_contacts", "questions"):
                small = {cohort for each, cohort in hidden if each == kind}
                frame = frame.assign(**{kind: frame[kind].where(~frame[kind].isin(small))}) if small else frame
        if name == "changes":
            seen = zip(frame["verdict"], frame["low"], frame["high"], strict=True)
            frame = frame.assign(verdict=pd.Series([mark(*each) for each in seen], frame.index, dtype=object))
        if name == "rows":
            frame = frame.sort_values(["topic", "occurred_at", "feedback_id"], na_position="last")
        frames[name] = frame.drop(columns=list(dropped))
    return frames


def _of_team(tables: WeekTables, name: str, frame: pd.DataFrame, team: str, topics: set[str]) -> pd.DataFrame:
    if name == "actions":
        return frame[(frame["team"] == team) | frame["topic"].isin(topics)]
    if name == "themes":
        return frame[frame["team"].isna() | (frame["team"] == team)]
    if name == "theme_quotes":
        themes = tables.themes
        return frame[frame["theme"].isin(themes[themes["team"].isna() | (themes["team"] == team)]["theme"])]
    if name == "mismatches":
        rows = tables.rows
        return frame[frame["feedback_id"].isin(set(rows[rows["topic"].isin(topics)]["feedback_id"]))]
    if name in _WHOLE or (name == "questions" and team in SERVICE):
        return frame[frame["topic"].isna() | frame["topic"].isin(topics)]
    if name in ("repeats", "repeat_contacts"):
        return frame  # the service team reads them all
    return frame[frame["topic"].isin(topics)] if "topic" in frame else frame
