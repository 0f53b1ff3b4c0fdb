"""The slope of scores, against odd days and uneven gaps."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.risk.falling import fall

START = date(2026, 9, 21)


@given(
    st.lists(st.tuples(st.integers(0, 55), st.floats(0, 1)), min_size=2, unique_by=lambda pair: pair[0]),
    st.floats(-1, 1),
)
def test_a_line_is_found_whatever_the_days(pairs, slope):
    """Scores on a line fall by exactly what the line falls, however uneven the gaps."""
    points = [(START + timedelta(days=day), slope * day / 55) for day, _ in sorted(pairs)]
    expected = -slope * (points[-1][0] - points[0][0]).days / 55
    assert fall(points) == pytest.approx(expected, abs=1e-9)


def test_one_odd_score_among_many_turns_nothing():
    """A single bad day in a steady life is a bad day."""
    steady = [(START + timedelta(days=7 * week), 0.9) for week in range(7)]
    assert fall([*steady[:3], (steady[3][0], 0.0), *steady[4:]]) == 0


def test_too_few_scores_say_nothing():
    assert fall([(START, 0.2)]) == 0
