"""The service page: how the conversations that managers scored were led."""

from fastapi import APIRouter, Request, Response

from data import conversation_scores
from reports.desk.pages import render
from reports.desk.service_marks import by_agent, line
from reports.desk.visitor import TheDesk
from reports.desk.worth import LEAST
from reports.scoring_sheet import MARKS

router = APIRouter(include_in_schema=False)


@router.get("/service")
def show(request: Request, desk: TheDesk) -> Response:
    """The mean mark of each question with its interval: of all, by week, by channel, and by agent where enough were."""
    scores, questions = conversation_scores.scores(desk.database), tuple(MARKS)
    weeks = sorted({one.week for one in scores}, reverse=True)
    channels = sorted({one.channel for one in scores})
    return render(
        request,
        "service.html",
        questions=questions,
        k=max(desk.options.small_group, LEAST),
        weeks=[
            line("", scores, questions),
            *(line(week, [one for one in scores if one.week == week], questions) for week in weeks),
        ],
        channels=[line(name, [one for one in scores if one.channel == name], questions) for name in channels],
        agents=by_agent(scores, questions, desk.options.small_group),
    )
