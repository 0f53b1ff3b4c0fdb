"""Groups are counted apart, and small ones withheld everywhere."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from data.taxonomy import Taxonomy
from reports.aggregation import build_week
from reports.week import WeekTables

WEEK = "2026-W46"
SMALL = "one-off"


@pytest.fixture(scope="module")
def tables(make_company: Callable[..., Any], taxonomy: Taxonomy) -> WeekTables:
    """A week in which four customers bought a product of their own and a fifth told us about it twice."""
    company = make_company(seed=4, per_week=150, weeks=3)
    now = company.feedback[(company.feedback["week"] == WEEK) & (company.feedback["language"] != "other")].index[:5]
    company.feedback.loc[now, "product"] = SMALL
    company.feedback.loc[now, "customer_key"] = ["a", "b", "c", "d", "d"]
    company.predictions.loc[now, "abstained"] = False
    extra = company.mentions.head(1).loc[[company.mentions.index[0]] * 5]
    extra = extra.assign(feedback_id=company.feedback.loc[now, "feedback_id"].to_numpy(), topic=taxonomy.ids[2])
    mentions = pd.concat([company.mentions, extra])
    return build_week(company.feedback, company.predictions, mentions, company.clauses, [], taxonomy, WEEK)


def test_a_group_below_k_customers_is_withheld_in_every_table(tables: WeekTables) -> None:
    """Four customers could recognise each other; five feedback don't make them five customers."""
    for name, column in (("cohorts", "cohort"), ("cross", "row"), ("sentiment", "cohort")):
        frame = tables.table(name)
        small = frame[(frame[column] == SMALL) & (frame["week"] == WEEK)]
        assert len(small) > 0, name
        assert small["withheld"].all()
        assert small["n"].isna().all()
        assert small["customers"].isna().all()
    for name in ("rows", "verbatims"):
        assert SMALL not in set(tables.table(name)["product"].dropna())
    assert SMALL not in set(tables.changes["cohort"])


def test_a_withheld_group_still_counts_in_the_whole(tables: WeekTables) -> None:
    """Withholding hides a group, it doesn't lose its feedback."""
    everyone = tables.sentiment[(tables.sentiment["week"] == WEEK) & (tables.sentiment["kind"] == "all")]
    assert everyone["n"].iloc[0] == tables.coverage["counted"].iloc[0]
    shown = tables.sentiment[(tables.sentiment["week"] == WEEK) & (tables.sentiment["kind"] == "product")]
    assert shown["n"].sum() == everyone["n"].iloc[0] - 5


def test_nps_is_promoters_less_detractors(tables: WeekTables) -> None:
    """The one number every manager checks by hand."""
    nps = tables.scores[(tables.scores["scale"] == "nps") & ~tables.scores["withheld"]]
    for row in nps.itertuples():
        assert row.nps == pytest.approx(100 * (row.promoters - row.detractors) / row.n)
        assert row.nps_low <= row.nps <= row.nps_high or pd.isna(row.nps_low)
    others = tables.scores[tables.scores["scale"] != "nps"]
    assert others[["nps", "promoters", "detractors"]].isna().all(axis=None)


def test_sentiment_adds_up(tables: WeekTables) -> None:
    """Every feedback has one sentiment."""
    shown = tables.sentiment[~tables.sentiment["withheld"]]
    assert (shown[["pos", "neg", "mix", "neu"]].sum(axis=1) == shown["n"]).all()
