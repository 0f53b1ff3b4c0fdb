"""Flags and the case store together: what a manager closed stays closed until the customer has new trouble."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import update

from data.cases import Counts, open_cases, queue
from data.database import Database, open_database
from data.records import Mention
from data.schema import CaseRow
from models.risk.flagging import flag_customers
from models.risk.heard import Heard, Passage
from models.risk.rules import RECOVERY

GOODBYE = "I will never buy again."
SAID = Heard(
    feedback_id="1",
    customer_key="a",
    week="2026-W45",
    occurred_at=datetime(2026, 11, 4, tzinfo=UTC),
    channel="email",
    text=GOODBYE,
    sentiment="neg",
    churn=2,
    churn_score=1.0,
    spoken=(Passage(0, len(GOODBYE)),),
)
LATER = replace(SAID, feedback_id="2", week="2026-W46", occurred_at=datetime(2026, 11, 11, tzinfo=UTC))
PRAISE = replace(LATER, sentiment="pos", churn=0, text="Thank you, all is well now.", spoken=(Passage(0, 27),))


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return open_database(f"sqlite:///{tmp_path / 'earshot.db'}")


def close_all(database: Database) -> None:
    with database.write() as session:
        session.execute(update(CaseRow).values(status="closed", verdict="handled"))


def test_flags_of_a_week_become_cases_once(database: Database) -> None:
    """The weekly job may be run again; the queue must not grow by it."""
    flags = flag_customers([SAID], "2026-W45")
    assert open_cases(database, flags, "2026-W45") == Counts(opened=1)
    assert open_cases(database, flags, "2026-W45") == Counts(unchanged=1)
    (case,) = queue(database)
    assert (case.level, case.reasons[0].rule, case.reasons[0].verbatim) == ("high", "churn_explicit", GOODBYE)


def test_old_words_and_praise_do_not_reopen_a_closed_case(database: Database) -> None:
    """Rules look back eight weeks; a manager must not meet the same goodbye every Monday."""
    open_cases(database, flag_customers([SAID], "2026-W45"), "2026-W45")
    close_all(database)
    flags = flag_customers([SAID, PRAISE], "2026-W46")
    assert RECOVERY in {reason.rule for reason in flags[0].reasons}
    assert open_cases(database, flags, "2026-W46") == Counts(unchanged=1)
    assert queue(database) == []


def test_new_words_of_the_same_trouble_reopen_the_same_case(database: Database) -> None:
    """One customer, one trouble, one history to read."""
    open_cases(database, flag_customers([SAID], "2026-W45"), "2026-W45")
    (first,) = queue(database)
    close_all(database)
    flags = flag_customers([SAID, LATER], "2026-W46")
    assert open_cases(database, flags, "2026-W46") == Counts(reopened=1)
    assert [case.id for case in queue(database)] == [first.id]


def test_a_repeated_topic_feeds_the_live_case(database: Database) -> None:
    """More evidence adds reasons to the case that somebody may be working on."""
    mention = Mention("payment_billing", "neg", 1.0, 0, 6)
    first = replace(SAID, mentions=(mention,))
    again = replace(LATER, mentions=(mention,), churn=0)
    open_cases(database, flag_customers([first], "2026-W45"), "2026-W45")
    assert open_cases(database, flag_customers([first, again], "2026-W46"), "2026-W46") == Counts(refreshed=1)
    assert {reason.rule for reason in queue(database)[0].reasons} == {"churn_explicit", "repeated_complaint"}
