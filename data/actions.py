"""What teams did about their findings, so that later reports can say whether it worked."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

import yaml

from data import weeks
from data.errors import EarshotError

ActionMetric = Literal["share", "complaints", "negative"]
METRICS: tuple[ActionMetric, ...] = get_args(ActionMetric)
KINDS = ("product", "carrier", "region", "channel", "plan")
NEEDED = ("id", "team", "topic", "since")
FIELDS = (*NEEDED, "what", "owner", "cohort", "metric")


class BadActions(EarshotError):
    """The file of actions cannot be read at all."""


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that a team did about a topic in a week, for everyone (kind "all") or for one cohort.

    `metric` is what it is judged by: the topic's share, its complaints (customers who mention it negatively, of all),
    or how negative its mentions are.
    """

    id: str
    team: str
    topic: str
    since: str
    what: str = ""
    owner: str = ""
    kind: str = "all"
    cohort: str = "all"
    metric: ActionMetric = "complaints"


def load_actions(path: Path, topics: Collection[str]) -> tuple[tuple[Action, ...], tuple[str, ...]]:
    """Return the actions of a YAML list and what is wrong with the entries that were left out.

    Each entry has id, team, topic and since (an ISO week), and may have what, owner, metric and cohort, such as
    `cohort: {carrier: SwiftLine}`. One wrong entry stops none of the others. Raises BadActions.
    """
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BadActions(f"There is no file {path}. Make it, or take `actions` out of the settings.") from None
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        raise BadActions(f"{path} is not UTF-8 YAML ({type(error).__name__}).") from error
    if raw is not None and not isinstance(raw, list):
        raise BadActions(f"{path} is not a list. Begin each action with `- id: ...`.")
    actions: dict[str, Action] = {}
    problems = []
    for place, entry in enumerate(raw or [], start=1):
        wrong = _wrong(entry, topics)
        if not wrong and str(entry["id"]) in actions:
            wrong = [f"id {str(entry['id'])!r} is used twice"]
        if wrong:
            problems.append(f"Action {place} of {path.name} was left out: {'; '.join(wrong)}.")
            continue
        action = _action(entry)
        actions[action.id] = action
    return tuple(actions.values()), tuple(problems)


def _action(entry: Mapping[str, Any]) -> Action:
    kind, cohort = next(iter((entry.get("cohort") or {"all": "all"}).items()))
    return Action(
        id=str(entry["id"]),
        team=str(entry["team"]),
        topic=str(entry["topic"]),
        since=weeks.shift(str(entry["since"]), 0),
        what=str(entry.get("what") or ""),
        owner=str(entry.get("owner") or ""),
        kind=str(kind),
        cohort=str(cohort),
        metric=entry.get("metric") or "complaints",
    )


def _wrong(entry: Any, topics: Collection[str]) -> list[str]:
    if not isinstance(entry, dict):
        return ["it is not a list of `key: value` lines"]
    wrong = [f"`{name}` is missing" for name in NEEDED if not entry.get(name)]
    wrong += [f"{name!r} is unknown (known: {', '.join(FIELDS)})" for name in entry if name not in FIELDS]
    if entry.get("topic") and str(entry["topic"]) not in topics:
        wrong.append(f"no topic {str(entry['topic'])!r} in the taxonomy")
    if (entry.get("metric") or "complaints") not in METRICS:
        wrong.append(f"metric {entry['metric']!r} is none of {', '.join(METRICS)}")
    cohort = entry.get("cohort")
    if cohort and not (isinstance(cohort, dict) and len(cohort) == 1 and next(iter(cohort)) in KINDS):
        wrong.append(f"cohort must be one line such as `carrier: SwiftLine` (kinds: {', '.join(KINDS)})")
    try:
        weeks.monday(str(entry.get("since")))
    except weeks.BadWeek as error:
        wrong.append(str(error).rstrip("."))
    return wrong
