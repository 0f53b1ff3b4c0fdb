"""What really changed in the report week: every hypothesis tested, none hidden."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from statsmodels.stats.multitest import multipletests

from data.records import SCALES
from reports.cohorts import NEGATIVE, group_codes
from reports.comparison import Comparison, compare_means, compare_shares
from reports.counted import Counted, customers_by, first_of_customer
from reports.intervals import Numbers
from reports.scores import nps_points
from reports.week import COHORT_KINDS, ReportSettings, conform

#: Beyond these an undetected change would be a pity: a verdict of "none" promises that there was none this large.
LARGE_NEGATIVE, LARGE_SCORE = 0.25, 10.0

#: How the families share the rate of false changes: a change needs q <= rate x budget. On a quiet week each family
#: claims anything at most that often (Benjamini and Hochberg 1995), so all together at most at the whole rate.
BUDGET = {"volume": 0.5, "sentiment": 0.2, "score": 0.2, "cohort": 0.1}


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
    """Return the table CHANGES: families in the order volume, sentiment, score, cohort."""
    first = max(counted.last - settings.baseline_weeks, 0)
    if first == counted.last:
        return conform("changes")
    window = _window(counted, first)
    families = {
        "volume": [*_volume(window, settings)],
        "sentiment": [*_sentiment(window, settings)],
        "score": [*_scores(window, settings)],
        "cohort": [*_cohorts(window, settings)],
    }
    parts = [_judge(family, tested, settings) for family, tested in families.items() if tested]
    return conform("changes", pd.concat(parts, ignore_index=True))


@dataclass(frozen=True, slots=True)
class _Window:
    """Feedback and mentions of the baseline weeks and the report week; `week` counts from the first of them."""

    topics: tuple[str, ...]
    weeks: int
    feedback: pd.DataFrame
    mentions: pd.DataFrame

    def people(self) -> Numbers:
        """Distinct customers by week."""
        frame = self.feedback
        return customers_by(frame["week"].to_numpy(), frame["customer"].to_numpy(), self.weeks).astype(np.float64)


def _window(counted: Counted, first: int) -> _Window:
    feedback = counted.feedback[counted.feedback["week"] >= first]
    mentions = counted.mentions[counted.mentions["week"] >= first]
    return _Window(
        counted.topics,
        counted.last - first + 1,
        feedback.assign(week=feedback["week"].astype("int64") - first).reset_index(drop=True),
        mentions.assign(week=mentions["week"].astype("int64") - first, row=mentions["row"] - int(feedback.index.min()))
        if len(feedback)
        else mentions,
    )


def _versus(weeks: int) -> Iterator[tuple[str, slice]]:
    yield "baseline", slice(0, weeks - 1)
    yield "previous", slice(weeks - 2, weeks - 1)


def _volume(window: _Window, settings: ReportSettings) -> Iterator[_Tested]:
    hits, _ = _topic_counts(window)
    totals = np.tile(window.people(), (len(window.topics), 1))
    yield from _shares(_labels(topic=window.topics), "share", hits, totals, settings)


def _sentiment(window: _Window, settings: ReportSettings) -> Iterator[_Tested]:
    said, negative = _topic_counts(window)
    frame = window.feedback
    chosen = frame.iloc[first_of_customer(frame["week"].to_numpy(), frame["customer"].to_numpy())]
    bad = np.bincount(chosen.loc[chosen["sentiment"] == NEGATIVE, "week"], minlength=window.weeks)
    labels = _labels(topic=[None, *window.topics])
    yield from _shares(labels, "negative", np.vstack([bad, negative]), np.vstack([window.people(), said]), settings)


def _topic_counts(window: _Window) -> tuple[Numbers, Numbers]:
    """Customers by topic x week, and those whose first mention of it was negative."""
    mentions, topics = window.mentions, len(window.topics)
    group = (mentions["week"] * topics + mentions["topic"]).to_numpy(dtype=np.int64)
    first = first_of_customer(group, mentions["customer"].to_numpy())
    bad = first[mentions["sentiment"].to_numpy()[first] == NEGATIVE]
    said, negative = (np.bincount(group[rows], minlength=window.weeks * topics) for rows in (first, bad))
    return tuple(count.reshape(-1, topics).T.astype(np.float64) for count in (said, negative))  # type: ignore[return-value]


def _cohorts(window: _Window, settings: ReportSettings) -> Iterator[_Tested]:
    topics = len(window.topics)
    for kind in COHORT_KINDS:
        codes, groups = group_codes(window.feedback, [kind])
        week, customer = window.feedback["week"].to_numpy(), window.feedback["customer"].to_numpy()
        inside = codes >= 0
        size = window.weeks * len(groups)
        people = customers_by(week[inside] * len(groups) + codes[inside], customer[inside], size).reshape(
            window.weeks, -1
        )
        shown = np.flatnonzero(people[-1] >= settings.k)
        rank = np.full(len(groups) + 1, -1)  # the last element serves code -1: feedback without this fact
        rank[shown] = np.arange(len(shown))
        mentions = window.mentions
        own = rank[codes[mentions["row"].to_numpy()]]
        near = own >= 0
        cell = (mentions["week"].to_numpy()[near] * len(shown) + own[near]) * topics + mentions["topic"].to_numpy()[
            near
        ]
        hits = customers_by(cell, mentions["customer"].to_numpy()[near], window.weeks * len(shown) * topics)
        totals = np.repeat(people[:, shown], topics, axis=1).T.astype(np.float64)
        names = groups[kind].to_numpy()[shown]
        labels = _labels(topic=np.tile(window.topics, len(shown)), kind=kind, cohort=np.repeat(names, topics))
        tested = _shares(labels, "share", hits.reshape(window.weeks, -1).T.astype(np.float64), totals, settings)
        yield from (one for one in tested if one.metric == "share")


def _scores(window: _Window, settings: ReportSettings) -> Iterator[_Tested]:
    scored = window.feedback[window.feedback["normal"].notna()]
    whole = scored[["week", "customer", "scale", "score"]].assign(topic=-1)
    rows = window.mentions["row"].to_numpy()
    by_topic = window.feedback.loc[rows, ["scale", "score", "normal"]].reset_index(drop=True)
    by_topic = by_topic.join(window.mentions[["week", "customer", "topic"]].reset_index(drop=True))
    by_topic = by_topic[by_topic["normal"].notna()]
    for metric, frame in (("score", pd.concat([whole, by_topic], ignore_index=True)), ("nps", whole)):
        if metric == "nps":
            frame = frame[frame["scale"] == "nps"].assign(score=lambda part: nps_points(part["score"]))
        if frame.empty:
            continue
        codes, groups = group_codes(frame, ["scale", "topic"])
        yield from _means(window, metric, frame, codes, groups, settings)


def _means(
    window: _Window,
    metric: str,
    frame: pd.DataFrame,
    codes: npt.NDArray[np.int64],
    groups: pd.DataFrame,
    settings: ReportSettings,
) -> Iterator[_Tested]:
    cell = codes * window.weeks + frame["week"].to_numpy()
    first = first_of_customer(cell, frame["customer"].to_numpy())
    cell, score = cell[first], frame["score"].to_numpy(dtype=np.float64)[first]
    size = len(groups) * window.weeks
    n: Numbers = np.bincount(cell, minlength=size).astype(np.float64)
    sums: Numbers = np.bincount(cell, weights=score, minlength=size).astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        residuals = score - (sums / n)[cell]
        squares = np.bincount(cell, weights=residuals**2, minlength=size).reshape(-1, window.weeks).sum(axis=1)
        n, sums = n.reshape((-1, window.weeks)), sums.reshape((-1, window.weeks))
        variance = squares / (n.sum(axis=1) - (n > 0).sum(axis=1))
    span = groups["scale"].map({scale: high - low for scale, (low, high) in SCALES.items()}).to_numpy(np.float64) / 100
    if metric == "nps":
        span = np.full(len(groups), 2.0)
    step = 100.0 if metric == "nps" else 1.0
    variance = np.fmax(variance, step**2 / 12)  # a score stands for all feelings that round to it
    topics = [None if topic < 0 else window.topics[topic] for topic in groups["topic"]]
    labels = _labels(topic=topics, scale=groups["scale"].to_numpy())
    for versus, weeks in _versus(window.weeks):
        result = compare_means(sums[:, -1], n[:, -1], sums[:, :-1], n[:, :-1], variance, weeks)
        before = n[:, :-1][:, weeks].sum(axis=1)
        least, large = settings.min_score * span, LARGE_SCORE * span
        yield _Tested(
            labels.assign(versus=versus),
            _metric(metric, versus),
            n[:, -1],
            n[:, -1],
            before,
            before,
            result,
            least,
            large,
        )


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


def _labels(**columns: object) -> pd.DataFrame:
    return pd.DataFrame({"kind": "all", "cohort": "all", "scale": None, **columns})


def _metric(metric: str, versus: str) -> str:
    return metric if versus == "baseline" else f"{metric}_vs_previous"


def _judge(family: str, tested: list[_Tested], settings: ReportSettings) -> pd.DataFrame:
    p = np.concatenate([one.result.p for one in tested])
    q = np.full(len(p), np.nan)
    there = np.isfinite(p)
    if there.any():
        q[there] = multipletests(p[there], method="fdr_bh")[1]
    parts, start = [], 0
    for one in tested:
        part = one.labels.assign(family=family, metric=one.metric, p=one.result.p, q=q[start : start + len(one.n)])
        start += len(one.n)
        for name in ("n", "total", "n_before", "total_before"):
            part[name] = getattr(one, name).astype(np.int64)
        for name in ("value", "baseline", "effect", "low", "high"):
            part[name] = getattr(one.result, name)
        effect = part["effect"].to_numpy()
        wide = ~(np.fmax(-one.result.low, one.result.high) <= one.large)
        changed = (part["q"].to_numpy() <= settings.false_rate * BUDGET[family]) & (np.abs(effect) >= one.least)
        calm = np.where(wide, "too_few", "none")
        part["verdict"] = np.where(changed, np.where(effect > 0, "up", "down"), calm)
        parts.append(part)
    return pd.concat(parts, ignore_index=True)
