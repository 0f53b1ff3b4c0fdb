"""Confidence must mean what it says, and thresholds must not be led astray by a handful of rows."""

import numpy as np

from models.calibration import (
    Calibration,
    best_binary_threshold,
    best_common_threshold,
    calibration_error,
    error_by_chance,
    fit_temperature,
    from_dict,
    rare_bias,
    topic_thresholds,
)
from models.labels import TOPICS


def test_overconfident_scores_get_a_temperature_above_one() -> None:
    """Logits four times too large are divided by about four."""
    random = np.random.default_rng(0)
    logits = random.normal(size=(4000, 4))
    chances = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    labels = np.array([random.choice(4, p=row) for row in chances])
    assert 3.0 < fit_temperature(logits * 3.5, labels) <= 4.0
    assert 0.85 < fit_temperature(logits, labels) < 1.15


def test_binary_scores_are_calibrated_too() -> None:
    """Topic presence is yes or no, many times."""
    random = np.random.default_rng(1)
    logits = random.normal(size=5000)
    labels = (random.random(5000) < 1 / (1 + np.exp(-logits))).astype(np.int64)
    assert 1.7 < fit_temperature(logits * 2, labels) < 2.4


def test_calibration_error_of_a_perfect_and_of_a_boasting_model() -> None:
    """0 when 80 % sure is right 8 times in 10; 0.5 when always sure and right half of the time."""
    right = np.array([True] * 8 + [False] * 2)
    assert calibration_error(np.full(10, 0.8), right) < 1e-9
    assert abs(calibration_error(np.ones(10), np.array([True, False] * 5)) - 0.5) < 1e-9


def test_rare_topics_stay_near_the_common_threshold() -> None:
    """A topic with two mentions on dev must not get an extreme threshold from them."""
    random = np.random.default_rng(2)
    present = random.random((400, len(TOPICS))) < 0.1
    present[:, 0] = False
    present[:2, 0] = True
    scores = np.clip(np.where(present, 0.7, 0.3) + random.normal(0, 0.12, present.shape), 0, 1)
    scores[:2, 0] = 0.99
    common = best_common_threshold(scores, present)
    found = topic_thresholds(scores, present)
    assert set(found) == set(TOPICS)
    assert abs(found[TOPICS[0]] - common) < 0.1


def test_a_rare_class_that_is_said_too_seldom_gains() -> None:
    """Its logit lacks 1 everywhere, as that of a class with few examples does; no other class changes."""
    random = np.random.default_rng(3)
    shares = np.array([0.6, 0.3, 0.1])
    labels = random.choice(3, 6000, p=shares)
    logits = 2.0 * (random.normal(size=(6000, 3)) + 2.0 * np.eye(3)[labels]) + np.log(shares)
    assert rare_bias(logits, labels, 2)[2] < 0.5
    bias = rare_bias(logits - [0, 0, 1], labels, 2)
    assert bias[:2] == (0.0, 0.0)
    assert 0.6 < bias[2] < 1.4
    assert rare_bias(logits[:0], labels[:0], 2) == (0.0, 0.0, 0.0)


def test_binary_threshold_separates() -> None:
    """Ties go to the middle of what separates, not to its edge."""
    scores = np.array([0.1, 0.2, 0.8, 0.9])
    assert 0.4 < best_binary_threshold(scores, np.array([False, False, True, True])) < 0.6


def test_calibration_survives_json() -> None:
    """It lies in the checkpoint as JSON."""
    calibration = Calibration(
        temperatures={"kind": {"all": 1.2}}, sentiment_bias=(0.1, 0.0, 0.0, -0.1), urgent_threshold=0.3
    )
    assert from_dict(calibration.as_dict()) == calibration
    assert calibration.thresholds().shape == (len(TOPICS),)


def test_small_groups_look_worse_calibrated_than_they_are() -> None:
    """The error of scores that are exactly right falls with the size of the group; the report shows both."""
    scores = np.random.default_rng(1).uniform(0.5, 1.0, 2_000)
    few, many = error_by_chance(scores[:40]), error_by_chance(scores)
    assert few > 2 * many
    assert many < 0.03
    assert error_by_chance(np.ones(5)) == 0
