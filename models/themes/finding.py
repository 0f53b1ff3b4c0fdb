"""Find the themes of a week: new ones, and how those of the weeks before went on."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from data.theme_records import Theme, ThemeWeek
from models.themes.describing import Heard, heard, names, quotes
from models.themes.discovery import Candidate, Options, candidates
from models.themes.growth import rising
from models.themes.matching import Group, Match, centre_bytes, match
from models.themes.said import Said


@dataclass(frozen=True, slots=True)
class Week:
    """What a week's search starts from.

    weeks: the history, oldest first, the week itself last. exposure: feedback read by week. before, again: the ledger
    before this week, and what an earlier run of this week left in it. owners: team by topic. revision: of the vectors.
    """

    weeks: Sequence[str]
    exposure: Mapping[str, int]
    before: Sequence[Theme]
    again: Sequence[Theme]
    owners: Mapping[str, str]
    revision: str

    @property
    def name(self) -> str:
        return self.weeks[-1]


def find(said: Sequence[Said], week: Week, options: Options | None = None) -> list[ThemeWeek]:
    """Return the themes of a week for the ledger, those that ended among them; the order of `said` changes nothing.

    A group becomes a theme if it grew, or if it is a gap too large to leave out (Options.standing), and if it has
    distinctive words. A proposed theme that was chance fades in its first weeks, see `_proven`; one that lasted goes
    on without growing, for as long as enough customers say it.
    """
    options = options or Options()
    clauses = sorted(said, key=lambda one: one.key)
    groups = candidates(clauses, week.weeks, week.exposure, options)
    last = week.weeks[-2] if len(week.weeks) > 1 else week.name
    matches = match([one.group for one in groups], week.before, week.again, week.name, last, week.revision)
    background = heard(clauses)
    found: dict[str, tuple[Candidate, Match]] = {}
    for one, same in zip(groups, matches, strict=True):
        if same.event == "new" and not (one.rising or one.share >= options.standing):
            continue
        if not _proven(one, same, week, options):
            continue
        if same.theme in found:
            earlier, first = found[same.theme]
            event = first.event if first.event != "new" else same.event
            found[same.theme] = (_together(earlier, one), replace(first, event=event))
        else:
            found[same.theme] = (one, same)
    described = [_described(one, same, clauses, background, week, options) for _, (one, same) in sorted(found.items())]
    themes = [one for one in described if one.words]
    return sorted([*themes, *_ended(week, last, themes)], key=lambda one: one.theme)


def _proven(one: Candidate, same: Match, week: Week, options: Options) -> bool:
    """Return whether a known theme still stands, all weeks since it was found taken together.

    What was picked for two high weeks by chance falls back to what it was; what is new does not. After the probation
    the weeks before it leave the history, and there is nothing to compare with.
    """
    known = [theme for theme in week.before if theme.id in (same.theme, *same.parents)]
    if one.share >= options.standing or not known or any(theme.status != "proposed" for theme in known):
        return True
    since = [name for name in week.weeks if name >= min(theme.first_week for theme in known)]
    age = len(since) - 1
    if not 0 < age <= options.probation:
        return True
    return rising(one.counts, week.exposure, week.weeks, age + options.recent, options.rate(len(week.weeks)))


def _described(
    one: Candidate, same: Match, clauses: Sequence[Said], background: Heard, week: Week, options: Options
) -> ThemeWeek:
    originals = [clauses[place] for place in one.originals]
    owners = Counter(week.owners[topic] for said in originals for topic in said.topics if topic in week.owners)
    team = min(owners, key=lambda owner: (-owners[owner], owner)) if owners else None
    words = names(originals, background)
    old = next((theme for theme in week.before if theme.id == same.theme), None)
    event = same.event
    if old is not None and event == "continued":
        words = {language: _kept(old.latest.words.get(language, ()), new) for language, new in words.items()}
        if words and not any(set(words.get(lang, ())) & set(old.latest.words.get(lang, ())) for lang in words):
            event = "renamed"
    return ThemeWeek(
        theme=same.theme,
        week=week.name,
        revision=week.revision,
        event=event,
        parents=same.parents,
        feedback=len({said.key.feedback_id for said in originals}),
        customers=len({said.customer for said in originals}),
        sources=len({said.source for said in originals}),
        weeks=len({said.key.week for said in originals}),
        growth="up" if one.rising else "steady",
        team=team if team is not None and 2 * owners[team] > owners.total() else None,
        words=words,
        centre=centre_bytes(one.group.centre),
        members=tuple(sorted(one.group.members)),
        quotes=tuple(clauses[place].key for place in quotes(one, clauses)),
    )


def _kept(old: Sequence[str], new: Sequence[str]) -> tuple[str, ...]:
    """Return the new words, those that it was called by before first: a name changes only if its words do."""
    return (*(word for word in old if word in new), *(word for word in new if word not in old))


def _together(one: Candidate, other: Candidate) -> Candidate:
    members = one.group.members | other.group.members
    weights = len(one.group.members), len(other.group.members)
    centre = one.group.centre * weights[0] + other.group.centre * weights[1]
    centre = (centre / max(float(np.linalg.norm(centre)), 1e-9)).astype(np.float32)
    originals = tuple(sorted({*one.originals, *other.originals}))
    grows = one.rising or other.rising
    return Candidate(Group(members, centre), originals, grows, one.share + other.share, one.counts)


def _ended(week: Week, last: str, found: Sequence[ThemeWeek]) -> list[ThemeWeek]:
    """Return an end for each theme that was there last week and is not any more; with the theme that it went into."""
    now = {one.theme for one in found}
    heirs = {parent: one.theme for one in found if one.event == "merged" for parent in one.parents}
    return [
        replace(
            theme.latest,
            week=week.name,
            event="ended",
            parents=(heirs[theme.id],) if theme.id in heirs else (),
            feedback=0,
            customers=0,
            sources=0,
            weeks=0,
            growth="down",
            quotes=(),
        )
        for theme in week.before
        if theme.latest.week == last and theme.latest.event != "ended" and theme.id not in now
        and theme.status != "merged"
    ]  # fmt: skip
