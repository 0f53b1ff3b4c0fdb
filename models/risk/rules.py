"""Every risk rule in plain sight: what it looks for and what it weighs. docs/risk.md explains the weights."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from models.risk import falling, intent, orders, promises, trouble
from models.risk.history import History, Signal


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of sign that a customer may leave.

    A signal of strength 1 adds `weight` to the sum behind the risk in its own week; afterwards it halves every
    `half_life` days, and it counts no more from `expiry` days on. Signals of one `family` count less the more of them
    there are (a half, a quarter ...), so that saying a thing often does not outweigh saying another thing too.
    `forgiven` is the share of a recovery that it yields to. What goes `to_a_person` is of medium level at least while
    fresh (`fresh` days), whatever the risk.
    """

    find: Callable[[History], Iterator[Signal]]
    weight: float
    half_life: int
    expiry: int
    family: str
    forgiven: float = 1.0
    to_a_person: bool = False
    fresh: int = 14


#: To add a rule: a function from a history to its signals, a line here, a line in docs/risk.md and a case in
#: tests/cases/risk.
RULES: Mapping[str, Rule] = {
    "churn_explicit": Rule(intent.churn_explicit, 1.2, 28, 56, "leaving", forgiven=0.5),
    "churn_hint": Rule(intent.churn_hint, 0.45, 21, 42, "leaving"),
    "escalation": Rule(intent.escalation, 0.4, 14, 28, "escalation", to_a_person=True),
    "urgent": Rule(intent.urgent, 0.3, 14, 28, "urgent", to_a_person=True),
    "repeated_complaint": Rule(trouble.repeated_complaint, 0.5, 21, 42, "repeated"),
    "same_order_again": Rule(orders.same_order_again, 0.35, 21, 42, "repeated"),
    "unhappy_again": Rule(trouble.unhappy_again, 0.35, 21, 42, "repeated"),
    "broken_promise": Rule(promises.broken_promise, 0.3, 21, 42, "promise"),
    "falling_scores": Rule(falling.falling_scores, 0.5, 28, 42, "scores"),
    "falling_mood": Rule(falling.falling_mood, 0.25, 28, 42, "scores"),
    "unresolved_negative_conversation": Rule(trouble.unresolved_negative_conversation, 0.45, 21, 42, "conversation"),
    "silence_after_complaint": Rule(trouble.silence_after_complaint, 0.2, 28, 56, "silence"),
}

#: The name under which recoveries stand among the reasons, with a negative weight.
RECOVERY = "recovery"
