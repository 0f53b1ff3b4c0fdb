"""From logits to labels, with the shipped calibration's own corrections."""

import numpy as np

from models.calibration import Calibration
from models.decisions import TopicRule, decide
from models.labels import KINDS, POLARITIES, TOPICS
from models.reading import Logits


def _logits() -> Logits:
    heads = {
        "sentiment": np.array([0.0, 2.0, 0.0, 0.0]),
        "kind": np.array([1.0, 0.0, 0.0, 0.0, 0.8]),
        "churn": np.array([3.0, 0.0, 0.0]),
        "escalation": np.array(-3.0),
        "urgent": np.array(-3.0),
        "topics": np.where(np.arange(len(TOPICS)) == 4, 2.0, -4.0),
        "polarity": np.tile([0.0, 1.0, 0.0, 0.7], (len(TOPICS), 1)),
    }
    return Logits({name: values.astype(np.float32) for name, values in heads.items()}, np.zeros((1, len(TOPICS))))


def test_what_calibration_adds_to_a_rare_class_decides_a_close_call() -> None:
    """Kind "other" and a topic's "mix" lose narrowly by themselves, and win by what is added; nothing else changes."""
    rule = TopicRule(thresholds=np.full(len(TOPICS), 0.5))
    plain = decide(_logits(), "en", Calibration(), rule)
    assert (plain.kind, plain.topics[0][1]) == ("complaint", "neg")
    added = Calibration(kind_bias=(0.0, 0.0, 0.0, 0.0, 0.4), polarity_bias=(0.0, 0.0, 0.0, 0.5))
    mended = decide(_logits(), "en", added, rule)
    assert (mended.kind, mended.topics[0][1]) == ("other", "mix")
    assert (mended.sentiment, mended.churn, mended.topics[0][0]) == (plain.sentiment, plain.churn, plain.topics[0][0])
    assert (KINDS[4], POLARITIES[3]) == ("other", "mix")
