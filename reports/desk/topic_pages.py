"""Topics over time: each one's share of thirteen weeks, where it happens, and the rows behind every number."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from markupsafe import Markup

from reports.charts import range_mark
from reports.desk import access
from reports.desk.cut import Cut, rows_address
from reports.desk.cut_rows import topics_of_team
from reports.desk.desk import Desk
from reports.desk.pages import DeskWords, render, words_of
from reports.desk.shelf_pages import formats_of
from reports.desk.topic_numbers import chart, too_small, topic_lines
from reports.desk.visitor import NotFound, TheDesk, TheVisitor, Visitor

router = APIRouter(include_in_schema=False)
Week = Annotated[str, Query(max_length=8)]


@dataclass(frozen=True, slots=True)
class Group:
    """How much a group of customers speaks of a topic: counts, share with interval, and addresses of the rows."""

    kind: str
    name: str
    n: int
    negative: int
    total: int
    share: float
    range: Markup
    rows: str
    negative_rows: str


@router.get("/reports/{week}/{team}")
def numbers(request: Request, desk: TheDesk, visitor: TheVisitor, week: str, team: str) -> Response:
    """The numbers of a week that a team reads, each leading to its rows."""
    topics, words = topics_of_team(desk, team), words_of(visitor.language)
    hidden = too_small(desk.site, week, desk.options.small_group)
    coverage = desk.site.table(week, "coverage").iloc[0].to_dict() if not hidden else {}
    everything = team == access.MANAGEMENT
    scores = desk.site.table(week, "scores")
    scores = scores[(scores["week"] == week) & (scores["kind"] == "all") & ~scores["withheld"]]
    return render(
        request,
        "numbers.html",
        week=week,
        team=team,
        hidden=hidden,
        k=desk.options.small_group,
        coverage=coverage,
        lines=[] if hidden else topic_lines(desk, words, week, topics),
        scores=[] if hidden else scores.to_dict("records"),
        everything=everything,
        files=formats_of(desk, week, team) if visitor.may("reports.read", team) else [],
        weeks=desk.site.weeks(),
        rows=lambda **chosen: rows_address(week, team, Cut(**chosen)),
    )


@router.get("/topics")
def topics(request: Request, desk: TheDesk, visitor: TheVisitor, week: Week = "") -> Response:
    """All topics that the visitor may see, by team."""
    weeks = desk.site.weeks()
    chosen = week or (weeks[0] if weeks else "")
    seen, words = readable(desk, visitor), words_of(visitor.language)
    hidden = bool(chosen) and too_small(desk.site, chosen, desk.options.small_group)
    lines = topic_lines(desk, words, chosen, seen) if chosen and not hidden else []
    return render(
        request, "topics.html", week=chosen, weeks=weeks, hidden=hidden, k=desk.options.small_group,
        teams=[(team, [line for line in lines if line.team == team]) for team in desk.teams],
        rows=lambda team, **cut: rows_address(chosen, _team_of(visitor, team), Cut(**cut)),
    )  # fmt: skip


@router.get("/topics/{topic}")
def topic(request: Request, desk: TheDesk, visitor: TheVisitor, topic: str, week: Week = "") -> Response:
    """One topic: its weeks, and its groups of customers in one of them."""
    weeks = desk.site.weeks()
    if topic not in readable(desk, visitor):
        raise NotFound("There is no such topic.")
    if not weeks:
        raise NotFound("No week was published yet.")
    chosen, words = week or weeks[0], words_of(visitor.language)
    team = _team_of(visitor, desk.taxonomy[topic].team)
    hidden = too_small(desk.site, chosen, desk.options.small_group)
    line = None if hidden else next(iter(topic_lines(desk, words, chosen, [topic])), None)
    return render(
        request, "topic.html", topic=topic, week=chosen, weeks=weeks, line=line, hidden=hidden,
        about=desk.taxonomy[topic], name=desk.taxonomy.name(topic, visitor.language), k=desk.options.small_group,
        chart=chart(words, line) if line else None,
        groups=_groups(desk, words, chosen, team, topic) if line else {},
        rows=lambda of=chosen, **cut: rows_address(of, team, Cut(topic=topic, **cut)),
    )  # fmt: skip


def readable(desk: Desk, visitor: Visitor, permission: str = "topics.read") -> Sequence[str]:
    """The topics that some role opens: those of its team, or all for the management's readers and analysts."""
    if visitor.may(permission, access.MANAGEMENT):
        return desk.taxonomy.ids
    return [topic.id for topic in desk.taxonomy.topics if visitor.may(permission, topic.team)]


def _team_of(visitor: Visitor, team: str) -> str:
    """The team whose rows the visitor is shown: the topic's own, or the management where only that is open."""
    return team if visitor.may("rows.read", team) else access.MANAGEMENT


def _groups(desk: Desk, words: DeskWords, week: str, team: str, topic: str) -> dict[str, list[Group]]:
    """By kind of group, the largest shares first; groups that are withheld are left out."""
    frame = desk.site.table(week, "cohorts")
    frame = frame[(frame["topic"] == topic) & ~frame["withheld"] & (frame["n"] > 0)]
    frame = frame.sort_values(["share", "cohort"], ascending=[False, True])
    top = float(frame["high"].max()) if len(frame) else 1.0
    found: dict[str, list[Group]] = {}
    for row in frame.to_dict("records"):
        kind, name = str(row["kind"]), str(row["cohort"])
        share, low, high = (float(row[column]) for column in ("share", "low", "high"))
        label = words.say("table.range", share=words.percent(share), low=words.percent(low), high=words.percent(high))
        cut = {"topic": topic, kind: name}
        found.setdefault(kind, []).append(
            Group(
                kind,
                name,
                int(row["n"]),
                int(row["neg"]),
                int(row["total"]),
                share,
                range_mark(low, share, high, top, label),
                rows_address(week, team, Cut(**cut)),
                rows_address(week, team, Cut(**cut, feeling="neg")),
            )
        )
    return found
