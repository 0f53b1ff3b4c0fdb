"""Compare this week's share or mean with earlier weeks, allowing for the ups and downs that weeks have anyway.

Weeks differ by more than chance alone: a promotion, a holiday, one loud customer group. That overdispersion is
estimated from the earlier weeks themselves (Pearson's chi square over its degrees of freedom), drawn towards the common
value of all hypotheses of the family (as Smyth 2004 moderates variances), turned into an intra-week correlation, and
counts are deflated by the design effect it gives (Rao and Scott 1992). On the effective counts: a score test with
Student's t, or Fisher's exact test where any expected count is small; intervals by Newcombe's method with the same t
quantile.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import optimize, special, stats

from reports.exact import fisher
from reports.intervals import Numbers, newcombe

LEAST_PRIOR, MOST_PRIOR = 4.0, 60.0  # bounds of the degrees of freedom given to the family's common overdispersion
ENOUGH = 8  # hypotheses whose median may speak for the family
SMALL = 5.0  # an expected count below this calls for the exact test (Cochran 1954)


@dataclass(frozen=True, slots=True)
class Comparison:
    """One element per hypothesis: this week's value, the earlier one, effect, its interval, p (null if untestable)."""

    value: Numbers
    baseline: Numbers
    effect: Numbers
    low: Numbers
    high: Numbers
    p: Numbers


@dataclass(frozen=True, slots=True)
class Dispersion:
    """Correlation within a week (0 if weeks differ by chance alone) and degrees of freedom, by hypothesis."""

    correlation: Numbers
    freedom: Numbers

    def design_effect(self, n: Numbers) -> Numbers:
        """Return by how much the variance of a week with n customers exceeds chance; first axis: hypotheses."""
        extra = self.correlation if n.ndim == 1 else self.correlation[:, None]
        return 1 + np.maximum(n - 1, 0) * extra


