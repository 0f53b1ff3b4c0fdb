"""A slow drift is found while it is still slow, and quiet weeks show none."""

import numpy as np
import pytest
from statsmodels.stats.multitest import multipletests

from reports.changes import BUDGET
from reports.drift import Drift, scan, starts
from reports.intervals import Numbers

WEEKS, N, TOPICS = 13, 2000.0, 22
SHARES = np.asarray([0.03, *(0.02 + 0.1 * (topic % 7) / 7 for topic in range(1, TOPICS))])


def draw(seed: int, growth: float = 1.0, drifting: int = 0, variance: float = 1.0) -> Drift:
    """Shares of 22 topics in 13 weeks of 2,000 customers; the first one grows in the last `drifting` weeks."""
    random = np.random.default_rng(seed)
    factor = growth ** np.maximum(np.arange(WEEKS) - (WEEKS - 1 - drifting), 0)
    shares = np.tile(SHARES[:, None], (1, WEEKS))
    shares[0] *= factor
    if variance > 1:
        correlation = (variance - 1) / (N - 1)
        shares = random.beta(shares * (1 / correlation - 1), (1 - shares) * (1 / correlation - 1))
    return scanned(random.binomial(int(N), shares) / N)


def scanned(values: Numbers) -> Drift:
    n = np.full(values.shape, N)
    pooled = values.mean(axis=1)
    return scan(values, n, pooled * (1 - pooled), values.sum(axis=1) * N >= 20)


def found(drift: Drift) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    p = np.where(np.isfinite(drift.p), drift.p, 1.0)
    small = multipletests(p, method="fdr_bh")[1] <= 0.10 * BUDGET["drift"]
    return np.asarray(small & (np.abs(drift.effect) >= 0.005))


@pytest.mark.parametrize("variance", [1.0, 3.0])
def test_quiet_weeks_rarely_drift(variance: float) -> None:
    """The drift family has its share of the one false week in ten, and keeps to it."""
    cried = sum(found(draw(seed, variance=variance)).any() for seed in range(60))
    assert cried <= 4


def test_ten_percent_a_week_is_found_within_five_weeks() -> None:
    """3 % that become 4.8 % in five weeks: no single week tells, the five together do."""
    hits = 0
    for seed in range(30):
        random = np.random.default_rng(1000 + seed)
        shares = np.tile(SHARES[:, None], (1, WEEKS + 1))
        shares[0, -5:] *= 1.1 ** np.arange(1, 6)
        values = random.binomial(int(N), shares) / N
        hits += any(found(scanned(part))[0] for part in (values[:, :-1], values[:, 1:]))
    assert hits >= 26


def test_a_falling_share_is_found_too() -> None:
    """A fix that works shows as a drift down."""
    drift = draw(7, 0.8, 6)
    assert found(drift)[0]
    assert drift.effect[0] < 0


def test_the_fit_says_when_it_began_and_how_far_it_has_come() -> None:
    """The sentence names the week and the level: they must be those of the data."""
    values = np.tile(SHARES[:, None], (1, WEEKS))
    values[0, -5:] += np.asarray([1, 2, 3, 4, 5]) / 5 * 0.03
    drift = scanned(values)
    assert drift.weeks[0] == 5
    assert drift.before[0] == pytest.approx(0.03)
    assert drift.now[0] == pytest.approx(0.06)
    assert drift.low[0] < 0.03 < drift.high[0]


def test_a_spike_of_the_last_week_is_no_drift() -> None:
    """One bad week is told as one bad week."""
    values = np.tile(SHARES[:, None], (1, WEEKS)) + np.random.default_rng(3).normal(0, 0.002, (TOPICS, WEEKS))
    values[0, -1] += 0.05
    assert not found(scanned(values))[0]


def test_too_few_weeks_or_events_are_not_tested() -> None:
    """Six weeks cannot tell a drift from the level before it; no claim is better than a guess."""
    values = np.tile(SHARES[:, None], (1, 6))
    assert len(starts(6)) == 0
    assert np.isnan(scanned(values).p).all()
    rare = np.full((1, WEEKS), 1 / N)
    assert np.isnan(scanned(rare).p).all()


def test_a_missing_week_does_not_stop_the_scan() -> None:
    """A holiday without feedback leaves a hole, not an error."""
    values = np.tile(SHARES[:, None], (1, WEEKS))
    n = np.full(values.shape, N)
    n[:, 4], values[:, 4] = 0, np.nan
    drift = scan(values, n, SHARES * (1 - SHARES), np.full(TOPICS, True))
    assert np.isfinite(drift.p).all()
