"""What was read once is remembered by content, without keeping the content."""

from dataclasses import replace
from pathlib import Path

import pytest

from data.records import Analysis, Clause, ClauseReading, Document, Mention, Turn
from models.cache import Cache, CacheNotReadable, analysis_of, key_of, payload_of

TEXT = "Never again, says nobody else."
DOCUMENT = Document("f1", "v1", TEXT, "en")
ANALYSIS = Analysis(
    feedback_id="f1", version="v1", revision="r1", sentiment="neg",
    scores={"pos": 0.1, "neg": 0.7, "mix": 0.1, "neu": 0.1},
    kind="complaint", kind_score=0.9, churn=2, churn_score=0.8, escalation=0, escalation_score=0.1, urgent=0,
    urgent_score=0.0, mentions=(Mention("price_value", "neg", 0.75, 0, 5),), clauses=(ClauseReading(0, "neg", 0.7),),
    abstained=False, tokens=5, tokens_read=5,
)  # fmt: skip


def test_an_analysis_comes_back_as_it_was(tmp_path: Path) -> None:
    """From memory or from the file of an earlier run, under the ids of the feedback that asks."""
    key = key_of(DOCUMENT, "r1")
    Cache(tmp_path / "cache.db").put({key: payload_of(ANALYSIS)})
    found = Cache(tmp_path / "cache.db").get([key, "unknown"])
    assert set(found) == {key}
    assert analysis_of(found[key], DOCUMENT) == ANALYSIS
    assert analysis_of(found[key], replace(DOCUMENT, feedback_id="f2")) == replace(ANALYSIS, feedback_id="f2")


def test_the_key_follows_what_is_read() -> None:
    """Other words, speakers, clauses, language or revision: another key. Another id: the same."""
    others = [
        replace(DOCUMENT, text=TEXT + "!"),
        replace(DOCUMENT, language="zh-Hans"),
        replace(DOCUMENT, turns=(Turn("agent", 0, 5),)),
        replace(DOCUMENT, clauses=(Clause("f1", "v1", 0, 0, 5, "en"),)),
    ]
    keys = {key_of(document, "r1") for document in [DOCUMENT, *others]} | {key_of(DOCUMENT, "r2")}
    assert len(keys) == 6
    assert key_of(replace(DOCUMENT, feedback_id="f2", version="v2"), "r1") == key_of(DOCUMENT, "r1")


def test_customer_words_are_not_kept(tmp_path: Path) -> None:
    """The cache outlives a deletion request, so it must hold no text."""
    Cache(tmp_path / "cache.db").put({key_of(DOCUMENT, "r1"): payload_of(ANALYSIS)})
    assert b"Never" not in (tmp_path / "cache.db").read_bytes()


def test_a_file_that_is_no_cache_is_named(tmp_path: Path) -> None:
    """The message says which file, and that it can be deleted."""
    (tmp_path / "cache.db").write_bytes(b"not a database" * 100)
    with pytest.raises(CacheNotReadable, match="Delete it"):
        Cache(tmp_path / "cache.db")
