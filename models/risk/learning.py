"""Learn from people's verdicts: what a risk means as a probability, and what each rule should weigh.

Only from the flagged and the blind sample together, each verdict weighted by how many customers it stands for: learnt
from the flagged pile alone, every rule would look as good as the rules that flagged the customer.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from data.errors import EarshotError
from data.verdicts import Standing, Verdict
from models.risk.rules import RECOVERY, RULES

Floats = npt.NDArray[np.float64]
#: Verdicts of either answer that are needed before anything is learnt, and of how many blind ones among them.
LEAST, LEAST_BLIND = 20, 10
#: How firmly a rule's present weight is held: about as firmly as forty verdicts on it would.
PRIOR = 3.0


class TooFewVerdicts(EarshotError):
    """Nothing can be learnt yet without guessing."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """Turns a sum of points into a probability: 1 / (1 + exp(-(slope * points + intercept))), `slope` >= 0.

    Platt's scaling (1999) with his smoothed targets. `verdicts` and `blind` say on how many it rests.
    """

    slope: float
    intercept: float
    verdicts: int
    blind: int

    def probability(self, risk: float) -> float:
        """The chance that a customer of this risk is at risk in a person's eyes, 0..1; rises with the risk."""
        points = -np.log(max(1e-9, 1 - min(risk, 1 - 1e-9)))
        return float(1 / (1 + np.exp(-(self.slope * points + self.intercept))))

    def save(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(asdict(self), indent=1) + "\n", encoding="utf-8")


def load(path: Path) -> Calibration | None:
    """The calibration that was learnt, or None as long as there is none: the risk then only ranks."""
    return Calibration(**json.loads(path.read_text("utf-8"))) if path.is_file() else None


def calibrate(verdicts: Sequence[Verdict], standings: Sequence[Standing]) -> Calibration:
    """Fit the probability of a risk to verdicts. Raises TooFewVerdicts."""
    judged, weights = _weighted(verdicts, standings)
    points = np.array([-np.log(max(1e-9, 1 - min(one.risk, 1 - 1e-9))) for one in judged])
    yes = np.array([bool(one.at_risk) for one in judged])
    # Platt's targets: a little less than sure, so that few verdicts give no probability of one.
    ones, zeros = yes.sum(), (~yes).sum()
    target = np.where(yes, (ones + 1) / (ones + 2), 1 / (zeros + 2))

    def loss(guess: Floats) -> float:
        logits = guess[0] * points + guess[1]
        return float(np.sum(weights * (np.logaddexp(0, logits) - target * logits)) + 1e-6 * guess @ guess)

    found = minimize(loss, np.array([1.0, -1.0]), bounds=[(0.0, 50.0), (-20.0, 20.0)], method="L-BFGS-B").x
    return Calibration(float(found[0]), float(found[1]), len(judged), _blind(judged))


def weights(verdicts: Sequence[Verdict], standings: Sequence[Standing]) -> Mapping[str, float]:
    """What each rule should weigh by the verdicts, as a factor of what it weighs now: proposed, never applied alone.

    A logistic regression of the verdict on each rule's points, held towards a factor of one by PRIOR; no factor is
    below zero, so that the score stays monotone. Raises TooFewVerdicts.
    """
    judged, weights_ = _weighted(verdicts, standings)
    rules = [name for name in (*RULES, RECOVERY) if any(name in one.points for one in judged)]
    table = np.array([[one.points.get(rule, 0.0) for rule in rules] for one in judged])
    yes = np.array([float(bool(one.at_risk)) for one in judged])

    def loss(guess: Floats) -> float:
        logits = table @ guess[:-1] + guess[-1]
        errors = np.sum(weights_ * (np.logaddexp(0, logits) - yes * logits))
        return float(errors + PRIOR * np.sum((guess[:-1] - 1) ** 2))

    start = np.append(np.ones(len(rules)), -1.0)
    bounds = [(0.0, 5.0)] * len(rules) + [(-20.0, 20.0)]
    found = minimize(loss, start, bounds=bounds, method="L-BFGS-B").x
    return {rule: round(float(factor), 3) for rule, factor in zip(rules, found[:-1], strict=True)}


def _weighted(verdicts: Sequence[Verdict], standings: Sequence[Standing]) -> tuple[list[Verdict], Floats]:
    """Verdicts that say something, and how many customers each stands for (their mean is 1)."""
    judged = [one for one in verdicts if one.at_risk is not None]
    yes = sum(bool(one.at_risk) for one in judged)
    if min(yes, len(judged) - yes) < LEAST or _blind(judged) < LEAST_BLIND:
        raise TooFewVerdicts(
            f"{yes} verdicts say at risk, {len(judged) - yes} say not, {_blind(judged)} of them of the blind sample; "
            f"{LEAST} of each and {LEAST_BLIND} blind ones are the least. Go on judging, second looks above all."
        )
    stood: dict[tuple[str, str], int] = {}
    for one in standings:
        stood[one.week, one.stratum] = stood.get((one.week, one.stratum), 0) + one.customers
    seen: dict[tuple[str, str], int] = {}
    for verdict in judged:
        seen[verdict.week, verdict.stratum] = seen.get((verdict.week, verdict.stratum), 0) + 1
    raw = np.array([max(1.0, stood.get((v.week, v.stratum), 1) / seen[v.week, v.stratum]) for v in judged])
    return judged, raw / raw.mean()


def _blind(judged: Sequence[Verdict]) -> int:
    return sum(one.stratum != "queued" for one in judged)
