"""Have the opening paragraph worded by a language model, if the company wants that; refused when a fact changes.

Off by default. Only our own sentences are sent (topics, groups, numbers), never a customer's words or key. The answer
is taken only if it holds exactly the same numbers and names, points in the same directions and is about as long.
"""

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, replace

from data.errors import EarshotError
from reports.page import Page
from reports.prose import NUMBER
from reports.quoting import plain
from reports.week import WeekTables

PROMPT = (
    "You edit the opening paragraph of a business report. Make it read smoothly in its own language ({language}). "
    "Keep every number, unit, percentage and name exactly as written, add nothing, leave nothing out, keep every "
    "direction (up, down, better, worse) and every statement of certainty. Answer with the paragraph only."
)
#: Words that say which way something went, by language; an answer must have the same sides as the question.
_UP = {
    "en": r"\b(?:up|more|ris\w+|rose|higher|increas\w+|grew|grow\w*|worse|creeping)\b",
    "zh": "增|升|多了|变高|變高|变差|變差|上涨|上漲",
}
_DOWN = {
    "en": r"\b(?:down|fewer|less|fall\w*|fell|lower|decreas\w+|drop\w*|better|slipp\w+)\b",
    "zh": "减|減|降|变低|變低|好转|好轉|下滑",
}
_MARKUP = re.compile(r"[<>`*_#\[\]]|https?:")
LONGEST, SHORTEST = 1.4, 0.5


class PolishRefused(EarshotError):
    """The endpoint could not be asked, or its answer says something else than we do."""


@dataclass(frozen=True, slots=True)
class Polisher:
    """An OpenAI-compatible endpoint: `url` ends before /chat/completions, `key` is sent as a bearer token."""

    url: str
    model: str
    key: str | None = None
    timeout: float = 30.0


def polished(page: Page, tables: WeekTables, polisher: Polisher) -> Page:
    """The page with its opening paragraph reworded; raises PolishRefused, which says why the old one must stay."""
    paragraph = page.words.joined(page.headline)
    if not paragraph or page.hidden:
        return page
    answer = plain(_ask(polisher, paragraph, page.language))
    wrong = differences(paragraph, answer, names_of(page, tables), page.language)
    if wrong:
        raise PolishRefused(f"The endpoint's wording of {page.team} was not taken: {', '.join(wrong)}.")
    return replace(page, headline=(answer,))


def names_of(page: Page, tables: WeekTables) -> set[str]:
    """Everything that has a name in a paragraph: topics, teams, groups of customers, the company."""
    words = page.words
    names = {tables.taxonomy.name(topic, page.language) for topic in tables.taxonomy.ids}
    names |= {words.name("team", team) for team in (*tables.taxonomy.teams, page.team)} | {page.company}
    pairs = tables.cohorts[["kind", "cohort"]].drop_duplicates()
    names |= {words.fact(str(kind), cohort) for kind, cohort in zip(pairs["kind"], pairs["cohort"], strict=True)}
    return {name for name in names if name}


def differences(before: str, after: str, names: Collection[str], language: str) -> list[str]:
    """What `after` says otherwise than `before`, in words for a note; empty when they agree."""
    wrong = []
    if not SHORTEST * len(before) <= len(after) <= LONGEST * len(before):
        wrong.append("its length is out of bounds")
    if _MARKUP.search(after) and not _MARKUP.search(before):
        wrong.append("it holds markup")
    ordered = sorted(names, key=len, reverse=True)
    (rest, said), (rest_after, said_after) = _without(before, ordered), _without(after, ordered)
    if set(said) != set(said_after):
        wrong.append("a name changed")
    if Counter(NUMBER.findall(rest)) != Counter(NUMBER.findall(rest_after)):
        wrong.append("a number changed")
    key = "en" if language == "en" else "zh"
    for pattern in (_UP[key], _DOWN[key]):
        if bool(re.search(pattern, rest, re.I)) != bool(re.search(pattern, rest_after, re.I)):
            wrong.append("a direction changed")
            break
    return wrong


def _without(text: str, names: Collection[str]) -> tuple[str, list[str]]:
    """The text with its names taken out, and which they were (without regard to case)."""
    found = []
    for name in names:
        pattern = re.compile(re.escape(name), re.I)
        if pattern.search(text):
            found.append(name.casefold())
            text = pattern.sub(" ", text)
    return text, found


def _ask(polisher: Polisher, paragraph: str, language: str) -> str:
    try:
        import httpx
    except ImportError as error:
        raise PolishRefused("Polishing needs httpx: pip install -e '.[polish]'. The wording stays ours.") from error
    body = {
        "model": polisher.model,
        "temperature": 0,
        "messages": [
            {"role": "system", "content": PROMPT.format(language=language)},
            {"role": "user", "content": paragraph},
        ],
    }
    headers = {"Authorization": f"Bearer {polisher.key}"} if polisher.key else {}
    address = f"{polisher.url.rstrip('/')}/chat/completions"
    try:
        answer = httpx.post(address, json=body, headers=headers, timeout=polisher.timeout)
        answer.raise_for_status()
        return str(answer.json()["choices"][0]["message"]["content"])
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, LookupError, TypeError) as error:
        problem = type(error).__name__
        raise PolishRefused(f"The endpoint could not be asked ({problem}). The wording stays ours.") from error
