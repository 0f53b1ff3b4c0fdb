"""Measure a network against gold labels with the figures that the project is judged by."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch

from data.records import Span
from models.batches import items, padded
from models.calibration import Calibration, calibration_error
from models.corpus import Row
from models.evidence import best_span
from models.labels import CHURN, KINDS, LANGUAGES, POLARITIES, SENTIMENTS, TOPICS
from models.network import FeedbackNetwork
from models.tokens import PAD, FeedbackTokenizer

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Readings:
    """Raw logits for N rows, and the best evidence span of every topic of every row (in characters)."""

    sentiment: Floats
    kind: Floats
    churn: Floats
    escalation: Floats
    urgent: Floats
    topics: Floats
    polarity: Floats
    spans: list[list[Span | None]]


def chosen(readings: Readings, places: Sequence[int]) -> Readings:
    """Return the readings of some rows."""
    index = np.array(places, dtype=np.int64)
    return Readings(
        readings.sentiment[index], readings.kind[index], readings.churn[index], readings.escalation[index],
        readings.urgent[index], readings.topics[index], readings.polarity[index],
        [readings.spans[place] for place in index],
    )  # fmt: skip


@torch.inference_mode()
def read(
    network: FeedbackNetwork,
    tokenizer: FeedbackTokenizer,
    rows: Sequence[Row],
    longest: int = 512,
    tokens: int = 8192,
    spans: bool = True,
) -> Readings:
    """Return what the network says of the rows, in their order.

    Texts are cut to `longest` pieces; `spans` False leaves out the evidence, which takes as long as the rest.
    """
    made = items(rows, tokenizer, longest, random.Random(0), noise=0.0)
    order = sorted(range(len(made)), key=lambda index: len(made[index].ids))
    found: dict[int, list[Floats]] = {}
    chosen: list[list[Span | None]] = [[] for _ in rows]
    offsets = [pieces.offsets[: longest - 2] for pieces in tokenizer.encode([row.text for row in rows])]
    start = 0
    while start < len(order):
        size = max(1, tokens // (len(made[order[start]].ids) + 16))
        group = order[start : start + size]
        start += size
        ids = padded([made[index].ids for index in group])
        with torch.autocast("cpu", dtype=torch.bfloat16):
            states = network.encode(ids, ids != PAD)
        outputs = network.heads(states, ids != PAD)
        logits = (
            outputs.sentiment, outputs.kind, outputs.churn, outputs.escalation, outputs.urgent, outputs.topics,
            outputs.polarity,
        )  # fmt: skip
        evidence = outputs.evidence.numpy()
        for place, index in enumerate(group):
            found[index] = [tensor[place].double().numpy() for tensor in logits]
            marks = offsets[index]
            chosen[index] = [
                best_span(evidence[place, 1 : 1 + len(marks), topic], marks) if marks and spans else None
                for topic in range(evidence.shape[2])
            ]
    columns = [np.stack([found[index][column] for index in range(len(rows))]) for column in range(7)]
    sentiment, kind, churn, escalation, urgent, topics, polarity = columns
    return Readings(sentiment, kind, churn, escalation, urgent, topics, polarity, chosen)


def probabilities(logits: Floats) -> Floats:
    """Return the softmax over the last axis."""
    powers = np.exp(logits - logits.max(-1, keepdims=True))
    result: Floats = powers / powers.sum(-1, keepdims=True)
    return result


def sigmoid(logits: Floats) -> Floats:
    """Return the logistic function of each value."""
    result: Floats = 1 / (1 + np.exp(-np.clip(logits, -60, 60)))
    return result


def score(
    readings: Readings, rows: Sequence[Row], calibration: Calibration | Sequence[Calibration]
) -> dict[str, float]:
    """Return the figures of the rows under one calibration, or one for each row: shares and F1, 0 to 1, by name."""
    each = [calibration] * len(rows) if isinstance(calibration, Calibration) else list(calibration)
    languages = np.array([row.language for row in rows])
    chances = probabilities(
        (readings.sentiment + np.array([one.sentiment_bias for one in each])) / _divisors("sentiment", each, rows)
    )
    right = chances.argmax(1) == np.array([SENTIMENTS.index(row.sentiment or "neu") for row in rows])
    present = sigmoid(readings.topics / _divisors("topics", each, rows))
    said = present >= np.stack([one.thresholds() for one in each])
    gold = gold_topics(rows)
    figures = {
        "sentiment": float(right.mean()),
        "sentiment_ece": calibration_error(chances.max(1), right),
        "topics_f1": f1(said, gold),
        "topics_ece": calibration_error(present.ravel(), gold.ravel()),
    }
    for language in LANGUAGES:
        inside = languages == language
        if inside.any():
            figures[f"sentiment_{language}"] = float(right[inside].mean())
            figures[f"topics_f1_{language}"] = f1(said[inside], gold[inside])
    figures |= _agreed(readings, rows, said & gold, each)
    kinds = (readings.kind + np.array([one.kind_bias for one in each])).argmax(1)
    figures["kind"] = float(np.mean([KINDS[place] == row.kind for place, row in zip(kinds, rows, strict=True)]))
    churn = 1 - probabilities(readings.churn / _divisors("churn", each, rows))[:, CHURN.index(0)]
    limits = np.array([one.churn_threshold for one in each])
    figures["churn_f1"] = f1(churn >= limits, np.array([bool(row.churn) for row in rows]))
    for head in ("escalation", "urgent"):
        logits: Floats = getattr(readings, head)
        limits = np.array([getattr(one, f"{head}_threshold") for one in each])
        flagged = sigmoid(logits / _divisors(head, each, rows)[:, 0]) >= limits
        real = np.array([bool(getattr(row, head)) for row in rows])
        figures[f"{head}_recall"] = float((flagged & real).sum() / max(real.sum(), 1))
        figures[f"{head}_precision"] = float((flagged & real).sum() / max(flagged.sum(), 1))
    return figures


def gold_topics(rows: Sequence[Row]) -> npt.NDArray[np.bool_]:
    """Return (N, T): which topics the gold labels name."""
    found = np.zeros((len(rows), len(TOPICS)), dtype=bool)
    for index, row in enumerate(rows):
        for topic, *_ in row.topics:
            found[index, TOPICS.index(topic)] = True
    return found


def _divisors(head: str, each: Sequence[Calibration], rows: Sequence[Row]) -> Floats:
    return np.array([[one.temperature(head, row.language)] for one, row in zip(each, rows, strict=True)])


def _agreed(
    readings: Readings, rows: Sequence[Row], both: npt.NDArray[np.bool_], each: Sequence[Calibration]
) -> dict[str, float]:
    polarity: list[bool] = []
    overlap: list[bool] = []
    for index, row in enumerate(rows):
        for topic, judged, start, end in row.topics:
            place = TOPICS.index(topic)
            if both[index, place]:
                logits = readings.polarity[index, place] + np.array(each[index].polarity_bias)
                polarity.append(POLARITIES[int(logits.argmax())] == judged)
                span = readings.spans[index][place]
                overlap.append(span is not None and span.start < end and span.end > start)
    return {"topic_sentiment": _share(polarity), "evidence_overlap": _share(overlap)}


def _share(rights: list[bool]) -> float:
    return float(np.mean(rights)) if rights else 0.0


def f1(said: npt.NDArray[np.bool_], gold: npt.NDArray[np.bool_]) -> float:
    """Return the micro-averaged F1."""
    total = int(said.sum() + gold.sum())
    return 2 * float((said & gold).sum()) / total if total else 0.0


def public_accuracy(readings: Readings, rows: Sequence[Row]) -> dict[str, float]:
    """Return accuracy among the sentiments that a public set tells apart, and macro-recall, raw scores."""
    among = rows[0].among
    columns = [SENTIMENTS.index(label) for label in among]
    kept = [index for index, row in enumerate(rows) if row.sentiment]
    said = readings.sentiment[kept][:, columns].argmax(1)
    gold = np.array([among.index(rows[index].sentiment or "neu") for index in kept])
    recalls = [float((said[gold == label] == label).mean()) for label in range(len(among)) if (gold == label).any()]
    return {"n": float(len(kept)), "accuracy": float((said == gold).mean()), "macro_recall": float(np.mean(recalls))}
