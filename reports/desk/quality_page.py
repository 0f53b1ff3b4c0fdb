"""The quality page: how far the queue and the labels can be trusted, by week, rule and language."""

from fastapi import APIRouter, Request, Response

from data import corrections, second_opinions, verdicts
from reports.desk import worth
from reports.desk.pages import render
from reports.desk.visitor import TheDesk

router = APIRouter(include_in_schema=False)


@router.get("/quality")
def show(request: Request, desk: TheDesk) -> Response:
    """Precision, recall, agreement and calibration with intervals. Nobody's words, no customers."""
    judged, standings = verdicts.verdicts(desk.database), verdicts.standings(desk.database)
    agreed, kappa = worth.agreement(second_opinions.judged_twice(desk.database))
    decided = corrections.corrections(desk.database, ("accepted", "rejected"))
    return render(
        request,
        "quality.html",
        all=worth.worth("", judged, standings),
        weeks=worth.by_week(judged, standings),
        rules=worth.by_rule(judged),
        spoken=worth.by_language(judged, standings),
        bins=worth.calibration(judged, standings),
        agreed=agreed,
        kappa=kappa,
        corrected=worth.share(sum(one.state == "accepted" for one in decided), len(decided)),
        waiting=len(corrections.corrections(desk.database, ("open",))),
    )
