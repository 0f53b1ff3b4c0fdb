"""The ledger of themes keeps ids, follows what happens, and holds what people decided."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
import yaml

from data import taxonomy, theme_decisions, themes
from data.analysis_store import save_analyses
from data.clause_vectors import save_vectors, vectors_of
from data.database import Database
from data.feedback_store import save_feedback
from data.lake import Lake
from data.records import Analysis, Clause, Feedback, Mention
from data.taxonomy import Topic
from data.theme_records import ClauseKey, ThemeWeek
from data.weeks import BadWeek
from models.examples import read_examples

LAST, WEEK = "2026-W45", "2026-W46"
TOPIC = Topic(
    "plastic", {"en": "Plastic", "zh-Hans": "塑料", "zh-Hant": "塑膠"}, "too much plastic", "logistics", "delivery"
)


def found(id_: str, week: str = WEEK, customers: int = 7, **other: object) -> ThemeWeek:
    members = tuple(ClauseKey(week, f"{id_}-{number}", "1", 0) for number in range(3))
    made = ThemeWeek(
        theme=id_, week=week, revision="r", event="new", parents=(), feedback=8, customers=customers, sources=2,
        weeks=2, growth="up", team="logistics", words={"en": ("plastic", "waste"), "zh-Hans": ("塑料",)},
        centre=b"\x00\x3c", members=members, quotes=members[:1],
    )  # fmt: skip
    return replace(made, **other)  # type: ignore[arg-type]


def test_what_is_settled_comes_back_as_it_was(database: Database) -> None:
    """The report and the inbox read from the ledger only."""
    assert themes.settle_week(database, WEEK, [found("t1"), found("t2", customers=9)])
    first, second = themes.themes(database)
    assert (first.id, second.id) == ("t2", "t1")
    assert second.latest == found("t1")
    assert (second.status, second.first_week) == ("proposed", WEEK)
    assert second.name("en") == "plastic · waste"
    assert second.name("zh-Hant") == "塑料"


def test_settling_a_week_again_changes_nothing(database: Database) -> None:
    """A run that was killed is started again."""
    assert themes.settle_week(database, WEEK, [found("t1"), found("t2")])
    before = themes.themes(database), themes.history(database, "t1")
    assert not themes.settle_week(database, WEEK, [found("t2"), found("t1")])
    assert (themes.themes(database), themes.history(database, "t1")) == before


def test_a_restated_week_forgets_what_it_alone_had_found(database: Database) -> None:
    """Late feedback changed the week: a theme that is none any more must not stay in the inbox."""
    themes.settle_week(database, WEEK, [found("t1"), found("t2")])
    themes.settle_week(database, WEEK, [found("t1", customers=8)])
    assert [one.id for one in themes.themes(database)] == ["t1"]
    assert themes.history(database, "t2") == []


def test_a_theme_that_somebody_decided_about_is_never_forgotten(database: Database) -> None:
    """A decision is a person's work."""
    themes.settle_week(database, WEEK, [found("t1")])
    theme_decisions.reject(database, "t1", who="Mei", note="packing foam is known")
    themes.settle_week(database, WEEK, [])
    themes.settle_week(database, WEEK, [found("t1")])
    (one,) = themes.themes(database)
    assert (one.status, one.decided_by) == ("rejected", "Mei")


def test_a_rejected_theme_stays_rejected_when_it_comes_back(database: Database) -> None:
    """Nobody rejects the same thing every Monday."""
    themes.settle_week(database, LAST, [found("t1", LAST)])
    theme_decisions.reject(database, "t1", who="Mei")
    themes.settle_week(database, WEEK, [found("t1", event="continued")])
    assert themes.themes(database, WEEK, ["proposed"], gone=False) == []
    assert [one.id for one in themes.themes(database, WEEK, ["rejected"])] == ["t1"]


def test_the_history_tells_splits_merges_and_ends(database: Database) -> None:
    """An analyst sees where a theme came from and where it went."""
    themes.settle_week(database, LAST, [found("t1", LAST), found("t2", LAST)])
    themes.settle_week(
        database,
        WEEK,
        [
            found("t1", event="merged", parents=("t2",)),
            found("t2", event="ended", parents=("t1",), customers=0),
            found("t3", event="split", parents=("t1",)),
        ],
    )
    assert [(e.event, e.other) for e in themes.history(database, "t1")] == [("new", None), ("merged", "t2")]
    assert [(e.event, e.other) for e in themes.history(database, "t2")] == [("new", None), ("ended", "t1")]
    assert [(e.event, e.other) for e in themes.history(database, "t3")] == [("split", "t1")]
    assert [one.id for one in themes.themes(database, gone=False)] == ["t1", "t3"]
    assert themes.sizes(database, "t2") == [(LAST, 7)]


def test_an_earlier_week_is_shown_as_it_was(database: Database) -> None:
    """A restated report of last week shows last week's themes."""
    themes.settle_week(database, LAST, [found("t1", LAST, customers=5)])
    themes.settle_week(database, WEEK, [found("t1", event="continued", customers=9)])
    (then,) = themes.themes(database, LAST)
    assert (then.latest.customers, themes.themes(database)[0].latest.customers) == (5, 9)


def test_themes_of_another_week_are_refused(database: Database) -> None:
    """A mixed-up week would overwrite another's themes."""
    with pytest.raises(BadWeek):
        themes.settle_week(database, WEEK, [found("t1", LAST)])


