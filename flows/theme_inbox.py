"""Show the themes that wait for an analyst on the command line, and do what the analyst decides."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from data import theme_decisions, themes
from data.taxonomy import REPORT_LANGUAGES, Topic
from data.theme_decisions import BadDecision
from data.theme_records import Theme
from flows.house import House, open_house
from flows.settings import Settings

#: Where accepted themes are written, under `var`, if not said otherwise.
ACCEPTED = "accepted"
ACTIONS = ("list", "show", "accept", "merge", "reject", "reopen")


@dataclass(frozen=True)
class Asked:
    """What was asked for: see `python -m flows themes --help`."""

    action: str
    theme: str | None = None
    into: str | None = None
    topic: str | None = None
    name: str | None = None
    description: str = ""
    team: str | None = None
    who: str = ""
    note: str | None = None
    output: Path | None = None


def theme_lines(config: Path | None, asked: Asked) -> Iterator[str]:
    """Do what was asked for and yield what to print. Raises BadDecision and what data.theme_decisions raises."""
    if asked.action not in ACTIONS:
        raise BadDecision(f"There is no action {asked.action!r}. Actions: {', '.join(ACTIONS)}.")
    with open_house(Settings.load(config)) as house:
        if asked.action == "list":
            yield from _list(house)
            return
        if not asked.theme:
            raise BadDecision(f"Say which theme to {asked.action}; `python -m flows themes list` shows their ids.")
        yield from {"show": _show, "accept": _accept}.get(asked.action, _decide)(house, asked)


def _list(house: House) -> Iterator[str]:
    found = themes.themes(house.database, statuses=["proposed"], gone=False)
    if not found:
        yield "No theme waits for a decision."
    for theme in found:
        latest = theme.latest
        yield (
            f"{theme.id}  {theme.name(house.settings.language)}  "
            f"{latest.customers} customers, {latest.feedback} feedback, since {theme.first_week}, {latest.event}, "
            f"growth {latest.growth}, team {latest.team or 'not clear'}"
        )


def _show(house: House, asked: Asked) -> Iterator[str]:
    theme = themes.theme(house.database, str(asked.theme))
    if theme is None:
        raise theme_decisions.UnknownTheme(f"There is no theme {asked.theme!r}.")
    yield f"{theme.id}: {theme.status}{f' into {theme.into}' if theme.into else ''}"
    for language in REPORT_LANGUAGES:
        if words := theme.latest.words.get(language):
            yield f"  {language}: {' · '.join(words)}"
    yield "  customers by week: " + ", ".join(f"{week} {n}" for week, n in themes.sizes(house.database, theme.id))
    for event in themes.history(house.database, theme.id):
        other = f" {event.other}" if event.other else ""
        note = f": {event.note}" if event.note else ""
        yield f"  {event.week or event.at.date()}: {event.event}{other} ({event.who}){note}"
    yield from (f"  “{words}”" for words in _quotations(house, theme))


def _quotations(house: House, theme: Theme) -> Iterator[str]:
    for key in theme.latest.quotes:
        clauses = house.lake.read("clauses", key.week)
        mine = clauses[(clauses["feedback_id"] == key.feedback_id) & (clauses["version"] == key.version)]
        mine = mine[mine["position"] == key.position]
        feedback = house.lake.read("feedback", key.week, ["feedback_id", "version", "text"])
        whole = feedback[(feedback["feedback_id"] == key.feedback_id) & (feedback["version"] == key.version)]
        if len(mine) and len(whole):
            yield str(whole["text"].iloc[0])[int(mine["start"].iloc[0]) : int(mine["end"].iloc[0])]


def _accept(house: House, asked: Asked) -> Iterator[str]:
    theme = themes.theme(house.database, str(asked.theme))
    team = asked.team or (theme.latest.team if theme else None)
    if not asked.topic or not asked.name or not team:
        raise BadDecision(
            'To accept a theme give --topic ID and --name "NAME", and --team if its feedback does not show whose it is.'
        )
    topic = Topic(asked.topic, dict.fromkeys(REPORT_LANGUAGES, asked.name), asked.description, team)
    done = theme_decisions.accept(
        house.database,
        house.lake,
        house.taxonomy,
        str(asked.theme),
        topic,
        folder=asked.output or house.settings.var / ACCEPTED,
        who=asked.who,
        note=asked.note,
    )
    yield f"Topic {topic.id} with {done.of_theme} examples, and {done.of_others} of the other topics."
    yield "Look through both files, then teach the model and name them in the settings (taxonomy, topics):"
    yield f"  python -m flows fit-topics --examples {done.examples} --taxonomy {done.taxonomy}"


def _decide(house: House, asked: Asked) -> Iterator[str]:
    theme, who, note = str(asked.theme), asked.who, asked.note
    if asked.action == "merge":
        if not asked.into:
            raise BadDecision("To merge a theme say into which: --into THEME.")
        changed = theme_decisions.merge(house.database, theme, asked.into, who=who, note=note)
        yield f"{changed.id} goes into {changed.into} from the next run on."
    elif asked.action == "reject":
        yield f"{theme_decisions.reject(house.database, theme, who=who, note=note).id} is rejected and stays so."
    else:
        yield f"{theme_decisions.reopen(house.database, theme, who=who, note=note).id} is proposed again."
