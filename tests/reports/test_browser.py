"""What a browser makes of the editions: nothing to complain about for axe, nothing beside the page, whole on paper."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from reports.page import build_page
from reports.pdf import find_browser, print_page
from reports.web import render_page
from tests.reports.made_details import detailed_week

BROWSER = find_browser()
pytestmark = pytest.mark.skipif(BROWSER is None, reason="no Chromium or Chrome is on the path")
EDITIONS = (("managers", "en"), ("logistics", "zh-Hans"), ("service", "zh-Hant"), ("product", "en"))


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(BROWSER), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Path]:
    folder, tables = tmp_path_factory.mktemp("editions"), detailed_week()
    found = {}
    for team, language in EDITIONS:
        found[team, language] = folder / f"{team}-{language}.html"
        text = render_page(build_page(tables, team, "Songbird", language, strict=True), 5)
        found[team, language].write_text(text, encoding="utf-8")
    return found


@pytest.mark.parametrize(("team", "language", "scheme"), [
    (*EDITIONS[0], "light"), (*EDITIONS[0], "dark"), (*EDITIONS[1], "light"), (*EDITIONS[2], "dark"),
    (*EDITIONS[3], "light"),
])  # fmt: skip
def test_axe_finds_no_violation(
    chromium: Any, pages: dict[tuple[str, str], Path], team: str, language: str, scheme: str
) -> None:
    """Contrast, names, roles, headings, tables: what axe-core can check, in light and dark."""
    from axe_playwright_python.sync_playwright import Axe

    view = chromium.new_page(viewport={"width": 1280, "height": 900}, color_scheme=scheme)
    view.goto(pages[team, language].as_uri())
    found = Axe().run(view).response["violations"]
    view.close()
    assert [(one["id"], [node["html"][:120] for node in one["nodes"][:2]]) for one in found] == []


def test_words_for_the_ear_scroll_with_their_table(chromium: Any, pages: dict[tuple[str, str], Path]) -> None:
    """What only a screen reader says, far right in a wide table, must not make the whole page scroll on a phone."""
    view = chromium.new_page(viewport={"width": 360, "height": 900})
    view.goto(pages[EDITIONS[0]].as_uri())
    view.evaluate("""() => document.querySelector('main').insertAdjacentHTML('beforeend',
        '<div class="scroll"><p style="width:99em;text-align:end">1<span class="visually-hidden">more</span></p></div>'
    )""")
    beyond = view.evaluate("document.documentElement.scrollWidth - innerWidth")
    view.close()
    assert beyond <= 0


@pytest.mark.parametrize(("team", "language"), EDITIONS)
@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_stands_beside_the_page(
    chromium: Any, pages: dict[tuple[str, str], Path], team: str, language: str, width: int
) -> None:
    """A phone must not scroll sideways, except within a table that says so."""
    view = chromium.new_page(viewport={"width": width, "height": 800})
    view.goto(pages[team, language].as_uri())
    beyond = view.evaluate("document.documentElement.scrollWidth - innerWidth")
    view.close()
    assert beyond <= 0


def test_the_keyboard_reaches_the_report(chromium: Any, pages: dict[tuple[str, str], Path]) -> None:
    """The first stop is the link that skips the contents; it goes to the report."""
    view = chromium.new_page(viewport={"width": 1280, "height": 900})
    view.goto(pages[EDITIONS[0]].as_uri())
    view.keyboard.press("Tab")
    assert view.evaluate("document.activeElement.getAttribute('href')") == "#report"
    assert view.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    view.keyboard.press("Enter")
    assert view.evaluate("document.activeElement.id") == "report"
    view.close()


def test_printing_twice_gives_the_same_file(pages: dict[tuple[str, str], Path], tmp_path: Path) -> None:
    """Whether an edition has to go out again is decided by its bytes, the PDF's too."""
    from datetime import date

    assert BROWSER is not None
    first, second = (
        print_page(pages[EDITIONS[1]], tmp_path / f"{n}.pdf", BROWSER, day=date(2026, 11, 9)) for n in (1, 2)
    )
    assert first.read_bytes() == second.read_bytes()
    assert b"D:20261109000000" in first.read_bytes()
