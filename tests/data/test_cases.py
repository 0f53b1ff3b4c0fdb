"""A customer at risk is one case, and what a manager has dealt with stays dealt with."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from data import cases
from data.case_changes import CaseChanged, UnknownCase, change
from data.cases import Counts
from data.database import Database
from data.records import Flag, Level, Reason
from data.schema import CaseRow
from data.weeks import BadWeek

AT = datetime(2026, 11, 12, 9, 30, tzinfo=UTC)
W46, W47, W48 = "2026-W46", "2026-W47", "2026-W48"


def reason(rule: str = "churn", feedback_id: str = "f1", weight: float = 0.6) -> Reason:
    return Reason(rule, weight, feedback_id, AT, "再这样我就不用了")


def flag(
    customer: str = "c1",
    week: str = W46,
    *reasons: Reason,
    risk: float = 0.6,
    level: Level = "high",
    expires: date = date(2026, 12, 20),
) -> Flag:
    return Flag(customer, week, level, risk, 1200.0, reasons or (reason(),), date(2026, 11, 16), expires)


def test_running_a_week_twice_changes_nothing(database: Database) -> None:
    """Not a case, not a number, not a line of history."""
    flags = [flag("c1"), flag("c2", W46, reason("urgent", "f2"), reason("churn", "f3"), risk=0.9)]
    assert cases.open_cases(database, flags, W46) == Counts(opened=2)
    before = cases.queue(database)
    assert cases.open_cases(database, flags[::-1], W46) == Counts(unchanged=2)
    assert cases.queue(database) == before
    assert [event.event for event in cases.history(database, before[0].id)] == ["opened"]


def test_the_queue_is_sorted_by_risk_and_not_by_value(database: Database) -> None:
    """Value is shown beside risk and never mixed in."""
    flags = [flag(f"c{n}", risk=risk) for n, risk in enumerate((0.3, 0.9, 0.5))]
    cases.open_cases(database, flags, W46)
    assert [case.risk for case in cases.queue(database)] == [0.9, 0.5, 0.3]
    assert [case.risk for case in cases.queue(database, limit=1)] == [0.9]
    assert cases.queue(database, levels=["low"]) == []
    assert cases.queue(database, "2026-W45") == []


def test_a_new_week_refreshes_the_case(database: Database) -> None:
    """The manager sees today's reasons, and can look back at the earlier ones."""
    cases.open_cases(database, [flag("c1", W46, reason("churn", "f1"))], W46)
    later = flag("c1", W47, reason("churn", "f2", 0.7), reason("falling scores", "f3", 0.1), risk=0.8)
    assert cases.open_cases(database, [later], W47) == Counts(refreshed=1)
    (case,) = cases.queue(database)
    assert (case.opened_week, case.week, case.risk) == (W46, W47, 0.8)
    assert case.reasons == later.reasons
    assert case.past == (reason("churn", "f1"),)


def test_running_an_older_week_again_does_not_turn_the_case_back(database: Database) -> None:
    """A restated W46 must not overwrite what W47 knows."""
    cases.open_cases(database, [flag("c1", W46)], W46)
    cases.open_cases(database, [flag("c1", W47, risk=0.8)], W47)
    assert cases.open_cases(database, [flag("c1", W46, risk=0.7)], W46) == Counts(unchanged=1)
    assert cases.queue(database)[0].risk == 0.8


def test_a_closed_case_stays_closed_on_old_evidence(database: Database) -> None:
    """Rules look back eight weeks; a manager must not get the same comment back next Monday."""
    cases.open_cases(database, [flag()], W46)
    (case,) = cases.queue(database)
    change(
        database,
        case.id,
        lock=case.lock,
        who="li.na",
        status="closed",
        cause="delivery",
        action="called",
        verdict="already_handled",
    )
    assert cases.open_cases(database, [flag("c1", W47)], W47) == Counts(unchanged=1)
    assert cases.queue(database) == []


def test_the_same_trouble_reopens_the_same_case(database: Database) -> None:
    """The history of the first time belongs to the second."""
    cases.open_cases(database, [flag()], W46)
    (case,) = cases.queue(database)
    change(
        database,
        case.id,
        lock=case.lock,
        who="li.na",
        status="closed",
        cause="delivery",
        action="called",
        verdict="already_handled",
    )
    again = flag("c1", W47, reason("churn", "f1"), reason("churn", "f9"))
    assert cases.open_cases(database, [again], W47) == Counts(reopened=1)
    (reopened,) = cases.queue(database)
    assert (reopened.id, reopened.opened_week, reopened.verdict) == (case.id, W46, None)
    events = [event.event for event in cases.history(database, case.id)]
    closing = "status: closed, verdict: already_handled, cause: delivery, action: called"
    assert events == ["opened", closing, "reopened"]


