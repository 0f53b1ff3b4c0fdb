"""The queue as JSON, for the company's own tools: the same rules, sessions and tokens as the pages."""

from datetime import date, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, BackgroundTasks, Path, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from data import case_queue, cases
from data.case_changes import BadChange, CaseChanged
from data.case_queue import Sort
from data.cases import Case
from reports.desk.case_page import apply
from reports.desk.desk import Desk
from reports.desk.queue_page import wanted
from reports.desk.visitor import TheDesk, TheVisitor

router = APIRouter(prefix="/api")
CaseId = Annotated[str, Path(pattern=r"^[0-9a-f]{1,64}$")]
Short = Annotated[str, Field(min_length=1, max_length=100)]
Level = Literal["high", "medium", "low", "unknown"]
Status = Literal["open", "in_progress", "snoozed", "closed", "expired", "withdrawn"]


class ReasonOut(BaseModel):
    """Why a customer is in the queue; `verbatim` is redacted."""

    rule: str
    weight: float
    feedback_id: str
    occurred_at: datetime
    verbatim: str


class CaseOut(BaseModel):
    """A case. Give `lock` back with a change."""

    id: str
    lock: int
    customer_key: str
    team: str | None
    status: Status
    level: Level
    risk: float
    value: float | None
    owner: str | None
    opened: date
    due: date
    expires: date
    recheck: date | None
    verdict: str | None
    cause: str | None
    action: str | None
    outcome: str | None
    closed_on: date | None
    reasons: list[ReasonOut]


class QueueOut(BaseModel):
    """A page of the queue; `after` asks for the next one."""

    cases: list[CaseOut]
    after: str | None


class Change(BaseModel):
    """What to change; leave out what stays."""

    model_config = ConfigDict(extra="forbid")
    lock: int = Field(ge=0, le=2**31 - 1)
    status: Literal["open", "in_progress", "snoozed", "closed"] | None = None
    owner: Short | None = None
    due: date | None = None
    recheck: date | None = None
    verdict: Short | None = None
    cause: Short | None = None
    action: Short | None = None
    outcome: Short | None = None
    team: Short | None = None
    note: Annotated[str, Field(min_length=1, max_length=4000)] | None = None


class Trouble(BaseModel):
    """Why something was refused."""

    error: str
    detail: str


class Conflict(Trouble):
    """Somebody else was quicker: the case as it is now."""

    case: CaseOut


REFUSALS: dict[int | str, dict[str, object]] = {
    status: {"model": Trouble} for status in (400, 401, 403, 404)
}  # fmt: skip


@router.get("/openapi.json", include_in_schema=False)
def description(request: Request) -> Response:
    """What this interface offers, as OpenAPI."""
    return JSONResponse(request.app.openapi())


@router.get("/cases", responses=REFUSALS)
def queue(
    desk: TheDesk,
    visitor: TheVisitor,
    team: Annotated[list[Short], Query(max_length=20)] = [],  # noqa: B006 - FastAPI copies its defaults
    level: Annotated[list[Level], Query(max_length=4)] = [],  # noqa: B006
    status: Annotated[list[Status], Query(max_length=6)] = [],  # noqa: B006
    overdue: bool = False,
    sort: Sort = "risk",
    after: Annotated[str | None, Query(max_length=100)] = None,
    size: Annotated[int, Query(ge=1, le=200)] = 50,
) -> QueueOut:
    """A page of the cases that one may see."""
    chosen = wanted(visitor, team=team, level=level, status=status, overdue=overdue)
    found = case_queue.page(
        desk.database, chosen, today=desk.today(), sla=desk.options.sla, sort=sort, after=after, size=size
    )
    return QueueOut(cases=[_out(case, desk) for case in found.cases], after=found.following)


@router.get("/cases/{case_id}", responses=REFUSALS)
def one(desk: TheDesk, visitor: TheVisitor, case_id: CaseId) -> CaseOut:
    """One case."""
    return _out(visitor.the_case, desk)


@router.post(
    "/cases/{case_id}",
    response_model=CaseOut,
    responses={**REFUSALS, 409: {"model": Conflict}, 422: {"model": Trouble}},
)
def change(
    desk: TheDesk, visitor: TheVisitor, case_id: CaseId, wished: Change, later: BackgroundTasks
) -> Response | CaseOut:
    """Change a case. Needs the session's token in the header X-CSRF-Token."""
    given = {
        name: str(value) for name, value in wished.model_dump(exclude_none=True).items() if name not in ("lock", "note")
    }
    try:
        changed = apply(desk, visitor, given, lock=wished.lock, note=wished.note, clear=[])
    except CaseChanged as error:
        now = cases.case(desk.database, visitor.the_case.id) or visitor.the_case
        seen = _out(now, desk) if visitor.may("cases.read", now.team) else _out(visitor.the_case, desk)
        return _refused(409, Conflict(error="CaseChanged", detail=str(error), case=seen))
    except BadChange as error:
        return _refused(422, Trouble(error="BadChange", detail=str(error)))
    if given.get("status") == "closed" and desk.notify is not None:
        later.add_task(desk.notify, changed, visitor.name)
    return _out(changed, desk)


def _refused(status: int, trouble: Trouble) -> JSONResponse:
    return JSONResponse(trouble.model_dump(mode="json"), status)


def _out(case: Case, desk: Desk) -> CaseOut:
    return CaseOut(
        due=case_queue.due_day(case, desk.options.sla),
        reasons=[
            ReasonOut(
                rule=reason.rule, weight=reason.weight, feedback_id=reason.feedback_id,
                occurred_at=reason.occurred_at, verbatim=reason.verbatim,
            )
            for reason in case.reasons
        ],
        **{name: getattr(case, name) for name in CaseOut.model_fields if name not in ("due", "reasons")},
    )  # fmt: skip
