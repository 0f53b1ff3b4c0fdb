"""Count how often two readings of the same text say the same: in two scripts, or by two engines."""

from collections.abc import Mapping, Sequence

import numpy as np

from data.records import Analysis
from models.labels import TOPICS
from models.tallies import Figure, Tally, draws_of

SINGLE = ("sentiment", "kind", "churn", "escalation", "urgent")


def shares_equal(first: Sequence[Analysis], second: Sequence[Analysis]) -> Mapping[str, Figure]:
    """Return shares of equal labels, by name, with intervals from drawing the texts again.

    Each single label counts once a text; "topics" counts each topic that either says, equal if both say it; "topic
    sentiment" those that both say; "labels" is all of these together; "decisions" counts the single labels and a yes
    or no for each shipped topic, so that silence agrees with silence; "topic set" and "all labels of a text" count
    texts.
    """
    pairs = list(zip(first, second, strict=True))
    hits: dict[str, list[float]] = {}
    totals: dict[str, list[float]] = {}

    def count(name: str, equal: float, of: float) -> None:
        hits.setdefault(name, []).append(equal)
        totals.setdefault(name, []).append(of)

    for one, other in pairs:
        singles = [getattr(one, head) == getattr(other, head) for head in SINGLE]
        for head, equal in zip(SINGLE, singles, strict=True):
            count(head, equal, 1)
        mine = {mention.topic: mention.sentiment for mention in one.mentions}
        theirs = {mention.topic: mention.sentiment for mention in other.mentions}
        both, either = mine.keys() & theirs.keys(), mine.keys() | theirs.keys()
        agreed = sum(mine[topic] == theirs[topic] for topic in both)
        count("topics", len(both), len(either))
        count("topic sentiment", agreed, len(both))
        count("topic set", mine.keys() == theirs.keys(), 1)
        count("labels", sum(singles) + len(both) + agreed, len(singles) + len(either) + len(both))
        same = sum((topic in mine) == (topic in theirs) for topic in TOPICS)
        count("decisions", sum(singles) + same, len(singles) + len(TOPICS))
        count("all labels of a text", all(singles) and mine == theirs, 1)
    rows, draws = np.arange(len(pairs)), draws_of(len(pairs))
    figures = {name: Tally(np.array(hits[name]), np.array(totals[name])).figure(rows, draws) for name in hits}
    return {name: figure for name, figure in figures.items() if figure is not None}


def table(columns: Mapping[str, Mapping[str, Figure]]) -> list[str]:
    """Return the lines of a Markdown table: a row a figure, a column for each of `columns`."""
    names = list(dict.fromkeys(name for figures in columns.values() for name in figures))
    lines = [f"| equal | {' | '.join(columns)} |", "|---" * (len(columns) + 1) + "|"]
    for name in names:
        cells = [_cell(figures.get(name)) for figures in columns.values()]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return lines


def _cell(figure: Figure | None) -> str:
    return f"{figure.value:.4f} ({figure.low:.4f} to {figure.high:.4f}, n {figure.n})" if figure else ""
