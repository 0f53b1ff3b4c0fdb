"""The numbers of a week are right, traceable, and the same whatever the order of the rows."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.taxonomy import Taxonomy
from reports.aggregation import build_week
from reports.counted import MixedRevisions
from reports.week import SCHEMAS, Intake, WeekTables, conform

WEEK = "2026-W46"


@pytest.fixture(scope="module")
def company(make_company: Callable[..., Any]) -> Any:
    return make_company(seed=3, per_week=120, weeks=4)


def build(company: Any, taxonomy: Taxonomy, **more: Any) -> WeekTables:
    frames = (company.feedback, company.predictions, company.mentions, company.clauses)
    return build_week(*frames, [], taxonomy, WEEK, **more)


@pytest.fixture(scope="module")
def tables(company: Any, taxonomy: Taxonomy) -> WeekTables:
    return build(company, taxonomy, intake=Intake(pulled=9, quarantine={("crm", "no_date"): 2}, restated=("2026-W44",)))


def test_every_table_follows_its_schema(tables: WeekTables) -> None:
    """Editions and BI tools rely on these columns and types."""
    for name, schema in SCHEMAS.items():
        frame = tables.table(name)
        assert {column: str(dtype) for column, dtype in frame.dtypes.items()} == dict(schema), name


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6))
def test_shuffling_rows_changes_no_number(seed: int, company: Any, taxonomy: Taxonomy, tables: WeekTables) -> None:
    """A pull in another order must give the same report, to the last bit."""
    again = build(company.shuffled(seed), taxonomy, intake=Intake(pulled=9, quarantine={("crm", "no_date"): 2}))
    for name in SCHEMAS:
        if name != "coverage":
            pd.testing.assert_frame_equal(tables.table(name), again.table(name), check_exact=True, obj=name)


def test_every_count_traces_to_rows(tables: WeekTables) -> None:
    """Whoever doubts a number can count the rows behind it."""
    rows = tables.rows
    topics = tables.topics[tables.topics["week"] == WEEK].set_index("topic")
    assert topics["n"].sum() == rows["topic"].notna().sum() > 0
    for topic, row in topics.iterrows():
        behind = rows[rows["topic"] == topic]
        assert len(behind) == row["n"]
        assert (behind["topic_sentiment"] == "neg").sum() == row["neg"]
        assert rows["feedback_id"].nunique() == row["total"]
        late = tables.cohorts[(tables.cohorts["topic"] == topic) & (tables.cohorts["kind"] == "carrier")]
        for cell in late.itertuples():
            assert (behind["carrier"] == cell.cohort).sum() == cell.n
    cross = tables.cross[tables.cross["row_kind"] == "carrier"]
    assert cross["n"].sum() == rows[["topic", "carrier", "region"]].notna().all(axis=1).sum()


def test_what_is_not_counted_stands_in_coverage(company: Any, taxonomy: Taxonomy, tables: WeekTables) -> None:
    """Abstained, foreign and unread feedback leave the shares but never silently."""
    coverage = tables.coverage.iloc[0]
    assert coverage["feedback"] == (company.feedback["week"] == WEEK).sum()
    assert coverage["analysed"] == coverage["counted"] + coverage["abstained"] + coverage["other_language"]
    assert coverage["abstained"] > 0
    assert coverage["other_language"] > 0
    assert coverage["share_read"] == 1.0
    assert coverage["restated"] == "2026-W44"
    assert tables.quarantine.to_dict("records") == [{"source": "crm", "reason": "no_date", "n": 2}]
    unread = (
        company.predictions.iloc[1:] if company.predictions["week"].iloc[0] == WEEK else company.predictions.iloc[:-1]
    )
    fewer = build_week(company.feedback, unread, company.mentions, company.clauses, [], taxonomy, WEEK)
    assert fewer.coverage["analysed"].iloc[0] == coverage["analysed"] - 1
    assert fewer.coverage["feedback"].iloc[0] == coverage["feedback"]


def test_a_mention_of_a_topic_that_the_taxonomy_dropped_is_counted_as_such(company: Any, taxonomy: Taxonomy) -> None:
    """An edit of the taxonomy must not break last week's report."""
    mentions = company.mentions.assign(topic=company.mentions["topic"].replace(taxonomy.ids[0], "retired"))
    tables = build_week(company.feedback, company.predictions, mentions, company.clauses, [], taxonomy, WEEK)
    assert tables.coverage["outside_taxonomy"].iloc[0] > 0
    assert tables.topics.query("topic == @taxonomy.ids[0]")["n"].sum() == 0


def test_two_revisions_of_one_feedback_are_refused(company: Any, taxonomy: Taxonomy) -> None:
    """Counting a feedback twice would be worse than stopping."""
    twice = pd.concat([company.predictions, company.predictions.head(1).assign(revision="r2")])
    with pytest.raises(MixedRevisions, match="revisions"):
        build_week(company.feedback, twice, company.mentions, company.clauses, [], taxonomy, WEEK)


def test_an_empty_week_gives_empty_tables(company: Any, taxonomy: Taxonomy) -> None:
    """A holiday week is still a week: the report says zero, it doesn't fall over."""
    earlier = company.feedback["week"] != WEEK
    frames = (frame.loc[frame["week"] != WEEK] for frame in (company.predictions, company.mentions, company.clauses))
    tables = build_week(company.feedback[earlier], *frames, [], taxonomy, WEEK)
    assert tables.coverage["feedback"].iloc[0] == 0
    assert set(tables.changes["verdict"]) <= {"too_few"}
    assert tables.verbatims.empty
    assert tables.topics[tables.topics["week"] == WEEK]["share"].isna().all()


def test_no_feedback_at_all_gives_empty_tables(company: Any, taxonomy: Taxonomy) -> None:
    """The very first run may find nothing."""
    frames = (company.feedback, company.predictions, company.mentions, company.clauses)
    tables = build_week(*(frame.head(0) for frame in frames), [], taxonomy, WEEK)
    assert tables.coverage["counted"].iloc[0] == 0
    assert tables.rows.empty


def test_a_first_week_without_history_claims_no_change(company: Any, taxonomy: Taxonomy) -> None:
    """Without a baseline there is nothing to compare with, and the report says so."""
    frames = (company.feedback, company.predictions, company.mentions, company.clauses)
    tables = build_week(*(frame[frame["week"] == WEEK] for frame in frames), [], taxonomy, WEEK)
    assert set(tables.changes["verdict"]) == {"too_few"}
    assert np.isnan(tables.changes["q"]).all()


def test_the_empty_table_has_the_columns_too() -> None:
    """Renderers loop over columns, also when there is nothing to show."""
    for name, schema in SCHEMAS.items():
        assert list(conform(name).columns) == list(schema)
