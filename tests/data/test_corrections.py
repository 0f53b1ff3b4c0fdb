"""Readers' corrections become training examples only with a name, a place and an analyst's yes."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from data import corrections
from data.analysis_store import save_analyses
from data.corrections import BadCorrection, Correction, Head, correct
from data.database import Database
from data.feedback_store import save_feedback
from data.lake import Lake
from data.records import Analysis, Feedback, Mention

W46, AT = "2026-W46", datetime(2026, 11, 12, 9, 30, tzinfo=UTC)


def say(database: Database, head: Head, now: str, topic: str | None = None, who: str = "tom") -> Correction:
    return correct(
        database, feedback_id="f1", version="v1", week=W46, revision="r1", head=head, topic=topic, was="neg", now=now,
        who=who, place="editions/logistics",
    )  # fmt: skip


def store(lake: Lake) -> None:
    item = Feedback(
        feedback_id="f1", version="v1", source="s", source_id="1", channel="review", week=W46, occurred_at=AT,
        ingested_at=AT, text="Bad battery. Fast courier.", language="en",
    )  # fmt: skip
    save_feedback(lake, [item], [])
    read = Analysis(
        feedback_id="f1", version="v1", revision="r1", sentiment="neg",
        scores={"pos": 0.0, "neg": 1.0, "mix": 0.0, "neu": 0.0}, kind="complaint", kind_score=1, churn=0, churn_score=0,
        escalation=0, escalation_score=0, urgent=0, urgent_score=0,
        mentions=(Mention("battery", "neg", 0.8, 4, 11), Mention("delivery_speed", "neg", 0.8, 18, 25)),
        clauses=(), abstained=False, tokens=8, tokens_read=8,
    )  # fmt: skip
    save_analyses(lake, [read], W46)


def test_an_accepted_correction_becomes_an_example_with_provenance(
    database: Database, lake: Lake, tmp_path: Path
) -> None:
    """ "This is not about delivery" teaches the model only if one can say who said so, and where."""
    store(lake)
    for made in (say(database, "topic", "absent", "delivery_speed"), say(database, "sentiment", "mix")):
        corrections.decide(database, made.id, "accepted", "ana")
    path = tmp_path / "examples.jsonl"
    assert corrections.export(database, lake, path) == (1, 0)
    (line,) = [json.loads(text) for text in path.read_text("utf-8").splitlines()]
    assert (line["text"], line["labels"], line["s"]) == ("Bad battery. Fast courier.", ["battery"], "mix")
    assert line["t"] == [["battery", "neg", "battery"]]
    assert {(one["who"], one["accepted_by"], one["place"]) for one in line["provenance"]} == {
        ("tom", "ana", "editions/logistics")
    }


def test_what_nobody_accepted_teaches_nothing(database: Database, lake: Lake, tmp_path: Path) -> None:
    """A reader's anger at a report is no label yet."""
    store(lake)
    say(database, "kind", "praise")
    assert corrections.export(database, lake, tmp_path / "examples.jsonl") == (0, 0)


def test_a_text_that_is_gone_is_counted(database: Database, lake: Lake, tmp_path: Path) -> None:
    """Nothing is lost silently."""
    corrections.decide(database, say(database, "churn", "2").id, "accepted", "ana")
    assert corrections.export(database, lake, tmp_path / "examples.jsonl") == (0, 1)


def test_a_reader_who_corrects_again_replaces_the_earlier_word(database: Database) -> None:
    """Two open words of one person on one label would count twice."""
    say(database, "sentiment", "mix")
    say(database, "sentiment", "neu")
    say(database, "sentiment", "pos", who="li")
    assert [(one.now, one.who) for one in corrections.corrections(database)] == [("neu", "tom"), ("pos", "li")]


@pytest.mark.parametrize(
    ("head", "now", "topic"), [("sentiment", "angry", None), ("topic", "neg", None), ("kind", "praise", "t")]
)
def test_what_no_label_can_be_is_refused(database: Database, head: Head, now: str, topic: str | None) -> None:
    """The message names the answers there are."""
    with pytest.raises(BadCorrection):
        say(database, head, now, topic)
