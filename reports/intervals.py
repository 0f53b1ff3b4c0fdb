"""How sure a share or a mean is: 95 % intervals."""

import numpy as np
import numpy.typing as npt
from scipy import stats

Numbers = npt.NDArray[np.float64]
Z = float(stats.norm.ppf(0.975))


def wilson(hits: npt.ArrayLike, total: npt.ArrayLike, z: npt.ArrayLike = Z) -> tuple[Numbers, Numbers]:
    """Return the lower and upper end of the Wilson score interval (Wilson 1927) of hits/total, elementwise.

    Counts may be fractions (effective sizes). Null where total is not positive. `z` is the normal (or t) quantile.
    """
    x, n, z = (np.asarray(value, dtype=np.float64) for value in (hits, total, z))
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(n > 0, x / n, np.nan)
        shrink = 1 + z**2 / n
        middle = (share + z**2 / (2 * n)) / shrink
        half = z / shrink * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    # Rounding must not push an end past the share itself (at 0 and 1) or out of 0..1.
    return np.clip(np.minimum(middle - half, share), 0, 1), np.clip(np.maximum(middle + half, share), 0, 1)


def newcombe(
    share: Numbers, total: Numbers, share_before: Numbers, total_before: Numbers, z: npt.ArrayLike = Z
) -> tuple[Numbers, Numbers]:
    """Return the interval of share - share_before: Newcombe's hybrid score method (Newcombe 1998, method 10)."""
    low, high = wilson(share * total, total, z)
    low_before, high_before = wilson(share_before * total_before, total_before, z)
    effect = share - share_before
    down = np.sqrt((share - low) ** 2 + (high_before - share_before) ** 2)
    up = np.sqrt((high - share) ** 2 + (share_before - low_before) ** 2)
    return effect - down, effect + up


def clustered_mean(
    values: Numbers, groups: npt.NDArray[np.int64], clusters: npt.NDArray[np.int64], size: int
) -> tuple[Numbers, Numbers, Numbers]:
    """Return mean, low and high of the values of each group 0..size-1, with clusters (customers) as the sampled units.

    The variance is the cluster-robust one, sum over clusters of the squared sum of residuals, with the factor
    G/(G-1); Student t with G-1 degrees of freedom. Null mean without values, null interval below two clusters.
    """
    n = np.bincount(groups, minlength=size).astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.bincount(groups, weights=values, minlength=size) / n
        if not len(values):
            return mean, mean.copy(), mean.copy()
        keys, inverse = np.unique(groups * (int(clusters.max()) + 1) + clusters, return_inverse=True)
        sums = np.bincount(inverse, weights=values - mean[groups])
        owner = keys // (int(clusters.max()) + 1)
        squares = np.bincount(owner, weights=sums**2, minlength=size)
        count = np.bincount(owner, minlength=size).astype(np.float64)
        count[count < 2] = np.nan
        half = stats.t.ppf(0.975, count - 1) * np.sqrt(squares * count / (count - 1)) / n
    return mean, mean - half, mean + half
