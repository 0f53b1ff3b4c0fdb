"""What could not be read is counted once, found again, and let go once it reads."""

from datetime import UTC, datetime, timedelta

from data import quarantine
from data.database import Database
from data.records import Origin, Reject

MONDAY = datetime(2026, 11, 16, 6, tzinfo=UTC)


def reject(row: int | None, reason: str = "bad time", place: str = "in/nov.csv", detail: str = "column `at`") -> Reject:
    return Reject("drop", Origin(place, row), reason, detail)


def test_the_same_row_is_counted_once(database: Database) -> None:
    """A bad file lies in the folder for weeks; the report must not count it anew each time."""
    assert quarantine.record(database, [reject(3), reject(9), reject(3)], now=MONDAY) == 2
    assert quarantine.record(database, [reject(3), reject(9)], now=MONDAY + timedelta(days=7)) == 0
    first, _ = quarantine.open_rejects(database)
    assert first.reject == reject(3)
    assert (first.first_seen, first.last_seen) == (MONDAY, MONDAY + timedelta(days=7))
    assert quarantine.counts_by_reason(database) == {("drop", "bad time"): 2}


def test_a_place_without_a_row_can_have_several_reasons(database: Database) -> None:
    """A file that cannot be opened and a query that ended early are both worth knowing: nothing is lost silently."""
    assert quarantine.record(database, [reject(None), reject(None, "no header")]) == 2
    assert [entry.reject.origin.row for entry in quarantine.open_rejects(database, "drop")] == [None, None]
    assert quarantine.open_rejects(database, "tickets") == []


def test_a_row_that_fails_for_another_reason_counts_once(database: Database) -> None:
    """Somebody mended the time, now the score is out of range: still one row that cannot be read."""
    quarantine.record(database, [reject(3)])
    assert quarantine.record(database, [reject(3, "bad score")]) == 1
    assert quarantine.counts_by_reason(database) == {("drop", "bad score"): 1}


def test_single_rows_can_be_resolved(database: Database) -> None:
    """A query source knows rows, not files."""
    quarantine.record(database, [reject(3), reject(9)])
    assert quarantine.mark_resolved(database, "drop", origins=[Origin("in/nov.csv", 9), Origin("in/nov.csv", 4)]) == 1
    assert quarantine.mark_resolved(database, "drop", "in/nov.csv") == 1
    assert quarantine.counts_by_reason(database) == {}


def test_a_resolved_row_that_breaks_again_is_new(database: Database) -> None:
    """It is open once more, with its first date kept."""
    quarantine.record(database, [reject(3)], now=MONDAY)
    quarantine.mark_resolved(database, "drop")
    assert quarantine.record(database, [reject(3)], now=MONDAY + timedelta(days=7)) == 1
    (entry,) = quarantine.open_rejects(database)
    assert entry.first_seen == MONDAY
