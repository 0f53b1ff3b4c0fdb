"""Recognise last week's themes among this week's groups, so that a theme keeps its id."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data.theme_records import ClauseKey, Theme, ThemeEventKind

Floats = npt.NDArray[np.float32]
#: A group is the theme if they share so many of the clauses that both could have (Jaccard) ...
SHARED = 0.3
#: ... or if their centres lie so close (cosine); a new revision has another space, so then only clauses count.
CLOSE = 0.75
#: A group whose clauses mostly were a theme's, without being its continuation, has split from it (and so for merging).
MOSTLY = 0.5
#: Fewer shared clauses than this say nothing about splitting or merging.
ENOUGH = 3


@dataclass(frozen=True, slots=True)
class Group:
    """Clauses that belong together, and their centre at length 1."""

    members: frozenset[ClauseKey]
    centre: Floats


@dataclass(frozen=True, slots=True)
class Match:
    """What a group is: a theme's id, what this week does to it, and where it came from if it split or merged."""

    theme: str
    event: ThemeEventKind
    parents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Known:
    theme: str
    members: frozenset[ClauseKey]
    centre: Floats | None
    week: str


def match(
    groups: Sequence[Group], before: Sequence[Theme], again: Sequence[Theme], week: str, last: str, revision: str
) -> list[Match]:
    """Return what each group is; the order of groups and themes changes nothing.

    `before` are the themes as they were last found before `week` (`last` is the week before), `again` as an earlier
    run of the same week found them. Pairs are taken best first, each group and each theme once. A theme that somebody
    merged stands for the one it was merged into, so that several groups may get the same id.
    """
    known = [_known(theme, revision) for theme in (*again, *before)]
    pairs = sorted(
        (
            (-likeness, one.theme, min(group.members), place, one.week)
            for place, group in enumerate(groups)
            for one in known
            if (likeness := _likeness(one, group)) > 0
        ),
    )
    taken: dict[int, str] = {}
    for _, theme, _, place, _ in pairs:
        if place not in taken and theme not in taken.values():
            taken[place] = theme
    into = {theme.id: theme.into for theme in (*before, *again) if theme.status == "merged" and theme.into}
    live = {theme.id: theme for theme in before if theme.latest.week == last and theme.latest.event != "ended"}
    old = {theme.id for theme in before}
    lost = [theme for id_, theme in sorted(live.items()) if id_ not in taken.values()]
    found = []
    for place, group in enumerate(groups):
        parents = [theme.id for theme in lost if _share(_window(theme.latest.members, group), group.members) >= MOSTLY]
        own = taken.get(place)
        if own is not None and own in old:
            event: ThemeEventKind = "merged" if parents else "continued" if own in live else "returned"
        else:
            origin = _origin(group, live.values())
            event, parents = ("split", [origin]) if origin else ("merged", parents) if len(parents) > 1 else ("new", [])
        theme = _resolved(own or new_id(week, group.members), into)
        found.append(Match(theme, event, tuple(sorted({parent for parent in parents if parent != theme}))))
    return found


def new_id(week: str, members: Iterable[ClauseKey]) -> str:
    """Return the id of a theme first found in a week: the same clauses give the same id."""
    text = "\n".join([week, *(f"{key.feedback_id} {key.version} {key.position}" for key in sorted(members))])
    return "theme-" + hashlib.sha256(text.encode()).hexdigest()[:8]


def centre_bytes(centre: Floats) -> bytes:
    """Return a centre as it is kept: 16-bit floats, little-endian."""
    return centre.astype("<f2").tobytes()


def _known(theme: Theme, revision: str) -> _Known:
    latest = theme.latest
    centre = np.frombuffer(latest.centre, "<f2").astype(np.float32) if latest.revision == revision else None
    return _Known(theme.id, frozenset(latest.members), centre, latest.week)


def _likeness(known: _Known, group: Group) -> float:
    """Return 0 if the group is not the theme, else more the more it is."""
    theirs = _window(known.members, group)
    ours = {key for key in group.members if key.week <= known.week}
    union = len(theirs | ours)
    shared = len(theirs & ours) / union if union else 0.0
    close = 0.0
    if known.centre is not None and known.centre.shape == group.centre.shape:
        close = float(known.centre @ group.centre)
    return shared + max(close, 0.0) if shared >= SHARED or close >= CLOSE else 0.0


def _window(members: Iterable[ClauseKey], group: Group) -> set[ClauseKey]:
    """Return those members that lie in the weeks of the group."""
    first = min(key.week for key in group.members)
    return {key for key in members if key.week >= first}


def _share(part: set[ClauseKey], whole: frozenset[ClauseKey]) -> float:
    """Return how much of the part lies in the whole; 0 if the part is too small to say."""
    return len(part & whole) / len(part) if len(part) >= ENOUGH else 0.0


def _origin(group: Group, live: Iterable[Theme]) -> str | None:
    """Return the live theme that most of the group's older clauses belonged to."""
    for theme in sorted(live, key=lambda theme: theme.id):
        older = {key for key in group.members if key.week <= theme.latest.week}
        if _share(older, frozenset(theme.latest.members)) >= MOSTLY:
            return theme.id
    return None


def _resolved(theme: str, into: Mapping[str, str | None]) -> str:
    seen = {theme}
    while (target := into.get(theme)) and target not in seen:
        seen.add(target)
        theme = target
    return theme
