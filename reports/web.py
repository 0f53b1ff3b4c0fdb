"""Render an edition as one self-contained HTML file: no script, no network, style and drawings inside."""

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from reports.page import Page
from reports.quoting import plain, shorten
from reports.wording import Words

TEMPLATES = Path(__file__).with_name("templates")


#: The page's sections in reading order, by the id and phrase of each; a page shows those it has something for.
SECTIONS = (
    "summary", "scores", "risk", "changes", "topics", "drivers", "cohorts", "themes", "fixes", "service", "surges",
    "repeats", "coaching", "questions", "words", "mismatches", "coverage",
)  # fmt: skip


@cache
def environment(folder: Path = TEMPLATES) -> Environment:
    """A folder's templates: what is not marked safe is escaped, and a name that is not there is an error."""
    made = Environment(
        loader=FileSystemLoader(folder, encoding="utf-8"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters["plain"] = lambda text, limit=400: shorten(plain(str(text)), limit)
    return made


def style(foot: str) -> Markup:
    """The style sheet, with `foot` at the bottom of each printed page."""
    quoted = re.sub(r"[\\\"<>&\n]", " ", plain(foot))
    # The sheet is ours and the foot has lost all that could end a string or an element.
    return Markup((TEMPLATES / "style.css").read_text(encoding="utf-8").replace("%FOOT%", quoted))  # noqa: S704


def headline(page: Page) -> str:
    """The opening paragraph as one text."""
    return page.words.joined(page.headline)


def render_page(page: Page, k: int, files: Sequence[tuple[str, str]] = ()) -> str:
    """The HTML of an edition. `files` are (label, file name) of its other formats, linked in the footer."""
    shown = {
        "summary": True, "scores": page.tiles, "risk": page.for_managers, "coverage": True,
        "changes": page.history and page.counted and not page.hidden, "topics": page.counted and not page.hidden,
        "drivers": page.drivers.rows, "cohorts": page.heatmaps, "words": page.counted and not page.hidden,
        "mismatches": page.mismatches, "fixes": page.fixes, "themes": page.themes,
        "service": page.service or page.hours.rows,
        "surges": page.surges, "repeats": page.repeats or page.repeat_contacts, "coaching": page.coaching,
        "questions": page.questions,
    }  # fmt: skip
    return environment().get_template("edition.html").render(
        page=page, w=page.words, say=page.words.say, files=files, k=k, style=style(page.subject),
        headline=headline(page), sections=[name for name in SECTIONS if shown[name]],
    )  # fmt: skip


def render_index(company: str, words: Words, days: str, week_name: str,
                 editions: Sequence[tuple[Page, Sequence[tuple[str, str]]]]) -> str:  # fmt: skip
    """The HTML of the page that links the editions of a week, each with its (label, file name) pairs, HTML first."""
    return environment().get_template("index.html").render(
        company=company, w=words, say=words.say, days=days, week_name=week_name, style=style(company),
        editions=[(page, headline(page), files) for page, files in editions],
    )  # fmt: skip
