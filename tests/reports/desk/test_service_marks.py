"""Marks of conversations are weighed by what they stand for, and nobody is judged by a handful."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from sqlalchemy import select

from data.conversation_scores import UNPACKED, Score, keep, scores
from data.score_schema import ScoreRow
from reports.desk.desk import Desk
from reports.desk.pages import words_of
from reports.desk.service_marks import by_agent, line
from reports.desk.service_page import LARGEST
from tests.data.test_conversation_scores import filled
from tests.reports.desk.conftest import Browser


def talks(agent: str, marks: list[int], chance: float = 1.0) -> list[Score]:
    return [
        Score("2026-W46", f"{agent}{n}", "chat", agent, False, chance, {"tone": mark}) for n, mark in enumerate(marks)
    ]


def test_a_conversation_counts_as_often_as_it_stands_for() -> None:
    """Complaints are drawn more often than they happen: unweighted, service would look worse than it is."""
    found = line("", talks("a", [2] * 5) + talks("b", [5] * 5, chance=0.25), ["tone", "solved"])
    mark = found.marks["tone"]
    assert mark.value == pytest.approx((5 * 2 + 20 * 5) / 25)
    assert mark.low is not None
    assert mark.high is not None
    assert 1 <= mark.low < mark.value < mark.high <= 5
    assert found.marks["solved"].value is None


def test_two_reviewers_of_one_conversation_are_one_conversation() -> None:
    """Otherwise looking twice would make us surer of what customers got."""
    once, again = talks("a", [1] * 5), talks("a", [5] * 5)
    found = line("", once + again, ["tone"])
    assert found.n == 5
    assert found.marks["tone"].value == 3


def test_an_agent_of_few_conversations_is_not_shown(as_: Callable[[str], Browser], desk: Desk) -> None:
    """One bad call is no judgement of a person; nor do analysts see agents at all."""
    scores = talks("Ada", [4] * 5) + talks("Bob", [1] * 4)
    assert [one.name for one in by_agent(scores, ["tone"], 5)] == ["Ada"]
    assert by_agent(scores, ["tone"], 6) == []
    mia = as_("mia")
    assert "No scored conversations yet" in mia.see("/service")
    keep(desk.database, scores, "mia")
    page = mia.see("/service")
    assert "Ada" in page
    assert "Bob" not in page
    assert as_("anna").get("/service").status_code == 403


def test_a_manager_sends_a_filled_sheet(as_: Callable[[str], Browser], desk: Desk, tmp_path: Path) -> None:
    """Scoring must not need a command line; marks stand under the name of who is signed in."""
    sheet = filled(tmp_path / "s.xlsx", {2: {"tone": 4}, 4: {"tone": 5, "solved": 2}}).read_bytes()
    mia = as_("mia")
    answer = sent(mia, sheet)
    assert answer.headers["location"] == "/service?told=scored"
    assert [dict(one.marks) for one in scores(desk.database)] == [{"tone": 4}, {"tone": 5, "solved": 2}]
    with desk.database.read() as session:
        assert set(session.scalars(select(ScoreRow.who))) == {"mia"}
    for outsider in ("rita", "anna", "root"):
        assert sent(as_(outsider), sheet).status_code == 403
    mia.csrf = "another"
    assert sent(mia, sheet).status_code == 403


@pytest.mark.parametrize("language", ["en", "zh-Hans", "zh-Hant"])
def test_a_bad_sheet_says_what_is_wrong_and_changes_nothing(
    as_: Callable[[str], Browser], desk: Desk, tmp_path: Path, language: str
) -> None:
    """Half a sheet taken in would be counted as a whole one."""
    mia, words = as_("mia"), words_of(language)
    mia.submit("/language", language=language)
    fine = filled(tmp_path / "fine.xlsx", {2: {"tone": 4}}).read_bytes()
    wrong = filled(tmp_path / "wrong.xlsx", {2: {"tone": 4}, 4: {"tone": 7}}).read_bytes()
    blank = filled(tmp_path / "blank.xlsx", {}).read_bytes()
    broken = BytesIO()
    with ZipFile(BytesIO(fine)) as whole, ZipFile(broken, "w") as packed:
        for name in whole.namelist():
            packed.writestr(name, whole.read(name)[: -9 if name.endswith("sheet1.xml") else None])
    for sheet, said in (
        (wrong, words.say("sheet_trouble.mark", row="4", column="tone")),
        (blank, words.say("sheet_trouble.blank")),
        (b"", words.say("sheet_trouble.none")),
        (b"week,tone\n2026-W46,4\n", words.say("sheet_trouble.unreadable")),
        (broken.getvalue(), words.say("sheet_trouble.unreadable")),
        (bytes((LARGEST << 20) + 1), words.say("sheet_trouble.large", largest=LARGEST, unpacked=UNPACKED >> 20)),
    ):
        answer = sent(mia, sheet)
        assert answer.status_code == 422, said
        assert said in answer.text
    assert scores(desk.database) == []


def test_nobody_fills_the_disk(browser: Callable[[], Browser], as_: Callable[[str], Browser]) -> None:
    """Not a stranger at the door either: what is too large is refused before anybody is looked up."""
    stranger = browser()
    for path, size in (("/sign-in", 2 << 20), ("/service", 17 << 20)):
        answer = stranger.post(path, data={"csrf": "x"}, files={"sheet": ("s.xlsx", bytes(size))})
        assert answer.status_code == 413, path
        assert "Too large" in answer.text
        assert "content-security-policy" in answer.headers
    assert as_("mia").post("/api/cases/abc", content=b"{" + b" " * (2 << 20) + b"}").status_code == 413


def sent(someone: Browser, sheet: bytes):  # type: ignore[no-untyped-def]
    """The answer to a sheet that somebody sends from the page."""
    files = {"sheet": ("filled.xlsx", sheet)}
    return someone.post("/service", data={"csrf": someone.csrf}, files=files, follow_redirects=False)
