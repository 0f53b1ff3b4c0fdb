"""Show what abstaining buys: how right the model is when only what it is surest of is kept."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

COVERAGES = (1.0, 0.95, 0.9, 0.8, 0.7, 0.5)
WIDTH = 40  # characters of a bar


@dataclass(frozen=True)
class RiskCoverage:
    """Accuracy by share kept, the surest first; `area` under the curve of risk over coverage, and the least possible.

    Area: mean over k of the error among the k surest (Geifman & El-Yaniv 2017, arXiv:1705.08500); `least` is that of
    an order that puts every mistake last (Geifman et al. 2019, arXiv:1805.08206). Lower is better. n: what was ranked.
    """

    kept: Mapping[float, float]
    area: float
    least: float
    n: int


def risk_coverage(sure: npt.NDArray[np.float64], right: npt.NDArray[np.bool_]) -> RiskCoverage:
    """Return the curve of n >= 1 claims: how sure each was and whether it was right. Ties keep their order."""
    ranked = right[np.argsort(-sure, kind="stable")]
    places = np.arange(1, len(ranked) + 1)
    best = np.sort(ranked)[::-1]
    return RiskCoverage(
        kept={share: float(ranked[: max(1, round(share * len(ranked)))].mean()) for share in COVERAGES},
        area=float(np.mean(1 - np.cumsum(ranked) / places)),
        least=float(np.mean(1 - np.cumsum(best) / places)),
        n=len(ranked),
    )


def lines(curves: Mapping[str, Mapping[str, RiskCoverage]]) -> list[str]:
    """Return Markdown: a table (group and head by share kept), and bars for sentiment over all rows."""
    shares = " | ".join(f"{share:.0%}" for share in COVERAGES)
    made = [f"| group | head | {shares} | area | least possible | n |", "|---" * (len(COVERAGES) + 5) + "|"]
    for group, heads in curves.items():
        for head, curve in heads.items():
            cells = " | ".join(f"{curve.kept[share]:.3f}" for share in COVERAGES)
            made.append(f"| {group} | {head} | {cells} | {curve.area:.4f} | {curve.least:.4f} | {curve.n} |")
    drawn = curves["all"]["sentiment"].kept
    bars = [f"{share:5.0%} kept {'#' * round(drawn[share] * WIDTH):{WIDTH}s} {drawn[share]:.3f}" for share in COVERAGES]
    return [*made, "", "```", *bars, "```"]
