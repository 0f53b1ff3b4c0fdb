"""What a theme is: something that several customers say and no topic of the taxonomy covers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

ThemeStatus = Literal["proposed", "accepted", "merged", "rejected"]
#: What a week did to a theme: `new`, `continued`, `returned` (it had been gone), `split` (it left a parent), `merged`
#: (parents went up in it), `renamed` (it continues under other words), `ended` (it was there and is not any more).
ThemeEventKind = Literal["new", "continued", "returned", "split", "merged", "renamed", "ended"]
Growth = Literal["up", "steady", "down"]


@dataclass(frozen=True, slots=True, order=True)
class ClauseKey:
    """The place of a clause in the lake: week, feedback version and position."""

    week: str
    feedback_id: str
    version: str
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeWeek:
    """A theme as it was found in the four weeks that end with `week`.

    feedback, customers, sources, weeks: distinct ones among the members, copies of a text counted once; growth: its
    share of the feedback in the newer half of the four weeks against the older half; team: who owns most topics that
    its members also mention, None if nobody does. words: the distinctive words by language (en, zh-Hans, zh-Hant), best
    first. centre: the mean vector, 16-bit floats; comparable within a `revision` only. quotes: up to three members by
    different customers that say it best. parents: themes that it came from, when event is split or merged.
    """

    theme: str
    week: str
    revision: str
    event: ThemeEventKind
    parents: tuple[str, ...]
    feedback: int
    customers: int
    sources: int
    weeks: int
    growth: Growth
    team: str | None
    words: Mapping[str, tuple[str, ...]]
    centre: bytes
    members: tuple[ClauseKey, ...]
    quotes: tuple[ClauseKey, ...]


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme of the ledger as it is now: what people decided, and how it was last found.

    `into` is the theme that it was merged into, or the topic that it became. `lock` is the number of the state one has
    seen: give it back with a decision, so that two people don't overwrite each other.
    """

    id: str
    first_week: str
    status: ThemeStatus
    into: str | None
    decided_by: str | None
    decided_at: datetime | None
    lock: int
    latest: ThemeWeek

    def name(self, language: str = "en") -> str:
        """Its words in a language; in another one's if nobody said it in this language."""
        words = self.latest.words
        order = {"en": ("en", "zh-Hans", "zh-Hant"), "zh-Hans": ("zh-Hans", "zh-Hant", "en")}
        for each in order.get(language, ("zh-Hant", "zh-Hans", "en")):
            if words.get(each):
                return " · ".join(words[each])
        return self.id


@dataclass(frozen=True, slots=True)
class ThemeEvent:
    """One thing that happened to a theme: when, who did it, what, in the run of which week, with which other."""

    at: datetime
    who: str
    event: str
    week: str | None
    other: str | None
    note: str | None
