"""How far the queue of customers at risk can be trusted, estimated from people's verdicts and the blind sample."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.verdicts import STRATA, Standing, Verdict
from reports.intervals import wilson

Floats = npt.NDArray[np.float64]
#: Draws behind an interval of recall, and the seed that makes it the same each time.
DRAWS, SEED = 4000, 20261116
LEVEL = 0.95
#: Fewer verdicts than this say nothing.
LEAST = 5

#: One row per week ("all" for all weeks together) x cut ("all", "language", "rule", "level") x name of the cut ("all"
#: for the first). `verdicts` counts those on queued customers that said yes or no, `right` those that said at risk,
#: `unsure` those that did not say; `precision` = right / verdicts with Wilson's interval, null below LEAST. `blind`
#: counts verdicts on customers of the blind sample, `blind_right` those at risk. `recall` is the share of all
#: customers at risk that is queued, each verdict weighted by how many customers of its stratum it stands for; null
#: (with its interval) where a stratum with customers has no verdict yet or `blind` is below LEAST, and for rules and
#: levels, which only the queue has. `expected` is the mean risk that the rules had given to the judged of the queue,
#: to lay beside `precision`.
QUALITY: dict[str, str] = {
    "week": "string", "cut": "string", "name": "string", "verdicts": "Int64", "right": "Int64", "unsure": "Int64",
    "precision": "Float64", "precision_low": "Float64", "precision_high": "Float64", "blind": "Int64",
    "blind_right": "Int64", "recall": "Float64", "recall_low": "Float64", "recall_high": "Float64",
    "expected": "Float64",
}  # fmt: skip


def quality_frame(verdicts: Sequence[Verdict], standings: Sequence[Standing]) -> pd.DataFrame:
    """The table QUALITY, all weeks together first, then week by week; without verdicts one row that counts none."""
    rows = []
    for week in ("all", *sorted({one.week for one in verdicts})):
        mine = [one for one in verdicts if week in ("all", one.week)]
        stood = [one for one in standings if week in ("all", one.week)]
        for cut, name, some, where in _cuts(mine, stood):
            rows.append({"week": week, "cut": cut, "name": name} | _row(some, where))
    return pd.DataFrame(rows, columns=list(QUALITY)).astype(QUALITY)


def recall(verdicts: Iterable[Verdict], standings: Iterable[Standing]) -> tuple[float, float, float] | None:
    """The share of customers at risk that the queue holds, with its 95 % interval; None where nothing can be said.

    Within a stratum of N customers of whom n were judged and r found at risk, N r / n are expected to be (each verdict
    weighs N / n, Horvitz and Thompson 1952). The interval is that of Jeffreys' posteriors of the strata's shares,
    stretched to the estimate where that lies outside (nobody outside the queue was found at risk).
    Nothing can be said with a stratum that nobody looked at, or fewer than LEAST verdicts outside the queue.
    """
    customers: dict[str, int] = defaultdict(int)
    for one in standings:
        customers[one.stratum] += one.customers
    judged = [one for one in verdicts if one.at_risk is not None]
    if sum(one.stratum != "queued" for one in judged) < LEAST:
        return None
    chance = np.random.default_rng(SEED)
    found, told = dict[str, float](), dict[str, Floats]()
    for stratum in STRATA:
        many = customers[stratum]
        mine = [bool(one.at_risk) for one in judged if one.stratum == stratum]
        if not many:
            continue
        if not mine:
            return None
        found[stratum] = many * sum(mine) / len(mine)
        told[stratum] = many * chance.beta(sum(mine) + 0.5, len(mine) - sum(mine) + 0.5, DRAWS)
    total = sum(found.values())
    if "queued" not in found or total == 0:
        return None
    drawn = told["queued"] / np.sum(list(told.values()), axis=0)
    low, high = np.quantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    value = found["queued"] / total
    return value, min(float(low), value), max(float(high), value)


def _cuts(
    verdicts: Sequence[Verdict], standings: Sequence[Standing]
) -> Iterator[tuple[str, str, list[Verdict], list[Standing] | None]]:
    yield "all", "all", list(verdicts), list(standings)
    for language in sorted({one.language for one in verdicts if one.language}):
        mine = [one for one in verdicts if one.language == language]
        yield "language", language, mine, [one for one in standings if one.language == language]
    cuts: tuple[tuple[str, Callable[[Verdict], Iterable[str]]], ...] = (
        ("rule", lambda one: [rule for rule, points in one.points.items() if points > 0]),
        ("level", lambda one: [one.level]),
    )
    for cut, names in cuts:
        for name in sorted({name for one in verdicts for name in names(one)}):
            yield cut, name, [one for one in verdicts if name in names(one)], None


def _row(verdicts: Sequence[Verdict], standings: Sequence[Standing] | None) -> dict[str, object]:
    queued = [one for one in verdicts if one.stratum == "queued"]
    judged = [one for one in queued if one.at_risk is not None]
    blind = [one for one in verdicts if one.stratum != "queued" and one.at_risk is not None]
    right = sum(bool(one.at_risk) for one in judged)
    low, high = wilson(right, len(judged))
    enough = len(judged) >= LEAST
    whole = (recall(verdicts, standings) if standings else None) or (None, None, None)
    return {
        "verdicts": len(judged), "right": right, "unsure": len(queued) - len(judged),
        "precision": right / len(judged) if enough else None, "precision_low": float(low) if enough else None,
        "precision_high": float(high) if enough else None,
        "blind": len(blind), "blind_right": sum(bool(one.at_risk) for one in blind),
        "recall": whole[0], "recall_low": whole[1], "recall_high": whole[2],
        "expected": float(np.mean([one.risk for one in judged])) if judged else None,
    }  # fmt: skip
