"""The whole path in a real browser: what managers do on a Monday, and what goes wrong."""

import re
import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from data import cases
from data.case_changes import change
from data.database import open_database
from reports.desk.app import create_app
from reports.desk.desk import Desk
from tests.reports.desk.made_cases import PASSWORD, Clock, desk_in, fill
from tests.reports.desk.served import served

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: apt-get install chromium"),
    # What Playwright leaves to the garbage collector is not ours to close.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]
expect.set_options(timeout=30_000)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(tmp_path: Path, clock: Clock) -> Iterator[Desk]:
    with open_database(tmp_path / "earshot.db") as database:
        made = desk_in(tmp_path, database, clock, https=False)
        fill(made, 18)
        yield made


@pytest.fixture
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture
def open_page(desk: Desk, chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Opens pages of the served desk; a script or style that the policy stops fails the test."""
    troubles: list[str] = []
    with served(create_app(desk)) as address:

        def opened(**options: object) -> Page:
            page = chromium.new_context(base_url=address, locale="en-GB", **options).new_page()  # type: ignore[arg-type]
            page.set_default_timeout(60_000)
            page.on("console", lambda said: troubles.append(said.text) if "Content Security" in said.text else None)
            page.on("pageerror", lambda error: troubles.append(str(error)))
            return page

        yield opened
    assert troubles == []


def sign_in(page: Page, name: str, password: str = PASSWORD) -> None:
    page.goto("/cases")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_a_monday_of_a_manager(open_page: Callable[..., Page], desk: Desk, clock: Clock) -> None:
    """Wrong password, sign in, triage ten cases, a page that is not theirs, a conflict, a session that ends."""
    page = open_page()
    sign_in(page, "mia", "not the right one")
    expect(page.get_by_role("alert")).to_contain_text("don’t match")
    sign_in(page, "mia")
    expect(page.get_by_role("heading", level=1)).to_have_text("Customers at risk")

    for number in range(10):
        page.goto("/cases?owner=nobody")
        page.locator("#rows .first a").first.click()
        page.get_by_role("button", name="I’ll take it").click()
        expect(page.get_by_role("status")).to_have_text("Saved.")
        if number % 2:
            page.get_by_label("Right: this customer is at risk").check()
            page.locator("section", has_text="Was the flag right?").get_by_role("button").click()
        else:
            page.locator("select[name=cause]").select_option("delivery")
            page.locator("select[name=action]").select_option("called")
            page.get_by_role("button", name="Close the case").click()
            expect(page.get_by_role("status")).to_contain_text("Closed.")
    mine = [
        case for case in cases.queue(desk.database, statuses=("open", "in_progress", "closed")) if case.owner == "mia"
    ]
    assert len(mine) == 10
    assert sum(case.status == "closed" for case in mine) == 5

    page.goto("/accounts")
    expect(page.get_by_role("heading", level=1)).to_have_text("This is not for your roles")

    page.goto("/cases?owner=me")
    page.locator("#rows .first a").first.click()
    case_id = page.url.split("/cases/")[1].split("?")[0]
    seen = cases.case(desk.database, case_id)
    assert seen is not None
    change(desk.database, case_id, lock=seen.lock, who="li.na", note="I spoke with her already")
    note = page.locator("section", has=page.get_by_role("heading", name="Note", exact=True))
    note.get_by_role("textbox").fill("mine")
    note.get_by_role("button").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Somebody was quicker")
    expect(page.locator(".events")).to_contain_text("I spoke with her already")
    page.get_by_role("button", name="Save mine all the same").click()
    expect(page.locator(".events")).to_contain_text("mine")

    clock.now += timedelta(hours=2)
    page.goto("/cases")
    expect(page.get_by_role("alert")).to_contain_text("Your session is over")


def test_filters_work_with_and_without_scripts(open_page: Callable[..., Page]) -> None:
    """With them the list changes in place and the address follows; without, a button sends the form."""
    page = open_page()
    sign_in(page, "mia")
    before = page.locator("#rows > li").count()
    page.locator("#filters").get_by_label("High risk").check()
    expect(page).to_have_url(re.compile("level=high"))
    expect(page.locator("#rows > li.l-medium")).to_have_count(0)
    assert 0 < page.locator("#rows > li").count() < before
    page.keyboard.press("Escape")
    page.locator("h1").click()
    page.keyboard.press("j")
    expect(page.locator("#rows .first a").first).to_be_focused()
    plain = open_page(java_script_enabled=False)
    sign_in(plain, "mia")
    plain.locator("#filters").get_by_label("High risk").check()
    plain.get_by_role("button", name="Apply").click()
    expect(plain.locator("#rows > li.l-medium")).to_have_count(0)


def test_a_phone_shows_everything_without_scrolling_sideways(open_page: Callable[..., Page]) -> None:
    """A manager reads the queue on the way to work."""
    page = open_page(viewport={"width": 360, "height": 740})
    sign_in(page, "mia")
    page.goto("/cases")
    fits = "document.documentElement.scrollWidth <= window.innerWidth"
    assert page.evaluate(fits)
    page.locator("#rows .first a").first.click()
    expect(page.locator(".why-list")).to_be_visible()
    assert page.evaluate(fits)
