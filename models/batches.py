"""Turn rows into the padded tensors that one training step reads."""

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from models.corpus import Row
from models.labels import KINDS, POLARITIES, SENTIMENTS, TOPICS
from models.tokens import END, PAD, START, FeedbackTokenizer

TOPIC_PLACE = {topic: place for place, topic in enumerate(TOPICS)}
PUNCTUATION = re.compile(r"[，。！？；：、,.!?;:]")
EMOJI = "😀😂😅👍👎😡😭❤🙏🎉"
SMOOTHING = {"gold": 0.02, "eprstmt": 0.1, "waimai": 0.1, "shopping": 0.08, "chnsenticorp": 0.05, "tw_maps": 0.05}


@dataclass(frozen=True, slots=True)
class Item:
    """A row as pieces: ids with marks, evidence as (topic, first, last + 1) and aspects as (first, last + 1, class)."""

    row: Row
    ids: list[int]
    evidence: list[tuple[int, int, int]]
    aspects: list[tuple[int, int, int]]


@dataclass(frozen=True)
class Batch:
    """Padded tensors of B rows with L pieces; what is unknown has weight 0 (or class -1)."""

    ids: Tensor
    mask: Tensor
    weight: Tensor
    by_reader: Tensor
    sentiment: Tensor
    allowed: Tensor
    has_sentiment: Tensor
    kind: Tensor
    churn: Tensor
    escalation: Tensor
    urgent: Tensor
    topics: Tensor
    topics_weight: Tensor
    polarity: Tensor  # (M, 3): row, topic, class
    evidence: Tensor
    has_evidence: Tensor
    aspects: Tensor  # (K, 4): row, first, last + 1, class
    extra: Mapping[str, tuple[Tensor, Tensor]]  # head -> rows, classes


def items(
    rows: Sequence[Row], tokenizer: FeedbackTokenizer, longest: int, rng: random.Random, noise: float
) -> list[Item]:
    """Return the rows as pieces, at most `longest` with both marks; a share `noise` of them with typing noise."""
    texts = [noised(row.text, rng) if rng.random() < noise else row.text for row in rows]
    result = []
    for row, pieces in zip(rows, tokenizer.encode(texts), strict=True):
        offsets = pieces.offsets[: longest - 2]
        evidence = []
        for topic, _, start, end in row.topics:
            span = place(offsets, start, end)
            if span and row.all_topics:
                evidence.append((TOPIC_PLACE[topic], *span))
        aspects = []
        for start, end, polarity in row.aspects:
            span = place(offsets, start, end)
            if span:
                aspects.append((*span, POLARITIES.index(polarity)))
        result.append(Item(row, [START, *pieces.ids[: longest - 2], END], evidence, aspects))
    return result


def place(offsets: Sequence[tuple[int, int]], start: int, end: int) -> tuple[int, int] | None:
    """Return the pieces (first, last + 1), counted with the start mark, that overlap characters [start, end)."""
    inside = [index for index, (left, right) in enumerate(offsets) if left < end and right > start]
    return (inside[0] + 1, inside[-1] + 2) if inside and start >= 0 else None


def noised(text: str, rng: random.Random) -> str:
    """Return the text with typing noise that keeps its length, so that spans stay where they are."""
    choice = rng.random()
    if choice < 0.4:
        return PUNCTUATION.sub(" ", text)
    if choice < 0.6:
        return text.lower()
    letters = list(text)
    for index in range(len(letters) - 1):
        pair = letters[index] + letters[index + 1]
        if rng.random() < 0.04 and pair.isalpha() and pair.isascii():
            letters[index], letters[index + 1] = letters[index + 1], letters[index]
        elif rng.random() < 0.1 and PUNCTUATION.match(letters[index]):
            letters[index] = rng.choice(EMOJI)
    return "".join(letters)


