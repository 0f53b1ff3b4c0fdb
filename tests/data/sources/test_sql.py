"""A database is read with a cursor that looks back, so that late and edited rows are seen."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from data.records import RawFeedback
from data.sources import Pull, build
from data.sources.sql import DatabaseUnreachable

QUERY = "SELECT id, said, at, changed FROM tickets WHERE changed >= :since ORDER BY changed"
MAPPING = {
    "columns": {"source_id": "id", "text": "said", "occurred_at": "at"},
    "constants": {"channel": "ticket"},
}


@pytest.fixture
def tickets(tmp_path: Path) -> Any:
    engine = create_engine(f"sqlite:///{tmp_path / 'help.db'}")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE tickets (id INTEGER, said TEXT, at TEXT, changed TEXT)"))
    yield engine
    engine.dispose()


def add(engine: Any, number: int, said: str, changed: str) -> None:
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO tickets VALUES (:i, :s, :c, :c)"), {"i": number, "s": said, "c": changed})


def pull(folder: Path, cursor: str | None = None, **options: Any) -> tuple[list[str], str | None]:
    config = {
        "name": "tickets", "kind": "sql", "url": "sqlite:///help.db", "query": QUERY, "cursor_column": "changed",
        "look_back_days": 7, "mapping": MAPPING, **options,
    }  # fmt: skip
    pulled = Pull(build(config, folder), cursor)
    return [item.source_id for item in pulled if isinstance(item, RawFeedback)], pulled.cursor


def test_a_late_row_inside_the_look_back_is_pulled(tickets: Any, tmp_path: Path) -> None:
    """A watermark without look-back loses rows that commit late; peers lost hundreds that way."""
    add(tickets, 1, "slow", "2026-11-01 10:00:00")
    add(tickets, 2, "rude", "2026-11-10 10:00:00")
    first, cursor = pull(tmp_path)
    assert first == ["1", "2"]
    add(tickets, 3, "late", "2026-11-05 10:00:00")
    add(tickets, 4, "new", "2026-11-12 10:00:00")
    assert pull(tmp_path, cursor)[0] == ["3", "2", "4"]


def test_a_database_that_is_not_there_is_a_clear_error_without_its_password(tmp_path: Path) -> None:
    """Connection errors are logged, and URLs hold passwords."""
    with pytest.raises(DatabaseUnreachable, match="no SQLite file"):
        pull(tmp_path)
    url = "postgresql+nodriver://u:topsecret@localhost/db"
    with pytest.raises(DatabaseUnreachable) as raised:
        pull(tmp_path, url=url)
    assert "topsecret" not in str(raised.value)


def test_a_query_without_its_cursor_column_says_so(tickets: Any, tmp_path: Path) -> None:
    """Otherwise every pull would read the whole table for ever, unnoticed."""
    add(tickets, 1, "slow", "2026-11-01 10:00:00")
    with pytest.raises(DatabaseUnreachable, match="cursor_column"):
        pull(tmp_path, cursor_column="updated_at")
