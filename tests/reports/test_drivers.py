"""Drivers find a known effect and admit when there is too little to say."""

from collections.abc import Callable
from typing import Any

from data.taxonomy import Taxonomy
from reports.counted import count, trend_weeks
from reports.drivers import drivers_table
from reports.week import ReportSettings

WEEK = "2026-W46"


def drivers(company: Any, taxonomy: Taxonomy, weeks: int = 9) -> Any:
    counted = count(company.feedback, company.predictions, company.mentions, taxonomy.ids, trend_weeks(WEEK, weeks))
    return drivers_table(counted, ReportSettings())


def test_a_known_effect_lies_in_the_interval(make_company: Callable[..., Any], taxonomy: Taxonomy) -> None:
    """The made company loses 15 of 100 points a negative mention (a little less where the scale ends)."""
    table = drivers(make_company(seed=2, per_week=500), taxonomy).query("scale == 'nps'")
    assert (table["verdict"] == "lowers").mean() > 0.9
    covered = (table["low"] < -13.5) & (table["high"] > -15.5)
    assert covered.mean() >= 0.9
    assert ((table["impact"] - table["effect"] * table["share"]).abs() < 1e-9).all()


def test_few_customers_are_not_enough_data(make_company: Callable[..., Any], taxonomy: Taxonomy) -> None:
    """A driver from four answers would send a team the wrong way."""
    table = drivers(make_company(seed=2, per_week=20, weeks=2), taxonomy, weeks=2)
    assert set(table["verdict"]) == {"not_enough"}
    assert table[["effect", "low", "high", "impact", "mean_with"]].isna().all(axis=None)
    assert (table["n_without"] > 0).all()