def batched(items: Sequence[Item], tokens: int, rng: random.Random, most: int = 128) -> list[list[Item]]:
    """Return batches of similar lengths with at most `tokens` padded pieces each, in random order."""
    order = sorted(range(len(items)), key=lambda index: len(items[index].ids) + rng.random() * 4)
    groups: list[list[Item]] = []
    group: list[Item] = []
    for index in order:
        item = items[index]
        if group and ((len(group) + 1) * len(item.ids) > tokens or len(group) >= most):
            groups.append(group)
            group = []
        group.append(item)
    if group:
        groups.append(group)
    rng.shuffle(groups)
    return groups


def collate(group: Sequence[Item], classes: Mapping[str, Sequence[str]]) -> Batch:
    """Return the tensors of one batch; `classes` lists the labels of each auxiliary head."""
    size, length, topics = len(group), max(len(item.ids) for item in group), len(TOPICS)
    ids = torch.full((size, length), PAD)
    sentiment = torch.zeros(size, len(SENTIMENTS))
    allowed = torch.ones(size, len(SENTIMENTS), dtype=torch.bool)
    topic_target, topic_weight = torch.zeros(size, topics), torch.zeros(size, topics)
    evidence = torch.zeros(size, length, topics)
    polarity: list[tuple[int, int, int]] = []
    aspects: list[tuple[int, int, int, int]] = []
    extra: dict[str, tuple[list[int], list[int]]] = {}
    for index, item in enumerate(group):
        row = item.row
        ids[index, : len(item.ids)] = torch.tensor(item.ids)
        if row.sentiment:
            smooth = SMOOTHING.get(row.source, 0.03)
            allowed[index] = torch.tensor([label in row.among for label in SENTIMENTS])
            sentiment[index] = allowed[index] * (smooth / len(row.among))
            sentiment[index, SENTIMENTS.index(row.sentiment)] += 1 - smooth
        topic_weight[index] = float(row.all_topics)
        for topic, judged, _, _ in row.topics:
            spot = TOPIC_PLACE[topic]
            topic_target[index, spot] = 1
            topic_weight[index, spot] = 1.0 if row.all_topics else 0.3
            if judged:
                polarity.append((index, spot, POLARITIES.index(judged)))
        if row.soft_topics:
            topic_target[index] = torch.tensor(row.soft_topics)
            topic_weight[index] = 0.5
        for spot, first, last in item.evidence:
            evidence[index, first:last, spot] = 1
        aspects.extend((index, *aspect) for aspect in item.aspects)
        for head, label in row.extra:
            rows, labels = extra.setdefault(head, ([], []))
            rows.append(index)
            labels.append(classes[head].index(label))
    rows_ = [item.row for item in group]
    return Batch(
        ids=ids, mask=ids != PAD, weight=torch.tensor([row.weight for row in rows_]),
        by_reader=torch.tensor([row.source == "annotated" for row in rows_]),
        sentiment=sentiment, allowed=allowed,
        has_sentiment=torch.tensor([row.sentiment is not None for row in rows_]),
        kind=torch.tensor([KINDS.index(row.kind) if row.kind else -1 for row in rows_]),
        churn=torch.tensor([-1 if row.churn is None else row.churn for row in rows_]),
        escalation=torch.tensor([-1 if row.escalation is None else row.escalation for row in rows_]),
        urgent=torch.tensor([-1 if row.urgent is None else row.urgent for row in rows_]),
        topics=topic_target, topics_weight=topic_weight,
        polarity=torch.tensor(polarity, dtype=torch.long).reshape(-1, 3), evidence=evidence,
        has_evidence=torch.tensor([row.all_topics for row in rows_]),
        aspects=torch.tensor(aspects, dtype=torch.long).reshape(-1, 4),
        extra={head: (torch.tensor(rows), torch.tensor(labels)) for head, (rows, labels) in extra.items()},
    )  # fmt: skip


def padded(ids: Sequence[Sequence[int]]) -> Tensor:
    """Return (B, L) ids filled up with PAD."""
    length = max(len(one) for one in ids)
    return torch.tensor([[*one, *[PAD] * (length - len(one))] for one in ids])
