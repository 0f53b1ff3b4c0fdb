"""The signal of one order that keeps going wrong, whatever goes wrong with it."""

from collections.abc import Iterator

from models.risk.history import History, Signal
from models.risk.intent import believed
from models.risk.quoting import worst
from models.risk.trouble import SAME_INCIDENT

#: The strength of the second unhappy contact about an order; the third and later count in full.
SECOND = 0.6


def same_order_again(history: History) -> Iterator[Signal]:
    """Comes back, unhappy, about an order that was the matter before: first late, then damaged, then not refunded."""
    for place, heard in enumerate(history.feedback):
        if heard.order is None or not heard.unhappy:
            continue
        before = [
            other
            for other in history.feedback[:place]
            if other.order == heard.order and other.unhappy and heard.occurred_at - other.occurred_at >= SAME_INCIDENT
        ]
        if before:
            yield Signal(heard, believed(heard, SECOND if len(before) == 1 else 1.0), worst(heard))
