"""A desk with people and cases, and browsers that are signed in to it."""

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from data.database import open_database
from reports.desk.app import create_app
from reports.desk.desk import Desk
from tests.reports.desk.made_cases import PASSWORD, Clock, desk_in, fill


class Browser(TestClient):
    """A browser that remembers the token of the last page, as a form of it would send it."""

    csrf = ""

    def see(self, path: str) -> str:
        answer = self.get(path)
        self.keep(answer.text)
        return answer.text

    def keep(self, html: str) -> None:
        found = re.search(r'name="csrf" value="([^"]*)"', html)
        self.csrf = found[1] if found else self.csrf

    def submit(self, path: str, **fields: object):  # type: ignore[no-untyped-def]
        return self.post(path, data={"csrf": self.csrf, **fields}, follow_redirects=False)

    def sign_in(self, name: str, password: str = PASSWORD):  # type: ignore[no-untyped-def]
        self.see("/sign-in")
        answer = self.submit("/sign-in", name=name, password=password)
        self.see("/account")
        return answer


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def company_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the company as it is before each test, made once."""
    folder = tmp_path_factory.mktemp("company")
    with open_database(folder / "earshot.db") as database:
        fill(desk_in(folder, database))
    return folder


@pytest.fixture
def desk(company_folder: Path, tmp_path: Path, clock: Clock) -> Iterator[Desk]:
    shutil.copytree(company_folder, tmp_path, dirs_exist_ok=True)
    with open_database(tmp_path / "earshot.db") as database:
        yield desk_in(tmp_path, database, clock, people=False)


@pytest.fixture
def app(desk: Desk) -> FastAPI:
    return create_app(desk)


@pytest.fixture
def browser(app: FastAPI) -> Callable[[], Browser]:
    """Opens browsers that nobody has signed in with yet."""
    return lambda: Browser(app, base_url="https://testserver")


@pytest.fixture
def as_(browser: Callable[[], Browser]) -> Callable[[str], Browser]:
    """Opens a browser in which somebody is signed in."""

    def signed_in(name: str) -> Browser:
        opened = browser()
        assert opened.sign_in(name).status_code == 303
        return opened

    return signed_in


@pytest.fixture
def case_of(desk: Desk) -> Callable[[str], str]:
    """The id of a case of a team: the riskiest."""

    def find(team: str) -> str:
        from data.cases import queue

        return next(case.id for case in queue(desk.database) if case.team == team)

    return find
