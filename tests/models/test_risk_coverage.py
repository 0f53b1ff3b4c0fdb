"""Keeping only what one is sure of must pay, and the curve says how much."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.risk_coverage import lines, risk_coverage

CLAIMS = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=40)


def test_mistakes_at_the_unsure_end_cost_nothing_when_they_are_left_out() -> None:
    """Ten claims, the two least sure are wrong: four fifths kept are all right."""
    curve = risk_coverage(np.linspace(1, 0.1, 10), np.array([True] * 8 + [False] * 2))
    assert curve.kept[1.0] == pytest.approx(0.8)
    assert curve.kept[0.8] == 1
    assert curve.area == pytest.approx((1 / 9 + 2 / 10) / 10)
    assert curve.area == pytest.approx(curve.least)


@settings(max_examples=50, deadline=None)
@given(CLAIMS)
def test_no_order_beats_the_one_that_knows_its_mistakes(claims: list[tuple[float, bool]]) -> None:
    """The least possible area is a floor, and sureness that is reversed is never better than the best."""
    sure, right = np.array([score for score, _ in claims]), np.array([so for _, so in claims])
    curve = risk_coverage(sure, right)
    assert curve.least <= curve.area + 1e-12
    assert risk_coverage(right.astype(float), right).area == pytest.approx(curve.least)
    assert curve.kept[1.0] == pytest.approx(right.mean())


def test_the_report_has_a_row_for_each_head_and_bars_for_sentiment() -> None:
    """A chart that a terminal can show."""
    curve = risk_coverage(np.array([0.9, 0.6]), np.array([True, False]))
    shown = lines({"all": {"sentiment": curve, "kind": curve}, "language en": {"kind": curve}})
    assert sum(line.startswith("| ") for line in shown) == 4
    assert sum("#" * 20 in line for line in shown) == 6
