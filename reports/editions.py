"""Write the week's editions: a page, a message and a workbook for each team, and a page that links them."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo
from pathlib import Path

from reports.at_risk import at_risk_json
from reports.markdown import render_markdown, summary
from reports.page import MANAGERS, Page, build_page
from reports.pdf import PrintFailed, find_browser, print_page
from reports.polishing import Polisher, PolishRefused, polished
from reports.web import render_index, render_page
from reports.week import WeekTables
from reports.wording import Words
from reports.workbook import write_workbook

__all__ = ["MANAGERS", "EditionFiles", "Editions", "build_editions"]
_NAMES = {".html": "HTML", ".md": "Markdown", ".xlsx": "Excel", ".pdf": "PDF"}


@dataclass(frozen=True, slots=True)
class EditionFiles:
    """One team's edition on disk. `at_risk` is set for the managers, `pdf` where one was printed."""

    team: str
    language: str
    title: str
    subject: str
    html: Path
    markdown: Path
    xlsx: Path
    pdf: Path | None = None
    at_risk: Path | None = None


@dataclass(frozen=True, slots=True)
class Editions:
    """All editions of a week: the page that links them, a Markdown summary, notes on what was left out and why."""

    index: Path
    summary: str
    notes: tuple[str, ...]
    editions: tuple[EditionFiles, ...]


def build_editions(
    tables: WeekTables, folder: Path, *, company: str, languages: Mapping[str, str], zone: tzinfo = UTC,
    pdf: bool = False, strict: bool = False, polisher: Polisher | None = None,
) -> Editions:  # fmt: skip
    """Write `<team>.html`, `.md`, `.xlsx` for every team and the managers, `index.html` and `at_risk.json`.

    `languages` gives each team's report language (en, zh-Hans, zh-Hant; English where it says nothing). Every file is
    replaced whole, and the same tables give the same bytes. With `pdf` each page is printed as well if
    a Chromium is on the machine; if none is, or it fails, a note says so. With `strict` a sentence that states a
    number its table does not hold raises reports.prose.WrongNumber instead of being left out. A `polisher` words the
    opening paragraph; what it is refused for stands in the notes.
    """
    folder.mkdir(parents=True, exist_ok=True)
    browser, notes = find_browser() if pdf else None, list[str]()
    if pdf and browser is None:
        notes.append("No PDF: no Chromium or Chrome was found on the path.")
    made: list[tuple[Page, EditionFiles]] = []
    for team in (*tables.taxonomy.teams, MANAGERS):
        page = build_page(tables, team, company, languages.get(team, "en"), strict, zone)
        page = worded(page, tables, polisher, notes)
        made.append((page, write_edition(tables, page, folder, browser, notes)))
    first = made[-1][0]
    words = Words(languages.get(MANAGERS, first.language))
    shelf = [(page, _links(files)) for page, files in made]
    front = render_index(company, words, first.days, first.week_name, shelf)
    index = _settle(folder / "index.html", lambda draft: _text(draft, front))
    told = summary([(page, files.html.name) for page, files in made])
    return Editions(index, told, tuple(notes), tuple(files for _, files in made))


def worded(page: Page, tables: WeekTables, polisher: Polisher | None, notes: list[str]) -> Page:
    """The page in the polisher's words, or as it is with a note why."""
    try:
        return polished(page, tables, polisher) if polisher else page
    except PolishRefused as error:
        notes.append(str(error))
        return page


def write_edition(
    tables: WeekTables, page: Page, folder: Path, browser: Path | None, notes: list[str]
) -> EditionFiles:  # fmt: skip
    """Write the files of one edition; what could not be printed is added to `notes`."""
    team, managers = page.team, page.team == MANAGERS
    others = [(_NAMES[suffix], f"{team}{suffix}") for suffix in (".xlsx", ".md")]
    html_text = render_page(page, tables.settings.k, others)
    html = _settle(folder / f"{team}.html", lambda draft: _text(draft, html_text))
    short = render_markdown(page, html.name)
    markdown = _settle(folder / f"{team}.md", lambda draft: _text(draft, short))
    xlsx = _settle(
        folder / f"{team}.xlsx", lambda draft: write_workbook(tables, team, page.company, page.language, draft)
    )  # fmt: skip
    at_risk = None
    if managers:
        at_risk = _settle(folder / "at_risk.json", lambda draft: _text(draft, at_risk_json(tables)))
    printed = None
    if browser:
        try:
            printed = print_page(html, folder / f"{team}.pdf", browser, day=page.first_day)
        except PrintFailed as error:
            notes.append(f"No PDF of {team}: {error}")
    title = page.words.say("edition.title", team=page.team_name)
    return EditionFiles(team, page.language, title, page.subject, html, markdown, xlsx, printed, at_risk)


def _links(files: EditionFiles) -> Sequence[tuple[str, str]]:
    paths = [files.html, files.xlsx, files.markdown, *([files.pdf] if files.pdf else [])]
    return [(_NAMES[path.suffix], path.name) for path in paths]


def _text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def _settle(path: Path, write: Callable[[Path], object]) -> Path:
    """Write beside `path`, then move into place, so that a killed run leaves the old file or the new one."""
    draft = path.with_name(f".{os.getpid()}.{path.name}")
    try:
        write(draft)
        with draft.open("rb") as file:
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return path
