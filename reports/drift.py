"""Has something been drifting for weeks, too slowly for any one week to stand out?

A CUSUM with unknown start, as a scan (generalised likelihood ratio: Lorden 1971; for linear drifts, Gombay and Horvath
1994): for every start three to nine weeks back, a straight ramp from a level before is fitted by weighted least
squares; the largest standardised slope counts. How large it becomes in quiet weeks is drawn at random with a fixed
seed. Week-to-week scatter is measured on successive differences (von Neumann 1941), which a slow drift hardly moves.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
from scipy import special, stats

from reports.comparison import Dispersion, moderate
from reports.counted import Codes
from reports.intervals import Numbers

Flags = npt.NDArray[np.bool_]

SHORTEST, LONGEST = 3, 9  # weeks of a drift, report week included
LEAST_BEFORE = 4  # weeks that tell the level before
ENOUGH = 20.0  # events, and non-events, over all weeks
STEADY = 1.64  # a drift must show this much (in standard errors) without the report week: else it is a spike
DRAWS = 40_000
QUANTILES = 256
SEED = 20261121


@dataclass(frozen=True, slots=True)
class Drift:
    """One element per hypothesis: weeks of the best fitting ramp, levels, effect = now - before, its interval, p.

    statistic: the largest standardised ramp; threshold: its 95 % quantile in quiet weeks. All are null (weeks: the
    shortest) where there is too little to test. p is 1 where the movement is that of the report week alone.
    """

    weeks: Codes
    before: Numbers
    now: Numbers
    effect: Numbers
    low: Numbers
    high: Numbers
    statistic: Numbers
    threshold: Numbers
    p: Numbers
    dispersion: Dispersion


def scan(values: Numbers, n: Numbers, variance: Numbers, testable: Flags) -> Drift:
    """Look for a drift up to the last week in values (hypotheses x weeks); `variance` is that of one observation.

    `testable` hypotheses (true or false) are tested if they have a value in the last week, the one before it and at
    least SHORTEST + LEAST_BEFORE weeks.
    """
    size, weeks = values.shape
    dispersion = scatter(values, n, variance, testable)
    used = n > 0
    known = np.where(used, values, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        weight = np.where(used, n / (variance[:, None] * dispersion.design_effect(n)), 0.0)
    usable = testable & (used.sum(axis=1) >= SHORTEST + LEAST_BEFORE) & used[:, -2:].all(axis=1)
    usable &= np.isfinite(weight).all(axis=1)
    lengths = starts(weeks)
    if not len(lengths) or not usable.any():
        null = np.full(size, np.nan)
        return Drift(np.full(size, SHORTEST), null, null, null, null, null, null, null, null, dispersion)
    ramps = _ramps(weeks)
    fits = [_fit(known, weight, ramp) for ramp in ramps]
    z = np.stack([slope / error for slope, error, _ in fits])
    z[:, ~usable] = 0.0
    best = np.argmax(np.nan_to_num(np.abs(z)), axis=0)
    at = np.arange(size)
    slope, error, before = (np.stack([fit[part] for fit in fits])[best, at] for part in range(3))
    statistic = np.abs(z[best, at])
    p = _chance(weeks, statistic, dispersion.freedom)
    early = np.stack([_fit(known[:, :-1], weight[:, :-1], ramp[:-1]) for ramp in ramps])[best, :, at]
    with np.errstate(divide="ignore", invalid="ignore"):
        steady = np.sign(slope) * early[:, 0] / early[:, 1] >= STEADY
    p = np.where(steady, p, 1.0)
    half = stats.t.ppf(0.975, dispersion.freedom) * error

    def shown(part: Numbers) -> Numbers:
        return np.where(usable, part, np.nan)

    return Drift(
        weeks=np.where(usable, lengths[best], SHORTEST),
        before=shown(before),
        now=shown(before + slope),
        effect=shown(slope),
        low=shown(slope - half),
        high=shown(slope + half),
        statistic=shown(statistic),
        threshold=shown(_threshold(weeks, dispersion.freedom)),
        p=shown(p),
        dispersion=dispersion,
    )


def starts(weeks: int) -> Codes:
    """Return the lengths of the drifts looked for in so many weeks, shortest first."""
    return np.arange(SHORTEST, min(LONGEST, weeks - LEAST_BEFORE) + 1, dtype=np.int64)


def scatter(values: Numbers, n: Numbers, variance: Numbers, dense: Flags) -> Dispersion:
    """Estimate how much weeks scatter beyond chance from successive differences; see comparison.moderate."""
    pairs = (n[:, 1:] > 0) & (n[:, :-1] > 0)
    count = pairs.sum(axis=1).astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = variance[:, None] * (1 / n[:, 1:] + 1 / n[:, :-1])
        squares = np.where(pairs, np.diff(values, axis=1) ** 2 / spread, 0.0)
        ratio = squares.sum(axis=1) / count
        size = n.sum(axis=1) / (n > 0).sum(axis=1)
    # Neighbouring differences share a week: m of them are worth 2 m^2 / (3 m - 1) free ones (von Neumann 1941).
    freedom = np.where(count > 0, 2 * count**2 / np.maximum(3 * count - 1, 1), 0.0)
    return moderate(ratio, freedom, size, dense)


def _ramps(weeks: int) -> list[Numbers]:
    back = np.arange(weeks - 1, -1, -1, dtype=np.float64)
    return [np.maximum(length - back, 0) / length for length in starts(weeks)]


def _fit(values: Numbers, weight: Numbers, ramp: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """Return slope, its standard error and the level before of each hypothesis' best ramp."""
    with np.errstate(divide="ignore", invalid="ignore"):
        total = weight.sum(axis=1)
        centre = (weight * ramp).sum(axis=1) / total
        mean = (weight * values).sum(axis=1) / total
        away = ramp[None, :] - centre[:, None]
        squares = (weight * away**2).sum(axis=1)
        slope = (weight * away * values).sum(axis=1) / squares
        return slope, 1 / np.sqrt(squares), mean - slope * centre


