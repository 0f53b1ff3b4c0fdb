"""Drivers find a known effect and admit when there is too little to say."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from data.taxonomy import Taxonomy
from reports.counted import Counted, count, trend_weeks
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


def test_known_effects_are_found_with_their_size_and_rank(taxonomy: Taxonomy) -> None:
    """A simulation in which we know what each topic costs: the third goes along with the first and costs nothing."""
    random = np.random.default_rng(12)
    n, topics = 6000, taxonomy.ids
    truth = np.zeros(len(topics))
    truth[:2] = [-20.0, -10.0]
    said = random.random((n, len(topics))) < 0.08
    said[:, 2] = np.where(said[:, 0], random.random(n) < 0.6, said[:, 2])
    score = 70 + said @ truth + random.normal(0, 15, n)
    feedback = pd.DataFrame({"week": 8, "customer": np.arange(n), "score": score, "normal": score, "scale": "csat"})
    row, topic = np.nonzero(said)
    mentions = pd.DataFrame({"row": row, "topic": topic, "week": 8, "customer": row, "sentiment": 1})
    counted = Counted(trend_weeks(WEEK, 9), topics, feedback, mentions, feedback[:0], feedback[:0], 0)
    table = drivers_table(counted, ReportSettings(), taxonomy=3).set_index("topic")
    for place in range(2):
        row_ = table.loc[topics[place]]
        assert row_["adjusted_low"] < truth[place] < row_["adjusted_high"]
        assert row_["verdict"] == "lowers"
        assert row_["rank"] == place + 1
        assert row_["stability"] > 0.95
    echo = table.loc[topics[2]]
    assert echo["high"] < 0
    assert echo["adjusted_low"] < 0 < echo["adjusted_high"]
    assert echo["verdict"] == "none"
    assert (table["verdict"] != "none").sum() <= 3
    assert table["taxonomy"].eq(3).all()
    assert table["formula"].str.contains("impact").all()
