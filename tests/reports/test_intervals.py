"""Intervals agree with the literature and with statsmodels."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from reports.intervals import clustered_mean, newcombe, wilson


@settings(max_examples=60, deadline=None)
@given(total=st.integers(1, 5000), part=st.floats(0, 1))
def test_wilson_agrees_with_statsmodels(total: int, part: float) -> None:
    """The interval beside every share is the published one."""
    hits = round(part * total)
    low, high = wilson(hits, total)
    expected = proportion_confint(hits, total, method="wilson")
    assert (float(low), float(high)) == pytest.approx(expected, abs=1e-9)
    assert 0 <= low <= hits / total <= high <= 1


def test_wilson_of_nothing_is_null() -> None:
    """No feedback, no share: a zero would be a claim."""
    assert np.isnan(wilson([0], [0])[0][0])


def test_newcombe_agrees_with_statsmodels() -> None:
    """The interval of a change is the published one, also for small counts."""
    for hits, n, before, n_before in ((9, 100, 30, 1000), (0, 12, 5, 80), (7, 7, 3, 40)):
        low, high = newcombe(*(np.asarray([float(v)]) for v in (hits / n, n, before / n_before, n_before)))
        expected = confint_proportions_2indep(hits, n, before, n_before, method="newcomb")
        assert (float(low[0]), float(high[0])) == pytest.approx(expected, abs=1e-6)


def test_a_mean_of_independent_customers_has_the_student_interval() -> None:
    """With one answer a customer, clustering must change nothing."""
    values = np.asarray([1.0, 4.0, 4.0, 5.0, 2.0])
    mean, low, high = clustered_mean(values, np.zeros(5, dtype=np.int64), np.arange(5), 1)
    expected = stats.t.interval(0.95, 4, loc=values.mean(), scale=stats.sem(values))
    assert (mean[0], low[0], high[0]) == pytest.approx((values.mean(), *expected))


def test_one_customer_who_answers_ten_times_is_one_customer() -> None:
    """A loud customer must not make a mean look certain."""
    values = np.asarray([5.0] * 10 + [1.0, 2.0])
    customers = np.asarray([0] * 10 + [1, 2])
    _, low, high = clustered_mean(values, np.zeros(12, dtype=np.int64), customers, 1)
    _, low_each, high_each = clustered_mean(values, np.zeros(12, dtype=np.int64), np.arange(12), 1)
    assert high[0] - low[0] > 1.5 * (high_each[0] - low_each[0])


def test_one_customer_alone_has_no_interval() -> None:
    """There is no spread to learn from."""
    mean, low, high = clustered_mean(np.asarray([3.0, 4.0]), np.asarray([0, 0]), np.asarray([7, 7]), 2)
    assert mean[0] == 3.5
    assert np.isnan([low[0], high[0], mean[1]]).all()
