"""Flag the customers who may leave: add up what the rules find, and keep the words behind every point.

    risk = 1 - exp(-sum of the reasons' weights)

The sum is additive: each reason says what it adds (or, a recovery, takes away). It is monotone: a further or stronger
signal never lowers the risk. What a customer is worth stands beside the risk and never enters it. The risk ranks; what
it means as a probability is learnt from verdicts (models/risk/learning.py).
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from data.records import Flag, Level, Reason
from models.risk.heard import Heard
from models.risk.history import History, Signal, histories
from models.risk.recovery import recovery, settles, words
from models.risk.rules import RECOVERY, RULES, Rule
from models.risk.trouble import SAME_INCIDENT

#: The name under which facts of the customer stand among the reasons, and the most that they add.
FACTS, MOST_BY_FACTS = "facts", 0.3
#: From this strength on a word that must go to a person goes to one.
BELIEVED = 0.5


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
    """What one signal adds now, before any recovery."""

    name: str
    rule: Rule
    signal: Signal
    points: float


#: A feedback that speaks for staying, and the share of earlier signals that it takes away.
_Answer = tuple[Heard, float]


def flag_customers(
    feedback: Iterable[Heard],
    week: str,
    options: Options | None = None,
    facts: Mapping[str, float] | None = None,
) -> list[Flag]:
    """The customers at risk at the end of `week`, highest risk first (then by key), of the levels asked for.

    A reason's `weight` is what it adds to the sum; the reasons of a flag add up to -log(1 - risk). Neither the order
    of `feedback` nor what other customers said changes a flag. Feedback outside the window is ignored. `facts` are
    points by customer key (models/risk/facts.py): they add to what a customer said and are nothing without it; at
    most MOST_BY_FACTS, so that they alone reach no level. Raises BadWeek.
    """
    options, known = options or Options(), facts or {}
    flags = [
        _flag(history, options, known.get(history.customer_key, 0.0))
        for history in histories(feedback, week, options.weeks)
    ]
    kept = [flag for flag in flags if flag is not None and flag.level in options.levels]
    return sorted(kept, key=lambda flag: (-flag.risk, flag.customer_key))


def _flag(history: History, options: Options, facts: float) -> Flag | None:
    answers = [(heard, share) for heard in history.feedback if (share := recovery(heard)) > 0]
    points = _points(history, answers)
    if not points:
        return None
    reasons = [_reason(point.name, point.points, point.signal.heard, point.signal.verbatim) for point in points]
    reasons += [_reason(RECOVERY, -amount, heard, words(heard)) for heard, amount in _taken(points, answers)]
    if facts > 0:
        last = history.feedback[-1]
        reasons.append(_reason(FACTS, min(facts, MOST_BY_FACTS), last, ""))
    total = max(0.0, math.fsum(reason.weight for reason in reasons))
    risk = 1 - math.exp(-total)
    return Flag(
        customer_key=history.customer_key,
        week=history.week,
        level=_level(history, points, answers, risk, options),
        risk=risk,
        value=history.value,
        reasons=tuple(sorted(reasons, key=lambda r: (-r.weight, r.occurred_at, r.rule, r.feedback_id))),
        opened=history.last_day + timedelta(days=1),
        expires=max(_expires(point.rule, point.signal) for point in points),
    )


def _points(history: History, answers: Sequence[_Answer]) -> list[_Point]:
    """What the live signals add, after their age and after stronger ones of their family, in the order of time."""
    families: dict[str, list[_Point]] = defaultdict(list)
    for name, rule in RULES.items():
        for signal in rule.find(history):
            age = max(0.0, (history.begins - signal.heard.occurred_at) / timedelta(days=1))
            points = rule.weight * signal.strength * 0.5 ** (age / rule.half_life)
            if points > 0 and _expires(rule, signal) > history.last_day:
                families[rule.family].append(_Point(name, rule, signal, points))
    found = []
    for family in families.values():
        # Ranked by what recoveries leave of them: ranked by the points alone, a stronger hint could lower the sum.
        ranked = sorted(
            family, key=lambda p: (-_left(p, answers), p.signal.heard.occurred_at, p.signal.heard.feedback_id)
        )
        found += [replace(point, points=point.points * 0.5**rank) for rank, point in enumerate(ranked)]
    return sorted(found, key=lambda p: (p.signal.heard.occurred_at, p.signal.heard.feedback_id, p.name))


def _taken(points: Sequence[_Point], answers: Sequence[_Answer]) -> list[tuple[Heard, float]]:
    """What each recovery takes away; a later one takes from what the earlier ones left."""
    taken = []
    for place, (heard, _) in enumerate(answers):
        amounts = [_left(point, answers[:place]) - _left(point, answers[: place + 1]) for point in points]
        if (amount := math.fsum(amounts)) > 0:
            taken.append((heard, amount))
    return taken


def _left(point: _Point, answers: Sequence[_Answer]) -> float:
    """What recoveries leave of a point."""
    left = point.points
    for heard, share in answers:
        if _answers(heard, point.signal.heard):
            left *= 1 - share * point.rule.forgiven
    return left


def _answers(heard: Heard, told: Heard) -> bool:
    """Whether a recovery comes after what was told. A solved conversation also answers what was said in it, and the
    review written right after it."""
    return told.occurred_at < (heard.occurred_at + SAME_INCIDENT if settles(heard) else heard.occurred_at)


def _level(
    history: History, points: Sequence[_Point], answers: Sequence[_Answer], risk: float, options: Options
) -> Level:
    if risk >= options.high:
        return "high"
    if risk >= options.medium or any(_needs_a_person(history, point, answers) for point in points):
        return "medium"
    return "unknown" if len(history.feedback) == 1 else "low"


def _needs_a_person(history: History, point: _Point, answers: Sequence[_Answer]) -> bool:
    told = point.signal.heard
    fresh = told.occurred_at.date() > history.last_day - timedelta(days=point.rule.fresh)
    believed = point.signal.strength >= BELIEVED
    return point.rule.to_a_person and fresh and believed and not any(_answers(heard, told) for heard, _ in answers)


def _expires(rule: Rule, signal: Signal) -> date:
    return signal.heard.occurred_at.date() + timedelta(days=rule.expiry)


def _reason(rule: str, weight: float, heard: Heard, verbatim: str) -> Reason:
    return Reason(rule, weight, heard.feedback_id, heard.occurred_at, verbatim)
