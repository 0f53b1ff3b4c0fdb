"""Choose the calibration of a network from what it says of the gold dev set."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from models.calibration import (
    Calibration,
    best_binary_threshold,
    fit_temperature,
    rare_bias,
    topic_thresholds,
    watchful_threshold,
)
from models.corpus import Row
from models.labels import KINDS, LANGUAGES, POLARITIES, SENTIMENTS, TOPICS
from models.scoring import Readings, chosen, gold_topics, probabilities, sigmoid

FEW = 60  # rows of a language from which it gets a temperature of its own


def fit_calibration(readings: Readings, rows: Sequence[Row], abstain_share: float = 0.02) -> Calibration:
    """Return temperatures, thresholds and the abstention limit that suit the rows best.

    `abstain_share` of the rows, the least sure ones, would be abstained on.
    """
    languages = np.array([row.language for row in rows])
    sentiments = np.array([SENTIMENTS.index(row.sentiment or "neu") for row in rows])
    kinds = np.array([KINDS.index(row.kind or "other") for row in rows])
    churn = np.array([row.churn or 0 for row in rows])
    flags = {head: np.array([int(getattr(row, head) or 0) for row in rows]) for head in ("escalation", "urgent")}
    gold = gold_topics(rows)
    judged, polarities = _judged(readings, rows)
    kind_bias = rare_bias(readings.kind, kinds, KINDS.index("other"))
    polarity_bias = rare_bias(judged, polarities, POLARITIES.index("mix"))
    temperatures: dict[str, dict[str, float]] = {
        "sentiment": {"all": fit_temperature(readings.sentiment, sentiments)},
        "kind": {"all": fit_temperature(readings.kind + np.array(kind_bias), kinds)},
        "churn": {"all": fit_temperature(readings.churn, churn)},
        "topics": {"all": fit_temperature(readings.topics.ravel(), gold.ravel().astype(np.int64))},
        "escalation": {"all": 1.0},
        "urgent": {"all": 1.0},
        "polarity": {"all": fit_temperature(judged + np.array(polarity_bias), polarities) if len(polarities) else 1.0},
    }
    for language in LANGUAGES:
        inside = languages == language
        if inside.sum() >= FEW:
            temperatures["sentiment"][language] = fit_temperature(readings.sentiment[inside], sentiments[inside])
    divisors = np.array(
        [[temperatures["sentiment"].get(row.language, temperatures["sentiment"]["all"])] for row in rows]
    )
    surest = probabilities(readings.sentiment / divisors).max(1)
    present = sigmoid(readings.topics / temperatures["topics"]["all"])
    intent = 1 - probabilities(readings.churn / temperatures["churn"]["all"])[:, 0]
    return Calibration(
        temperatures=temperatures,
        kind_bias=kind_bias,
        polarity_bias=polarity_bias,
        topic_thresholds=topic_thresholds(present, gold),
        escalation_threshold=watchful_threshold(sigmoid(readings.escalation), flags["escalation"] > 0),
        urgent_threshold=watchful_threshold(sigmoid(readings.urgent), flags["urgent"] > 0),
        churn_threshold=best_binary_threshold(intent, churn > 0, floor=0.15),
        abstain_below=round(float(np.quantile(surest, abstain_share)), 3),
    )


def cross_fitted(readings: Readings, rows: Sequence[Row], folds: int = 5) -> list[Calibration]:
    """Return a calibration for each row, fitted on the other folds: figures under it are not flattered by the fit."""
    places = np.arange(len(rows)) % folds
    fitted = []
    for fold in range(folds):
        others = [index for index in range(len(rows)) if places[index] != fold]
        fitted.append(fit_calibration(chosen(readings, others), [rows[index] for index in others]))
    return [fitted[place] for place in places]


def _judged(readings: Readings, rows: Sequence[Row]) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]]:
    """Return the polarity logits (M, 4) of the topics that the rows name, and how the rows judge them (M,)."""
    places = [
        (index, TOPICS.index(topic), POLARITIES.index(judged))
        for index, row in enumerate(rows)
        for topic, judged, _, _ in row.topics
        if judged
    ]
    index, topic, labels = np.array(places, dtype=np.int64).reshape(-1, 3).T
    return readings.polarity[index, topic], labels