def test_another_trouble_is_another_case(database: Database) -> None:
    """A customer once lost to price who now reports a fire hazard is not the same follow-up."""
    cases.open_cases(database, [flag()], W46)
    (case,) = cases.queue(database)
    change(
        database,
        case.id,
        lock=case.lock,
        who="li.na",
        status="closed",
        cause="delivery",
        action="called",
        verdict="right",
    )
    other = flag("c1", W47, reason("churn", "f1"), reason("escalation", "f9"))
    assert cases.open_cases(database, [other], W47) == Counts(opened=1)
    (new,) = cases.queue(database)
    assert new.id != case.id
    assert cases.open_cases(database, [other], W47) == Counts(unchanged=1)


def test_a_case_expires_when_its_flag_is_gone(database: Database) -> None:
    """Risk decays; nobody works through last summer's list."""
    cases.open_cases(database, [flag(expires=date(2026, 11, 22))], W46)
    assert cases.open_cases(database, [], W47) == Counts(expired=1)
    assert cases.queue(database) == []
    (case,) = cases.queue(database, statuses=["expired"])
    assert case.status == "expired"
    assert cases.open_cases(database, [], W47) == Counts()


def test_what_somebody_works_on_does_not_expire(database: Database) -> None:
    """The clock stops for a person's work, not for the machine's guess."""
    cases.open_cases(database, [flag(expires=date(2026, 11, 22))], W46)
    (case,) = cases.queue(database)
    change(database, case.id, lock=case.lock, who="li.na", status="in_progress", owner="li.na")
    assert cases.open_cases(database, [], W48) == Counts()
    assert [case.owner for case in cases.queue(database)] == ["li.na"]


def test_a_flag_that_a_restated_week_takes_back_is_withdrawn(database: Database) -> None:
    """A mended source must not leave false alarms for a month; and they come back if the flag does."""
    cases.open_cases(database, [flag("c1"), flag("c2")], W46)
    assert cases.open_cases(database, [flag("c1")], W46, complete=False) == Counts(unchanged=1)
    assert cases.open_cases(database, [flag("c1")], W46) == Counts(unchanged=1, expired=1)
    assert [case.customer_key for case in cases.queue(database)] == ["c1"]
    assert cases.open_cases(database, [flag("c1"), flag("c2")], W46) == Counts(unchanged=1, reopened=1)


def test_flags_of_another_week_are_refused(database: Database) -> None:
    """Weeks are run one at a time, or expiry would be wrong."""
    with pytest.raises(BadWeek, match=W47):
        cases.open_cases(database, [flag("c1", W46)], W47)


def test_two_managers_who_edit_one_case_get_a_conflict(database: Database) -> None:
    """A clear message, and no lost update."""
    cases.open_cases(database, [flag()], W46)
    (seen,) = cases.queue(database)
    mine = change(database, seen.id, lock=seen.lock, who="li.na", owner="li.na", status="in_progress")
    with pytest.raises(CaseChanged, match="Load it again"):
        change(database, seen.id, lock=seen.lock, who="tom", owner="tom")
    assert cases.case(database, seen.id) == mine
    assert mine.lock > seen.lock


def test_a_refreshed_flag_is_a_change_too(database: Database) -> None:
    """A manager who read last week's reasons must look again before closing."""
    cases.open_cases(database, [flag()], W46)
    (seen,) = cases.queue(database)
    cases.open_cases(database, [flag("c1", W47, risk=0.9)], W47)
    with pytest.raises(CaseChanged):
        change(database, seen.id, lock=seen.lock, who="li.na", status="closed", cause="price", action="wrote")


def test_a_case_that_is_not_there_is_named(database: Database) -> None:
    """A link in an old mail."""
    assert cases.case(database, "none") is None
    with pytest.raises(UnknownCase, match="none"):
        change(database, "none", lock=1, who="li.na", note="hello")


FLAGS = st.lists(
    st.builds(
        lambda customer, rules, risk: flag(
            customer, W46, *(reason(rule, f"f-{customer}") for rule in sorted(rules)), risk=risk
        ),
        st.sampled_from(["c1", "c2", "c3"]),
        st.sets(st.sampled_from(["churn", "urgent", "escalation"]), min_size=1),
        st.sampled_from([0.2, 0.5, 0.8]),
    ),
    max_size=5,
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(flags=FLAGS, data=st.data())
def test_the_order_of_flags_changes_no_case(database: Database, flags: list[Flag], data: st.DataObject) -> None:
    """Rows come out of a lake in any order; a queue must not depend on it."""
    queues = []
    for order in (flags, data.draw(st.permutations(flags))):
        with database.write() as session:
            for row in session.scalars(select(CaseRow)):
                session.delete(row)
        cases.open_cases(database, order, W46)
        queues.append(cases.queue(database))
    assert queues[0] == queues[1]
