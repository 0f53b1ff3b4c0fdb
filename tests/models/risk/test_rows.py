"""Rows of the lake, with all the ways in which frames say that something is missing."""

import math
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pandas as pd

from data.records import Analysis, Clause, ClauseReading, Feedback, Mention, Turn
from models.risk.heard import from_records, normalised
from models.risk.rows import from_rows

AT = datetime(2026, 11, 12, 9, tzinfo=UTC)
FEEDBACK = Feedback(
    feedback_id="f",
    version="v",
    source="s",
    source_id="1",
    channel="chat",
    week="2026-W46",
    occurred_at=AT,
    ingested_at=AT,
    text="Hello\nHow may I help\nIt broke. I leave",
    language="en",
    customer_key="c",
    score=2.0,
    scale="csat",
    resolved=False,
    turns=(Turn("customer", 0, 5), Turn("agent", 6, 20), Turn("customer", 21, 38)),
    product="watch",
    customer_value=90.0,
)
ANALYSIS = Analysis(
    feedback_id="f",
    version="v",
    revision="r",
    sentiment="neg",
    scores={"neg": 1.0},
    kind="complaint",
    kind_score=1.0,
    churn=2,
    churn_score=0.75,
    escalation=0,
    escalation_score=0.25,
    urgent=1,
    urgent_score=0.5,
    abstained=False,
    tokens=9,
    tokens_read=9,
    mentions=(Mention("product_quality", "neg", 0.5, 21, 30),),
    clauses=(ClauseReading(2, "neg", 0.5),),
)
CLAUSES = [
    Clause("f", "v", 0, 0, 5, "en"),
    Clause("f", "v", 1, 6, 20, "en", "agent"),
    Clause("f", "v", 2, 21, 38, "en"),
]


def frame() -> dict[str, object]:
    turns = [{"speaker": t.speaker, "start": t.start, "end": t.end, "at": None} for t in FEEDBACK.turns]
    columns = (
        "feedback_id",
        "version",
        "week",
        "channel",
        "text",
        "customer_key",
        "score",
        "scale",
        "resolved",
        "product",
    )
    return {name: getattr(FEEDBACK, name) for name in columns} | {
        "customer_value": 90.0, "occurred_at": pd.Timestamp(AT), "turns": np.array(turns, dtype=object)
    }  # fmt: skip


PREDICTION = {
    name: getattr(ANALYSIS, name) for name in ANALYSIS.__slots__ if name not in ("scores", "mentions", "clauses")
}
VERSION = {"feedback_id": "f", "version": "v"}
MENTION = {**VERSION, "topic": "product_quality", "sentiment": "neg", "score": 0.5, "start": 21, "end": 30, "clause": 2}
FELT = {**VERSION, "position": 2, "sentiment": "neg", "score": 0.5}
SPLIT = [{**VERSION, "position": c.position, "start": c.start, "end": c.end, "speaker": c.speaker} for c in CLAUSES]


def test_rows_and_records_say_the_same():
    """Flows read frames, other code has records: the queue must not depend on which."""
    assert from_rows([frame()], [PREDICTION], [MENTION], SPLIT, [FELT]) == from_records([FEEDBACK], [ANALYSIS], CLAUSES)


def test_missing_values_of_every_kind_are_none():
    """NaN as a score would make every comparison false and the slope NaN."""
    for nothing in (None, math.nan, pd.NA, pd.NaT):
        row = frame() | dict.fromkeys(("score", "scale", "resolved", "product", "customer_value", "turns"), nothing)
        (heard,) = from_rows([row], [PREDICTION])
        assert (heard.score, heard.resolved, heard.product, heard.customer_value) == (None, None, None, None)
        assert not heard.conversation


def test_feedback_without_customer_or_reading_is_left_out():
    """An anonymous review speaks for no customer; an unread version says nothing yet."""
    assert from_rows([frame() | {"customer_key": math.nan}], [PREDICTION]) == []
    assert from_rows([frame()], [PREDICTION | {"version": "older"}]) == []
    assert from_records([replace(FEEDBACK, customer_key=None)], [ANALYSIS]) == []
    assert from_records([FEEDBACK], [replace(ANALYSIS, version="older")]) == []


def test_scores_are_compared_on_one_scale():
    """Three of five stars are as good as five of ten."""
    assert normalised(3, "stars") == normalised(5, "nps") == 0.5
    assert normalised(7, "ces") == 1.0
    assert normalised(None, "nps") is None
    assert normalised(3, None) is None
