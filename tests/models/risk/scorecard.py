"""How well a queue finds the customers who really leave, where the truth is known: simulated or hand-written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from data.records import Flag

LEAVER, ANGRY = "leaver", "angry_staying"


@dataclass(frozen=True, slots=True)
class Scorecard:
    """Counts of customers: in the queue, who leave, leavers in it, who only sound angry, and those in it."""

    queue: int
    leavers: int
    found: int
    angry: int
    angry_queued: int

    @property
    def precision(self) -> float:
        """The share of the queue that leaves; 1 for an empty queue."""
        return self.found / self.queue if self.queue else 1.0

    @property
    def recall(self) -> float:
        """The share of the leavers that is in the queue; 1 where nobody leaves."""
        return self.found / self.leavers if self.leavers else 1.0

    @property
    def angry_share(self) -> float:
        """The share of the angry but staying that is in the queue; 0 where nobody is."""
        return self.angry_queued / self.angry if self.angry else 0.0

    def __str__(self) -> str:
        return (
            f"leavers found {self.found} of {self.leavers} (recall {self.recall:.2f}), "
            f"queue {self.queue} (precision {self.precision:.2f}), "
            f"angry but staying in it {self.angry_queued} of {self.angry} ({self.angry_share:.2f})"
        )


def score_queue(flags: Sequence[Flag], truth: Mapping[str, str], capacity: int | None = None) -> Scorecard:
    """Compare the first `capacity` flags (all if None), in their order, with the truth by customer key.

    `truth` says "leaver" or "angry_staying"; customers that it does not name just stay.
    """
    queued = {flag.customer_key for flag in flags[:capacity]}
    leavers = {key for key, what in truth.items() if what == LEAVER}
    angry = {key for key, what in truth.items() if what == ANGRY}
    return Scorecard(len(queued), len(leavers), len(queued & leavers), len(angry), len(queued & angry))
