"""Make the desk's pages: templates, phrases in three languages, and what every page shows around its middle."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from fastapi import Request
from fastapi.responses import HTMLResponse

from data.taxonomy import REPORT_LANGUAGES
from data.weeks import monday
from reports.desk.desk import Desk
from reports.desk.visitor import Visitor
from reports.web import environment
from reports.wording import Words

TEMPLATES, LOCALES = (Path(__file__).with_name(name) for name in ("templates", "locales"))
_PLURALS = {"zero", "one", "two", "few", "many", "other"}
LANGUAGE_NAMES: Mapping[str, str] = {"en": "English", "zh-Hans": "简体中文", "zh-Hant": "繁體中文"}

#: The pages in the masthead, in order: (path, permission that some role must give, phrase). A new page is a line.
PLACES: tuple[tuple[str, str, str], ...] = (
    ("/cases", "cases.read", "place.cases"),
    ("/reports", "reports.read", "place.reports"),
    ("/topics", "topics.read", "place.topics"),
    ("/themes", "themes.decide", "place.themes"),
    ("/corrections", "labels.correct", "place.corrections"),
    ("/quality", "quality.read", "place.quality"),
    ("/service", "service.read", "place.service"),
    ("/runs", "runs.read", "place.runs"),
    ("/accounts", "accounts.write", "place.accounts"),
    ("/audit", "audit.read", "place.audit"),
)


class DeskWords(Words):
    """The phrases of the reports and those of the desk, in one language."""

    def __init__(self, language: str) -> None:
        super().__init__(language)
        self._phrases = {**self._phrases, **desk_phrases(language)}

    def moment(self, at: datetime, desk: Desk) -> str:
        """A day and the time in the business time zone."""
        local = at.astimezone(desk.options.zone)
        return f"{self.day(local, year=local.year != desk.today().year)} {local:%H:%M}"


@cache
def desk_phrases(language: str) -> Mapping[str, Any]:
    """The phrases of reports/desk/locales by dotted key: <language>.yaml, and <part>.<language>.yaml of other pages."""
    flat: dict[str, Any] = {}

    def walk(node: Mapping[str, Any], path: str) -> None:
        for key, value in node.items():
            if isinstance(value, Mapping) and not value.keys() <= _PLURALS:
                walk(value, f"{path}{key}.")
            else:
                flat[path + str(key)] = value

    for path in (LOCALES / f"{language}.yaml", *sorted(LOCALES.glob(f"*.{language}.yaml"))):
        walk(yaml.safe_load(path.read_text(encoding="utf-8")), "")
    return flat


@cache
def words_of(language: str) -> DeskWords:
    return DeskWords(language)


def render(request: Request, template: str, status: int = 200, **shown: object) -> HTMLResponse:
    """A page as an answer, with the visitor's language, places and token around it. Nothing may be cached."""
    desk: Desk = request.app.state.desk
    visitor = getattr(request.state, "visitor", None) or Visitor(None, "", desk.options.language)
    words = words_of(visitor.language)
    around = {
        "desk": desk,
        "visitor": visitor,
        "w": words,
        "say": words.say,
        "day": lambda moment: _day(words, moment, desk),
        "week_name": lambda week: week_name(words, week),
        "week_days": lambda week: words.days(monday(week), monday(week) + timedelta(days=6)),
        "fact_name": lambda fact, value: fact_name(words, fact, value),
        "moment": lambda moment: words.moment(moment, desk),
        "languages": [(code, LANGUAGE_NAMES[code]) for code in REPORT_LANGUAGES],
        "places": [(path, words.say(key)) for path, permission, key in PLACES if visitor.somewhere(permission)],
        "here": request.url.path,
        "told": words.say(f"told.{told}") if (told := request.query_params.get("told", "")) in TOLD else "",
    }
    html = environment(TEMPLATES).get_template(template).render(**(around | shown))
    return HTMLResponse(html, status)


#: What a page may say was done, after a change led back to it; the address holds one of these words and nothing else.
TOLD = (
    "saved", "assigned", "partly", "closed", "view_kept", "view_full", "password", "account", "corrected", "withdrawn",
    "label_accepted", "label_rejected", "theme_accepted", "theme_merged", "theme_rejected", "theme_reopened",
    "scored",
)  # fmt: skip


def week_name(words: Words, week: str) -> str:
    """A week as people say it: "Week 46, 2026"."""
    year, _, number = week.partition("-W")
    return words.say("edition.week", number=str(int(number)), year=year)


def fact_name(words: DeskWords, fact: str, value: str) -> str:
    """What a customer fact is called: languages and what else the phrases know; other values are names themselves."""
    return words.name("language", value) if fact == "language" else words.fact(fact, value)


def _day(words: DeskWords, moment: date, desk: Desk) -> str:
    """A day, or that of a moment in the business time zone; with its year when that is not the present one."""
    local = moment.astimezone(desk.options.zone) if isinstance(moment, datetime) else moment
    return words.day(local, year=local.year != desk.today().year)
