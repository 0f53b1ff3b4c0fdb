"""The theme inbox: what several customers say and no topic covers, and what an analyst does about it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse

from data import theme_decisions, themes
from data.errors import EarshotError
from data.taxonomy import REPORT_LANGUAGES, BadTaxonomy, Topic
from data.theme_decisions import BadDecision, ThemeChanged, UnknownTheme
from data.theme_records import ClauseKey, Theme, ThemeStatus
from data.theme_topics import NoExamplesLeft
from reports.charts import sparkline
from reports.desk.desk import Desk
from reports.desk.pages import LANGUAGE_NAMES, render, words_of
from reports.desk.visitor import NotFound, TheDesk, TheVisitor, Visitor
from reports.quoting import plain, shorten

router = APIRouter(include_in_schema=False)
STATUSES: tuple[ThemeStatus, ...] = ("proposed", "accepted", "merged", "rejected")
Text = Annotated[str, Form(max_length=100)]
_TOPIC_ID = re.compile(r"[a-z][a-z0-9_]{1,59}")
_WORDS = """
    SELECT c.week, c.feedback_id, c.version, c.position, c.language,
        substr(f.text, c.start + 1, c."end" - c.start) AS text
    FROM clauses c JOIN feedback f USING (feedback_id, version, week)
    WHERE list_contains($ids, c.feedback_id) AND list_contains($weeks, c.week)
"""


class BadTopic(EarshotError):
    """The form does not describe a topic."""


@dataclass(frozen=True, slots=True)
class Quote:
    """A customer's words, redacted and on one line."""

    text: str
    language: str


@router.get("/themes")
def inbox(
    request: Request, desk: TheDesk, visitor: TheVisitor, status: Annotated[ThemeStatus, Query()] = "proposed"
) -> Response:
    """The themes in one state, most customers first."""
    found = themes.themes(desk.database, statuses=[status])
    words = words_of(visitor.language)
    return render(
        request, "themes.html", themes=found, chosen=status, statuses=STATUSES,
        quotes=_quotes(desk, [key for theme in found for key in theme.latest.quotes[:1]]),
        sparks={
            theme.id: sparkline(sizes, words.say("inbox.spark", count=theme.latest.customers))
            for theme in found
            if len(sizes := [float(n) for _, n in themes.sizes(desk.database, theme.id)]) > 1
        },
    )  # fmt: skip


@router.get("/themes/{theme}")
def show(request: Request, desk: TheDesk, visitor: TheVisitor, theme: str) -> Response:
    return _page(request, desk, visitor, _theme(desk, theme))


@router.post("/themes/{theme}")
def decide(
    request: Request,
    desk: TheDesk,
    visitor: TheVisitor,
    theme: str,
    act: Annotated[Literal["accept", "merge", "reject", "reopen"], Form()],
    lock: Annotated[int, Form()],
    into: Text = "",
    topic: Text = "",
    name_en: Text = "",
    name_zh_hans: Text = "",
    name_zh_hant: Text = "",
    description: Annotated[str, Form(max_length=500)] = "",
    team: Text = "",
    parent: Text = "",
    note: Annotated[str, Form(max_length=500)] = "",
) -> Response:
    """Decide about a theme; somebody else's decision in between gives the page again, with nothing changed."""
    found, why = _theme(desk, theme), note.strip() or None
    names = dict(zip(REPORT_LANGUAGES, (name_en, name_zh_hans, name_zh_hant), strict=True))
    try:
        if act == "accept":
            wished = _topic(desk, topic, names, description, team, parent)
            theme_decisions.accept(
                desk.database, desk.lake, desk.taxonomy, found.id, wished, folder=desk.accepted, who=visitor.name,
                lock=lock, note=why,
            )  # fmt: skip
        elif act == "merge":
            theme_decisions.merge(desk.database, found.id, into, who=visitor.name, lock=lock, note=why)
        elif act == "reject":
            theme_decisions.reject(desk.database, found.id, who=visitor.name, lock=lock, note=why)
        else:
            theme_decisions.reopen(desk.database, found.id, who=visitor.name, lock=lock, note=why)
    except ThemeChanged as error:
        return _page(request, desk, visitor, _theme(desk, theme), 409, type(error).__name__)
    except (BadDecision, BadTopic, NoExamplesLeft, BadTaxonomy) as error:
        return _page(request, desk, visitor, found, 422, type(error).__name__)
    except UnknownTheme:
        return _page(request, desk, visitor, found, 422, "BadDecision")
    told = {"accept": "accepted", "merge": "merged", "reject": "rejected", "reopen": "reopened"}[act]
    return RedirectResponse(f"/themes/{found.id}?told=theme_{told}", 303)


def _theme(desk: Desk, theme: str) -> Theme:
    found = themes.theme(desk.database, theme)
    if found is None:
        raise NotFound("There is no such theme.")
    return found


def _topic(desk: Desk, topic: str, names: dict[str, str], description: str, team: str, parent: str) -> Topic:
    """The topic that the form describes; a name that one language lacks is that of another. Raises BadTopic."""
    given = {language: name.strip() for language, name in names.items() if name.strip()}
    if not _TOPIC_ID.fullmatch(topic) or not given or team not in desk.teams:
        raise BadTopic(f"A topic needs an id like charging_noise, a name and one of the teams {desk.teams}.")
    first = next(iter(given.values()))
    return Topic(
        id=topic,
        names={language: given.get(language, first) for language in REPORT_LANGUAGES},
        description=description.strip(),
        team=team,
        parent=parent or None,
    )


def _page(request: Request, desk: Desk, visitor: Visitor, theme: Theme, status: int = 200, error: str = "") -> Response:
    sizes = themes.sizes(desk.database, theme.id)
    language = visitor.language
    label = words_of(language).say("inbox.spark", count=theme.latest.customers)
    others = [one for one in themes.themes(desk.database, statuses=["proposed", "accepted"]) if one.id != theme.id]
    return render(
        request, "theme.html", status, theme=theme, error=error, sizes=sizes, others=others,
        spark=sparkline([float(n) for _, n in sizes], label) if len(sizes) > 1 else None,
        quotes=_quotes(desk, theme.latest.quotes), events=themes.history(desk.database, theme.id)[::-1],
        language_names=LANGUAGE_NAMES,
        groups=[(key, names.get(language) or names.get("en") or key) for key, names in desk.taxonomy.groups.items()],
    )  # fmt: skip


def _quotes(desk: Desk, keys: Sequence[ClauseKey]) -> dict[ClauseKey, Quote]:
    """The words at these places of the lake; places that it has no more are left out."""
    if not keys:
        return {}
    wanted = {"ids": [key.feedback_id for key in keys], "weeks": sorted({key.week for key in keys})}
    rows = desk.lake.query_arrow(_WORDS, wanted).to_pylist()
    said = {
        ClauseKey(row["week"], row["feedback_id"], row["version"], row["position"]): Quote(
            shorten(plain(str(row["text"])), 320), str(row["language"])
        )
        for row in rows
    }
    return {key: said[key] for key in keys if key in said}
