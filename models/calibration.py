"""Make scores mean what they say: temperatures, thresholds and when to abstain.

Temperature scaling after Guo et al. 2017 (arXiv:1706.04599). Everything is fitted on the dev part of the gold set only.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field

import numpy as np
import numpy.typing as npt

from models.labels import TOPICS

Array = npt.NDArray[np.float64]
TEMPERATURES = tuple(float(value) for value in np.exp(np.linspace(np.log(0.4), np.log(4.0), 61)))


@dataclass(frozen=True)
class Calibration:
    """What stands between logits and decisions.

    temperatures: head -> language (or "all") -> divisor of the logits; sentiment_bias, kind_bias and polarity_bias are
    added to the logits of their heads first; topic_thresholds: topic -> probability from which it is present;
    escalation and urgent likewise; churn: probability of any intent (1 - p[0]) from which the stronger of 1 and 2 is
    said; abstain_below: smallest calibrated probability of the chosen sentiment that is still said.
    """

    temperatures: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    sentiment_bias: tuple[float, ...] = (0.0, 0.0, 0.0, 0.0)
    kind_bias: tuple[float, ...] = (0.0, 0.0, 0.0, 0.0, 0.0)
    polarity_bias: tuple[float, ...] = (0.0, 0.0, 0.0, 0.0)
    topic_thresholds: Mapping[str, float] = field(default_factory=dict)
    escalation_threshold: float = 0.5
    urgent_threshold: float = 0.5
    churn_threshold: float = 0.5
    abstain_below: float = 0.0

    def temperature(self, head: str, language: str = "all") -> float:
        """Return the divisor of a head's logits for a language, the common one where the language has none."""
        known = self.temperatures.get(head, {})
        return known.get(language, known.get("all", 1.0))

    def thresholds(self) -> Array:
        """Return the topic thresholds in the order of TOPICS."""
        return np.array([self.topic_thresholds.get(topic, 0.5) for topic in TOPICS])

    def as_dict(self) -> dict[str, object]:
        """Return what calibration.json holds."""
        return asdict(self)


def fit_temperature(logits: Array, labels: npt.NDArray[np.int64]) -> float:
    """Return the temperature with the smallest log loss; logits (N, C) against class numbers (N,), or (N,) against
    0/1.
    """

    def loss(temperature: float) -> float:
        scaled = logits / temperature
        if scaled.ndim == 1:
            return float(np.mean(np.logaddexp(0, scaled) - labels * scaled))
        top = scaled.max(axis=1, keepdims=True)
        normal = top[:, 0] + np.log(np.exp(scaled - top).sum(axis=1))
        return float(np.mean(normal - scaled[np.arange(len(labels)), labels]))

    return min(TEMPERATURES, key=loss)


def rare_bias(logits: Array, labels: npt.NDArray[np.int64], place: int) -> tuple[float, ...]:
    """Return what to add to the logits (N, C) so that most labels come out right, where only class `place` may gain.

    A rare class is the strongest one too seldom. Ties go to the middle of the best stretch; without labels, nothing is
    added.
    """
    if not len(labels):
        return (0.0,) * int(logits.shape[1])
    grid = np.linspace(0.0, 1.5, 31)
    added = np.eye(logits.shape[1])[place]
    right = np.array([float(((logits + value * added).argmax(1) == labels).mean()) for value in grid])
    best = round(float(grid[right >= right.max() - 1e-9].mean()), 3)
    return tuple(best if column == place else 0.0 for column in range(logits.shape[1]))


def calibration_error(confidence: Array, right: npt.NDArray[np.bool_], bins: int = 10) -> float:
    """Return the expected calibration error over `bins` equal-width bins (Naeini et al. 2015), 0 to 1."""
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    error = 0.0
    for index in range(bins):
        inside = place == index
        if inside.any():
            error += float(inside.mean()) * abs(float(confidence[inside].mean()) - float(right[inside].mean()))
    return error


def error_by_chance(confidence: Array, draws: int = 100, bins: int = 10) -> float:
    """Return the expected calibration error that these scores would show if they were exactly right.

    Mean over redrawn outcomes: the smaller the group, the larger it is (Roelofs et al. 2022, arXiv:2012.08668).
    """
    outcomes = np.random.default_rng(0).random((draws, len(confidence))) < confidence
    return float(np.mean([calibration_error(confidence, right, bins) for right in outcomes]))


def best_common_threshold(scores: Array, present: npt.NDArray[np.bool_]) -> float:
    """Return the one threshold with the best micro-F1 over all topics; scores and present are (N, T)."""
    grid = np.linspace(0.1, 0.9, 81)
    return float(grid[int(np.argmax([_f1(scores >= value, present) for value in grid]))])


def topic_thresholds(scores: Array, present: npt.NDArray[np.bool_], strength: float = 40.0) -> Mapping[str, float]:
    """Return a threshold per topic: its own best by F1, shrunk toward the common one.

    A topic with n gold mentions moves n / (n + strength) of the way, since few mentions say little.
    """
    common = best_common_threshold(scores, present)
    grid = np.linspace(0.15, 0.85, 71)
    found = {}
    for column, topic in enumerate(TOPICS):
        mentions = int(present[:, column].sum())
        quality = np.array([_f1(scores[:, column] >= value, present[:, column]) for value in grid])
        best = grid[quality >= quality.max() - 1e-9].mean() if mentions else common
        share = mentions / (mentions + strength)
        found[topic] = round(float(share * best + (1 - share) * common), 3)
    return found


def best_binary_threshold(scores: Array, present: npt.NDArray[np.bool_], floor: float = 0.0) -> float:
    """Return the threshold with the best F1; never below `floor`. Ties go to the middle of the best stretch."""
    grid = np.linspace(0.05, 0.95, 91)
    grid = grid[grid >= floor]
    quality = np.array([_f1(scores >= value, present) for value in grid])
    return float(grid[quality >= quality.max() - 1e-9].mean())


def watchful_threshold(scores: Array, present: npt.NDArray[np.bool_], precision: float = 0.5) -> float:
    """Return the threshold with the best F2 (recall counts double) among those with at least this precision.

    At most 0.5, so that what is likelier than not is always said. For rare dangers, where a miss costs most.
    """
    grid = np.linspace(0.05, 0.5, 46)
    quality = []
    for value in grid:
        said = scores >= value
        hits = float((said & present).sum())
        exact = hits / said.sum() if said.any() else 0.0
        quality.append(5 * hits / (4 * present.sum() + said.sum()) if exact >= precision else 0.0)
    best = np.array(quality)
    return float(grid[best >= best.max() - 1e-9].mean()) if best.max() > 0 else 0.5


def _f1(said: npt.NDArray[np.bool_], present: npt.NDArray[np.bool_]) -> float:
    hits = float((said & present).sum())
    total = float(said.sum() + present.sum())
    return 2 * hits / total if total else 0.0


def from_dict(content: Mapping[str, object]) -> Calibration:
    """Return the calibration that `as_dict` wrote."""
    values = dict(content)
    for name, bias in values.items():
        if name.endswith("_bias") and isinstance(bias, Sequence):
            values[name] = tuple(float(value) for value in bias)
    return Calibration(**values)  # type: ignore[arg-type]
