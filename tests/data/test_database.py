"""The database opens up to date, keeps what it promised, and says so when it cannot."""

import sqlite3
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError, IntegrityError, StatementError

from data import audit, cursors
from data.database import Database, DatabaseTooNew, DatabaseUnavailable, open_database
from data.schema import Base, CaseEventRow, CursorRow

NOW = datetime(2026, 11, 16, 6, tzinfo=UTC)


def test_models_and_migrations_agree(database: Database) -> None:
    """A column added to a model without a migration would fail at the first customer, not here."""
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_every_table_says_what_a_row_is() -> None:
    """Whoever opens the database in ten years starts with this sentence."""
    for mapper in Base.registry.mappers:
        assert (mapper.class_.__doc__ or "").startswith("One row per "), mapper.class_.__name__


def test_opening_again_keeps_what_was_stored(tmp_path: Path) -> None:
    """Every run opens the database; none may start it anew."""
    with open_database(tmp_path / "var" / "earshot.db") as first:
        cursors.keep(first, "tickets", "2026-11-09")
    with open_database(f"sqlite:///{tmp_path}/var/earshot.db") as second:
        assert cursors.get(second, "tickets") == "2026-11-09"


def test_what_raises_is_undone(database: Database) -> None:
    """Half a change is worse than none."""

    def killed() -> None:
        with database.write() as session:
            session.add(CursorRow(source="tickets", value="1", updated_at=NOW))
            session.flush()
            raise KeyError("killed")

    with pytest.raises(KeyError):
        killed()
    assert cursors.get(database, "tickets") is None


def test_foreign_keys_are_kept(database: Database) -> None:
    """An event of a case that does not exist would be history of nothing. SQLite only looks when told."""
    with pytest.raises(IntegrityError), database.write() as session:
        session.add(CaseEventRow(case_id="none", at=NOW, who="me", event="opened"))


def test_times_come_back_aware(database: Database) -> None:
    """A naive time is eight hours wrong in Shanghai."""
    with database.write() as session:
        session.add(CursorRow(source="a", value="1", updated_at=NOW))
    with database.read() as session:
        assert session.get_one(CursorRow, "a").updated_at == NOW
    with pytest.raises(StatementError), database.write() as session:
        session.add(CursorRow(source="b", value="1", updated_at=NOW.replace(tzinfo=None)))


def test_the_audit_log_only_grows(database: Database) -> None:
    """Who unveiled a customer must not be able to take the line back."""
    with database.write() as session:
        audit.note(session, "li.na", "reveal identity", "c1", "call back")
    for change in ("UPDATE audit SET who = 'nobody'", "DELETE FROM audit"):
        with pytest.raises(DatabaseError, match="only grows"), database.write() as session:
            session.execute(text(change))
    assert len(audit.entries(database)) == 1


def test_writers_queue_and_lose_nothing(database: Database) -> None:
    """The weekly run and the review application write at once; each must read what the other wrote."""
    cursors.keep(database, "count", "0")

    def add_ten() -> None:
        for _ in range(10):
            with database.write() as session:
                row = session.get_one(CursorRow, "count")
                row.value = str(int(row.value) + 1)

    threads = [threading.Thread(target=add_ten) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert cursors.get(database, "count") == "40"


def test_two_processes_may_open_a_new_database_at_once(tmp_path: Path) -> None:
    """A worker and the application start together on a fresh machine."""
    code = f"from data.database import open_database; open_database({str(tmp_path / 'new.db')!r}).close()"
    both = [subprocess.Popen([sys.executable, "-W", "error", "-c", code]) for _ in range(2)]
    assert [process.wait(60) for process in both] == [0, 0]


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    """The operator must know which file to look at."""
    folder = tmp_path / "folder.db"
    folder.mkdir()
    with pytest.raises(DatabaseUnavailable, match=r"folder\.db"):
        open_database(folder)
    broken = tmp_path / "broken.db"
    broken.write_text("no database at all, " * 100)
    with pytest.raises(DatabaseUnavailable, match=r"broken\.db"):
        open_database(broken)


@pytest.mark.parametrize("url", ["nosuch://user:hunter2@host/x", "postgresql+nosuch://user:hunter2@host/x"])
def test_a_wrong_url_is_refused_without_its_password(url: str) -> None:
    """Error messages go to logs."""
    with pytest.raises(DatabaseUnavailable) as caught:
        open_database(url)
    assert "hunter2" not in str(caught.value)


def test_a_database_of_a_newer_earshot_is_left_alone(tmp_path: Path) -> None:
    """Going back a version must not damage what the newer one wrote."""
    path = tmp_path / "earshot.db"
    open_database(path).close()
    connection = sqlite3.connect(path)
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.commit()
    connection.close()
    with pytest.raises(DatabaseTooNew, match="newer Earshot"):
        open_database(path)
