"""The numbers of a month, built from its weeks, for management."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import pandas as pd

from data import weeks
from data.errors import EarshotError
from data.taxonomy import Taxonomy
from reports.changes import changes_table
from reports.cohorts import cohorts_table
from reports.counted import count
from reports.drivers import drivers_table
from reports.scores import scores_table, sentiment_table
from reports.service import service_table
from reports.topics import topics_table
from reports.week import SCHEMAS, ReportSettings

#: Months pooled before the report month, and months in the trend, the report month included.
BASELINE, HISTORY = 3, 4

#: One row per week of the report month: counted: feedback that counts; customers: distinct, null below k; restated:
#: the week changed after it was first reported, so that the month differs from the sum of the weekly reports.
MONTH_WEEKS = {"month": "str", "week": "str", "counted": "int64", "customers": "Int64", "restated": "bool"}

#: The tables of a month: those of a week with `month` in the place of `week`, and its weeks.
MONTH_SCHEMAS: Mapping[str, Mapping[str, str]] = {
    **{
        name: {("month" if column == "week" else column): dtype for column, dtype in SCHEMAS[name].items()}
        for name in ("topics", "cohorts", "scores", "sentiment", "changes", "drivers", "service")
    },
    "weeks": MONTH_WEEKS,
}


class BadMonth(EarshotError):
    """What was given is no month."""


@dataclass(frozen=True, slots=True)
class MonthTables:
    """All numbers of one month; each frame follows MONTH_SCHEMAS under its name. `months` are those of the trend."""

    month: str
    months: tuple[str, ...]
    frames: Mapping[str, pd.DataFrame]

    def table(self, name: str) -> pd.DataFrame:
        """The frame of MONTH_SCHEMAS[name]."""
        return self.frames[name]


def month_of(week: str) -> str:
    """Return the month of an ISO week: the one that holds its Thursday, as ISO 8601 does for years."""
    return f"{weeks.monday(week) + timedelta(days=3):%Y-%m}"


def weeks_of(month: str) -> tuple[str, ...]:
    """Return the four or five ISO weeks of a month such as 2026-11; raise BadMonth."""
    try:
        year, number = (int(part) for part in month.split("-"))
        first = weeks.monday(f"{year}-W01") + timedelta(days=31 * (number - 1) - 14)
        if not 1 <= number <= 12:
            raise ValueError
    except (ValueError, weeks.BadWeek) as error:
        raise BadMonth(f"{month!r} is no month. Write it like 2026-11.") from error
    start = f"{first.isocalendar().year}-W{first.isocalendar().week:02}"
    return tuple(week for week in weeks.span(start, weeks.shift(start, 10)) if month_of(week) == f"{year}-{number:02}")


def trend_months(month: str, length: int = HISTORY) -> tuple[str, ...]:
    """Return the `length` months that end with `month`, oldest first."""
    found = [month_of(weeks_of(month)[0])]
    while len(found) < length:
        found.append(month_of(weeks.shift(weeks_of(found[-1])[0], -1)))
    return tuple(reversed(found))


def build_month(
    feedback: pd.DataFrame,
    predictions: pd.DataFrame,
    mentions: pd.DataFrame,
    taxonomy: Taxonomy,
    month: str,
    restated: Sequence[str] = (),
    settings: ReportSettings | None = None,
    length: int = HISTORY,
) -> MonthTables:
    """Return the numbers of a month from the current versions of the feedback of its weeks (and of months before).

    A week counts once, as it stands now, however often it was restated. One customer counts once a month in the tests.
    The baseline is the three months before. Raises BadMonth, and what reports.counted.count raises.
    """
    settings = replace(settings or ReportSettings(), baseline_weeks=BASELINE)
    months = trend_months(month, length)
    by_week = {week: each for each in months for week in weeks_of(each)}
    inside = feedback[feedback["week"].isin(by_week)]
    counted = count(inside.assign(week=inside["week"].map(by_week)), predictions, mentions, taxonomy.ids, months)
    frames = {
        "topics": topics_table(counted, settings.k),
        "cohorts": cohorts_table(counted, settings.k),
        "scores": scores_table(counted, settings.k),
        "sentiment": sentiment_table(counted, settings.k),
        "changes": changes_table(counted, settings),
        "drivers": drivers_table(counted, settings, taxonomy.version),
        "service": service_table(counted, settings.k, settings.zone, by_week),
    }
    frames = {name: frame.rename(columns={"week": "month"}) for name, frame in frames.items()}
    current = counted.current().join(feedback.set_index("feedback_id")["week"].rename("iso_week"), on="feedback_id")
    of_week = current.groupby("iso_week")
    rows = pd.DataFrame({"month": months[-1], "week": weeks_of(month)})
    rows["counted"] = rows["week"].map(of_week.size()).fillna(0).astype("int64")
    people = rows["week"].map(of_week["customer"].nunique()).fillna(0).astype("Int64")
    rows["customers"] = people.mask((people > 0) & (people < settings.k))
    rows["restated"] = rows["week"].isin(restated)
    return MonthTables(months[-1], months, {**frames, "weeks": rows.astype(MONTH_WEEKS)})
