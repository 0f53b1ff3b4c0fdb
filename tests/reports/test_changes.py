"""Changes are found when they are there and rarely when they are not."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from data.taxonomy import Taxonomy
from reports.changes import BUDGET, WEIGHT, changes_table
from reports.comparison import compare_means, compare_shares
from reports.counted import count, trend_weeks
from reports.week import ReportSettings

WEEK = "2026-W46"
ALL = slice(None)


def changes(company: Any, taxonomy: Taxonomy, weeks: int = 9, **settings: Any) -> pd.DataFrame:
    frames = (company.feedback, company.predictions, company.mentions)
    return changes_table(count(*frames, taxonomy.ids, trend_weeks(WEEK, weeks)), ReportSettings(**settings))


def claimed(table: pd.DataFrame) -> pd.DataFrame:
    return table[table["verdict"].isin(["up", "down"])]


@pytest.mark.parametrize("correlation", [0.0, 0.003])
def test_quiet_weeks_rarely_show_a_change(
    correlation: float, make_company: Callable[..., Any], taxonomy: Taxonomy
) -> None:
    """Whoever cries wolf is not read. At most one week in ten may; docs/numbers.md has the long simulation."""
    cried = 0
    for seed in range(10):
        company = make_company(seed=100 + seed, per_week=400, correlation=correlation)
        cried += not claimed(changes(company, taxonomy)).empty
    assert cried <= 2


def test_a_doubled_topic_is_found(make_company: Callable[..., Any], taxonomy: Taxonomy) -> None:
    """A topic that goes from 3 % to 6 % of 2,000 feedback is what the report is for."""
    for seed in range(3):
        company = make_company(seed=seed, per_week=2000, share=0.03, boost=2.0)
        found = claimed(changes(company, taxonomy)).query("family == 'volume' and metric == 'share'")
        assert found["topic"].tolist() == [taxonomy.ids[0]]
        row = found.iloc[0]
        assert row["verdict"] == "up"
        assert row["low"] < 0.03 < row["high"]
        assert row["effect"] == pytest.approx(row["value"] - row["baseline"])
        assert row["value"] == pytest.approx(row["n"] / row["total"])


def test_every_hypothesis_is_reported_once(make_company: Callable[..., Any], taxonomy: Taxonomy) -> None:
    """What was tested and not found belongs to the result; (topic, cohort, metric) finds its row."""
    table = changes(make_company(per_week=200), taxonomy)
    assert set(table["family"]) == set(BUDGET)
    assert not table.duplicated(["family", "topic", "kind", "cohort", "scale", "metric"]).any()
    volume = table.query("family == 'volume'")
    assert len(volume) == 2 * len(taxonomy.ids)
    tested = table[table["q"].notna()]
    assert (tested["q"] >= tested["p"] / (2 * WEIGHT["baseline"]) - 1e-12).all()
    assert table["verdict"].isin(["up", "down", "none", "too_few"]).all()


def test_no_change_and_too_few_are_told_apart(make_company: Callable[..., Any], taxonomy: Taxonomy) -> None:
    """Two thousand customers of whom as many mention a topic as ever are an answer, and twenty are none."""
    large = changes(make_company(seed=3, per_week=2000, share=0.05), taxonomy).query("metric == 'share'")
    small = changes(make_company(seed=3, per_week=20, share=0.05), taxonomy).query("metric == 'share'")
    assert set(large.query("family == 'volume'")["verdict"]) == {"none"}
    assert large.query("family == 'volume'")["needed"].isna().all()
    unsaid = small.query("family == 'volume' and verdict == 'too_few'")
    assert len(unsaid) > len(taxonomy.ids) / 2
    assert (unsaid["needed"].dropna() > 20).all()


def test_a_group_whose_customers_turn_unhappy_is_found(make_company: Callable[..., Any], taxonomy: Taxonomy) -> None:
    """A bad batch shows in many small topics at once: no single one carries it, the product's mood does."""
    company = make_company(seed=6, per_week=400)
    bad = company.feedback.query("week == @WEEK and product == 'kettle'")["feedback_id"]
    company.predictions.loc[company.predictions["feedback_id"].isin(bad), "sentiment"] = "neg"
    found = claimed(changes(company, taxonomy)).query("family == 'cohort_mood' and versus == 'baseline'")
    assert "kettle" in set(found["cohort"])
    assert set(found.query("cohort == 'kettle'")["verdict"]) == {"up"}
    assert found["topic"].isna().all()


