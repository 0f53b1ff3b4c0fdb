"""The queue: filters, order, pages, saved views, and giving many cases to somebody at once."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse

from data import accounts, case_changes, case_queue, case_views, cases, verdicts
from data.case_queue import Filter, Page, Sort
from data.cases import Case
from reports.desk import access
from reports.desk.desk import Desk
from reports.desk.pages import render
from reports.desk.visitor import Forbidden, TheDesk, TheVisitor, Visitor

router = APIRouter(include_in_schema=False)
LEVELS, STATUSES = ("high", "medium", "low", "unknown"), ("open", "in_progress", "snoozed", "closed", "expired")
LANGUAGES = ("zh-Hans", "zh-Hant", "en", "mixed", "other")
AGES = (3, 7, 14, 30)
Some = Annotated[list[str], Query(max_length=20)]


def wanted(
    visitor: Visitor,
    *,
    team: Sequence[str] = (),
    level: Sequence[str] = (),
    status: Sequence[str] = (),
    owner: Sequence[str] = (),
    language: Sequence[str] = (),
    older: int = 0,
    overdue: bool = False,
    outcome: bool = False,
) -> Filter:
    """The filter that an address asks for, within what the visitor may see; "me" and "nobody" are owners too."""
    allowed = visitor.teams("cases.read")
    names = {"me": visitor.name, "nobody": ""}
    return Filter(
        teams=_among(team, allowed) or allowed or ("-",),
        levels=_among(level, LEVELS),
        statuses=("closed",) if outcome else (_among(status, STATUSES) or ("open", "in_progress")),
        owners=[names.get(name, name) for name in owner if name],
        languages=_among(language, LANGUAGES),
        older=older or None,
        overdue=overdue,
        outcome_due=outcome,
    )


@router.get("/cases")
def queue(
    request: Request,
    desk: TheDesk,
    visitor: TheVisitor,
    team: Some = [],  # noqa: B006 - FastAPI copies its defaults
    level: Some = [],  # noqa: B006
    status: Some = [],  # noqa: B006
    owner: Some = [],  # noqa: B006
    language: Some = [],  # noqa: B006
    older: Annotated[int, Query(ge=0, le=3650)] = 0,
    overdue: bool = False,
    outcome: bool = False,
    sort: Sort = "risk",
    after: Annotated[str | None, Query(max_length=100)] = None,
) -> Response:
    """One page of the queue."""
    desk.wake()
    chosen = wanted(
        visitor, team=team, level=level, status=status, owner=owner, language=language, older=older,
        overdue=overdue, outcome=outcome,
    )  # fmt: skip
    today, sla = desk.today(), desk.options.sla
    flagged = verdicts.latest_week(desk.database)
    count = case_queue.count(desk.database, chosen, today=today, sla=sla)
    found = Page((), None)
    if count:
        found = case_queue.page(desk.database, chosen, today=today, sla=sla, sort=sort, after=after)
    query: dict[str, Sequence[str]] = {
        "team": team, "level": level, "status": status, "owner": owner, "language": language,
        "older": [str(older)] if older else [], "overdue": ["1"] if overdue else [],
        "outcome": ["1"] if outcome else [], "sort": [sort] if sort != "risk" else [],
    }  # fmt: skip
    return render(
        request,
        "queue.html",
        cases=found.cases,
        count=count,
        most=case_queue.COUNTED,
        following=_address(query, after=found.following) if found.following else None,
        chosen=query,
        query=_address(query).removeprefix("/cases").removeprefix("?"),
        sort=sort,
        due={case.id: case_queue.due_day(case, sla) for case in found.cases},
        today=today,
        teams=visitor.teams("cases.read"),
        owners=case_queue.owners(desk.database, visitor.teams("cases.read")),
        managers=managers(desk, visitor.teams("cases.write")),
        levels=LEVELS,
        statuses=STATUSES,
        case_languages=LANGUAGES,
        ages=AGES,
        views=case_views.saved(desk.database, visitor.name),
        left_out=verdicts.left_out(desk.database, flagged) if flagged else 0,
        left_out_week=flagged,
    )


@router.post("/cases/assign")
def assign(
    desk: TheDesk,
    visitor: TheVisitor,
    owner: Annotated[str, Form(max_length=100)],
    case: Annotated[list[str], Form(max_length=200)] = [],  # noqa: B006
    query: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """Give the ticked cases (each as id~lock) to a manager of their team; what somebody else changed stays as it is."""
    seen = [cases.case(desk.database, mark.split("~")[0]) for mark in case]
    if any(one is None or not visitor.may("cases.write", one.team) for one in seen):
        raise Forbidden("Some of these cases are not of your teams.")
    done = 0
    for mark, one in zip(case, seen, strict=True):
        if one is None or owner not in managers(desk, [one.team or ""]):
            continue
        try:
            lock = int(mark.partition("~")[2])
            case_changes.change(desk.database, one.id, lock=lock, who=visitor.name, owner=owner, today=desk.today())
            done += 1
        except (case_changes.CaseChanged, ValueError):
            continue
    told = "assigned" if done == len(case) and done else "partly"
    return RedirectResponse(f"/cases?{query + '&' if query else ''}told={told}", 303)


@router.post("/views")
def keep_view(
    desk: TheDesk,
    visitor: TheVisitor,
    name: Annotated[str, Form(min_length=1, max_length=60)],
    query: Annotated[str, Form(max_length=1000)] = "",
) -> Response:
    kept = case_views.keep(desk.database, visitor.name, name.strip() or "-", query)
    return RedirectResponse(f"/cases?{query + '&' if query else ''}told={'view_kept' if kept else 'view_full'}", 303)


@router.post("/views/{view}/forget")
def forget_view(desk: TheDesk, visitor: TheVisitor, view: int) -> Response:
    case_views.forget(desk.database, visitor.name, view)
    return RedirectResponse("/cases", 303)


def managers(desk: Desk, teams: Iterable[str]) -> list[str]:
    """Who may work on cases of some team among these, in order."""
    found = accounts.accounts(desk.database)
    return [
        one.name
        for one in found
        if not one.disabled and any(access.may(one.grants, "cases.write", team) for team in teams)
    ]


def labels(case: Case) -> tuple[str, ...]:
    """The rules that speak for risk, weightiest first, each once."""
    return tuple(dict.fromkeys(reason.rule for reason in case.reasons if reason.weight > 0))


def _among(chosen: Sequence[str], known: Sequence[str]) -> tuple[str, ...]:
    return tuple(one for one in known if one in chosen)


def _address(query: Mapping[str, Sequence[str]], **more: str | None) -> str:
    pairs = [(name, value) for name, values in query.items() for value in values if value]
    pairs += [(name, value) for name, value in more.items() if value]
    return "/cases" + (f"?{urlencode(pairs)}" if pairs else "")
