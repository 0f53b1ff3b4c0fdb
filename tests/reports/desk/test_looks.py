"""Every page of the desk in a real browser: nothing for axe to complain about, nothing beside the page."""

import shutil
from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, sync_playwright

from data import accounts
from data.accounts import Grant
from data.cases import queue
from data.database import open_database
from data.lake import Lake
from data.site import Site
from reports.desk.app import create_app
from reports.desk.desk import Desk
from tests.reports.desk.made_cases import PASSWORD, PASSWORDS, Clock, desk_in, fill
from tests.reports.desk.made_site import WEEK, publish
from tests.reports.desk.served import served
from tests.reports.desk.test_deciding import settled

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: apt-get install chromium"),
    # What Playwright leaves to the garbage collector is not ours to close.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]
PAGES = (
    "/cases", "/cases/{case}", "/reports", f"/reports/{WEEK}/managers", f"/reports/{WEEK}/managers/rows", "/topics",
    "/topics/delivery_speed", "/corrections", "/themes", "/themes/t1", "/quality", "/service", "/runs", "/accounts",
    "/audit", "/account",
)  # fmt: skip


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("looks")
    publish(folder)
    with open_database(folder / "earshot.db") as database:
        made = desk_in(folder, database, Clock(), https=False)
        grants = [Grant("reader", "managers"), Grant("manager", "logistics"), Grant("analyst"), Grant("admin")]
        accounts.add(database, "all", PASSWORDS.hash(PASSWORD), grants, who="test")
        made = replace(made, site=Site(folder / "site"), lake=Lake(folder / "store"))
        fill(made, 6)
        settled(made)
        yield made


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.mark.parametrize(("width", "language", "scheme"), [(390, "zh-Hant", "dark"), (1280, "en", "light")])
def test_every_page_is_whole_and_usable_by_everybody(
    desk: Desk, chromium: Browser, width: int, language: str, scheme: str
) -> None:
    """Contrast, names, roles, headings, tables, as axe-core checks them; and no page scrolls sideways."""
    from axe_playwright_python.sync_playwright import Axe

    case = next(one.id for one in queue(desk.database) if one.team == "logistics")
    with served(create_app(desk)) as address:
        context = chromium.new_context(
            base_url=address, viewport={"width": width, "height": 844}, color_scheme=scheme, locale="en-GB"  # type: ignore[arg-type]
        )  # fmt: skip
        page = context.new_page()
        page.set_default_timeout(120_000)
        page.goto("/sign-in")
        page.locator("[name=name]").fill("all")
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("main button").click()
        page.locator(f".languages button[value={language}]").click()
        troubles = []
        for path in PAGES:
            answer = page.goto(path.format(case=case))
            assert answer is not None
            assert answer.status == 200, path
            wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            if wide > 0:
                troubles.append(f"{path}: {wide} px too wide")
            for one in Axe().run(page).response["violations"]:
                troubles.append(f"{path}: {one['id']} {[node['html'][:90] for node in one['nodes'][:2]]}")
        context.close()
    assert troubles == []
