"""What a person may do to a case, and what a case keeps from them."""

from datetime import UTC, date, datetime

import pytest

from data import cases
from data.case_changes import BadChange, change, place, wake
from data.cases import Case, open_cases
from data.database import Database
from data.records import Flag, Reason

AT = datetime(2026, 11, 12, 9, 30, tzinfo=UTC)
TODAY = date(2026, 11, 17)
W46, W47 = "2026-W46", "2026-W47"


def flag(customer: str = "c1", week: str = W46, *more: Reason) -> Flag:
    reasons = (Reason("churn", 0.6, "f1", AT, "words"), *more)
    return Flag(customer, week, "high", 0.6, None, reasons, date(2026, 11, 16), date(2026, 12, 20))


@pytest.fixture
def case(database: Database) -> Case:
    open_cases(database, [flag()], W46)
    return cases.queue(database)[0]


def test_a_case_closes_only_with_cause_and_action(database: Database, case: Case) -> None:
    """A queue that is emptied by clicking teaches nothing."""
    for given in ({}, {"cause": "price"}, {"action": "called"}):
        with pytest.raises(BadChange, match="caused"):
            change(database, case.id, lock=case.lock, who="mia", status="closed", today=TODAY, **given)
    closed = change(
        database, case.id, lock=case.lock, who="mia", status="closed", cause="price", action="called", today=TODAY
    )
    assert closed.closed_on == TODAY


def test_a_snoozed_case_comes_back_on_its_day(database: Database, case: Case) -> None:
    """Neither before nor twice."""
    recheck = date(2026, 11, 20)
    change(database, case.id, lock=case.lock, who="mia", status="snoozed", recheck=recheck, today=TODAY)
    assert wake(database, date(2026, 11, 19)) == 0
    assert wake(database, recheck) == 1
    assert wake(database, recheck) == 0
    assert cases.queue(database)[0].recheck is None


def test_new_trouble_wakes_a_snoozed_case(database: Database, case: Case) -> None:
    """It was put off without knowing this. The same evidence again lets it sleep."""
    change(database, case.id, lock=case.lock, who="mia", status="snoozed", recheck=date(2026, 12, 1), today=TODAY)
    open_cases(database, [flag("c1", W47)], W47)
    assert cases.queue(database) == []
    open_cases(database, [flag("c1", "2026-W48", Reason("urgent", 0.3, "f2", AT, "now"))], "2026-W48")
    (woken,) = cases.queue(database)
    assert woken.recheck is None
    assert cases.history(database, case.id)[-1].event == "woken"


def test_what_became_of_a_customer_is_asked_after_closing(database: Database, case: Case) -> None:
    """And asked anew when the case comes back."""
    with pytest.raises(BadChange, match="not closed"):
        change(database, case.id, lock=case.lock, who="mia", outcome="left", today=TODAY)
    closed = change(
        database, case.id, lock=case.lock, who="mia", status="closed", cause="price", action="called", today=TODAY
    )
    assert change(database, case.id, lock=closed.lock, who="mia", outcome="stayed").outcome == "stayed"
    open_cases(database, [flag("c1", W47, Reason("churn", 0.6, "f9", AT, "again"))], W47)
    (again,) = cases.queue(database)
    assert (again.cause, again.outcome, again.closed_on) == (None, None, None)


def test_an_owner_can_be_taken_away(database: Database, case: Case) -> None:
    """Holidays happen. What is not to be emptied is named."""
    mine = change(database, case.id, lock=case.lock, who="mia", owner="mia")
    freed = change(database, case.id, lock=mine.lock, who="mia", clear=["owner"])
    assert freed.owner is None
    for clear in (["risk"], ["owner"]):
        with pytest.raises(BadChange):
            change(database, case.id, lock=freed.lock, who="mia", clear=clear, owner="li.na")


def test_a_team_that_a_person_chose_stays(database: Database, case: Case) -> None:
    """The machine places a case once; it does not take it back on Monday, nor is it in anybody's way."""
    assert place(database, {"c1": ("logistics", "en"), "c9": ("product", None)}) == 1
    placed = cases.queue(database)[0]
    assert (placed.team, placed.language, placed.lock) == ("logistics", "en", case.lock)
    moved = change(database, case.id, lock=case.lock, who="mia", team="product")
    assert place(database, {"c1": ("logistics", "en")}) == 0
    assert cases.case(database, case.id) == moved
