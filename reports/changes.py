"""What really changed in the report week: every hypothesis tested, none hidden."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from statsmodels.stats.multitest import multipletests

from reports.cohorts import NEGATIVE, group_codes
from reports.comparison import Comparison, compare_means, compare_shares
from reports.counted import Codes, Counted, customers_by, first_of_customer
from reports.drifting import LARGE_NEGATIVE, LARGE_SCORE, Hypotheses, drift_families
from reports.intervals import Numbers
from reports.week import COHORT_KINDS, ReportSettings, conform
from reports.window import Window, score_cells, window_of

#: How the families share the rate of false changes: a change needs q <= rate x budget. On a quiet week each family
#: claims anything at most that often (Benjamini and Hochberg 1995), so all together at most at the whole rate.
#: What is missing to 1 is for reports.surges.
BUDGET = {
    "volume": 0.35, "sentiment": 0.1, "score": 0.1, "cohort": 0.05, "cohort_mood": 0.1, "drift": 0.2,
    "mood_drift": 0.05,
}  # fmt: skip
#: How much of a family's rate goes to each comparison (weighted Benjamini-Hochberg: Genovese, Roeder and Wasserman
#: 2006): the pooled weeks see more than the week before alone, and mostly the same.
WEIGHT = {"baseline": 0.8, "previous": 0.2, "trend": 1.0}


@dataclass(frozen=True, slots=True)
class _Tested:
    """Hypotheses of one metric with what was counted; `least` and `large` are the effects that matter."""

    labels: pd.DataFrame
    metric: str
    n: Numbers
    total: Numbers
    n_before: Numbers
    total_before: Numbers
    result: Comparison
    least: Numbers
    large: Numbers


def changes_table(counted: Counted, settings: ReportSettings) -> pd.DataFrame:
    """Return the table CHANGES: families in the order of BUDGET."""
    first = max(counted.last - settings.baseline_weeks, 0)
    if first == counted.last:
        return conform("changes")
    window = window_of(counted, first)
    families = {
        "volume": [*_volume(window, settings)],
        "sentiment": [*_sentiment(window, settings)],
        "score": [*_scores(window, settings)],
        "cohort": [*_cohorts(window, settings)],
        "cohort_mood": [*_cohort_moods(window, settings)],
        **{family: [_drifting(one) for one in tested] for family, tested in drift_families(counted, settings).items()},
    }
    parts = [_judge(family, tested, settings) for family, tested in families.items() if tested]
    return conform("changes", pd.concat(parts, ignore_index=True))


def _versus(weeks: int) -> Iterator[tuple[str, slice]]:
    yield "baseline", slice(0, weeks - 1)
    yield "previous", slice(weeks - 2, weeks - 1)


def _volume(window: Window, settings: ReportSettings) -> Iterator[_Tested]:
    hits, _ = window.topic_counts()
    totals = np.tile(window.people(), (len(window.topics), 1))
    yield from _shares(_labels(topic=window.topics), "share", hits, totals, settings)


def _sentiment(window: Window, settings: ReportSettings) -> Iterator[_Tested]:
    said, negative = window.topic_counts()
    labels = _labels(topic=[None, *window.topics])
    hits, totals = np.vstack([window.unhappy(), negative]), np.vstack([window.people(), said])
    yield from _shares(labels, "negative", hits, totals, settings)


def _cohorts(window: Window, settings: ReportSettings) -> Iterator[_Tested]:
    topics = len(window.topics)
    for kind in COHORT_KINDS:
        rank, names, people = _groups(window, kind, settings)
        mentions = window.mentions
        own = rank[mentions["row"].to_numpy()]
        near = own >= 0
        cell = mentions["week"].to_numpy()[near] * len(names) + own[near]
        cell = cell * topics + mentions["topic"].to_numpy()[near]
        hits = customers_by(cell, mentions["customer"].to_numpy()[near], window.weeks * len(names) * topics)
        totals = np.repeat(people, topics, axis=1).T
        labels = _labels(topic=np.tile(window.topics, len(names)), kind=kind, cohort=np.repeat(names, topics))
        tested = _shares(labels, "share", hits.reshape(window.weeks, -1).T.astype(np.float64), totals, settings)
        yield from (one for one in tested if one.metric == "share")


def _cohort_moods(window: Window, settings: ReportSettings) -> Iterator[_Tested]:
    """The share of each group's customers whose first feedback of the week, as a member of it, was negative."""
    week, customer = window.feedback["week"].to_numpy(), window.feedback["customer"].to_numpy()
    for kind in COHORT_KINDS:
        own, names, people = _groups(window, kind, settings)
        inside = np.flatnonzero(own >= 0)
        cell = week[inside] * len(names) + own[inside]
        first = first_of_customer(cell, customer[inside])
        bad = first[window.feedback["sentiment"].to_numpy()[inside[first]] == NEGATIVE]
        hits = np.bincount(cell[bad], minlength=people.size).reshape(people.shape).T.astype(np.float64)
        yield from _shares(_labels(topic=None, kind=kind, cohort=names), "negative", hits, people.T, settings)