def test_two_themes_merge_once_and_never_in_a_circle(database: Database) -> None:
    """A circle would hide both."""
    themes.settle_week(database, WEEK, [found("t1"), found("t2"), found("t3")])
    assert theme_decisions.merge(database, "t1", "t2", who="Mei").into == "t2"
    assert theme_decisions.merge(database, "t3", "t1", who="Mei").into == "t2"
    with pytest.raises(theme_decisions.BadDecision):
        theme_decisions.merge(database, "t2", "t1", who="Mei")
    with pytest.raises(theme_decisions.UnknownTheme):
        theme_decisions.merge(database, "t2", "t9", who="Mei")
    assert theme_decisions.reopen(database, "t1", who="Jo").status == "proposed"
    assert [event.event for event in themes.history(database, "t1")] == ["new", "merged", "reopened"]


def test_a_decision_on_an_old_state_is_a_conflict(database: Database) -> None:
    """Two analysts decide at once: the second looks again."""
    themes.settle_week(database, WEEK, [found("t1")])
    seen = themes.themes(database)[0].lock
    theme_decisions.reject(database, "t1", who="Mei", lock=seen)
    with pytest.raises(theme_decisions.ThemeChanged):
        theme_decisions.reopen(database, "t1", who="Jo", lock=seen)
    with pytest.raises(theme_decisions.BadDecision):
        theme_decisions.reopen(database, "t1", who=" ")


def stored(lake: Lake) -> None:
    """Three feedback about plastic and two about delivery, read by revision r."""
    feedbacks, clauses, analyses = [], [], []
    for number in range(5):
        id_ = f"t1-{number}"
        text = "so much plastic waste" if number < 3 else "the parcel came late"
        moment = datetime(2026, 11, 12, 9, tzinfo=UTC)
        feedbacks.append(
            Feedback(
                feedback_id=id_, version="1", source="s", source_id=id_, channel="survey", week=WEEK,
                occurred_at=moment, ingested_at=moment, text=text, language="en",
            )
        )  # fmt: skip
        clauses.append(Clause(id_, "1", 0, 0, len(text), "en"))
        mentions = (Mention("delivery_speed", "neg", 0.95, 0, 5),) if number != 1 and number else ()
        analyses.append(
            Analysis(
                feedback_id=id_, version="1", revision="r", sentiment="neg",
                scores={"pos": 0.0, "neg": 1.0, "mix": 0.0, "neu": 0.0}, kind="complaint", kind_score=1.0, churn=0,
                churn_score=0.0, escalation=0, escalation_score=0.0, urgent=0, urgent_score=0.0, mentions=mentions,
                clauses=(), abstained=False, tokens=5, tokens_read=5,
            )
        )  # fmt: skip
    save_feedback(lake, feedbacks, clauses)
    save_analyses(lake, analyses, WEEK)


def test_accepting_writes_what_fit_topics_reads(database: Database, lake: Lake, tmp_path: Path) -> None:
    """An accepted theme becomes a topic with examples of its own and of the others, without retyping anything."""
    stored(lake)
    themes.settle_week(database, WEEK, [found("t1")])
    folder = tmp_path / "accepted"
    given = {"folder": folder, "who": "Mei"}
    done = theme_decisions.accept(database, lake, taxonomy.load(), "t1", TOPIC, **given)  # type: ignore[arg-type]
    assert (done.theme.status, done.theme.into) == ("accepted", "plastic")
    assert (done.of_theme, done.of_others) == (3, 2)
    widened = taxonomy.load(done.taxonomy)
    assert widened.ids == (*taxonomy.load().ids, "plastic")
    assert widened["plastic"].team == "logistics"
    read = read_examples(done.examples, widened)
    assert not read.refused
    place = widened.ids.index("plastic")
    assert sum(place in row.topics for row in read.rows) == 3
    written = done.examples.read_bytes(), done.taxonomy.read_bytes()
    theme_decisions.accept(database, lake, taxonomy.load(), "t1", TOPIC, **given)  # type: ignore[arg-type]
    assert (done.examples.read_bytes(), done.taxonomy.read_bytes()) == written, "accepting twice changes nothing"
    assert yaml.safe_load(done.taxonomy.read_text(encoding="utf-8"))["topics"][-1]["names"]["zh-Hant"] == "塑膠"


def test_a_topic_that_is_there_already_is_refused(database: Database, lake: Lake, tmp_path: Path) -> None:
    """An old id must never get a new meaning."""
    themes.settle_week(database, WEEK, [found("t1")])
    known = replace(TOPIC, id="delivery_speed")
    with pytest.raises(theme_decisions.BadDecision):
        theme_decisions.accept(database, lake, taxonomy.load(), "t1", known, folder=tmp_path, who="Mei")


def test_vectors_are_kept_by_clause_and_revision(lake: Lake) -> None:
    """A new model's vectors lie in another space: the two are never mixed."""
    placed = [("f1", "1", {0: np.array([1.0, 0.0], np.float32)}), ("f2", "1", {})]
    assert save_vectors(lake, WEEK, "r", placed) == 1
    assert save_vectors(lake, WEEK, "r", placed) == 0
    (key,) = vectors_of(lake, [WEEK], "r")
    assert key == ClauseKey(WEEK, "f1", "1", 0)
    assert vectors_of(lake, [WEEK], "other") == {}
