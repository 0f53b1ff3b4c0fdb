"""Flag the customers who may leave: add up what the rules find, and keep the words behind every point.

    risk = 1 - exp(-sum of the reasons' weights)

The sum is additive: each reason says what it adds (or, a recovery, takes away). It is monotone: a further or stronger
signal never lowers the risk. What a customer is worth stands beside the risk and never enters it. The risk of version
one ranks; it is not yet a probability, since no verdict has been heard.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from data.records import Flag, Level, Reason
from models.risk.heard import Heard
from models.risk.history import History, Signal, histories
from models.risk.recovery import recovery, settles, words
from models.risk.rules import RECOVERY, RULES, Rule
from models.risk.trouble import SAME_INCIDENT

#: Points or recoveries smaller than this are not worth a reason, and count nothing.
SMALLEST = 0.02


@dataclass(frozen=True, slots=True)
class Options:
    """How many weeks count, where the levels begin, and which levels are flagged.

    Low risk and unknown (thin evidence) are left out by default: a queue of mere grumbles is not read for long.
    """

    weeks: int = 8
    high: float = 0.65
    medium: float = 0.4
    levels: frozenset[Level] = frozenset({"high", "medium"})


@dataclass(frozen=True, slots=True)
class _Point:
    """What one signal adds now."""

    name: str
    rule: Rule
    signal: Signal
    points: float


def flag_customers(feedback: Iterable[Heard], week: str, options: Options | None = None) -> list[Flag]:
    """The customers at risk at the end of `week`, highest risk first (then by key), of the levels asked for.

    A reason's `weight` is what it adds to the sum; the reasons of a flag add up to -log(1 - risk). Neither the order
    of `feedback` nor what other customers said changes a flag. Feedback outside the window is ignored. Raises BadWeek.
    """
    options = options or Options()
    flags = [_flag(history, options) for history in histories(feedback, week, options.weeks)]
    kept = [flag for flag in flags if flag is not None and flag.level in options.levels]
    return sorted(kept, key=lambda flag: (-flag.risk, flag.customer_key))


def _flag(history: History, options: Options) -> Flag | None:
    points = _points(history)
    if not points:
        return None
    taken = _recoveries(history, points)
    reasons = [_reason(point.name, point.points, point.signal.heard, point.signal.verbatim) for point in points]
    reasons += [_reason(RECOVERY, -amount, heard, words(heard)) for heard, amount in taken]
    total = max(0.0, math.fsum(reason.weight for reason in reasons))
    risk = 1 - math.exp(-total)
    return Flag(
        customer_key=history.customer_key,
        week=history.week,
        level=_level(history, points, taken, risk, options),
        risk=risk,
        value=history.value,
        reasons=tuple(sorted(reasons, key=lambda r: (-r.weight, r.occurred_at, r.rule, r.feedback_id))),
        opened=history.last_day + timedelta(days=1),
        expires=max(_expires(point.rule, point.signal) for point in points),
    )


def _points(history: History) -> list[_Point]:
    """What the live signals add, after their age and after more of their family, in the order of time."""
    families: dict[str, list[_Point]] = defaultdict(list)
    for name, rule in RULES.items():
        for signal in rule.find(history):
            if _expires(rule, signal) > history.last_day:
                age = max(0.0, (history.begins - signal.heard.occurred_at) / timedelta(days=1))
                points = rule.weight * signal.strength * 0.5 ** (age / rule.half_life)
                families[rule.family].append(_Point(name, rule, signal, points))
    found = []
    for family in families.values():
        family.sort(key=lambda point: (-point.points, point.signal.heard.occurred_at, point.signal.heard.feedback_id))
        for rank, point in enumerate(family):
            found.append(_Point(point.name, point.rule, point.signal, point.points * 0.5**rank))
    kept = [point for point in found if point.points >= SMALLEST]
    return sorted(kept, key=lambda p: (p.signal.heard.occurred_at, p.signal.heard.feedback_id, p.name))


def _recoveries(history: History, points: Sequence[_Point]) -> list[tuple[Heard, float]]:
    """Each recovery with what it takes away; a later one takes from what the earlier ones left."""
    left = [point.points for point in points]
    taken = []
    for heard in history.feedback:
        share = recovery(heard)
        if share <= 0:
            continue
        amounts = []
        for place, point in enumerate(points):
            told = point.signal.heard
            # A conversation that was solved also answers what was said in it, and the review written right after it.
            until = heard.occurred_at + SAME_INCIDENT if settles(heard) else heard.occurred_at
            amounts.append(left[place] * share * point.rule.forgiven if told.occurred_at < until else 0.0)
        amount = math.fsum(amounts)
        if amount >= SMALLEST:
            left = [rest - part for rest, part in zip(left, amounts, strict=True)]
            taken.append((heard, amount))
    return taken


def _level(
    history: History, points: Sequence[_Point], taken: Sequence[tuple[Heard, float]], risk: float, options: Options
) -> Level:
    if risk >= options.high:
        return "high"
    if risk >= options.medium or any(_needs_a_person(history, point, taken) for point in points):
        return "medium"
    return "unknown" if len(history.feedback) == 1 else "low"


def _needs_a_person(history: History, point: _Point, taken: Sequence[tuple[Heard, float]]) -> bool:
    told = point.signal.heard
    answered = any(settles(heard) or told.occurred_at < heard.occurred_at for heard, _ in taken)
    fresh = told.occurred_at.date() > history.last_day - timedelta(days=point.rule.fresh)
    return point.rule.least == "medium" and fresh and not answered and point.signal.strength >= 0.5


def _expires(rule: Rule, signal: Signal) -> date:
    return signal.heard.occurred_at.date() + timedelta(days=rule.expiry)


def _reason(rule: str, weight: float, heard: Heard, verbatim: str) -> Reason:
    return Reason(rule, weight, heard.feedback_id, heard.occurred_at, verbatim)
