"""Let a half-trained network label texts that have no gold labels, so that rare topics are seen more often.

Soft targets, as in distillation (Hinton et al. 2015); texts whose surest topic is rare are drawn more often.
"""

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from models.corpus import Row, SeenTexts, read_json
from models.labels import POLARITIES, SENTIMENTS, TOPICS
from models.network import FeedbackNetwork
from models.scoring import probabilities, read, sigmoid
from models.tokens import FeedbackTokenizer

SURE = 0.9  # a polarity or sentiment said with less is not taught
SHORTEST, LONGEST = 6, 400  # characters


def unlabelled(data: Path, cache: Path) -> dict[str, list[Row]]:
    """Return rows without labels by source: shop reviews, complaint subjects, and conversations as joined customer
    turns.
    """
    public = data / "public"
    reviews = [
        Row(record["text"], "eprstmt_unlabelled", "zh-Hans")
        for record in read_json(public / "zh_eprstmt.jsonl.gz", cache)
        if record["split"] == "unlabeled"
    ]
    subjects = [Row(record["text"], "comcast", "en") for record in read_json(public / "en_comcast.jsonl.gz", cache)]
    turns: dict[str, list[str]] = {}
    for record in read_json(public / "en_multidogo.jsonl.gz", cache):
        turns.setdefault(record["conv"], []).append(record["text"])
    shop = [
        Row(" / ".join(turn["user"] for turn in record["turns"] if turn["user"]), "jddc_chat", "zh-Hans")
        for record in read_json(public / "zh_jddc_satisfaction.jsonl.gz", cache)
    ]
    chats = [Row(" / ".join(said), "multidogo_chat", "en") for said in turns.values()]
    return {"eprstmt": reviews, "comcast": subjects, "multidogo": chats, "jddc": shop}


def sampled(groups: Mapping[str, Sequence[Row]], seen: SeenTexts, rng: random.Random, each: int = 1200) -> list[Row]:
    """Return up to `each` rows of every group that are long enough and not already known."""
    rows = [row for group in groups.values() for row in rng.sample(list(group), min(each, len(group)))]
    return [row for row in rows if len(row.text) >= SHORTEST and not seen.near(row.text)]


def taught(
    network: FeedbackNetwork, pieces: FeedbackTokenizer, rows: Sequence[Row], number: int, rng: random.Random
) -> list[Row]:
    """Return `number` of the rows with the network's own topics (soft), sure polarities, and sure sentiments where
    none is known.
    """
    rows = [replace(row, text=row.text[:LONGEST], extra=(), aspects=(), topics=()) for row in rows]
    readings = read(network, pieces, rows, longest=192, spans=False)
    present = sigmoid(readings.topics)
    surest = [int(line.argmax()) if line.max() > 0.4 else -1 for line in present]
    shares = Counter(surest)
    weights = np.array([1 / shares[topic] ** 0.6 for topic in surest])
    chosen = np.random.default_rng(rng.randrange(2**32)).choice(
        len(rows), min(number, len(rows)), replace=False, p=weights / weights.sum()
    )
    polarity, feelings = probabilities(readings.polarity), probabilities(readings.sentiment)
    result = []
    for index in sorted(int(place) for place in chosen):
        row = rows[index]
        topics = tuple(
            (topic, POLARITIES[int(polarity[index, place].argmax())], -1, -1)
            for place, topic in enumerate(TOPICS)
            if present[index, place] > 0.6 and polarity[index, place].max() >= SURE
        )
        if row.sentiment is None and feelings[index].max() >= SURE:
            row = replace(row, sentiment=SENTIMENTS[int(feelings[index].argmax())], among=SENTIMENTS)
        soft = tuple(round(float(value), 4) for value in present[index])
        result.append(replace(row, source="taught", weight=0.7, topics=topics, soft_topics=soft))
    return result
