"""What people decide is kept with what they saw, and the blind sample stays blind and complete."""

from datetime import UTC, date, datetime

from sqlalchemy import select

from data import cases, verdicts
from data.case_changes import change
from data.database import Database
from data.learning_schema import BlindSampleRow
from data.records import Flag, Reason
from data.verdicts import SECOND_LOOK, Drawn, Standing

WEEK = "2026-W46"


def flag(key: str, rule: str, risk: float, level: str = "high") -> Flag:
    reason = Reason(rule, risk, f"f-{key}", datetime(2026, 11, 12, tzinfo=UTC), "Words.")
    return Flag(key, WEEK, level, risk, None, (reason,), date(2026, 11, 16), date(2026, 12, 16))  # type: ignore[arg-type]


def judge(database: Database, key: str, verdict: str) -> None:
    (case,) = [one for one in cases.queue(database) if one.customer_key == key]
    change(database, case.id, lock=case.lock, who="li", verdict=verdict)


def test_a_verdict_keeps_what_the_case_showed(database: Database) -> None:
    """Next month the case shows other reasons; the verdict was about these."""
    cases.open_cases(database, [flag("a", "churn_explicit", 0.7)], WEEK)
    judge(database, "a", "right")
    (told,) = verdicts.verdicts(database)
    assert (told.verdict, told.at_risk, told.stratum, told.risk) == ("right", True, "queued", 0.7)
    assert told.points == {"churn_explicit": 0.7}


def test_a_verdict_on_a_second_look_counts_for_what_the_rules_had_said(database: Database) -> None:
    """The case shows no risk; the estimate needs the hidden one."""
    drawn = Drawn("b", "signals", "low", 0.2, {"churn_hint": 0.22}, "en")
    verdicts.keep_week(database, WEEK, [drawn], [Standing(WEEK, "signals", "en", 40)])
    cases.open_cases(database, [flag("b", SECOND_LOOK, 0.0, "unknown")], WEEK)
    judge(database, "b", "wrong_not_unhappy")
    (told,) = verdicts.verdicts(database)
    assert (told.stratum, told.risk, told.at_risk, told.points) == ("signals", 0.2, False, {"churn_hint": 0.22})


def test_the_last_verdict_on_a_customer_counts(database: Database) -> None:
    """People change their minds after the call."""
    cases.open_cases(database, [flag("a", "churn_explicit", 0.7)], WEEK)
    judge(database, "a", "unsure")
    judge(database, "a", "already_handled")
    assert [one.verdict for one in verdicts.verdicts(database, [WEEK])] == ["already_handled"]
    assert verdicts.count(database) == 2


def test_a_week_run_again_keeps_its_draw_once(database: Database) -> None:
    """Operators start runs again; the sample must not grow by it."""
    drawn, stood = [Drawn("b", "quiet", "unknown", 0.0, {}, None)], [Standing(WEEK, "quiet", "en", 9)]
    for _ in range(2):
        verdicts.keep_week(database, WEEK, drawn, stood)
    with database.read() as session:
        assert [row.customer_key for row in session.scalars(select(BlindSampleRow))] == ["b"]
    assert verdicts.standings(database) == stood


def test_a_case_without_room_gives_way_and_comes_back(database: Database) -> None:
    """The queue holds what a team can handle; who is left out this week may be first the next."""
    cases.open_cases(database, [flag("a", "churn_hint", 0.5)], WEEK)
    counts = cases.open_cases(database, [flag("b", "churn_hint", 0.9)], WEEK, left_out=["a"])
    assert counts.expired == 1
    assert [case.customer_key for case in cases.queue(database)] == ["b"]
    assert cases.open_cases(database, [flag("a", "churn_hint", 0.5), flag("b", "churn_hint", 0.9)], WEEK).reopened == 1
