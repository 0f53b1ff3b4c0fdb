"""All that one customer said in the weeks that count, in order, and the signals that rules find in it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from data.weeks import monday, shift, span
from models.risk.heard import Heard


@dataclass(frozen=True, slots=True)
class History:
    """One customer's feedback, oldest first, as seen at the end of `week`."""

    customer_key: str
    week: str
    feedback: tuple[Heard, ...]

    @property
    def last_day(self) -> date:
        """The Sunday with which the week ends."""
        return monday(self.week) + timedelta(days=6)

    @property
    def begins(self) -> datetime:
        """The Monday with which the week begins, midnight UTC: near enough for ages counted in weeks."""
        return datetime.combine(monday(self.week), time(), tzinfo=UTC)

    @property
    def value(self) -> float | None:
        """The customer's value as last reported."""
        known = [heard.customer_value for heard in self.feedback if heard.customer_value is not None]
        return known[-1] if known else None


@dataclass(frozen=True, slots=True)
class Signal:
    """What a rule found: the feedback that shows it, the customer's words, and how strong it is, 0..1."""

    heard: Heard
    strength: float
    verbatim: str


def histories(feedback: Iterable[Heard], week: str, weeks: int) -> list[History]:
    """One history for each customer heard in the `weeks` that end with `week`, by customer key.

    The order of `feedback` does not matter; a feedback given twice counts once (the later in time).
    """
    window = set(span(shift(week, 1 - weeks), week))
    found: dict[str, dict[str, Heard]] = defaultdict(dict)
    for heard in feedback:
        if heard.week in window:
            twin = found[heard.customer_key].get(heard.feedback_id)
            if twin is None or (heard.occurred_at, repr(heard)) > (twin.occurred_at, repr(twin)):
                found[heard.customer_key][heard.feedback_id] = heard
    return [
        History(key, week, tuple(sorted(mine.values(), key=lambda heard: (heard.occurred_at, heard.feedback_id))))
        for key, mine in sorted(found.items())
    ]
