"""Count hits row by row, so that every figure is a ratio of sums and its interval comes from drawing the rows again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data.records import Analysis
from models.gold import GoldRow

Floats = npt.NDArray[np.float64]
DRAWS = 1_000
SEED = 20_261


@dataclass(frozen=True, slots=True)
class Figure:
    """A share between 0 and 1, its 95 % bootstrap interval (Efron 1979, percentiles), and what it was counted over."""

    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class Tally:
    """For each row what counts as a hit and out of how many; the figure is the ratio of the sums."""

    hits: Floats
    total: Floats

    def figure(self, rows: npt.NDArray[np.int64], draws: npt.NDArray[np.int64]) -> Figure | None:
        """Return the figure over some rows, None where there is nothing; `draws` (D, rows): how often each counts."""
        hits, total = self.hits[rows], self.total[rows]
        if not total.sum():
            return None
        drawn = draws @ total
        ratios = (draws @ hits)[drawn > 0] / drawn[drawn > 0]
        low, high = np.percentile(ratios, [2.5, 97.5])
        return Figure(float(hits.sum() / total.sum()), float(low), float(high), round(float(total.sum())))


def tallies(gold: Sequence[GoldRow], found: Sequence[Analysis]) -> Mapping[str, Tally]:
    """Return the tallies of every figure that the project is judged by, by name.

    Accuracy counts rows; an F1 counts 2 x hits out of said plus gold; evidence and polarity count over topics that are
    both said and gold (evidence where its span was marked).
    """
    pairs = list(zip(gold, found, strict=True))
    counts: dict[str, tuple[list[float], list[float]]] = {}

    def count(name: str, hits: float, total: float, place: int) -> None:
        columns = counts.setdefault(name, ([0.0] * len(pairs), [0.0] * len(pairs)))
        columns[0][place], columns[1][place] = hits, total

    for place, (row, said) in enumerate(pairs):
        count("sentiment accuracy", row.sentiment == said.sentiment, 1, place)
        if not said.abstained:
            count("sentiment accuracy, not abstained", row.sentiment == said.sentiment, 1, place)
        count("kind accuracy", row.kind == said.kind, 1, place)
        real = {topic.topic: topic for topic in row.topics}
        ours = {mention.topic: mention for mention in said.mentions}
        both = real.keys() & ours.keys()
        count("topics F1", 2 * len(both), len(real) + len(ours), place)
        count("topics precision", len(both), len(ours), place)
        count("topics recall", len(both), len(real), place)
        count(
            "topic sentiment", sum(real[topic].sentiment == ours[topic].sentiment for topic in both), len(both), place
        )
        marked = [(real[topic].span, ours[topic]) for topic in both if real[topic].span]
        touching = sum(span is not None and span[0] < m.end and m.start < span[1] for span, m in marked)
        count("evidence overlap", touching, len(marked), place)
        for name, truth, label in (
            ("churn", row.churn > 0, said.churn > 0),
            ("escalation", bool(row.escalation), bool(said.escalation)),
            ("urgent", bool(row.urgent), bool(said.urgent)),
        ):
            count(f"{name} F1", 2 * (truth and label), truth + label, place)
            count(f"{name} precision", truth and label, label, place)
            count(f"{name} recall", truth and label, truth, place)
        count("text read", said.tokens_read, said.tokens, place)
    return {name: Tally(np.array(hits, float), np.array(total, float)) for name, (hits, total) in counts.items()}


def by_topic(gold: Sequence[GoldRow], found: Sequence[Analysis]) -> Mapping[str, Tally]:
    """Return the F1 tally of each topic that is gold or said anywhere."""
    names = sorted({t.topic for row in gold for t in row.topics} | {m.topic for said in found for m in said.mentions})
    tallied = {}
    for name in names:
        real = np.array([any(topic.topic == name for topic in row.topics) for row in gold], float)
        ours = np.array([any(mention.topic == name for mention in said.mentions) for said in found], float)
        tallied[name] = Tally(2 * real * ours, real + ours)
    return tallied


def draws_of(rows: int) -> npt.NDArray[np.int64]:
    """Return (DRAWS, rows): how often each row counts in each redrawn sample; the same for the same number of rows."""
    return np.random.default_rng(SEED).multinomial(rows, np.full(rows, 1 / rows), size=DRAWS)