def _chance(weeks: int, statistic: Numbers, freedom: Numbers) -> Numbers:
    """Return the chance of so large a statistic in quiet weeks, for each hypothesis.

    The scatter's own uncertainty is averaged over the quantiles of its chi square.
    """
    quantiles = (np.arange(QUANTILES) + 0.5) / QUANTILES
    degrees, own = np.unique(freedom, return_inverse=True)
    scale = np.sqrt(2 * special.gammaincinv(degrees[:, None] / 2, quantiles[None, :]) / degrees[:, None])
    result: Numbers = _quiet_tail(weeks, statistic[:, None] * scale[own]).mean(axis=1)
    return result


def _threshold(weeks: int, freedom: Numbers) -> Numbers:
    """Return what the statistic exceeds in 5 % of quiet weeks."""
    grid = np.arange(1.5, 8.0, 0.1)
    found = {degrees: _chance(weeks, grid, np.full(len(grid), degrees)) for degrees in np.unique(freedom)}
    # The chance falls with the statistic; np.interp wants it to rise.
    return np.asarray([np.interp(-0.05, -found[degrees], grid) for degrees in freedom], dtype=np.float64)


def _quiet_tail(weeks: int, statistic: Numbers) -> Numbers:
    """Return how often the largest standardised ramp exceeds a value when the scatter is known."""
    drawn = _quiet(weeks)
    far = drawn[int(0.99 * len(drawn))]
    near = 1 - np.searchsorted(drawn, statistic, side="left") / len(drawn)
    # Beyond what was drawn often enough, the tail falls like that of a normal value.
    tail: Numbers = np.where(statistic < far, near, 0.01 * special.ndtr(-statistic) / special.ndtr(-far))
    return tail


@cache
def _quiet(weeks: int) -> Numbers:
    """Return the statistic of DRAWS quiet stretches of equal weeks with known scatter, ascending."""
    away = np.stack([ramp - ramp.mean() for ramp in _ramps(weeks)])
    unit = away / np.sqrt((away**2).sum(axis=1, keepdims=True))
    normal = np.random.default_rng(SEED).standard_normal((DRAWS, weeks))
    result: Numbers = np.sort(np.abs(normal @ unit.T).max(axis=1))
    return result
