"""Did the fix work? Each action's topic before and after it, against the cohorts that it left alone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from data.actions import METRICS, Action
from reports.cohorts import NEGATIVE
from reports.comparison import Dispersion, estimate_dispersion
from reports.counted import Codes, Counted, customers_by, first_of_customer
from reports.drift import Flags
from reports.intervals import Numbers, newcombe
from reports.week import ReportSettings, conform

SOON = 2  # weeks after an action that must have passed, and weeks before that must be known
ENOUGH = 30  # customers needed in each period


@dataclass(frozen=True, slots=True)
class _Group:
    """Counts by topic x week of a group of customers, by metric: hits and totals; people by week."""

    hits: dict[str, Numbers]
    totals: dict[str, Numbers]
    people: Numbers


@dataclass(frozen=True, slots=True)
class _Effect:
    n: tuple[int, int]
    total: tuple[int, int]
    share: tuple[float, float]
    low: float
    high: float

    @property
    def effect(self) -> float:
        return self.share[1] - self.share[0]


def actions_table(counted: Counted, actions: Sequence[Action], settings: ReportSettings) -> pd.DataFrame:
    """Return the table ACTIONS: actions as given, those of coming weeks left out; three metrics each.

    Effects are differences of shares with Newcombe's interval on effective counts (reports.comparison); the
    difference in differences adds the squares of both half widths (Newcombe 1998, MOVER).
    """
    rows: list[dict[str, object]] = []
    for action in actions:
        if action.since <= counted.weeks[-1] and action.topic in counted.topics:
            rows.extend(_judged(counted, action, settings))
    return conform("actions", pd.DataFrame(rows).assign(week=counted.weeks[-1]) if rows else None)


def _judged(counted: Counted, action: Action, settings: ReportSettings) -> Iterator[dict[str, object]]:
    weeks = np.asarray(counted.weeks)
    codes = np.zeros(len(counted.feedback), dtype=np.int64)
    if action.kind != "all":
        facts = counted.feedback[action.kind]
        # 0: this cohort, 1: the other cohorts of the kind, -1: unknown, in neither.
        codes = np.where(facts.isna(), -1, np.where(facts.astype("str") == action.cohort, 0, 1)).astype(np.int64)
    own, others = _group(counted, codes == 0), _group(counted, codes == 1)
    before, after = (weeks < action.since) & (own.people > 0), (weeks > action.since) & (own.people > 0)
    before &= np.cumsum(before[::-1])[::-1] <= settings.baseline_weeks
    shown = _shown(counted, codes, before, after, settings.k)
    for metric in METRICS:
        effect = _effect(own, metric, counted.topics.index(action.topic), before, after)
        control = None
        if action.kind != "all":
            control = _effect(others, metric, counted.topics.index(action.topic), before, after)
        row: dict[str, object] = {
            "action": action.id, "team": action.team, "owner": action.owner, "what": action.what,
            "topic": action.topic, "kind": action.kind, "cohort": action.cohort, "since": action.since,
            "metric": metric, "main": metric == action.metric, "weeks_before": int(before.sum()),
            "weeks_after": int(after.sum()), "withheld": not shown,
        }  # fmt: skip
        if (weeks > action.since).sum() < SOON:
            verdict = "too_early"
        elif min(before.sum(), after.sum()) < SOON or effect is None or not shown:
            verdict = "not_enough"
        else:
            low, high = effect.low, effect.high
            row |= _numbers(effect)
            if control is not None:
                low, high = _difference(effect, control)
                did = effect.effect - control.effect
                row |= {"control": control.effect, "did": did, "did_low": low, "did_high": high}
            verdict = "better" if high < 0 else "worse" if low > 0 else "unclear"
        yield {**row, "verdict": verdict}


def _numbers(effect: _Effect) -> dict[str, object]:
    return {
        "n_before": effect.n[0], "n_after": effect.n[1], "total_before": effect.total[0],
        "total_after": effect.total[1], "before": effect.share[0], "after": effect.share[1],
        "effect": effect.effect, "low": effect.low, "high": effect.high,
    }  # fmt: skip


def _group(counted: Counted, inside: Flags) -> _Group:
    weeks, topics = len(counted.weeks), len(counted.topics)
    feedback, mentions = counted.feedback[inside], counted.mentions
    people = customers_by(feedback["week"].to_numpy(), feedback["customer"].to_numpy(), weeks).astype(np.float64)
    mentions = mentions[inside[mentions["row"].to_numpy()]]
    cell = (mentions["week"] * topics + mentions["topic"]).to_numpy(dtype=np.int64)
    customer, bad = mentions["customer"].to_numpy(), mentions["sentiment"].to_numpy() == NEGATIVE

    def table(groups: Codes) -> Numbers:
        return np.bincount(groups, minlength=weeks * topics).reshape(weeks, topics).T.astype(np.float64)

    first = first_of_customer(cell, customer)
    said, negative = table(cell[first]), table(cell[first][bad[first]])
    complained = table(cell[bad][first_of_customer(cell[bad], customer[bad])])
    everyone = np.tile(people, (topics, 1))
    return _Group(
        {"share": said, "complaints": complained, "negative": negative},
        {"share": everyone, "complaints": everyone, "negative": said},
        people,
    )


def _effect(group: _Group, metric: str, topic: int, before: Flags, after: Flags) -> _Effect | None:
    hits, totals = group.hits[metric], group.totals[metric]
    n = tuple(int(hits[topic, period].sum()) for period in (before, after))
    total = tuple(int(totals[topic, period].sum()) for period in (before, after))
    if min(total) < ENOUGH:
        return None
    scatter = _scatter(hits, totals, before)
    sizes, quantile = [], stats.t.ppf(0.975, scatter.freedom[topic])
    for period in (before, after):
        weights = totals[:, period]
        with np.errstate(divide="ignore", invalid="ignore"):
            sizes.append((weights.sum(axis=1) ** 2 / (weights * scatter.design_effect(weights)).sum(axis=1))[[topic]])
    shares = [np.asarray([part / whole]) for part, whole in zip(n, total, strict=True)]
    low, high = newcombe(shares[1], sizes[1], shares[0], sizes[0], quantile)
    return _Effect((n[0], n[1]), (total[0], total[1]), (float(shares[0][0]), float(shares[1][0])), low[0], high[0])


def _scatter(hits: Numbers, totals: Numbers, before: Flags) -> Dispersion:
    """The scatter of the weeks before the action, that of all topics moderating each other's."""
    x, n = hits[:, before], totals[:, before]
    with np.errstate(divide="ignore", invalid="ignore"):
        pooled = x.sum(axis=1) / n.sum(axis=1)
        dense = (x.sum(axis=1) >= n.shape[1]) & ((n - x).sum(axis=1) >= n.shape[1])
        return estimate_dispersion(x / n, n, pooled * (1 - pooled), pooled, n.mean(axis=1), dense)


def _difference(effect: _Effect, control: _Effect) -> tuple[float, float]:
    did = effect.effect - control.effect
    down = np.hypot(effect.effect - effect.low, control.high - control.effect)
    up = np.hypot(effect.high - effect.effect, control.effect - control.low)
    return did - float(down), did + float(up)


def _shown(counted: Counted, codes: Codes, before: Flags, after: Flags, k: int) -> bool:
    """Whether each side that is shown has k customers in each period."""
    week, customer = counted.feedback["week"].to_numpy(), counted.feedback["customer"].to_numpy()
    for code in (0, 1) if (codes == 1).any() else (0,):
        for period in (before, after):
            if period.any() and len(np.unique(customer[(codes == code) & period[week]])) < k:
                return False
    return True