def estimate_dispersion(
    values: Numbers, n: Numbers, variance: Numbers, latest: Numbers, n_latest: Numbers, dense: npt.NDArray[np.bool_]
) -> Dispersion:
    """Estimate how much earlier weeks (hypotheses x weeks) scatter beyond the variance of a single observation.

    `dense` hypotheses, those with enough events, speak for the common value. With one earlier week only, the scatter
    between it and the latest week, in the median over all hypotheses, stands in.
    """
    alone = not ((n > 0).sum(axis=1) > 1).any()
    if alone:
        values, n = np.column_stack([values, latest]), np.column_stack([n, n_latest])
    used = n > 0
    freedom = np.maximum(used.sum(axis=1) - 1, 0).astype(np.float64)
    known = np.where(used, values, 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = (n * known).sum(axis=1) / n.sum(axis=1)
        ratio = (n * (known - mean[:, None]) ** 2).sum(axis=1) / variance / freedom
        size = n.sum(axis=1) / used.sum(axis=1)
    return moderate(ratio, freedom, size, dense, alone)


def moderate(
    ratio: Numbers, freedom: Numbers, size: Numbers, dense: npt.NDArray[np.bool_], alone: bool = False
) -> Dispersion:
    """Draw each hypothesis' overdispersion `ratio` (with so many degrees of freedom) towards the family's common one.

    `size` is the mean number of customers a week. `alone`: there is one earlier week, so that none has an own ratio.
    """
    usable = (freedom > 0) & np.isfinite(ratio)
    chosen = usable & dense
    common, prior = 1.0, LEAST_PRIOR
    if chosen.sum() >= ENOUGH:
        # The median, because a few topics really changed; a chi square has its median below its degrees of freedom.
        middle = stats.chi2.ppf(0.5, freedom[chosen]) / freedom[chosen]
        common = max(1.0, float(np.median(ratio[chosen] / middle)))
        prior = _prior_weight(ratio[chosen], freedom[chosen])
    own = np.where(usable & (not alone), freedom, 0.0)
    moderated = (prior * common + own * np.where(usable, ratio, 0)) / (prior + own)
    with np.errstate(divide="ignore", invalid="ignore"):
        correlation = np.where(size > 1, np.maximum(moderated - 1, 0) / (size - 1), 0.0)
    return Dispersion(np.clip(np.nan_to_num(correlation), 0, 1), prior + own)


def _prior_weight(ratio: Numbers, freedom: Numbers) -> float:
    """Return how alike the hypotheses' overdispersion is, as prior degrees of freedom (Smyth 2004, section 6.2).

    The spread of the log ratios beyond that of log chi squares is the trigamma of half the prior's degrees of freedom.
    It is taken between the quartiles, because a few topics really changed.
    """
    logs = np.log(np.maximum(ratio, 1e-6)) - special.digamma(freedom / 2) + np.log(freedom / 2)
    lower, upper = np.percentile(logs, [25, 75])
    expected = np.mean(_log_quartile_range(freedom))
    excess = ((upper - lower) / 1.349) ** 2 - (expected / 1.349) ** 2
    if excess <= special.polygamma(1, MOST_PRIOR / 2):
        return MOST_PRIOR
    if excess >= special.polygamma(1, LEAST_PRIOR / 2):
        return LEAST_PRIOR
    root = optimize.brentq(lambda half: special.polygamma(1, half) - excess, LEAST_PRIOR / 2, MOST_PRIOR / 2)
    return 2 * float(root)


def _log_quartile_range(freedom: Numbers) -> Numbers:
    result: Numbers = np.log(stats.chi2.ppf(0.75, freedom) / stats.chi2.ppf(0.25, freedom))
    return result


def compare_shares(hits: Numbers, n: Numbers, hits_before: Numbers, n_before: Numbers, versus: slice) -> Comparison:
    """Compare hits/n with the earlier weeks hits_before/n_before (hypotheses x weeks, oldest first).

    `versus` picks the weeks to compare with; overdispersion comes from all of them.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        pooled = hits_before.sum(axis=1) / n_before.sum(axis=1)
        dense = hits_before.sum(axis=1) >= n_before.shape[1]
        dense &= (n_before - hits_before).sum(axis=1) >= n_before.shape[1]
        dispersion = estimate_dispersion(hits_before / n_before, n_before, pooled * (1 - pooled), hits / n, n, dense)
        x, total = hits_before[:, versus].sum(axis=1), n_before[:, versus].sum(axis=1)
        value, baseline = hits / n, x / total
        n_eff = n / dispersion.design_effect(n)
        total_eff = _effective(n_before[:, versus], dispersion)
        common = (n_eff * value + total_eff * baseline) / (n_eff + total_eff)
        error = np.sqrt(common * (1 - common) * (1 / n_eff + 1 / total_eff))
        p = 2 * stats.t.sf(np.abs(value - baseline) / error, dispersion.freedom)
    smallest = np.minimum(n_eff, total_eff) * np.minimum(common, 1 - common)
    # Fewer than five events in all are too few for a verdict; as a filter, their sum leaves the exact test unbiased.
    untestable = (hits + x < SMALL) | ((n - hits) + (total - x) < SMALL)
    small = np.flatnonzero((smallest < SMALL) & ~untestable & np.isfinite(value) & np.isfinite(baseline))
    p[small] = fisher(
        *_rounded(value[small], n_eff[small]),
        *_rounded(baseline[small], total_eff[small]),
    )
    p[untestable] = np.nan
    quantile = stats.t.ppf(0.975, dispersion.freedom)
    low, high = newcombe(value, n_eff, baseline, total_eff, quantile)
    return Comparison(value, baseline, value - baseline, low, high, p)


def compare_means(
    sums: Numbers, n: Numbers, sums_before: Numbers, n_before: Numbers, variance: Numbers, versus: slice
) -> Comparison:
    """Compare the mean sums/n with earlier weeks; `variance` is that of one observation within its week."""
    with np.errstate(divide="ignore", invalid="ignore"):
        dispersion = estimate_dispersion(sums_before / n_before, n_before, variance, sums / n, n, np.isfinite(variance))
        total = n_before[:, versus].sum(axis=1)
        value, baseline = sums / n, sums_before[:, versus].sum(axis=1) / total
        n_eff = n / dispersion.design_effect(n)
        error = np.sqrt(variance * (1 / n_eff + 1 / _effective(n_before[:, versus], dispersion)))
        freedom = np.maximum(np.minimum(dispersion.freedom, n + total - 2), 1)
        p = 2 * stats.t.sf(np.abs(value - baseline) / error, freedom)
    p[(n < SMALL) | (total < SMALL)] = np.nan
    half = stats.t.ppf(0.975, freedom) * error
    return Comparison(value, baseline, value - baseline, value - baseline - half, value - baseline + half, p)


def _effective(n: Numbers, dispersion: Dispersion) -> Numbers:
    """Effective size of pooled weeks: their variance is the sum of those of the weeks."""
    result: Numbers = n.sum(axis=1) ** 2 / (n * dispersion.design_effect(n)).sum(axis=1)
    return result


def _rounded(share: Numbers, n: Numbers) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return hits and size of an effective sample as whole numbers."""
    size = np.rint(n).astype(np.int64)
    return np.minimum(np.rint(share * n).astype(np.int64), size), size
