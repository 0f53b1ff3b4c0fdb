"""Which topics, moods and scores have been drifting for weeks: hypotheses, counts, and the table of drifts."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from reports.comparison import Comparison
from reports.counted import Counted
from reports.drift import ENOUGH, Drift, scan
from reports.intervals import Numbers, newcombe
from reports.week import ReportSettings, conform
from reports.window import Window, score_cells, window_of

#: Beyond these an undetected change would be a pity: where an interval is wider, there are too few to say.
LARGE_NEGATIVE, LARGE_SCORE = 0.25, 10.0


@dataclass(frozen=True, slots=True)
class Hypotheses:
    """Drifts of one metric with what was counted: the report week against the pooled weeks before the drift began.

    least and large are the effects that matter; the p of `result` is that of the drift.
    """

    topics: list[str | None]
    scales: list[str | None]
    metric: str
    n: Numbers
    total: Numbers
    n_before: Numbers
    total_before: Numbers
    result: Comparison
    drift: Drift
    least: Numbers
    large: Numbers


def drift_families(counted: Counted, settings: ReportSettings) -> dict[str, list[Hypotheses]]:
    """Return the tests for drift: of topics' shares; of moods: negative shares of all and by topic, scores of all."""
    window = window_of(counted, 0)
    if window.feedback.empty:
        return {}
    first, *others = _hypotheses(window, settings)
    return {"drift": [first], "mood_drift": others}


def _hypotheses(window: Window, settings: ReportSettings) -> Iterator[Hypotheses]:
    people = window.people()
    said, negative = window.topic_counts()
    yield _shares(window, [*window.topics], "share", said, np.tile(people, (len(said), 1)), settings)
    hits, totals = np.vstack([window.unhappy(), negative]), np.vstack([people, said])
    yield _shares(window, [None, *window.topics], "negative", hits, totals, settings)
    for cells in score_cells(window, by_topic=False):
        with np.errstate(divide="ignore", invalid="ignore"):
            means = cells.sums / cells.n
        drift = scan(means, cells.n, cells.variance, np.isfinite(cells.variance) & (cells.n.sum(axis=1) >= 2 * ENOUGH))
        before = _before(drift, window.weeks)
        n = (cells.n * before).sum(axis=1)
        error = np.sqrt(
            cells.variance * (1 / _effective(cells.n[:, -1:], drift) + 1 / _effective(cells.n, drift, before))
        )
        half = stats.t.ppf(0.975, drift.dispersion.freedom) * error
        value, baseline = means[:, -1], (cells.sums * before).sum(axis=1) / np.where(n > 0, n, np.nan)
        result = _compared(drift, value, baseline, value - baseline - half, value - baseline + half)
        now = cells.n[:, -1]
        least, large = settings.min_score * cells.span, LARGE_SCORE * cells.span
        scales: list[str | None] = [str(scale) for scale in cells.scales]
        yield Hypotheses(cells.topics, scales, cells.metric, now, now, n, n, result, drift, least, large)


def drifts_table(counted: Counted, changes: pd.DataFrame, settings: ReportSettings) -> pd.DataFrame:
    """Return the table DRIFTS; q and verdict are those that the table CHANGES gives the same hypotheses."""
    parts = []
    for tested in (one for family in drift_families(counted, settings).values() for one in family):
        drift = tested.drift
        with np.errstate(divide="ignore", invalid="ignore"):
            growth = np.where((drift.before > 0) & (drift.now > 0), drift.now / drift.before, np.nan)
            per_week = growth ** (1 / drift.weeks) - 1
        columns = {name: getattr(drift, name) for name in ("before", "now", "effect", "low", "high", "statistic")}
        columns |= {"threshold": drift.threshold, "per_week": np.nan if tested.metric == "nps" else per_week}
        since = np.asarray(counted.weeks, dtype=object)[np.maximum(len(counted.weeks) - drift.weeks, 0)]
        labels = {"topic": tested.topics, "scale": tested.scales, "metric": tested.metric}
        parts.append(pd.DataFrame({**labels, "since": since, "weeks": drift.weeks, **columns}))
    judged = changes[changes["family"].isin(["drift", "mood_drift"])]
    if not parts or judged.empty:
        return conform("drifts")
    judged = judged[["p", "q", "verdict"]].reset_index(drop=True)
    table = pd.concat(parts, ignore_index=True).join(judged)
    return conform("drifts", table.assign(week=counted.weeks[-1]))


def _shares(
    window: Window, topics: list[str | None], metric: str, hits: Numbers, totals: Numbers, settings: ReportSettings
) -> Hypotheses:
    with np.errstate(divide="ignore", invalid="ignore"):
        values = hits / totals
        pooled = hits.sum(axis=1) / totals.sum(axis=1)
    testable = (hits.sum(axis=1) >= ENOUGH) & ((totals - hits).sum(axis=1) >= ENOUGH)
    drift = scan(values, totals, pooled * (1 - pooled), testable)
    before = _before(drift, window.weeks)
    n, total = (hits * before).sum(axis=1), (totals * before).sum(axis=1)
    value, baseline = values[:, -1], n / np.where(total > 0, total, np.nan)
    quantile = stats.t.ppf(0.975, drift.dispersion.freedom)
    sizes = (_effective(totals[:, -1:], drift), _effective(totals, drift, before))
    low, high = newcombe(value, sizes[0], baseline, sizes[1], quantile)
    if metric == "share":
        least = np.full(len(hits), settings.min_drift)
        large = np.fmax(baseline, 2 * settings.min_share)
    else:
        least, large = np.full(len(hits), settings.min_negative), np.full(len(hits), LARGE_NEGATIVE)
    result = _compared(drift, value, baseline, low, high)
    scales: list[str | None] = [None] * len(topics)
    return Hypotheses(topics, scales, metric, hits[:, -1], totals[:, -1], n, total, result, drift, least, large)


def _compared(drift: Drift, value: Numbers, baseline: Numbers, low: Numbers, high: Numbers) -> Comparison:
    """The report week against the weeks before; no drift where the two point in different directions."""
    effect = value - baseline
    with np.errstate(invalid="ignore"):
        p = np.where(np.isfinite(drift.p) & (effect * drift.effect <= 0), 1.0, drift.p)
    return Comparison(value, baseline, effect, low, high, p)


def _before(drift: Drift, weeks: int) -> Numbers:
    """Return 1 for each week (hypotheses x weeks) before the drift began, 0 for the others."""
    back = np.arange(weeks - 1, -1, -1)
    return (back[None, :] >= drift.weeks[:, None]).astype(np.float64)


def _effective(n: Numbers, drift: Drift, chosen: Numbers | float = 1.0) -> Numbers:
    """Effective size of the chosen weeks pooled: their variance is the sum of those of the weeks."""
    with np.errstate(divide="ignore", invalid="ignore"):
        result: Numbers = (n * chosen).sum(axis=1) ** 2 / (n * chosen * drift.dispersion.design_effect(n)).sum(axis=1)
    return result
