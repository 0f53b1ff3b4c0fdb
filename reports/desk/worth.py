"""How far the queue can be trusted: precision, recall, agreement and calibration, from what people decided.

A stratum is where a customer stood when the week was flagged (data.verdicts): in the queue, left out of it, with too
few signals, or quiet. People judge the queue and a few of the others, drawn by chance; each verdict stands for as
many customers as its stratum has for each one judged.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from data.second_opinions import JudgedTwice
from data.verdicts import Standing, Stratum, Verdict
from reports import risk_quality
from reports.intervals import wilson
from reports.risk_quality import LEAST

#: Bins of risk in which it is compared with what people found.
BINS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)


@dataclass(frozen=True, slots=True)
class Share:
    """A share with its 95 % interval and what it rests on; null where there is too little."""

    value: float | None
    low: float | None
    high: float | None
    n: int


@dataclass(frozen=True, slots=True)
class Worth:
    """One line: a week, a rule or a language. judged: verdicts that say something; right: of them, on the queue.

    `expected` is the mean risk of those judged in the queue; `recall` is null where no stratum outside was looked at.
    """

    name: str
    judged: int
    right: int
    unsure: int
    blind: int
    precision: Share
    recall: Share
    expected: float | None


@dataclass(frozen=True, slots=True)
class Bin:
    """Customers of a range of risk: how many verdicts, their mean risk, and the weighted share found at risk."""

    low: float
    high: float
    expected: float | None
    found: Share


def worth(name: str, verdicts: Sequence[Verdict], standings: Iterable[Standing] = ()) -> Worth:
    """What some verdicts say; with `standings` also how many of all at risk were found."""
    judged = [one for one in verdicts if one.at_risk is not None]
    queued = [one for one in judged if one.stratum == "queued"]
    right = sum(bool(one.at_risk) for one in queued)
    return Worth(
        name=name,
        judged=len(judged),
        right=right,
        unsure=len(verdicts) - len(judged),
        blind=len(judged) - len(queued),
        precision=share(right, len(queued)),
        recall=recall(judged, standings),
        expected=float(np.mean([one.risk for one in queued])) if queued else None,
    )


def by_week(verdicts: Sequence[Verdict], standings: Sequence[Standing]) -> list[Worth]:
    """A line for each week with verdicts, newest first."""
    weeks = sorted({one.week for one in verdicts}, reverse=True)
    return [
        worth(week, [v for v in verdicts if v.week == week], [s for s in standings if s.week == week])
        for week in weeks
    ]  # fmt: skip


def by_rule(verdicts: Sequence[Verdict]) -> list[Worth]:
    """A line for each rule that spoke for a judged customer's risk, most verdicts first."""
    rules = sorted({rule for one in verdicts for rule, points in one.points.items() if points > 0})
    lines = [worth(rule, [one for one in verdicts if one.points.get(rule, 0) > 0]) for rule in rules]
    return sorted(lines, key=lambda line: (-line.judged, line.name))


def by_language(verdicts: Sequence[Verdict], standings: Sequence[Standing]) -> list[Worth]:
    """A line for each language of the customers judged."""
    names = sorted({one.language or "other" for one in verdicts})
    return [
        worth(
            name,
            [v for v in verdicts if (v.language or "other") == name],
            [s for s in standings if s.language == name],
        )
        for name in names
    ]


def share(hits: float, total: float) -> Share:
    """A share with its Wilson interval; null below LEAST. Counts may be effective ones."""
    if total < LEAST:
        return Share(None, None, None, int(total))
    low, high = wilson(hits, total)
    return Share(hits / total, float(low), float(high), round(total))


def recall(judged: Sequence[Verdict], standings: Iterable[Standing]) -> Share:
    """How many of all customers at risk stood in the queue, estimated from the looks at each stratum.

    As reports.risk_quality estimates it, so that `learn` says the same; n is how many outside the queue were judged.
    """
    value, low, high = risk_quality.recall(judged, standings) or (None, None, None)
    return Share(value, low, high, sum(one.stratum != "queued" for one in judged))


def calibration(verdicts: Sequence[Verdict], standings: Sequence[Standing]) -> list[Bin]:
    """Risk against what people found, in BINS; each verdict weighted by the customers it stands for.

    The interval is Wilson's for the effective number of verdicts, (sum of weights)^2 / (sum of their squares).
    """
    judged = [one for one in verdicts if one.at_risk is not None]
    weights = _weights(judged, standings)
    bins = []
    for low, high in pairwise(BINS):
        here = [place for place, one in enumerate(judged) if low <= one.risk < high or one.risk == high == 1.0]
        weight = weights[here]
        total = float(weight.sum())
        if not here:
            bins.append(Bin(low, high, None, Share(None, None, None, 0)))
            continue
        yes = np.array([bool(judged[place].at_risk) for place in here])
        risks = np.array([judged[place].risk for place in here])
        effective = total**2 / float((weight**2).sum())
        found = share(float((weight * yes).sum()) / total * effective, effective)
        bins.append(Bin(low, high, float((weight * risks).sum()) / total, Share(
            found.value, found.low, found.high, len(here))))  # fmt: skip
    return bins


def agreement(pairs: Sequence[JudgedTwice]) -> tuple[Share, float | None]:
    """The share of twice judged customers on whom both agree, and Cohen's kappa (1960): agreement beyond chance."""
    found = share(sum(one.first == one.last for one in pairs), len(pairs))
    if found.value is None:
        return found, None
    first, last = (float(np.mean([getattr(one, name) for one in pairs])) for name in ("first", "last"))
    chance = first * last + (1 - first) * (1 - last)
    return found, (found.value - chance) / (1 - chance) if chance < 1 else None


def _weights(judged: Sequence[Verdict], standings: Sequence[Standing]) -> npt.NDArray[np.float64]:
    stood: dict[tuple[str, Stratum], int] = {}
    for one in standings:
        stood[one.week, one.stratum] = stood.get((one.week, one.stratum), 0) + one.customers
    seen: Mapping[tuple[str, Stratum], int] = {
        key: sum((one.week, one.stratum) == key for one in judged) for key in {(v.week, v.stratum) for v in judged}
    }
    return np.array([max(1.0, stood.get((v.week, v.stratum), 1) / seen[v.week, v.stratum]) for v in judged])
