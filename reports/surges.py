"""Which products customers suddenly ask about: more enquiries than in the weeks before."""

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.stats.multitest import multipletests

from reports.cohorts import blank
from reports.comparison import Dispersion, moderate
from reports.counted import Counted, customers_by
from reports.intervals import Numbers
from reports.week import ReportSettings, conform

#: Kinds of feedback that ask for something.
ENQUIRIES = ("question", "request")
BUDGET = 0.05  # of the rate of false changes; see reports.changes.BUDGET
SMALL = 5.0  # fewer customers than this, now and expected together, are not tested
LEAST_RATIO = 1.25
LARGE_RATIO = 2.0
SIZE = 1000.0


def surges_table(counted: Counted, settings: ReportSettings) -> pd.DataFrame:
    """Return the table SURGES, products in ascending order.

    Given n + the baseline's count, n is binomial with the report week's part of the weeks (the conditional test of two
    Poisson means, Przyborowski and Wilenski 1940) on counts deflated by the overdispersion between weeks, which is
    estimated and moderated as in reports.comparison. A surge is at least a quarter more, a drop a quarter less.
    """
    first = max(counted.last - settings.baseline_weeks, 0)
    feedback = counted.feedback[counted.feedback["week"] >= first]
    if "kind" not in feedback or first == counted.last or feedback.empty:
        return conform("surges")
    lively = np.bincount(feedback["week"] - first, minlength=counted.last - first + 1) > 0
    asked = feedback[feedback["kind"].isin(ENQUIRIES) & feedback["product"].notna()]
    codes, names = pd.factorize(asked["product"].astype("str"), sort=True)
    if not len(names) or not lively[:-1].any() or not lively[-1]:
        return conform("surges")
    weeks = len(lively)
    cell = codes.astype(np.int64) * weeks + (asked["week"].to_numpy(dtype=np.int64) - first)
    counts = customers_by(cell, asked["customer"].to_numpy(), len(names) * weeks).reshape(-1, weeks).astype(np.float64)
    before = counts[:, :-1][:, lively[:-1]]
    table = _tested(counts[:, -1], before, settings.false_rate * BUDGET)
    products = feedback[feedback["week"] == counted.last]
    people = products.groupby(products["product"].astype("str"))["customer"].nunique()
    table = table.assign(product=names, withheld=pd.Series(names).map(people).fillna(0).to_numpy() < settings.k)
    table["verdict"] = table["verdict"].mask(table["withheld"], "too_few")
    table = blank(table, ("n", "expected", "ratio", "low", "high", "p", "q"))
    return conform("surges", table.assign(week=counted.weeks[-1]))


def _tested(n: Numbers, before: Numbers, rate: float) -> pd.DataFrame:
    scale, freedom = _overdispersion(before)
    weeks = before.shape[1]
    expected = before.mean(axis=1)
    now, then = n / scale, before.sum(axis=1) / scale
    with np.errstate(divide="ignore", invalid="ignore"):
        p = _conditional(now, now + then, 1 / (1 + weeks))
        p = np.where(n + expected >= SMALL, p, np.nan)
        ratio = n / expected
        # Exact limits of the conditional probability (Clopper and Pearson 1934), turned into a ratio of means.
        width = stats.t.ppf(0.975, freedom) / stats.norm.ppf(0.975)
        tail = stats.norm.sf(stats.norm.ppf(0.975) * width)
        low, high = stats.beta.ppf(tail, now, then + 1), stats.beta.ppf(1 - tail, now + 1, then)
        low, high = np.nan_to_num(low, nan=0.0), np.where(then > 0, high, np.nan)
        low, high = weeks * low / (1 - low), weeks * high / (1 - high)
    q = np.full(len(p), np.nan)
    there = np.isfinite(p)
    if there.any():
        q[there] = multipletests(p[there], method="fdr_bh")[1]
    changed = (q <= rate) & ((ratio >= LEAST_RATIO) | (ratio <= 1 / LEAST_RATIO))
    with np.errstate(divide="ignore", invalid="ignore"):
        wide = ~(high / low <= LARGE_RATIO**2)
    verdict = np.where(changed, np.where(ratio > 1, "up", "down"), np.where(wide, "too_few", "none"))
    columns = {"n": n.astype(np.int64), "expected": expected, "ratio": ratio, "low": low, "high": high}
    return pd.DataFrame({**columns, "p": p, "q": q, "verdict": verdict})


def _overdispersion(before: Numbers) -> tuple[Numbers, Numbers]:
    """Return by how much the counts of weeks scatter beyond Poisson (at least 1), and its degrees of freedom."""
    mean = before.mean(axis=1)
    freedom = np.full(len(before), before.shape[1] - 1.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = ((before - mean[:, None]) ** 2).sum(axis=1) / mean / freedom
    # The correlation that moderate returns is the excess over (size - 1).
    found: Dispersion = moderate(ratio, freedom, np.full(len(before), SIZE + 1.0), mean >= 1)
    return 1 + SIZE * found.correlation, found.freedom


def _conditional(now: Numbers, both: Numbers, part: float) -> Numbers:
    """Return the two-sided p of `now` of `both` with probability `part`: twice the smaller tail."""
    # Deflated counts are no whole numbers; the beta distribution carries the binomial tails over to them.
    above = np.where(now > 0, stats.beta.cdf(part, np.maximum(now, 1e-9), both - now + 1), 1.0)
    below = np.where(both > now, stats.beta.sf(part, now + 1, np.maximum(both - now, 1e-9)), 1.0)
    result: Numbers = np.minimum(2 * np.minimum(above, below), 1.0)
    return result
