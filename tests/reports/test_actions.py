"""Whether a fix worked is judged against the weeks before it and the cohorts that it left alone."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from data.actions import Action
from data.taxonomy import Taxonomy
from reports.actions import actions_table
from reports.counted import Counted, count, trend_weeks
from reports.week import ReportSettings

WEEK, FIXED = "2026-W46", "2026-W42"


@pytest.fixture(scope="module")
def counted(make_company: Callable[..., Any], taxonomy: Taxonomy) -> Counted:
    """Two topics with 15 %: from 2026-W43 on, carrier north has nearly none of the first one."""
    company = make_company(seed=4, per_week=800, weeks=9, share=0.15)
    north = company.feedback.loc[
        (company.feedback["carrier"] == "north") & (company.feedback["week"] > FIXED), "feedback_id"
    ]
    gone = company.mentions["feedback_id"].isin(north) & (company.mentions["topic"] == taxonomy.ids[0])
    keep = ~gone | (np.random.default_rng(1).random(len(gone)) < 0.2)
    return count(company.feedback, company.predictions, company.mentions[keep], taxonomy.ids, trend_weeks(WEEK, 9))


def judged(counted: Counted, **facts: Any) -> pd.Series:
    action = Action("a", "logistics", **{"topic": counted.topics[0], "since": FIXED, **facts})
    table = actions_table(counted, [action], ReportSettings())
    return table[table["main"]].iloc[0]


def test_a_fix_that_worked_is_found(counted: Counted) -> None:
    """The team that fixed it should hear so, with the counts."""
    row = judged(counted, kind="carrier", cohort="north")
    assert row["verdict"] == "better"
    assert row["did_high"] < 0
    assert row["before"] == pytest.approx(row["n_before"] / row["total_before"])
    assert row["did"] == pytest.approx(row["effect"] - row["control"])
    assert (row["weeks_before"], row["weeks_after"]) == (4, 4)


def test_an_action_that_did_nothing_is_not_praised(counted: Counted) -> None:
    """The same carrier, another topic."""
    row = judged(counted, topic=counted.topics[1], kind="carrier", cohort="north")
    assert row["verdict"] == "unclear"
    assert row["did_low"] < 0 < row["did_high"]


def test_a_week_after_the_action_is_too_early(counted: Counted) -> None:
    """One week is a week's luck."""
    row = judged(counted, since="2026-W45")
    assert row["verdict"] == "too_early"
    assert pd.isna(row["effect"])


def test_an_unknown_cohort_or_no_weeks_before_is_not_enough(counted: Counted) -> None:
    """Nothing to compare with is said so."""
    assert judged(counted, kind="carrier", cohort="west")["verdict"] == "not_enough"
    assert judged(counted, since="2026-W38")["verdict"] == "not_enough"


def test_actions_of_coming_weeks_and_unknown_topics_are_left_out(counted: Counted) -> None:
    """A plan is no action yet."""
    actions = [Action("a", "x", counted.topics[0], "2026-W50"), Action("b", "x", "gone", FIXED)]
    assert actions_table(counted, actions, ReportSettings()).empty
