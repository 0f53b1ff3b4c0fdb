"""Turn logits into labels: calibrated probabilities, thresholds, and when to say that one is not sure."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data.records import Kind, Sentiment
from models.calibration import Calibration
from models.labels import KINDS, POLARITIES, SENTIMENTS
from models.reading import Logits

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Decision:
    """The labels of one text with their calibrated probabilities; `topics` as (place, polarity, probability)."""

    sentiment: Sentiment
    scores: dict[Sentiment, float]
    kind: Kind
    kind_score: float
    churn: int
    churn_score: float
    escalation: int
    escalation_score: float
    urgent: int
    urgent_score: float
    topics: tuple[tuple[int, Sentiment, float], ...]
    abstained: bool


@dataclass(frozen=True, slots=True)
class TopicRule:
    """When a topic is said: its probability passes the threshold (T,), or, if `exclusive`, it is the likeliest of all.

    `temperature` divides the topic logits; None stands for the calibration's own, by language.
    """

    thresholds: Floats
    exclusive: bool = False
    temperature: float | None = None


def decide(logits: Logits, language: str, calibration: Calibration, rule: TopicRule) -> Decision:
    """Return the labels of one text; `rule` is that of the topics that the logits speak of."""
    heads = logits.heads
    chances = sentiment_chances(heads["sentiment"], language, calibration)
    kinds = softmax((heads["kind"] + np.array(calibration.kind_bias)) / calibration.temperature("kind", language))
    churn = softmax(heads["churn"] / calibration.temperature("churn", language))
    any_churn = 1.0 - float(churn[0])
    escalation = sigmoid(heads["escalation"] / calibration.temperature("escalation", language)).item()
    urgent = sigmoid(heads["urgent"] / calibration.temperature("urgent", language)).item()
    present, said = _topics(heads["topics"], rule, calibration.temperature("topics", language))
    polarity = (heads["polarity"] + np.array(calibration.polarity_bias)).argmax(-1)
    return Decision(
        sentiment=SENTIMENTS[int(chances.argmax())],
        scores=dict(zip(SENTIMENTS, chances.tolist(), strict=True)),
        kind=KINDS[int(kinds.argmax())],
        kind_score=float(kinds.max()),
        churn=1 + int(churn[2] > churn[1]) if any_churn >= calibration.churn_threshold else 0,
        churn_score=any_churn,
        escalation=int(escalation >= calibration.escalation_threshold),
        escalation_score=escalation,
        urgent=int(urgent >= calibration.urgent_threshold),
        urgent_score=urgent,
        topics=tuple((int(place), POLARITIES[int(polarity[place])], float(present[place])) for place in said),
        abstained=float(chances.max()) < calibration.abstain_below,
    )


def _topics(
    logits: npt.NDArray[np.float32], rule: TopicRule, temperature: float
) -> tuple[Floats, npt.NDArray[np.int64]]:
    scaled = logits / (temperature if rule.temperature is None else rule.temperature)
    if rule.exclusive:
        chances = softmax(scaled)
        return chances, np.array([int(chances.argmax())])
    present = sigmoid(scaled)
    return present, np.flatnonzero(present >= rule.thresholds)


def sentiment_chances(logits: npt.NDArray[np.float32], language: str, calibration: Calibration) -> Floats:
    """Return calibrated probabilities (..., 4) of sentiment logits, in the order of SENTIMENTS."""
    biased = logits.astype(np.float64) + np.array(calibration.sentiment_bias)
    return softmax(biased / calibration.temperature("sentiment", language))


def softmax(logits: npt.NDArray[np.floating]) -> Floats:
    """Return the softmax over the last axis."""
    powers = np.exp(logits.astype(np.float64) - logits.max(-1, keepdims=True))
    result: Floats = powers / powers.sum(-1, keepdims=True)
    return result


def sigmoid(logits: npt.NDArray[np.floating]) -> Floats:
    """Return the logistic function of each value."""
    result: Floats = 1 / (1 + np.exp(-np.clip(logits.astype(np.float64), -60, 60)))
    return result
