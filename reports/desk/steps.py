"""What to do next about a customer: one table from the rules that fired to a suggestion."""

from collections.abc import Mapping

from data.cases import Case

#: By rule, most pressing first: the phrase (reports/desk/locales, `step`) that says what usually helps. The first rule
#: of this list among a case's reasons decides. Every rule of models/risk/rules.py has its line; a test sees to it.
STEPS: Mapping[str, str] = {
    "urgent": "safety",
    "escalation": "escalation",
    "churn_explicit": "leaving",
    "broken_promise": "promise",
    "unresolved_negative_conversation": "unsolved",
    "repeated_complaint": "repeated",
    "same_order_again": "order",
    "churn_hint": "hint",
    "unhappy_again": "again",
    "falling_scores": "falling",
    "falling_mood": "mood",
    "silence_after_complaint": "silence",
}


def next_steps(case: Case) -> list[str]:
    """The phrases that fit the case, most pressing first, at most two; the plain one when no rule has its own."""
    fired = {reason.rule for reason in case.reasons if reason.weight > 0}
    return [step for rule, step in STEPS.items() if rule in fired][:2] or ["plain"]
