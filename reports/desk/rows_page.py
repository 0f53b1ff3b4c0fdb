"""The rows behind a number: what customers said, with the labels that were counted, to read, filter and take along."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

import pandas as pd
from fastapi import APIRouter, Query, Request, Response

from data import audit
from data.records import SCALES
from reports.desk import access
from reports.desk.cut import FACTS, NONE, Cut, TheCut, rows_address
from reports.desk.cut_rows import CutRows, choices, rows_of, topics_of_team
from reports.desk.desk import Desk
from reports.desk.pages import fact_name, render, words_of
from reports.desk.row_export import EXPORTS
from reports.desk.visitor import NotFound, TheDesk, TheVisitor, Visitor
from reports.quoting import plain, plain_around, safe_url, shorten
from reports.wording import known

router = APIRouter(include_in_schema=False)
PAGE, WORDS = 50, 1500


@dataclass(frozen=True, slots=True)
class Label:
    """What the model said of a feedback's topic."""

    topic: str
    feeling: str


@dataclass(frozen=True, slots=True)
class Item:
    """One feedback, ready to show: the words before, in and after the evidence, and what was counted of it."""

    feedback_id: str
    at: datetime
    language: str
    before: str
    evidence: str
    after: str
    mood: str
    labels: tuple[Label, ...]
    facts: tuple[tuple[str, str], ...]
    score: float | None
    scale: str | None
    url: str | None


@router.get("/reports/{week}/{team}/rows")
def show(
    request: Request, desk: TheDesk, visitor: TheVisitor, week: str, team: str, cut: TheCut,
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> Response:  # fmt: skip
    """A page of the rows of a cut."""
    return show_rows(request, desk, visitor, week, team, cut, page)


def show_rows(
    request: Request, desk: Desk, visitor: Visitor, week: str, team: str, cut: Cut, page: int = 1, error: str = ""
) -> Response:
    """The page; `error` is a phrase about a correction that could not be kept. Raises NotPublished and NotFound."""
    words = words_of(visitor.language)
    found = rows_of(desk, week, team, cut)
    names = list(dict.fromkeys(found.rows["feedback_id"]))
    here = names[(page - 1) * PAGE : page * PAGE]
    if page > 1 and not here:
        raise NotFound("There are no more rows.")
    topics = topics_of_team(desk, team)
    return render(
        request,
        "rows.html",
        422 if error else 200,
        week=week,
        team=team,
        cut=cut,
        found=found,
        items=_items(found, here, cut),
        first=(page - 1) * PAGE + 1,
        following=rows_address(week, team, cut, page=page + 1) if page * PAGE < len(names) else None,
        before=rows_address(week, team, cut, page=page - 1) if page > 1 else None,
        exports=[(kind, rows_address(week, team, cut).replace("/rows", f"/rows/rows.{kind}", 1)) for kind in EXPORTS],
        choices=choices(desk, week),
        facts=FACTS,
        topics=[(topic, desk.taxonomy.name(topic, visitor.language)) for topic in topics],
        topic_name=lambda topic: desk.taxonomy.name(topic, visitor.language),
        all_topics=team == access.MANAGEMENT,
        none=NONE,
        k=desk.options.small_group,
        can_correct=visitor.somewhere("labels.correct"),
        whole=not cut.query(),
        back=rows_address(week, team, cut, page=page if page > 1 else 0),
        scales=[(scale, words.name("score", scale)) for scale in SCALES],
        fact_options=lambda fact, large, chosen: [
            (value, shorten(fact_name(words, fact, value), 40)) for value in dict.fromkeys([*large, chosen]) if value
        ],
        error=error,
    )


@router.get("/reports/{week}/{team}/rows/{name}")
def take_along(
    desk: TheDesk, visitor: TheVisitor, week: str, team: str, name: str, cut: TheCut
) -> Response:  # fmt: skip
    """The same rows as a file. Who took which rows stands in the audit log."""
    kind = name.removeprefix("rows.")
    if name == kind or kind not in EXPORTS:
        raise NotFound("There is no such file.")
    found = rows_of(desk, week, team, cut)
    write, media = EXPORTS[kind]
    content = write(found.rows, week, desk, visitor.language)
    chosen = ", ".join(f"{key}={value}" for key, value in cut.query().items()) or "all"
    with desk.database.write() as session:
        audit.note(session, visitor.name, "export rows", f"{week}/{team}", f"{len(found.rows)} rows; {chosen}")
    file = f"earshot-{week}-{team}.{kind}"
    return Response(content, media_type=media, headers={"Content-Disposition": f'attachment; filename="{file}"'})


def _items(found: CutRows, names: list[str], cut: Cut) -> list[Item]:
    rows = found.rows[found.rows["feedback_id"].isin(names)]
    return [_item(group.to_dict("records"), cut) for _, group in rows.groupby("feedback_id", sort=False)]


def _item(rows: Sequence[Mapping[Any, Any]], cut: Cut) -> Item:
    first = rows[0]
    told = next((row for row in rows if cut.topic and row["topic"] == cut.topic), first if len(rows) == 1 else None)
    text, start, end = str(first["text"]), -1, -1
    if told is not None and known(told["start"]) and known(told["end"]):
        start, end = int(told["start"]), int(told["end"])
    before, evidence, after = plain_around(text, start, end, WORDS)
    if not evidence:
        before, after = shorten(plain(text), WORDS), ""
    facts = tuple((name, str(first[name])) for name in FACTS if isinstance(first[name], str))
    labels = tuple(
        Label(str(row["topic"]), str(row["topic_sentiment"])) for row in rows if isinstance(row["topic"], str)
    )
    score = float(first["score"]) if known(first["score"]) else None
    at: pd.Timestamp = first["occurred_at"]
    return Item(
        feedback_id=str(first["feedback_id"]), at=at.to_pydatetime(), language=str(first["language"]), before=before,
        evidence=evidence, after=after, mood=str(first["sentiment"]), labels=labels, facts=facts, score=score,
        scale=str(first["scale"]) if isinstance(first["scale"], str) else None, url=safe_url(first["url"]),
    )  # fmt: skip
