"""The service page: how the conversations that managers scored were led, and where filled sheets come in."""

from typing import Annotated

from fastapi import APIRouter, File, Request, Response, UploadFile
from fastapi.responses import RedirectResponse

from data import conversation_scores
from data.conversation_scores import BadSheet
from reports.desk.desk import Desk
from reports.desk.pages import render
from reports.desk.service_marks import by_agent, line
from reports.desk.visitor import TheDesk, TheVisitor
from reports.risk_quality import LEAST
from reports.scoring_sheet import MARKS

router = APIRouter(include_in_schema=False)
#: Megabytes of a sheet: one of two hundred long conversations has less than two.
LARGEST = 4


@router.get("/service")
def show(request: Request, desk: TheDesk) -> Response:
    """The mean mark of each question with its interval: of all, by week, by channel, and by agent where enough were."""
    return _page(request, desk)


@router.post("/service")
def take(
    request: Request, desk: TheDesk, visitor: TheVisitor, sheet: Annotated[UploadFile | None, File()] = None
) -> Response:
    """Take in a filled sheet as score-conversations does, in the visitor's name: all of it, or nothing and why."""
    if sheet is None or not sheet.size:
        return _page(request, desk, "none")
    if sheet.size > LARGEST << 20:
        return _page(request, desk, "large")
    try:
        found = conversation_scores.read_sheet(sheet.file, MARKS)
    except BadSheet as error:
        return _page(request, desk, error.trouble, row=str(error.row or ""), column=error.column)
    if not found:
        return _page(request, desk, "blank")
    conversation_scores.keep(desk.database, found, visitor.name)
    return RedirectResponse("/service?told=scored", 303)


def _page(request: Request, desk: Desk, trouble: str = "", **where: str) -> Response:
    scores, questions = conversation_scores.scores(desk.database), tuple(MARKS)
    weeks = sorted({one.week for one in scores}, reverse=True)
    channels = sorted({one.channel for one in scores})
    return render(
        request,
        "service.html",
        422 if trouble else 200,
        trouble=trouble,
        where=where,
        sizes={"largest": LARGEST, "unpacked": conversation_scores.UNPACKED >> 20},
        questions=questions,
        k=max(desk.options.small_group, LEAST),
        weeks=[
            line("", scores, questions),
            *(line(week, [one for one in scores if one.week == week], questions) for week in weeks),
        ],
        channels=[line(name, [one for one in scores if one.channel == name], questions) for name in channels],
        agents=by_agent(scores, questions, desk.options.small_group),
    )
