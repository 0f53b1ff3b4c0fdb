"""A source goes on where its last stored pull ended."""

from data import cursors
from data.database import Database


def test_a_cursor_is_kept_word_for_word(database: Database) -> None:
    """Cursors are the source's own words: a time, a number, a page token."""
    assert cursors.get(database, "tickets") is None
    for value in ("2026-11-09T00:00:00+08:00", "page=第二", ""):
        cursors.keep(database, "tickets", value)
        assert cursors.get(database, "tickets") == value
    assert cursors.get(database, "reviews") is None


def test_a_forgotten_cursor_starts_over(database: Database) -> None:
    """The way to pull everything again."""
    cursors.keep(database, "tickets", "5")
    cursors.forget(database, "tickets")
    cursors.forget(database, "tickets")
    assert cursors.get(database, "tickets") is None
