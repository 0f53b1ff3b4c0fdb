"""What an analyst does with a theme: accept it as a topic, merge it into another, reject it, or think again."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm.exc import StaleDataError

from data import themes
from data.database import Database
from data.errors import EarshotError
from data.lake import Lake
from data.taxonomy import Taxonomy, Topic
from data.theme_records import Theme, ThemeStatus
from data.theme_schema import ThemeEventRow, ThemeRow
from data.theme_topics import write_examples, write_taxonomy

EXAMPLES, TAXONOMY = "examples.jsonl", "taxonomy.yaml"


class UnknownTheme(EarshotError):
    """There is no such theme."""


class ThemeChanged(EarshotError):
    """Somebody else decided about the theme since it was read."""


class BadDecision(EarshotError):
    """What was asked for cannot be done with this theme."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """What accepting wrote: the taxonomy with the new topic, and `examples` lines to teach it with (and the others)."""

    theme: Theme
    taxonomy: Path
    examples: Path
    of_theme: int
    of_others: int


def accept(
    database: Database,
    lake: Lake,
    taxonomy: Taxonomy,
    theme_id: str,
    topic: Topic,
    *,
    folder: Path,
    who: str,
    lock: int | None = None,
    note: str | None = None,
) -> Accepted:
    """Make a theme a topic: write `taxonomy.yaml` and `examples.jsonl` into `folder`, for `fit-topics`, and note it.

    The examples are the theme's feedback, and for each other topic feedback in which the model is sure of it, since
    fit-topics learns all topics anew. If the folder already holds a taxonomy (of a theme accepted before), the topic is
    added to that one. Raises UnknownTheme, ThemeChanged, and BadDecision when the topic's id is taken or the theme was
    decided about otherwise.
    """
    theme = _theme(database, theme_id)
    if theme.status not in ("proposed", "accepted") or (theme.into or topic.id) != topic.id:
        raise BadDecision(f"Theme {theme_id} is {theme.status} ({theme.into or 'no target'}). Reopen it first.")
    if topic.id in taxonomy.ids:
        raise BadDecision(f"There is a topic {topic.id!r} already. Choose another id, or reject the theme as known.")
    _check_lock(theme, lock)
    folder.mkdir(parents=True, exist_ok=True)
    widened = write_taxonomy(taxonomy, topic, folder / TAXONOMY)
    waiting = [one for one in themes.themes(database, statuses=["accepted"]) if one.into in widened.ids]
    own = {one.into: one.latest.members for one in waiting if one.into and one.id != theme_id}
    own[topic.id] = theme.latest.members
    written = write_examples(lake, widened, own, theme.latest.revision, folder / EXAMPLES)
    _decide(database, theme, "accepted", topic.id, who, note)
    return Accepted(
        theme=_theme(database, theme_id),
        taxonomy=folder / TAXONOMY,
        examples=folder / EXAMPLES,
        of_theme=written.of_themes,
        of_others=written.of_others,
    )


def merge(
    database: Database, theme_id: str, into: str, *, who: str, lock: int | None = None, note: str | None = None
) -> Theme:
    """Say that a theme is the same as another: from the next week on both are one, under the other's id.

    Raises UnknownTheme, ThemeChanged, and BadDecision when the two would go round in a circle.
    """
    theme, target = _theme(database, theme_id), _theme(database, into)
    seen = {theme_id}
    while True:
        if target.id in seen:
            raise BadDecision(
                f"Theme {into} was itself merged into {theme_id}. Merge the other way, or reopen it first."
            )
        if target.status != "merged" or target.into is None:
            break
        seen.add(target.id)
        target = _theme(database, target.into)
    _check_lock(theme, lock)
    _decide(database, theme, "merged", target.id, who, note)
    return _theme(database, theme_id)


def reject(database: Database, theme_id: str, *, who: str, lock: int | None = None, note: str | None = None) -> Theme:
    """Say that a theme is none. It stays rejected when the same comes back. Raises UnknownTheme and ThemeChanged."""
    theme = _theme(database, theme_id)
    _check_lock(theme, lock)
    _decide(database, theme, "rejected", None, who, note)
    return _theme(database, theme_id)


def reopen(database: Database, theme_id: str, *, who: str, lock: int | None = None, note: str | None = None) -> Theme:
    """Take a decision back: the theme is proposed again. Raises UnknownTheme and ThemeChanged."""
    theme = _theme(database, theme_id)
    _check_lock(theme, lock)
    _decide(database, theme, "proposed", None, who, note)
    return _theme(database, theme_id)


def _theme(database: Database, theme_id: str) -> Theme:
    found = themes.theme(database, theme_id)
    if found is None:
        raise UnknownTheme(f"There is no theme {theme_id!r}. `python -m flows themes list` shows them.")
    return found


def _check_lock(theme: Theme, lock: int | None) -> None:
    if lock is not None and theme.lock != lock:
        raise ThemeChanged(f"Theme {theme.id} was changed by somebody else meanwhile. Load it again before deciding.")


def _decide(
    database: Database, theme: Theme, status: ThemeStatus, into: str | None, who: str, note: str | None
) -> None:
    if not who.strip():
        raise BadDecision("Give your name: it stands beside the decision.")
    if theme.status == status and theme.into == into:
        return
    try:
        with database.write() as session:
            row = session.scalars(select(ThemeRow).where(ThemeRow.id == theme.id).with_for_update()).one()
            if row.lock != theme.lock:
                raise ThemeChanged(f"Theme {theme.id} was changed by somebody else meanwhile. Load it again.")
            row.status, row.into = status, into
            row.decided_by, row.decided_at = who.strip(), datetime.now(UTC)
            event = "reopened" if status == "proposed" else status
            session.add(
                ThemeEventRow(
                    theme_id=theme.id, at=row.decided_at, who=who.strip(), event=event, week=None, other=into, note=note
                )
            )
    except StaleDataError:
        raise ThemeChanged(f"Theme {theme.id} was changed by somebody else meanwhile. Load it again.") from None
