"""Decide whether a new checkpoint may take the shipped one's place: nothing may have got worse beyond noise."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from data.records import Document
from models.analyser import Reads
from models.corpus import Row
from models.gold import read_gold
from models.public_sets import documents_of, right
from models.tallies import Tally, draws_of, tallies

#: What is compared on gold rows, in each language and over all.
COMPARED = (
    "sentiment accuracy", "kind accuracy", "topics F1", "topic sentiment", "evidence overlap", "churn F1",
    "escalation F1", "urgent F1",
)  # fmt: skip
CERTAINTY = 0.95  # that a checkpoint which is no worse anywhere is not refused
FEWEST = 20  # counts (of an F1: said plus gold) below which a figure says too little to refuse by
Places = npt.NDArray[np.int64]
Prepare = Callable[[Document], Document]


@dataclass(frozen=True, slots=True)
class Sample:
    """Rows read by both checkpoints: the tallies of each, by figure, and the groups of rows to compare in."""

    rows: int
    groups: Mapping[str, Places]
    shipped: Mapping[str, Tally]
    candidate: Mapping[str, Tally]


@dataclass(frozen=True, slots=True)
class Comparison:
    """One figure in one group: both values, the change and its interval, n, and the verdict.

    The intervals hold all together at 95 % (one-sided). verdict: "worse" if even the upper end is below 0, "too few",
    or "no worse than noise".
    """

    group: str
    figure: str
    n: int
    shipped: float
    candidate: float
    change: float
    low: float
    high: float
    verdict: str


@dataclass(frozen=True)
class Promotion:
    """What was compared, and what came of it."""

    shipped: str
    candidate: str
    comparisons: tuple[Comparison, ...]

    @property
    def worse(self) -> list[str]:
        """What got worse beyond noise, as "group: figure"."""
        return [f"{one.group}: {one.figure}" for one in self.comparisons if one.verdict == "worse"]

    def as_dict(self) -> dict[str, Any]:
        """Return all figures, and what got worse."""
        return {**asdict(self), "worse": self.worse}

    def markdown(self) -> str:
        """Return the report for people."""
        return "\n".join(_lines(self)) + "\n"


def compare(
    gold: Path,
    shipped: Reads,
    candidate: Reads,
    prepare: Prepare | None = None,
    public: Mapping[str, Sequence[Row]] | None = None,
) -> Promotion:
    """Return how a candidate stands against the shipped checkpoint on the same rows.

    `gold` is a file of human labels that neither was trained on (each comes with the thresholds fitted to it, so both
    are flattered alike); `public` are held-out rows of public sets, by name. Raises BadGold.
    """
    rows = read_gold(gold)
    documents = [prepare(row.document) if prepare else row.document for row in rows]
    before, after = (tallies(rows, list(one.analyse(documents))) for one in (shipped, candidate))
    languages = np.array([row.document.language for row in rows])
    groups = {"all": np.arange(len(rows))}
    groups |= {f"language {name}": np.flatnonzero(languages == name) for name in sorted(set(languages))}
    samples = [
        Sample(
            len(rows),
            groups,
            {name: before[name] for name in COMPARED if name in before},
            {name: after[name] for name in COMPARED if name in after},
        )
    ]
    for name, chosen in (public or {}).items():
        texts = [prepare(document) if prepare else document for document in documents_of(chosen)]
        both = [
            {"sentiment accuracy": Tally(right(chosen, list(one.analyse(texts))).astype(float), np.ones(len(chosen)))}
            for one in (shipped, candidate)
        ]
        samples.append(Sample(len(chosen), {f"public {name}": np.arange(len(chosen))}, *both))
    return Promotion(shipped.revision, candidate.revision, compared(samples))


def compared(samples: Sequence[Sample]) -> tuple[Comparison, ...]:
    """Return every figure of every group compared, paired: the same redrawn rows for both.

    With some forty figures one would often look worse by chance. So the error rate is held over all of them together:
    the limit is that of the most extreme of all studentised changes in the redrawn samples (single-step max-t, Westfall
    & Young 1993), which also takes into account that figures move together.
    """
    found: list[tuple[str, str, int, float, float]] = []
    spreads, errors = [], []
    for sample in samples:
        draws = draws_of(sample.rows)
        for group, places in sample.groups.items():
            for figure in sample.shipped.keys() | sample.candidate.keys():
                first, second = sample.shipped.get(figure), sample.candidate.get(figure)
                values = [(_ratio(one, places), _ratios(one, places, draws)) for one in (first, second)]
                if all(one is None or not one.total[places].sum() for one in (first, second)):
                    continue
                n = int(max(one.total[places].sum() for one in (first, second) if one))
                (old, olds), (new, news) = values
                centred = (news - olds) - (new - old)
                spreads.append(float(centred.std()))
                errors.append(centred)
                found.append((group, figure, n, old, new))
    judged = [place for place, (_, _, n, _, _) in enumerate(found) if n >= FEWEST and spreads[place] > 0]
    limit = 1.645
    if judged:
        extreme = np.max([-errors[place] / spreads[place] for place in judged], axis=0)
        limit = max(limit, float(np.quantile(extreme, CERTAINTY)))
    comparisons = []
    for place, (group, figure, n, old, new) in enumerate(found):
        change, reach = new - old, limit * spreads[place]
        verdict = "too few" if n < FEWEST else "worse" if change + reach < 0 else "no worse than noise"
        comparisons.append(Comparison(group, figure, n, old, new, change, change - reach, change + reach, verdict))
    return tuple(sorted(comparisons, key=_order))


def _ratio(tally: Tally | None, places: Places) -> float:
    if tally is None or not tally.total[places].sum():
        return 0.0
    return float(tally.hits[places].sum() / tally.total[places].sum())


def _ratios(tally: Tally | None, places: Places, draws: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    if tally is None:
        return np.zeros(len(draws))
    hits, totals = draws[:, places] @ tally.hits[places], draws[:, places] @ tally.total[places]
    value = _ratio(tally, places)
    ratios: npt.NDArray[np.float64] = np.divide(hits, totals, out=np.full(len(draws), value), where=totals > 0)
    return ratios


def _order(one: Comparison) -> tuple[int, str, int]:
    groups = ("all", "language", "public")
    return groups.index(one.group.split()[0]), one.group, COMPARED.index(one.figure)


def _lines(found: Promotion) -> Iterator[str]:
    yield f"# Candidate {found.candidate} against the shipped {found.shipped}"
    yield ""
    yield f"Intervals hold together at {CERTAINTY:.0%}; below {FEWEST} counts (n) a figure refuses nothing."
    yield from ("", "| group | figure | n | shipped | candidate | change | interval | |", "|---" * 8 + "|")
    for one in found.comparisons:
        yield (
            f"| {one.group} | {one.figure} | {one.n} | {one.shipped:.3f} | {one.candidate:.3f} | {one.change:+.3f} | "
            f"{one.low:+.3f} to {one.high:+.3f} | {one.verdict} |"
        )
    yield ""
    if found.worse:
        yield f"Worse beyond noise: {'; '.join(found.worse)}. Not promoted."
    else:
        yield "Nothing got worse beyond noise."