def _groups(window: Window, kind: str, settings: ReportSettings) -> tuple[Codes, npt.NDArray[np.object_], Numbers]:
    """Return each feedback's place among the groups that may be shown (-1: in none), their names, customers by week."""
    codes, groups = group_codes(window.feedback, [kind])
    inside = codes >= 0
    cell = window.feedback["week"].to_numpy()[inside] * len(groups) + codes[inside]
    customer = window.feedback["customer"].to_numpy()[inside]
    people = customers_by(cell, customer, window.weeks * len(groups)).reshape(window.weeks, -1)
    shown = np.flatnonzero(people[-1] >= settings.k)
    rank = np.full(len(groups) + 1, -1)  # the last element serves code -1: feedback without this fact
    rank[shown] = np.arange(len(shown))
    return rank[codes], groups[kind].to_numpy()[shown], people[:, shown].astype(np.float64)


def _scores(window: Window, settings: ReportSettings) -> Iterator[_Tested]:
    for cells in score_cells(window):
        n, sums = cells.n, cells.sums
        labels = _labels(topic=cells.topics, scale=cells.scales.to_numpy())
        least, large = settings.min_score * cells.span, LARGE_SCORE * cells.span
        for versus, weeks in _versus(window.weeks):
            result = compare_means(sums[:, -1], n[:, -1], sums[:, :-1], n[:, :-1], cells.variance, weeks)
            before = n[:, :-1][:, weeks].sum(axis=1)
            metric = _metric(cells.metric, versus)
            counts = (n[:, -1], n[:, -1], before, before)
            yield _Tested(labels.assign(versus=versus), metric, *counts, result, least, large)


def _shares(
    labels: pd.DataFrame, metric: str, hits: Numbers, totals: Numbers, settings: ReportSettings
) -> Iterator[_Tested]:
    for versus, weeks in _versus(hits.shape[1]):
        result = compare_shares(hits[:, -1], totals[:, -1], hits[:, :-1], totals[:, :-1], weeks)
        if metric == "share":
            least = np.full(len(hits), settings.min_share)
            large = np.fmax(result.baseline, 2 * settings.min_share)  # a doubling, or two points where there is little
        else:
            least, large = np.full(len(hits), settings.min_negative), np.full(len(hits), LARGE_NEGATIVE)
        counts = (hits[:, :-1][:, weeks].sum(axis=1), totals[:, :-1][:, weeks].sum(axis=1))
        yield _Tested(
            labels.assign(versus=versus),
            _metric(metric, versus),
            hits[:, -1],
            totals[:, -1],
            *counts,
            result,
            least,
            large,
        )


def _drifting(tested: Hypotheses) -> _Tested:
    labels = _labels(topic=tested.topics, scale=tested.scales, versus="trend")
    counts = (tested.n, tested.total, tested.n_before, tested.total_before)
    return _Tested(labels, _metric(tested.metric, "trend"), *counts, tested.result, tested.least, tested.large)


def _labels(**columns: object) -> pd.DataFrame:
    return pd.DataFrame({"kind": "all", "cohort": "all", "scale": None, **columns})


def _metric(metric: str, versus: str) -> str:
    return metric if versus == "baseline" else f"{metric}_vs_previous"


def _judge(family: str, tested: list[_Tested], settings: ReportSettings) -> pd.DataFrame:
    p = np.concatenate([one.result.p for one in tested])
    q = np.full(len(p), np.nan)
    there = np.isfinite(p)
    if there.any():
        weight = np.concatenate([one.labels["versus"].map(WEIGHT).to_numpy(dtype=np.float64) for one in tested])[there]
        weighted = np.minimum(p[there] * weight.mean() / weight, 1.0)
        q[there] = multipletests(weighted, method="fdr_bh")[1]
    parts, start = [], 0
    for one in tested:
        part = one.labels.assign(family=family, metric=one.metric, p=one.result.p, q=q[start : start + len(one.n)])
        start += len(one.n)
        for name in ("n", "total", "n_before", "total_before"):
            part[name] = getattr(one, name).astype(np.int64)
        for name in ("value", "baseline", "effect", "low", "high"):
            part[name] = getattr(one.result, name)
        effect = part["effect"].to_numpy()
        half = (part["high"] - part["low"]).to_numpy() / 2
        wide = ~(half <= one.large)
        changed = (part["q"].to_numpy() <= settings.false_rate * BUDGET[family]) & (np.abs(effect) >= one.least)
        calm = np.where(wide, "too_few", "none")
        part["verdict"] = np.where(changed, np.where(effect > 0, "up", "down"), calm)
        with np.errstate(divide="ignore", invalid="ignore"):
            # The interval narrows with the root of the counts.
            needed = np.ceil(one.total * (half / one.large) ** 2)
        short = (part["verdict"] == "too_few").to_numpy() & np.isfinite(needed) & (needed > 0)
        part["needed"] = pd.array(np.where(short, needed, np.nan), dtype="Int64")
        parts.append(part)
    return pd.concat(parts, ignore_index=True)
