"""What the scheduler says of its latest runs, in the words that the desk needs."""

from dataclasses import dataclass
from datetime import datetime

from data.errors import EarshotError


class NoScheduler(EarshotError):
    """The scheduler cannot be asked just now."""


class SilentScheduler(NoScheduler):
    """A scheduler is set, but does not answer just now."""


@dataclass(frozen=True, slots=True)
class FlowRun:
    """One run of a flow: its state as the scheduler names it (Completed, Failed, Running, Scheduled ...).

    `seconds` is how long it has taken so far; `address` is its own page, if the scheduler has one.
    """

    name: str
    flow: str
    state: str
    expected: datetime | None
    started: datetime | None
    seconds: float
    address: str | None = None
