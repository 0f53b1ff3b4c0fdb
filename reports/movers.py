"""What rises and what falls: the topics whose share of customers moved most, surely or perhaps by chance."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from reports.findings import Change, changes_of
from reports.prose import Writer
from reports.wording import known

#: Topics on each side, and the smallest difference of shares that is worth a line.
MOST, LEAST = 4, 0.0005


@dataclass(frozen=True, slots=True)
class Mover:
    """One topic that moved; `sure` when the test called it a change, else it may be chance."""

    topic: str
    name: str
    verdict: Literal["up", "down"]
    effect: str
    sentence: str
    sure: bool


@dataclass(frozen=True, slots=True)
class Movers:
    """The topics that rose and those that fell, the largest difference first."""

    rising: tuple[Mover, ...] = ()
    falling: tuple[Mover, ...] = ()

    @property
    def sides(self) -> tuple[tuple[str, tuple[Mover, ...]], ...]:
        return (("rising", self.rising), ("falling", self.falling))


def movers(writer: Writer, topics: Collection[str], most: int = MOST) -> Movers:
    """Up to `most` of `topics` on each side, by the tested difference of their share against the weeks before."""
    tested = [
        change for change in changes_of(writer.tables.changes)
        if change.family == "volume" and change.versus == "baseline" and change.topic in topics
        and known(change.effect) and abs(change.effect) >= LEAST
    ]  # fmt: skip
    tested.sort(key=lambda change: (-abs(change.effect), change.topic or ""))
    up = [_mover(writer, change) for change in tested if change.effect > 0][:most]
    down = [_mover(writer, change) for change in tested if change.effect < 0][:most]
    return Movers(tuple(one for one in up if one.sentence), tuple(one for one in down if one.sentence))


def _mover(writer: Writer, change: Change) -> Mover:
    words, sure = writer.words, change.verdict in ("up", "down")
    said = writer.write(
        "mover.from_to", change.facts, value=words.percent(change.value), baseline=words.percent(change.baseline)
    )
    return Mover(
        topic=change.topic or "",
        name=writer.topic(change.topic),
        verdict="up" if change.effect > 0 else "down",
        effect=words.signed(100 * change.effect),
        sentence=said,
        sure=sure,
    )
