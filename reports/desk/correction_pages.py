"""Corrections of labels: a reader says what a label should be, an analyst decides whether the model learns from it."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse

from data import corrections
from data.corrections import BadCorrection, Correction, Head
from reports.desk.cut import Cut, rows_address
from reports.desk.cut_rows import rows_of, topics_of_team
from reports.desk.desk import Desk
from reports.desk.pages import render
from reports.desk.rows_page import show_rows
from reports.desk.sign_in import local_place
from reports.desk.visitor import NotFound, TheDesk, TheVisitor, Visitor

router = APIRouter(include_in_schema=False)
State = Literal["open", "accepted", "rejected", "withdrawn"]
STATES: tuple[State, ...] = ("open", "accepted", "rejected", "withdrawn")
#: Corrections on a page, and characters of the text beside each.
MOST, WORDS = 100, 600
_VERSION = """
    SELECT p.version FROM predictions p JOIN feedback f USING (feedback_id, version)
    WHERE p.week = $week AND p.feedback_id = $id AND p.revision = $revision
    ORDER BY f.ingested_at DESC, p.version LIMIT 1
"""
_TEXTS = """
    SELECT DISTINCT feedback_id, version, text, language FROM feedback
    WHERE list_contains($ids, feedback_id) AND list_contains($weeks, week)
"""


@router.post("/corrections")
def correct(
    request: Request,
    desk: TheDesk,
    visitor: TheVisitor,
    week: Annotated[str, Form(max_length=8)],
    team: Annotated[str, Form(max_length=100)],
    feedback: Annotated[str, Form(max_length=100)],
    label: Annotated[str, Form(max_length=200)],
    note: Annotated[str, Form(max_length=300)] = "",
    back: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """Keep what a label should be; only of feedback that the reader may see among that team's rows."""
    if not (visitor.may("labels.correct", team) and visitor.may("rows.read", team)):
        raise NotFound("These rows are not open to you.")
    found = rows_of(desk, week, team, Cut(feedback=feedback))
    version, revision = _read(desk, week, feedback)
    head, _, rest = label.partition(":")
    topic, _, now = rest.partition(":")
    if found.withheld or not len(found.rows) or version is None:
        return show_rows(request, desk, visitor, week, team, Cut(), error="not_yours")
    told = found.rows[found.rows["topic"] == topic] if head == "topic" else found.rows
    was = str(told["topic_sentiment" if head == "topic" else "sentiment"].iloc[0]) if len(told) else None
    try:
        if head not in ("topic", "sentiment") or (topic and topic not in topics_of_team(desk, team)):
            raise BadCorrection("Only topics of the team and the mood of the whole can be corrected here.")
        corrections.correct(
            desk.database, feedback_id=feedback, version=version, week=week, revision=revision,
            head=_head(head), topic=topic or None, was=was, now=now, who=visitor.name,
            place=rows_address(week, team), note=note.strip() or None,
        )  # fmt: skip
    except BadCorrection:
        return show_rows(request, desk, visitor, week, team, Cut(feedback=feedback), error="bad")
    place = local_place(back) if back.startswith("/reports/") else rows_address(week, team)
    return RedirectResponse(f"{place}{'&' if '?' in place else '?'}told=corrected", 303)


@router.get("/corrections")
def inbox(
    request: Request,
    desk: TheDesk,
    visitor: TheVisitor,
    state: Annotated[list[State], Query(max_length=4)] = [],  # noqa: B006 - FastAPI copies its defaults
) -> Response:
    """For analysts everybody's corrections with the words; for others their own, without."""
    decides = visitor.somewhere("labels.decide")
    chosen = state or (("open",) if decides else STATES)
    found = [
        one
        for one in corrections.corrections(desk.database, chosen)
        if decides or one.who == visitor.name
    ]  # fmt: skip
    shown = found[:MOST] if decides else found[-MOST:][::-1]
    return render(
        request, "corrections.html", corrections=shown, decides=decides, chosen=chosen, states=STATES,
        texts=_texts(desk, shown) if decides else {}, all=len(found),
        topic_name=lambda topic: _topic(desk, visitor, topic),
    )  # fmt: skip


@router.post("/corrections/{number}/decision")
def decide(
    desk: TheDesk, visitor: TheVisitor, number: int, state: Annotated[Literal["accepted", "rejected"], Form()]
) -> Response:
    """Accept or reject a correction; the last decision stands."""
    _decided(desk, number, state, visitor)
    return RedirectResponse(f"/corrections?told=label_{state}", 303)


@router.post("/corrections/{number}/withdrawal")
def withdraw(desk: TheDesk, visitor: TheVisitor, number: int) -> Response:
    """Take back one's own correction while nobody has decided about it."""
    own = [one.id for one in corrections.corrections(desk.database, ("open",)) if one.who == visitor.name]
    if number not in own:
        raise NotFound("There is no open correction of yours with this number.")
    _decided(desk, number, "withdrawn", visitor)
    return RedirectResponse("/corrections?told=withdrawn", 303)


def _decided(desk: Desk, number: int, state: State, visitor: Visitor) -> None:
    try:
        corrections.decide(desk.database, number, state, visitor.name)
    except BadCorrection:
        raise NotFound("There is no such correction.") from None


def _head(name: str) -> Head:
    return "topic" if name == "topic" else "sentiment"


def _read(desk: Desk, week: str, feedback: str) -> tuple[str | None, str]:
    """The version that was counted, and the revision that read it."""
    coverage = desk.site.table(week, "coverage")
    revision = str(coverage["revision"].iloc[0]) if len(coverage) else ""
    rows = desk.lake.query_arrow(_VERSION, {"week": week, "id": feedback, "revision": revision}).to_pylist()
    return (str(rows[0]["version"]) if rows else None), revision


def _texts(desk: Desk, shown: Sequence[Correction]) -> dict[tuple[str, str], dict[str, Any]]:
    """The words of the feedback, by id and version."""
    if not shown:
        return {}
    wanted = {"ids": [one.feedback_id for one in shown], "weeks": sorted({one.week for one in shown})}
    rows = desk.lake.query_arrow(_TEXTS, wanted).to_pylist()
    return {(row["feedback_id"], row["version"]): row for row in rows}


def _topic(desk: Desk, visitor: Visitor, topic: str) -> str:
    return desk.taxonomy.name(topic, visitor.language) if topic in desk.taxonomy.ids else topic
