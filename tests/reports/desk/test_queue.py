"""The queue: what is shown, in which order, to whom, and what ticking many does."""

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data import case_queue, cases, verdicts
from data.case_changes import change
from data.case_queue import BadPlace, Filter, Sort
from data.verdicts import Standing
from reports.desk.desk import SLA, Desk
from reports.desk.pages import words_of
from reports.desk.queue_page import managers
from tests.reports.desk.conftest import Browser

TODAY = date(2026, 11, 17)
ALL = Filter(teams=("logistics", "product", "service"))


def everything(desk: Desk, wanted: Filter, sort: Sort, size: int) -> list[str]:
    """The ids of all pages in order."""
    found, after = [], None
    while True:
        page = case_queue.page(desk.database, wanted, today=TODAY, sla=SLA, sort=sort, after=after, size=size)
        found += [case.id for case in page.cases]
        after = page.following
        if after is None:
            return found


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sort=st.sampled_from(["risk", "value", "age"]), size=st.integers(1, 13))
def test_pages_show_every_case_once_in_order(desk: Desk, sort: Sort, size: int) -> None:
    """However the pages are cut, nobody is skipped and nobody comes twice."""
    found = everything(desk, ALL, sort, size)
    rows = {case.id: case for case in cases.queue(desk.database)}
    assert sorted(found) == sorted(rows)
    keys = {
        "risk": lambda case: (-case.risk, case.id),
        "value": lambda case: (-(-1.0 if case.value is None else case.value), case.id),
        "age": lambda case: (case.opened, case.id),
    }
    assert found == [case.id for case in sorted(rows.values(), key=keys[sort])]


def test_a_damaged_page_mark_is_one_clear_error(desk: Desk) -> None:
    """Addresses are cut by mail programs."""
    for mark in ("", "x", "0.5", "nan", "abc~1"):
        with pytest.raises(BadPlace):
            case_queue.page(desk.database, ALL, today=TODAY, sla=SLA, after=mark)


def test_filters_show_what_they_say(desk: Desk) -> None:
    """Level, owner, language, age, overdue: each against the cases themselves."""
    rows = cases.queue(desk.database)
    change(desk.database, rows[0].id, lock=rows[0].lock, who="mia", owner="mia", due=date(2026, 11, 1))
    rows = cases.queue(desk.database)

    def ids(**choice: object) -> set[str]:
        return set(everything(desk, Filter(teams=ALL.teams, **choice), "risk", 50))  # type: ignore[arg-type]

    assert ids(levels=("high",)) == {c.id for c in rows if c.level == "high"}
    assert ids(owners=("mia",)) == {rows[0].id}
    assert ids(owners=("",)) == {c.id for c in rows[1:]}
    assert ids(owners=("", "mia")) == {c.id for c in rows}
    assert ids(languages=("en",)) == {c.id for c in rows if c.language == "en"}
    assert ids(older=7) == {c.id for c in rows if (TODAY - c.opened).days >= 7}
    assert ids(overdue=True) == {c.id for c in rows if case_queue.due_day(c, SLA) < TODAY}
    assert rows[0].id in ids(overdue=True)
    assert ids(statuses=("closed",)) == set()
    assert case_queue.count(desk.database, ALL, today=TODAY, sla=SLA) == len(rows)


def test_a_manager_sees_the_cases_of_their_teams_only(as_: Callable[[str], Browser], desk: Desk) -> None:
    """Whatever the address asks for."""
    lina = as_("li.na")
    rows = cases.queue(desk.database)
    for address in ("/cases", "/cases?team=product", "/cases?team=service&team=logistics", "/api/cases?team=product"):
        page = lina.get(address).text
        assert not any(case.id in page for case in rows if case.team != "logistics"), address
    assert all(case.id in lina.get("/cases").text for case in rows if case.team == "logistics")


@pytest.mark.parametrize("language", ["en", "zh-Hans", "zh-Hant"])
def test_what_is_left_out_is_counted(as_: Callable[[str], Browser], desk: Desk, language: str) -> None:
    """The queue holds what a team can handle; that there are more must not go unsaid. Of the latest week only."""
    mia = as_("mia")
    mia.submit("/language", language=language)
    told = words_of(language).say("queue.left_out", count=3, capacity=25, week="|").split("|")[1]
    assert told not in mia.see("/cases")
    verdicts.keep_week(desk.database, "2026-W45", [], [Standing("2026-W45", "left_out", "en", 40)])
    stood = [Standing("2026-W46", "left_out", "en", 2), Standing("2026-W46", "left_out", "zh-Hans", 1)]
    verdicts.keep_week(desk.database, "2026-W46", [], [*stood, Standing("2026-W46", "quiet", "en", 900)])
    assert told in mia.see("/cases")


def test_customers_words_stay_words(as_: Callable[[str], Browser], case_of: Callable[[str], str]) -> None:
    """The sample says <b>now</b>; a stranger could have written a script there."""
    pablo = as_("pablo")
    pages = [pablo.get("/cases").text, *(pablo.get(f"/cases/{case_of('product')}").text for _ in range(1))]
    assert not any("<b>now</b>" in page for page in pages)


def test_ticked_cases_go_to_a_manager_of_their_team(as_: Callable[[str], Browser], desk: Desk) -> None:
    """What somebody changed meanwhile stays, and the page says that some did."""
    mia = as_("mia")
    mine = [case for case in cases.queue(desk.database) if case.team == "logistics"][:3]
    marks = [f"{case.id}~{case.lock}" for case in mine]
    assert "told=assigned" in mia.submit("/cases/assign", owner="li.na", case=marks).headers["location"]
    assert all(cases.case(desk.database, case.id).owner == "li.na" for case in mine)  # type: ignore[union-attr]
    assert "told=partly" in mia.submit("/cases/assign", owner="mia", case=marks).headers["location"]
    assert all(cases.case(desk.database, case.id).owner == "li.na" for case in mine)  # type: ignore[union-attr]


def test_nobody_is_given_what_they_may_not_open(as_: Callable[[str], Browser], desk: Desk) -> None:
    """Neither another team's case by a forged mark, nor a case to somebody of another team."""
    lina = as_("li.na")
    by_team = {case.team: case for case in cases.queue(desk.database)}
    other, own = by_team["product"], by_team["logistics"]
    assert lina.submit("/cases/assign", owner="li.na", case=[f"{other.id}~{other.lock}"]).status_code == 403
    assert (
        "told=partly" in lina.submit("/cases/assign", owner="pablo", case=[f"{own.id}~{own.lock}"]).headers["location"]
    )
    assert cases.case(desk.database, own.id).owner is None  # type: ignore[union-attr]
    assert managers(desk, ["logistics"]) == ["li.na", "mia"]


def test_views_are_kept_by_person(as_: Callable[[str], Browser]) -> None:
    """A name for a filter; nobody sees or forgets another's."""
    mia, lina = as_("mia"), as_("li.na")
    mia.submit("/views", name="Late and dear", query="overdue=1&sort=value")
    page = mia.see("/cases")
    assert "Late and dear" in page
    assert "Late and dear" not in lina.see("/cases")
    number = page.split('action="/views/')[1].split("/")[0]
    lina.submit(f"/views/{number}/forget")
    assert "Late and dear" in mia.see("/cases")
    mia.submit(f"/views/{number}/forget")
    assert "Late and dear" not in mia.see("/cases")