def test_one_customer_counts_once(make_company: Callable[..., Any], taxonomy: Taxonomy) -> None:
    """One angry customer who writes forty times is not a wave."""
    company = make_company(seed=5, per_week=300)
    now = company.feedback[company.feedback["week"] == WEEK].index[:40]
    company.feedback.loc[now, "customer_key"] = "loud"
    extra = company.mentions.head(1).loc[np.repeat(company.mentions.index[0], len(now))]
    extra = extra.assign(feedback_id=company.feedback.loc[now, "feedback_id"].to_numpy(), topic=taxonomy.ids[1])
    company = type(company)(
        company.feedback, company.predictions, pd.concat([company.mentions, extra]), company.clauses
    )
    row = changes(company, taxonomy).query("metric == 'share' and family == 'volume' and topic == @taxonomy.ids[1]")
    assert row["verdict"].iloc[0] in ("none", "too_few")


def test_a_small_share_is_too_few_to_say_rather_than_no_change() -> None:
    """ "No change" would be a claim that forty customers cannot carry."""
    hits, n = np.asarray([2.0]), np.asarray([40.0])
    result = compare_shares(hits, n, np.full((1, 8), 1.0), np.full((1, 8), 40.0), ALL)
    assert result.high[0] > result.baseline[0]


def test_weeks_that_always_jump_raise_the_bar() -> None:
    """A topic that swings every week needs a larger swing to be news."""
    n, before = np.asarray([1000.0]), np.full((1, 8), 1000.0)
    steady = compare_shares(np.asarray([90.0]), n, np.full((1, 8), 50.0), before, ALL)
    jumpy = compare_shares(np.asarray([90.0]), n, np.asarray([[20.0, 80, 30, 75, 10, 90, 60, 35]]), before, ALL)
    assert steady.p[0] < 0.001
    assert jumpy.p[0] > 0.05
    assert jumpy.high[0] - jumpy.low[0] > 2 * (steady.high[0] - steady.low[0])


def test_equal_scores_in_every_week_do_not_make_a_change_certain() -> None:
    """Five fives and then five fours: the spread inside the weeks is zero, our knowledge of it is not."""
    five = np.full((1, 8), 5.0)
    result = compare_means(np.asarray([20.0]), np.asarray([5.0]), five * 5, five, np.asarray([1 / 12]), ALL)
    assert 0 < result.p[0] < 1


def test_no_event_at_all_is_not_tested() -> None:
    """Nothing before and nothing now says nothing."""
    result = compare_shares(np.zeros(1), np.asarray([100.0]), np.zeros((1, 8)), np.full((1, 8), 100.0), ALL)
    assert np.isnan(result.p[0])


def test_one_week_of_history_is_enough_to_see_a_flood(make_company: Callable[..., Any], taxonomy: Taxonomy) -> None:
    """The second week of a new customer of ours should already be useful."""
    company = make_company(seed=8, per_week=1500, weeks=2, boost=4.0)
    found = claimed(changes(company, taxonomy)).query("metric == 'share' and family == 'volume'")
    assert found["topic"].tolist() == [taxonomy.ids[0]]


def test_a_smaller_change_than_the_minimum_is_no_news(make_company: Callable[..., Any], taxonomy: Taxonomy) -> None:
    """Certain but tiny is still not worth a reader's minute."""
    company = make_company(seed=0, per_week=2000, share=0.03, boost=2.0)
    assert claimed(changes(company, taxonomy, min_share=0.2)).query("family == 'volume'").empty
