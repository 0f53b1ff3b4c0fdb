"""One case: why it is here, what the customer said, what to do next, and everything that a manager does with it."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Form, Request, Response
from fastapi.responses import RedirectResponse

from data import case_changes, case_queue, cases, runs, weeks
from data.case_changes import CLEARABLE, BadChange, CaseChanged
from data.cases import Case
from data.errors import EarshotError
from data.identity import UnknownCustomer
from reports.desk.desk import Desk
from reports.desk.pages import render
from reports.desk.queue_page import managers
from reports.desk.steps import next_steps
from reports.desk.time_line import around, time_line
from reports.desk.visitor import Forbidden, TheDesk, TheVisitor, Visitor

router = APIRouter(include_in_schema=False)
Text = Annotated[str, Form(max_length=100)]


@router.get("/cases/{case_id}")
def show(request: Request, desk: TheDesk, visitor: TheVisitor) -> Response:
    return _page(request, desk, visitor.the_case)


@router.post("/cases/{case_id}")
def work(
    request: Request,
    desk: TheDesk,
    visitor: TheVisitor,
    later: BackgroundTasks,
    lock: Annotated[int, Form()],
    status: Text = "",
    owner: Text = "",
    due: Text = "",
    verdict: Text = "",
    team: Text = "",
    recheck: Text = "",
    cause: Text = "",
    action: Text = "",
    outcome: Text = "",
    note: Annotated[str, Form(max_length=4000)] = "",
    clear: Annotated[list[str], Form(max_length=10)] = [],  # noqa: B006 - FastAPI copies its defaults
) -> Response:
    """Do what a form of the case page asks; somebody else's change in between gives the page with both versions."""
    fields = {
        "status": status, "owner": owner, "due": due, "verdict": verdict, "team": team, "recheck": recheck,
        "cause": cause, "action": action, "outcome": outcome,
    }  # fmt: skip
    given = {name: value.strip() for name, value in fields.items() if value.strip()}
    try:
        changed = apply(desk, visitor, given, lock=lock, note=note.strip() or None, clear=clear)
    except CaseChanged:
        return _conflict(request, desk, visitor, given, note, clear, lock)
    except BadChange as error:
        return _page(request, desk, visitor.the_case, 422, error=type(error).__name__)
    if changed.status == "closed" and given.get("status") == "closed" and desk.notify is not None:
        later.add_task(desk.notify, changed, visitor.name)
    if not visitor.may("cases.read", changed.team):
        return RedirectResponse("/cases?told=saved", 303)
    return RedirectResponse(f"/cases/{changed.id}?told={'closed' if changed.status == 'closed' else 'saved'}", 303)


@router.post("/cases/{case_id}/identity")
def unveil(
    request: Request, desk: TheDesk, visitor: TheVisitor, reason: Annotated[str, Form(max_length=500)] = ""
) -> Response:
    """Show who the customer is, once, on this answer only; the audit log has the name of who asked and why."""
    case = visitor.the_case
    if len(reason.strip()) < 5:
        return _page(request, desk, case, 422, error="NoReason")
    try:
        identity = desk.vault.reveal(case.customer_key, visitor.name, reason)
    except UnknownCustomer:
        return _page(request, desk, case, error="UnknownCustomer")
    return _page(request, desk, case, identity=identity)


def apply(
    desk: Desk, visitor: Visitor, given: Mapping[str, str], *, lock: int, note: str | None, clear: list[str]
) -> Case:
    """Change the visitor's case as given; raises BadChange, CaseChanged, and Forbidden for a wrong owner."""
    case = visitor.the_case
    values: dict[str, object] = dict(given)
    for name in ("due", "recheck"):
        if name in values:
            values[name] = _day(name, given[name])
    if "team" in given and given["team"] not in desk.teams:
        raise BadChange(f"No team {given['team']!r}. Teams: {', '.join(desk.teams)}.")
    if "owner" in given and given["owner"] not in managers(desk, [given.get("team") or case.team or ""]):
        raise Forbidden("Only a manager of the case's team can own it.")
    if "team" in given and given["team"] != case.team and "owner" not in given and case.owner:
        # The owner stays behind: nobody of another team may keep a case that they can no longer open.
        clear = [*clear, "owner"]
    emptied = [name for name in CLEARABLE if name in clear and name not in values]
    if not values and not emptied and not note:
        raise BadChange("There is nothing to change.")
    return case_changes.change(
        desk.database, case.id, lock=lock, who=visitor.name, note=note, clear=emptied, today=desk.today(),
        **values,  # type: ignore[arg-type]
    )  # fmt: skip


def _page(
    request: Request, desk: Desk, case: Case, status: int = 200, *, error: str = "", identity: object = None
) -> Response:
    visitor: Visitor = request.state.visitor
    finished = [one for one in runs.manifests(desk.database) if one.finished_at]
    revision = str(finished[-1].revisions.get("model", "")) if finished else None
    trouble = ""
    try:
        moments = time_line(desk.lake, case, weeks.week_of(desk.clock(), desk.options.zone), revision)
    except EarshotError as fault:
        moments, trouble = [], type(fault).__name__
    by_id = {moment.feedback_id: moment for moment in moments}
    return render(
        request,
        "case.html",
        status,
        case=case,
        due=case_queue.due_day(case, desk.options.sla),
        today=desk.today(),
        steps=next_steps(case),
        reasons=[(reason, around(by_id.get(reason.feedback_id), reason)) for reason in case.reasons],
        moments=moments,
        lake_trouble=trouble,
        events=cases.history(desk.database, case.id)[::-1],
        managers=managers(desk, [case.team or ""]),
        teams=desk.teams,
        choices=case_changes.CHOICES,
        can_write=visitor.may("cases.write", case.team),
        can_unveil=visitor.may("identity.unveil", case.team),
        identity=identity,
        error=error,
        outcome_days=case_queue.OUTCOME_DAYS,
        topic_name=lambda topic: _topic_name(desk, topic, visitor.language),
    )


def _conflict(
    request: Request, desk: Desk, visitor: Visitor, given: Mapping[str, str], note: str, clear: list[str], lock: int
) -> Response:
    now = cases.case(desk.database, visitor.the_case.id)
    if now is None or not visitor.may("cases.write", now.team):
        raise Forbidden("The case belongs to another team now.")
    # The lock counts changes, and each change is one line of the history, so these are what came in between.
    between = cases.history(desk.database, now.id)[-max(1, now.lock - lock) :]
    return render(
        request, "conflict.html", 409, case=now, given=given, note=note, clear=clear, between=between,
        fields=dict.fromkeys([*given, *(name for name in clear if name in CLEARABLE), "status", "owner", "due"]),
    )  # fmt: skip


def _day(name: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadChange(f"{name} is a day like 2026-11-30.") from None


def _topic_name(desk: Desk, topic: str, language: str) -> str:
    return desk.taxonomy.name(topic, language) if topic in desk.taxonomy.ids else topic
