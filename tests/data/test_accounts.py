"""Accounts and sessions: who may come in, and for how long."""

from datetime import UTC, datetime, timedelta

import pytest

from data import accounts, audit, sessions
from data.accounts import BadAccount, Grant
from data.database import Database
from data.sessions import Limits

NOW = datetime(2026, 11, 16, 6, tzinfo=UTC)
LIMITS = Limits(idle=timedelta(minutes=30), longest=timedelta(hours=8))


def test_an_account_is_made_once(database: Database) -> None:
    """And the audit log says by whom, with which roles; the hash stays out of what is printed."""
    made = accounts.add(database, "li.na", "$argon2id$secret", [Grant("manager", "logistics")], who="root")
    assert accounts.account(database, "li.na") == made
    assert "secret" not in repr(made)
    with pytest.raises(BadAccount, match=r"li\.na"):
        accounts.add(database, "li.na", None, [], who="root")
    (entry,) = audit.entries(database, "li.na")
    assert (entry.who, entry.reason) == ("root", "roles: manager:logistics")


@pytest.mark.parametrize("name", ["", "Li Na", "<b>", "a" * 65, ".hidden", "li\nna"])
def test_a_name_that_would_be_trouble_is_refused(database: Database, name: str) -> None:
    """Names stand in addresses, logs and mails."""
    with pytest.raises(BadAccount):
        accounts.add(database, name, None, [], who="root")


def test_only_the_hash_of_a_token_is_kept(database: Database) -> None:
    """Whoever reads the database cannot sign in with what stands there."""
    accounts.add(database, "li.na", "hash", [], who="root")
    token = sessions.begin(database, "li.na", NOW, LIMITS, how="test")
    found = sessions.find(database, token, NOW, LIMITS)
    assert found is not None
    assert found.account.name == "li.na"
    with database.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT token_hash FROM sessions").all()
    assert len(rows) == 1
    assert token not in str(rows)
    assert sessions.find(database, str(rows[0][0]), NOW, LIMITS) is None


def test_use_keeps_a_session_awake_but_not_for_ever(database: Database) -> None:
    """Idle for half an hour ends it; so do eight hours of use."""
    accounts.add(database, "li.na", "hash", [], who="root")
    token = sessions.begin(database, "li.na", NOW, LIMITS, how="test")
    at = NOW
    while at < NOW + timedelta(hours=7, minutes=45):
        at += timedelta(minutes=25)
        alive = sessions.find(database, token, at, LIMITS)
        assert (alive is not None) == (at <= NOW + LIMITS.longest)
    other = sessions.begin(database, "li.na", NOW, LIMITS, how="test")
    assert sessions.find(database, other, NOW + timedelta(minutes=31), LIMITS) is None


def test_a_sign_in_at_the_provider_comes_back_once_and_soon(database: Database) -> None:
    """A link from yesterday, or the same answer twice, is not proof."""
    sessions.expect(database, "state", "nonce", "verifier", NOW)
    assert sessions.expected(database, "other", NOW) is None
    assert sessions.expected(database, "state", NOW) == ("nonce", "verifier")
    assert sessions.expected(database, "state", NOW) is None
    sessions.expect(database, "late", "nonce", "verifier", NOW)
    assert sessions.expected(database, "late", NOW + timedelta(minutes=11)) is None
