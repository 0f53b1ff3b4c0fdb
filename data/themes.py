"""The theme ledger: which themes were found, under stable ids from week to week."""

from collections.abc import Iterable, Sequence
from dataclasses import astuple
from datetime import UTC, datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from data.cases import SYSTEM
from data.database import Database
from data.theme_records import ClauseKey, Theme, ThemeEvent, ThemeStatus, ThemeWeek
from data.theme_schema import ThemeEventRow, ThemeRow, ThemeWeekRow
from data.weeks import BadWeek


def themes(
    database: Database, week: str | None = None, statuses: Iterable[ThemeStatus] | None = None, *, gone: bool = True
) -> list[Theme]:
    """Themes as they were last found up to `week` (at all if None), most customers first, then by id.

    Without `gone`, only those that were found in the latest week that was looked at (or in `week` itself).
    """
    with database.read() as session:
        rows = _latest(session, week)
        last = week or max((found.week for _, found in rows), default=None)
        wanted = None if statuses is None else set(statuses)
        found = [
            _theme(row, found)
            for row, found in rows
            if (wanted is None or row.status in wanted) and (gone or (found.week == last and found.event != "ended"))
        ]
    return sorted(found, key=lambda theme: (-theme.latest.customers, theme.id))


def theme(database: Database, theme_id: str) -> Theme | None:
    """One theme as it was last found, or None."""
    return next((one for one in themes(database) if one.id == theme_id), None)


def sizes(database: Database, theme_id: str) -> list[tuple[str, int]]:
    """(week, customers) of each week in which a theme was found, oldest first: its trend."""
    query = (
        select(ThemeWeekRow.week, ThemeWeekRow.customers)
        .where(ThemeWeekRow.theme_id == theme_id, ThemeWeekRow.event != "ended")
        .order_by(ThemeWeekRow.week)
    )
    with database.read() as session:
        return [(week, customers) for week, customers in session.execute(query)]


def history(database: Database, theme_id: str) -> list[ThemeEvent]:
    """What happened to a theme, in order."""
    query = select(ThemeEventRow).where(ThemeEventRow.theme_id == theme_id)
    with database.read() as session:
        rows = session.scalars(query.order_by(ThemeEventRow.week.is_(None), ThemeEventRow.week, ThemeEventRow.id))
        return [ThemeEvent(row.at, row.who, row.event, row.week, row.other, row.note) for row in rows]


def settle_week(database: Database, week: str, found: Sequence[ThemeWeek]) -> bool:
    """Make these the themes of a week, in the place of what an earlier run of it found; say if that changed anything.

    Themes that only that earlier run had found, and about which nobody decided, go. Settling the same again changes
    nothing; later weeks stay as they are. Raises BadWeek when some are of another week.
    """
    if any(one.week != week for one in found):
        raise BadWeek(f"Some themes are not of week {week}. Settle one week at a time.")
    wanted = sorted(found, key=lambda one: one.theme)
    with database.write() as session:
        rows = session.scalars(select(ThemeWeekRow).where(ThemeWeekRow.week == week).order_by(ThemeWeekRow.theme_id))
        if [_week(row) for row in rows] == wanted:
            return False
        session.execute(delete(ThemeWeekRow).where(ThemeWeekRow.week == week))
        session.execute(delete(ThemeEventRow).where(ThemeEventRow.week == week, ThemeEventRow.who == SYSTEM))
        known = {row.id for row in session.scalars(select(ThemeRow))}
        session.add_all(
            ThemeRow(id=one.theme, first_week=week, status="proposed") for one in wanted if one.theme not in known
        )
        session.flush()
        for one in wanted:
            session.add(_row(one))
            session.add_all(_events(one))
        session.flush()
        _sweep(session)
    return True


def _sweep(session: Session) -> None:
    """Forget themes that no week has any more and nobody decided about; first weeks follow what is left."""
    oldest = select(ThemeWeekRow.theme_id, func.min(ThemeWeekRow.week)).group_by(ThemeWeekRow.theme_id)
    first = dict(session.execute(oldest).tuples().all())
    for row in session.scalars(select(ThemeRow).order_by(ThemeRow.id)):
        if row.id in first:
            row.first_week = min(first[row.id], row.first_week) if row.status != "proposed" else first[row.id]
        elif row.status == "proposed":
            session.delete(row)


def _events(one: ThemeWeek) -> list[ThemeEventRow]:
    """`continued` is what a week does unless it does something: it is no event."""
    now = datetime.now(UTC)
    others: Sequence[str | None] = one.parents or (None,)
    return [
        ThemeEventRow(theme_id=one.theme, at=now, who=SYSTEM, event=one.event, week=one.week, other=other, note=None)
        for other in others
        if one.event != "continued"
    ]


def _latest(session: Session, week: str | None) -> list[tuple[ThemeRow, ThemeWeek]]:
    newest = select(ThemeWeekRow.theme_id, func.max(ThemeWeekRow.week).label("week")).group_by(ThemeWeekRow.theme_id)
    if week is not None:
        newest = newest.where(ThemeWeekRow.week <= week)
    last = newest.subquery()
    query = (
        select(ThemeRow, ThemeWeekRow)
        .join(ThemeWeekRow, ThemeWeekRow.theme_id == ThemeRow.id)
        .join(last, (last.c.theme_id == ThemeWeekRow.theme_id) & (last.c.week == ThemeWeekRow.week))
        .order_by(ThemeRow.id)
    )
    return [(row, _week(found)) for row, found in session.execute(query).all()]


def _theme(row: ThemeRow, latest: ThemeWeek) -> Theme:
    return Theme(
        id=row.id,
        first_week=row.first_week,
        status=row.status,  # type: ignore[arg-type]
        into=row.into,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        lock=row.lock,
        latest=latest,
    )


def _row(one: ThemeWeek) -> ThemeWeekRow:
    return ThemeWeekRow(
        theme_id=one.theme,
        week=one.week,
        revision=one.revision,
        event=one.event,
        parents=list(one.parents),
        feedback=one.feedback,
        customers=one.customers,
        sources=one.sources,
        weeks=one.weeks,
        growth=one.growth,
        team=one.team,
        words={language: list(words) for language, words in sorted(one.words.items())},
        centre=one.centre,
        members={"keys": [astuple(key) for key in one.members]},
        quotes={"keys": [astuple(key) for key in one.quotes]},
    )


def _week(row: ThemeWeekRow) -> ThemeWeek:
    return ThemeWeek(
        theme=row.theme_id,
        week=row.week,
        revision=row.revision,
        event=row.event,  # type: ignore[arg-type]
        parents=tuple(row.parents),
        feedback=row.feedback,
        customers=row.customers,
        sources=row.sources,
        weeks=row.weeks,
        growth=row.growth,  # type: ignore[arg-type]
        team=row.team,
        words={language: tuple(words) for language, words in row.words.items()},
        centre=row.centre,
        members=tuple(ClauseKey(*key) for key in row.members["keys"]),
        quotes=tuple(ClauseKey(*key) for key in row.quotes["keys"]),
    )
