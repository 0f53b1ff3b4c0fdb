"""Who may sign in to the review application, and in which roles."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, select, update

from data import audit
from data.database import Database
from data.desk_schema import AccountRow, GrantRow, SessionRow
from data.errors import EarshotError

#: Wrong passwords in a row before an account is locked, and for how long.
FAILURES = 5
LOCKED = timedelta(minutes=15)
_NAME = re.compile(r"[a-z0-9][a-z0-9._@+-]{0,63}")


class BadAccount(EarshotError):
    """The account cannot be made or changed like this."""


@dataclass(frozen=True, slots=True, order=True)
class Grant:
    """A role, for one team if the role has one (else "")."""

    role: str
    team: str = ""

    def __str__(self) -> str:
        return f"{self.role}:{self.team}" if self.team else self.role


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Somebody who may sign in. `password` is a hash; None lets in by the company's sign-in only."""

    name: str
    grants: tuple[Grant, ...]
    language: str | None = None
    disabled: bool = False
    password: str | None = None
    failures: int = 0
    locked_until: datetime | None = None

    def __repr__(self) -> str:
        return f"Account({self.name!r}, {', '.join(map(str, self.grants))})"


def accounts(database: Database) -> list[Account]:
    """All accounts by name."""
    with database.read() as session:
        return [account_of(row) for row in session.scalars(select(AccountRow).order_by(AccountRow.name))]


def account(database: Database, name: str) -> Account | None:
    """One account, or None."""
    with database.read() as session:
        row = session.get(AccountRow, name)
        return None if row is None else account_of(row)


def add(database: Database, name: str, password: str | None, grants: Collection[Grant], *, who: str) -> Account:
    """Make an account; `password` is a hash. The audit log keeps who did it. Raises BadAccount."""
    if not _NAME.fullmatch(name):
        raise BadAccount(
            "The name of an account is 1 to 64 of a-z, 0-9 and . _ @ + -, beginning with a letter or digit."
        )
    with database.write() as session:
        if session.get(AccountRow, name) is not None:
            raise BadAccount(f"There is an account {name} already. Change that one, or choose another name.")
        row = AccountRow(
            name=name, password=password, language=None, disabled=False, failures=0, locked_until=None,
            created_at=datetime.now(UTC), grants=[GrantRow(role=g.role, team=g.team) for g in sorted(set(grants))],
        )  # fmt: skip
        session.add(row)
        audit.note(session, who, "add account", name, "roles: " + (", ".join(map(str, sorted(set(grants)))) or "none"))
        return account_of(row)


def change(
    database: Database,
    name: str,
    *,
    who: str,
    password: str | None = None,
    grants: Collection[Grant] | None = None,
    disabled: bool | None = None,
    unlock: bool = False,
) -> Account:
    """Change what is given. A new password, other roles or disabling ends the account's sessions. Raises BadAccount."""
    told = []
    with database.write() as session:
        row = session.get(AccountRow, name)
        if row is None:
            raise BadAccount(f"There is no account {name}.")
        if password is not None:
            row.password = password
            told.append("new password")
        if grants is not None and set(grants) != set(account_of(row).grants):
            row.grants = []
            session.flush()
            row.grants = [GrantRow(role=grant.role, team=grant.team) for grant in sorted(set(grants))]
            told.append("roles: " + (", ".join(map(str, sorted(set(grants)))) or "none"))
        if disabled is not None and disabled != row.disabled:
            row.disabled = disabled
            told.append("disabled" if disabled else "enabled")
        if told:
            session.execute(delete(SessionRow).where(SessionRow.account == name))
        if unlock or password is not None:
            row.failures, row.locked_until = 0, None
            told += ["unlocked"] if unlock else []
        if told:
            audit.note(session, who, "change account", name, ", ".join(told))
        session.flush()
        return account_of(row)


def renew(database: Database, name: str, password: str, renewed: str) -> None:
    """Keep another hash of the same password, unless somebody set a new one meanwhile; sessions go on."""
    query = update(AccountRow).where(AccountRow.name == name, AccountRow.password == password)
    with database.write() as session:
        session.execute(query.values(password=renewed))


def speak(database: Database, name: str, language: str) -> None:
    """Keep the language in which an account reads."""
    with database.write() as session:
        row = session.get(AccountRow, name)
        if row is not None:
            row.language = language


def failed(database: Database, name: str, now: datetime) -> None:
    """Note a wrong password, and lock the account at the last one allowed; the audit log keeps each of them."""
    with database.write() as session:
        row = session.get(AccountRow, name)
        if row is None:
            return
        row.failures += 1
        audit.note(session, name, "sign-in refused", name, f"wrong password, {row.failures} in a row")
        if row.failures >= FAILURES:
            row.failures, row.locked_until = 0, now + LOCKED
            audit.note(session, name, "lock account", name, f"{FAILURES} wrong passwords in a row")


def account_of(row: AccountRow) -> Account:
    """The account that a row holds."""
    return Account(
        name=row.name,
        grants=tuple(Grant(grant.role, grant.team) for grant in row.grants),
        language=row.language,
        disabled=row.disabled,
        password=row.password,
        failures=row.failures,
        locked_until=row.locked_until,
    )
