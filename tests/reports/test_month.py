"""A month is its weeks: every ISO week belongs to one month, and counts once."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data import weeks
from data.taxonomy import Taxonomy
from reports.month import MONTH_SCHEMAS, BadMonth, build_month, month_of, trend_months, weeks_of


@settings(max_examples=60, deadline=None)
@given(step=st.integers(0, 3000))
def test_every_week_belongs_to_one_month(step: int) -> None:
    """No feedback may be counted twice or fall between two months."""
    week = weeks.shift("2000-W01", step)
    month = month_of(week)
    assert week in weeks_of(month)
    assert len(weeks_of(month)) in (4, 5)
    before, now = trend_months(month, 2)
    assert now == month
    assert weeks.shift(weeks_of(before)[-1], 1) == weeks_of(month)[0]


@pytest.mark.parametrize("month", ["2026-13", "2026", "November", "2026-00"])
def test_what_is_no_month_is_refused(month: str) -> None:
    """The error says how to write one."""
    with pytest.raises(BadMonth, match="2026-11"):
        weeks_of(month)


def test_a_month_counts_what_its_weeks_count(make_company: Callable[..., Any], taxonomy: Taxonomy) -> None:
    """Management's numbers and the teams' numbers are the same numbers."""
    company = make_company(seed=9, per_week=60, weeks=12)
    frames = (company.feedback, company.predictions, company.mentions)
    month = build_month(*frames, taxonomy, "2026-10", restated=("2026-W42",), length=2)
    assert month.months == ("2026-09", "2026-10")
    for name, schema in MONTH_SCHEMAS.items():
        assert {column: str(dtype) for column, dtype in month.table(name).dtypes.items()} == dict(schema), name
    topics = month.table("topics").query("month == '2026-10'")
    rows = month.table("weeks")
    assert rows["week"].tolist() == list(weeks_of("2026-10"))
    assert rows.loc[rows["restated"], "week"].tolist() == ["2026-W42"]
    assert topics["total"].iloc[0] == rows["counted"].sum() > 0
    service = month.table("service").query("kind == 'all' and measure == 'resolution'").set_index("month")
    solved = company.feedback["solved_at"].dt.strftime("%G-W%V").isin(weeks_of("2026-10"))
    read = company.predictions.set_index("feedback_id")["abstained"].reindex(company.feedback["feedback_id"]).eq(False)
    counts = solved & read.to_numpy() & (company.feedback["language"] != "other")
    assert service.loc["2026-10", "n"] == counts.sum() > 0
    assert month.table("changes")["verdict"].isin(["up", "down", "none", "too_few"]).all()
