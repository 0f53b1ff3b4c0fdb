"""What a model read is kept whole, joined to the version that it read, and replaced, never mixed."""

from datetime import UTC, datetime

import pytest

from data.analysis_store import UnknownFeedback, readings, save_analyses
from data.feedback_store import save_feedback, unanalysed
from data.lake import Lake
from data.merging import MergeCount
from data.records import Analysis, Clause, ClauseReading, Feedback, Mention

W46 = "2026-W46"
AT = datetime(2026, 11, 12, 9, 30, tzinfo=UTC)


def store(lake: Lake, version: str = "v1", ingested_at: datetime = AT) -> None:
    item = Feedback(
        feedback_id="f1",
        version=version,
        source="s",
        source_id="1",
        channel="review",
        week=W46,
        occurred_at=AT,
        ingested_at=ingested_at,
        text="Bad battery. Fast courier.",
        language="en",
    )
    save_feedback(lake, [item], [Clause("f1", version, 0, 0, 12, "en"), Clause("f1", version, 1, 13, 26, "en")])


def analysis(*mentions: Mention, version: str = "v1", revision: str = "r1") -> Analysis:
    return Analysis(
        feedback_id="f1",
        version=version,
        revision=revision,
        sentiment="mix",
        scores={"pos": 0.25, "neg": 0.25, "mix": 0.5, "neu": 0.0},
        kind="complaint",
        kind_score=0.75,
        churn=1,
        churn_score=0.5,
        escalation=0,
        escalation_score=0.0,
        urgent=0,
        urgent_score=0.0,
        mentions=mentions,
        clauses=(ClauseReading(0, "neg", 0.75), ClauseReading(1, "pos", 0.75)),
        abstained=False,
        tokens=8,
        tokens_read=8,
    )


BATTERY = Mention("battery", "neg", 0.75, 4, 11)
COURIER = Mention("courier", "pos", 0.5, 18, 25)
BOTH = Mention("value", "neg", 0.5, 4, 25)


def test_a_mention_knows_the_clause_that_holds_it(lake: Lake) -> None:
    """The report shows that clause; a mention over two clauses has none."""
    store(lake)
    assert save_analyses(lake, [analysis(BATTERY, COURIER, BOTH)], W46) == MergeCount(new=1)
    mentions = lake.read("mentions").set_index("topic")["clause"]
    assert (mentions["battery"], mentions["courier"]) == (0, 1)
    assert mentions.isna()["value"]


def test_everything_that_was_read_is_kept(lake: Lake) -> None:
    """One row in predictions, one per clause and one per mention, with their week."""
    store(lake)
    save_analyses(lake, [analysis(BATTERY)], W46)
    found = readings(lake, W46, "r1")
    row = found.predictions.iloc[0]
    assert (row["pos"], row["mix"], row["kind"], row["churn"], row["week"]) == (0.25, 0.5, "complaint", 1, W46)
    assert found.clause_predictions[["position", "sentiment"]].to_numpy().tolist() == [[0, "neg"], [1, "pos"]]
    assert (len(found.feedback), len(found.clauses), len(found.mentions)) == (1, 2, 1)
    assert list(unanalysed(lake, W46, "r1")) == []


def test_saving_twice_changes_no_byte(lake: Lake) -> None:
    """A stage that is run again leaves the lake as it was."""
    store(lake)
    tables = ("predictions", "mentions", "clause_predictions")
    save_analyses(lake, [analysis(BATTERY, COURIER)], W46)
    before = [lake.fingerprint(table, W46) for table in tables]
    assert save_analyses(lake, [analysis(COURIER, BATTERY)], W46) == MergeCount(unchanged=1)
    assert [lake.fingerprint(table, W46) for table in tables] == before


def test_a_second_reading_leaves_nothing_of_the_first(lake: Lake) -> None:
    """Topics that are no longer found must not stay in the counts, not even when none is left."""
    store(lake)
    save_analyses(lake, [analysis(BATTERY, COURIER)], W46)
    save_analyses(lake, [analysis()], W46)
    assert lake.read("mentions").empty


def test_revisions_and_versions_do_not_mix(lake: Lake) -> None:
    """A report counts what one revision read in the current versions, and nothing else."""
    store(lake)
    save_analyses(lake, [analysis(BATTERY)], W46)
    save_analyses(lake, [analysis(COURIER, revision="r2")], W46)
    assert readings(lake, [W46], "r1").mentions["topic"].tolist() == ["battery"]
    assert readings(lake, [W46], "r2").mentions["topic"].tolist() == ["courier"]
    store(lake, "v2", AT.replace(day=13))
    edited = readings(lake, [W46], "r1")
    assert edited.predictions.empty
    assert edited.feedback["version"].tolist() == ["v2"]
    assert [document.version for document in unanalysed(lake, W46, "r1")] == ["v2"]


def test_an_analysis_of_an_unknown_version_is_refused(lake: Lake) -> None:
    """Its rows could never be traced to a feedback."""
    store(lake)
    with pytest.raises(UnknownFeedback, match="f1"):
        save_analyses(lake, [analysis(version="v9")], W46)
    assert lake.read("predictions").empty


def test_no_analyses_are_no_trouble(lake: Lake) -> None:
    """A week that is read already."""
    assert save_analyses(lake, [], W46) == MergeCount()
    assert readings(lake, W46, "r1").feedback.empty
