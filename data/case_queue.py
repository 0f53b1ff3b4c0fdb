"""Find the cases that a person wants to see next: filtered, sorted, a page at a time, quick among fifty thousand."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from data.cases import Case, case_of
from data.database import Database
from data.errors import EarshotError
from data.schema import CaseRow

Sort = Literal["risk", "value", "age"]
#: Counting stops here: a manager needs to know that there are many, not how many.
COUNTED = 1000
#: After so many days somebody should say what became of the customer.
OUTCOME_DAYS = 30


class BadPlace(EarshotError):
    """The mark of where a page of the queue begins cannot be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which cases to show; an empty choice shows all. `teams` must name those that the person may see.

    `owners` may hold "" for cases that nobody has. `overdue` compares the due day, or the day a case was opened plus
    the days that `sla` grants its level, with `today`. `older` is the least age in days. `outcome_due` shows closed
    cases whose customer should be looked at again.
    """

    teams: Collection[str]
    levels: Collection[str] = ()
    statuses: Collection[str] = ("open", "in_progress")
    owners: Collection[str] = ()
    languages: Collection[str] = ()
    older: int | None = None
    overdue: bool = False
    outcome_due: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """Some cases in order, and the mark of the next page (None on the last)."""

    cases: tuple[Case, ...]
    following: str | None


def page(
    database: Database,
    wanted: Filter,
    *,
    today: date,
    sla: Mapping[str, int],
    sort: Sort = "risk",
    after: str | None = None,
    size: int = 25,
) -> Page:
    """One page of the queue, highest risk, highest value (unknown last) or oldest first, then by id.

    `after` is the mark that the page before gave. Raises BadPlace. Pages are found by key, so that the hundredth takes
    no longer than the first and a case that moves up is not shown twice.
    """
    query = _where(select(CaseRow), wanted, today, sla)
    if sort == "age":
        query = query.order_by(CaseRow.opened, CaseRow.id)
    else:
        query = query.order_by(_column(sort).desc().nulls_last(), CaseRow.id)
    if after is not None:
        query = query.where(_beyond(sort, *_mark(sort, after)))
    with database.read() as session:
        rows = session.scalars(query.limit(size + 1)).all()
        found = tuple(case_of(row) for row in rows[:size])
    more = len(rows) > size
    return Page(found, f"{_value(sort, found[-1])}~{found[-1].id}" if more else None)


def count(database: Database, wanted: Filter, *, today: date, sla: Mapping[str, int]) -> int:
    """How many cases there are, at most COUNTED."""
    some = _where(select(CaseRow.id), wanted, today, sla).limit(COUNTED).subquery()
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(some)) or 0


def owners(database: Database, teams: Collection[str]) -> list[str]:
    """Everybody who has an unfinished case of some teams, in order."""
    unfinished = ("open", "in_progress", "snoozed")
    # Only few cases have an owner, so that index is the one to walk.
    query = select(CaseRow.owner).where(
        CaseRow.owner.is_not(None), _any(CaseRow.team, teams), _any(CaseRow.status, unfinished)
    )
    with database.read() as session:
        return sorted(name for name in session.scalars(query.distinct()) if name)


def due_day(case: Case, sla: Mapping[str, int]) -> date:
    """The day by which somebody should have acted: the one set, else by the level's days since it was opened."""
    return case.due or case.opened + timedelta(days=sla[case.level])


def _where(query: Select[Any], wanted: Filter, today: date, sla: Mapping[str, int]) -> Select[Any]:
    query = query.where(_any(CaseRow.team, wanted.teams))
    for column, choice in (
        (CaseRow.level, wanted.levels),
        (CaseRow.status, wanted.statuses),
        (CaseRow.language, wanted.languages),
    ):
        if choice:
            query = query.where(_any(column, choice))
    if wanted.owners:
        nobody = CaseRow.owner.is_(None) if "" in wanted.owners else None
        somebody = CaseRow.owner.in_([name for name in wanted.owners if name])
        query = query.where(somebody if nobody is None else or_(nobody, somebody))
    if wanted.older:
        # Not by its index either, for the same reason as in _any.
        query = query.where(func.coalesce(CaseRow.opened, CaseRow.opened) <= today - timedelta(days=wanted.older))
    if wanted.overdue:
        late = [CaseRow.due < today]
        for level, days in sla.items():
            late.append(
                and_(CaseRow.due.is_(None), CaseRow.level == level, CaseRow.opened < today - timedelta(days=days))
            )
        query = query.where(or_(*late))
    if wanted.outcome_due:
        query = query.where(CaseRow.outcome.is_(None), CaseRow.closed_on <= today - timedelta(days=OUTCOME_DAYS))
    return query


def _any(column: Any, choice: Collection[str]) -> ColumnElement[bool]:
    # An expression that no index fits: the planner is to walk the index of the order, which ends after one page,
    # and not to gather and sort all that a common status matches.
    return func.coalesce(column, "").in_(sorted(choice))


def _column(sort: Sort) -> Any:
    return {"risk": CaseRow.risk, "value": CaseRow.value, "age": CaseRow.opened}[sort]


def _beyond(sort: Sort, value: float | date | None, case_id: str) -> ColumnElement[bool]:
    """What comes after a case in the order; the outer comparison lets the index begin at the right place."""
    column = _column(sort)
    if value is None:
        return and_(column.is_(None), CaseRow.id > case_id)
    if sort == "age":
        return and_(column >= value, or_(column > value, CaseRow.id > case_id))
    rest = and_(column <= value, or_(column < value, CaseRow.id > case_id))
    return or_(rest, column.is_(None)) if sort == "value" else rest


def _value(sort: Sort, case: Case) -> str:
    return case.opened.isoformat() if sort == "age" else repr(case.value if sort == "value" else case.risk)


def _mark(sort: Sort, after: str) -> tuple[float | date | None, str]:
    try:
        value, case_id = after.rsplit("~", 1)
        if value == "None" and sort == "value":
            return None, case_id
        return (datetime.strptime(value, "%Y-%m-%d").date() if sort == "age" else float(value)), case_id  # noqa: DTZ007
    except ValueError:
        raise BadPlace("The address of this page of the queue is damaged. Start at its first page.") from None
