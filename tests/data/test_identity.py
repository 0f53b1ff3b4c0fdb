"""Customers are keys outside the vault, and nobody looks into the vault unseen."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from data import audit
from data.audit import NoReason
from data.database import Database
from data.identity import BadSecret, KeyRing, UnknownCustomer, Vault, VaultSealed
from data.records import Identity
from data.schema import VaultRow

WANG = Identity("C-1001", name="王小明", email="wang@example.com", phone="13800138000")


def test_a_secret_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    """Another secret tomorrow would make every customer a new customer; a readable one makes keys into names."""
    path = tmp_path / "var" / "secret"
    first = KeyRing.open(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert KeyRing.open(path).customer_key("C-1") == first.customer_key("C-1")
    assert [entry.name for entry in path.parent.iterdir()] == ["secret"]


def test_a_secret_that_others_can_read_is_refused(tmp_path: Path) -> None:
    """The run stops before anything is keyed with a secret that is none, and says what to run."""
    path = tmp_path / "secret"
    KeyRing.open(path)
    path.chmod(0o644)
    with pytest.raises(BadSecret, match="chmod 600"):
        KeyRing.open(path)


def test_a_cut_secret_is_refused(tmp_path: Path) -> None:
    """A half-copied file must not pass for a weaker secret, nor be replaced by a new one."""
    path = tmp_path / "secret"
    path.write_bytes(os.urandom(31))
    path.chmod(0o600)
    with pytest.raises(BadSecret, match="31 bytes"):
        KeyRing.open(path)


def test_keys_of_different_kinds_differ(keyring: KeyRing) -> None:
    """Order 1001 and customer 1001 must not be joined by accident."""
    keys = {keyring.customer_key("1001"), keyring.order_key("1001"), keyring.feedback_id("1001", "")}
    assert len(keys) == 3
    assert all(len(key) == 24 for key in keys)
    assert keyring.feedback_id("ab", "c") != keyring.feedback_id("a", "bc")


@given(st.text(alphabet=st.characters(), max_size=20))
def test_any_id_of_a_source_has_a_stable_key(source_id: str) -> None:
    """Exports hold broken characters; a key must come out all the same, and the same every week."""
    keyring = KeyRing(bytes(range(32)))
    assert keyring.customer_key(source_id) == KeyRing(bytes(range(32))).customer_key(f" {source_id} ")


def test_the_keyring_does_not_print_its_secret(keyring: KeyRing) -> None:
    """Settings and arguments end up in logs."""
    assert repr(keyring) == "KeyRing(...)"


def test_revealing_an_identity_is_written_down(database: Database, keyring: KeyRing) -> None:
    """Somebody may have to answer for it: who, whom, when and why."""
    vault = Vault(database, keyring)
    key = vault.store(WANG)
    assert vault.reveal(key, "li.na", "calls back about case 17") == WANG
    (entry,) = audit.entries(database, key)
    assert (entry.who, entry.action, entry.reason) == ("li.na", "reveal identity", "calls back about case 17")


@pytest.mark.parametrize(("actor", "reason"), [("", "because"), ("li.na", " ")])
def test_without_a_reason_the_vault_stays_shut(database: Database, keyring: KeyRing, actor: str, reason: str) -> None:
    """A reason afterwards is no reason."""
    vault = Vault(database, keyring)
    key = vault.store(WANG)
    with pytest.raises(NoReason):
        vault.reveal(key, actor, reason)
    assert audit.entries(database) == []


def test_the_database_holds_no_name(database: Database, keyring: KeyRing, tmp_path: Path) -> None:
    """A stolen database file must not tell who the customers are."""
    Vault(database, keyring).store(WANG)
    database.close()
    everything = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    for word in ("王小明", "wang@example", "13800138000", "C-1001", "\\u738b"):
        assert word.encode() not in everything


def test_storing_twice_changes_no_row(database: Database, keyring: KeyRing) -> None:
    """The look-back pulls the same customers every week."""
    vault = Vault(database, keyring)
    key = vault.store(WANG)
    with database.read() as session:
        before = session.get_one(VaultRow, key).sealed
    vault.store(WANG)
    with database.read() as session:
        assert session.get_one(VaultRow, key).sealed == before


def test_sources_complete_each_other(database: Database, keyring: KeyRing) -> None:
    """The survey knows the e-mail, the call centre the phone; neither wipes out the other."""
    vault = Vault(database, keyring)
    stored = vault.store_all([Identity("7", email="a@example.com"), Identity("7", phone="1380000"), Identity("8")])
    assert stored[keyring.customer_key("7")] == Identity("7", email="a@example.com", phone="1380000")
    vault.store(Identity("7", name="陳小姐"))
    seen = vault.reveal(keyring.customer_key("7"), "me", "test")
    assert seen == Identity("7", name="陳小姐", email="a@example.com", phone="1380000")


def test_an_erased_customer_stays_erased(database: Database, keyring: KeyRing) -> None:
    """Next week's pull brings the same customer again; the promise to forget holds."""
    vault = Vault(database, keyring)
    key = vault.store(WANG)
    assert vault.erase(key, "dpo", "request of 2026-11-01")
    assert vault.store_all([WANG]) == {}
    with pytest.raises(UnknownCustomer, match=key):
        vault.reveal(key, "me", "curious")
    assert not vault.erase(key, "dpo", "again")


def test_an_identity_moved_to_another_customer_does_not_open(database: Database, keyring: KeyRing) -> None:
    """Who can write to the database must not be able to swap people."""
    vault = Vault(database, keyring)
    key, other = vault.store(WANG), vault.store(Identity("C-2"))
    with database.write() as session:
        sealed = session.scalars(select(VaultRow.sealed).where(VaultRow.customer_key == key)).one()
        session.execute(update(VaultRow).where(VaultRow.customer_key == other).values(sealed=sealed))
    with pytest.raises(VaultSealed, match="another secret"):
        vault.reveal(other, "me", "test")
