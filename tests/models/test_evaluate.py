"""Figures that the project is judged by are counted right, and shown with their uncertainty."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import pytest

from data.records import Analysis, Document, Mention, Sentiment
from models.analyser import Reads
from models.evaluate import evaluate
from models.gold import BadGold
from models.tallies import Tally, draws_of

ROW = {"id": "1", "lang": "en", "context": "shop: phones", "text": "bad box, late", "s": "neg", "k": "complaint"}
TOPICS = [["damage_packaging", "neg", "bad box"], ["delivery_speed", "neg", "late"]]


class SayingTheSame(Reads):
    """An analyser with one opinion on everything."""

    def __init__(self, *mentions: Mention, sentiment: Sentiment = "neg") -> None:
        self._mentions, self._sentiment = mentions, sentiment

    @property
    def revision(self) -> str:
        return "fake"

    def analyse(self, documents: Iterable[Document]) -> Iterator[Analysis]:
        for document in documents:
            yield Analysis(
                feedback_id=document.feedback_id, version="v", revision="fake", sentiment=self._sentiment,
                scores={"pos": 0.1, "neg": 0.8, "mix": 0.05, "neu": 0.05}, kind="complaint", kind_score=0.9, churn=0,
                churn_score=0.1, escalation=0, escalation_score=0.0, urgent=0, urgent_score=0.0,
                mentions=self._mentions,
                clauses=(), abstained=False, tokens=4, tokens_read=4,
            )  # fmt: skip


def gold(folder: Path, rows: list[dict[str, object]]) -> Path:
    """Write a gold file."""
    path = folder / "gold.jsonl"
    path.write_text("\n".join(json.dumps({**ROW, "t": TOPICS, "c": 0, "e": 0, "u": 0, **row}) for row in rows))
    return path


def test_figures_are_counted_as_the_guide_says(tmp_path: Path) -> None:
    """Topics as sets, polarity and evidence over agreed topics only, churn as any intent."""
    rows: list[dict[str, object]] = [{}, {"s": "pos", "c": 2}]
    said = [Mention("damage_packaging", "pos", 0.9, 4, 7), Mention("price_value", "neg", 0.6, 0, 3)]
    figures = evaluate(gold(tmp_path, rows), SayingTheSame(*said)).figures["all"]
    assert figures["sentiment accuracy"].value == 0.5
    assert figures["topics F1"].value == pytest.approx(2 * 2 / 8)
    assert figures["topic sentiment"].value == 0
    assert figures["evidence overlap"].value == 1
    assert figures["churn F1"].value == 0
    assert figures["text read"].value == 1
    assert "escalation F1" not in figures


def test_evidence_beside_the_gold_span_is_a_miss(tmp_path: Path) -> None:
    """Touching characters decide, not the topic alone."""
    figures = evaluate(gold(tmp_path, [{}]), SayingTheSame(Mention("damage_packaging", "neg", 0.9, 7, 13))).figures
    assert figures["all"]["evidence overlap"].value == 0
    assert figures["all"]["topic sentiment"].value == 1


def test_groups_and_report_are_complete(tmp_path: Path) -> None:
    """By language, source and length, in JSON and in words, with the share of text read."""
    path = gold(tmp_path, [{"id": str(number)} for number in range(12)])
    evaluation = evaluate(path, SayingTheSame())
    assert set(evaluation.figures) == {"all", "language en", "length 1 to 16 tokens", "source shop"}
    assert json.loads(evaluation.json())["figures"]["all"]["sentiment accuracy"]["n"] == 12
    report = evaluation.markdown()
    for part in ("## language en", "text read", "## Calibration", "Abstained as shipped"):
        assert part in report
    assert evaluation.calibration["all"]["sentiment"] == pytest.approx(0.2)
    assert evaluation.risk["language en"]["sentiment"].kept[1.0] == 1
    assert "| all | **0.200** (0." in report


def test_a_source_is_named_by_the_id_where_it_can_be(tmp_path: Path) -> None:
    """Twenty contexts of one source would each be too small to show."""
    rows: list[dict[str, object]] = [
        {"id": f"dev2-bank_chat-{number:04}", "context": f"branch {number}"} for number in range(12)
    ]
    assert "source bank_chat" in evaluate(gold(tmp_path, rows), SayingTheSame()).figures


@pytest.mark.parametrize(
    "broken", ["{", '{"id": 1}', json.dumps({**ROW, "s": "happy", "t": [], "c": 0, "e": 0, "u": 0})]
)
def test_a_bad_gold_row_is_named(tmp_path: Path, broken: str) -> None:
    """A figure over half a file would be believed; the line number is said, the text is not."""
    path = gold(tmp_path, [{}])
    path.write_text(path.read_text() + "\n" + broken)
    with pytest.raises(BadGold, match="line 2") as raised:
        evaluate(path, SayingTheSame())
    assert "bad box" not in str(raised.value)


def test_intervals_cover_the_truth_about_as_often_as_they_say() -> None:
    """A 95 % interval that covers far less would make noise look like progress."""
    draw = np.random.default_rng(5)
    covered = 0
    for _ in range(100):
        hits = (draw.random(120) < 0.8).astype(float)
        figure = Tally(hits, np.ones(120)).figure(np.arange(120), draws_of(120))
        assert figure is not None
        covered += figure.low <= 0.8 <= figure.high
    assert covered >= 88
