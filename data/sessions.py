"""Who is signed in: tokens of which only the hash is kept, with an end."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete, select

from data import audit
from data.accounts import Account, account_of
from data.database import Database
from data.desk_schema import AccountRow, SessionRow, SignInRow

#: Being seen is written down at most so often, so that reading pages does not write.
_SEEN_EVERY = timedelta(minutes=1)
SIGN_IN_TIME = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a session lasts without being used, and at most."""

    idle: timedelta = timedelta(minutes=60)
    longest: timedelta = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Session:
    """A browser that is signed in. `csrf` must come with every change that it asks for."""

    account: Account
    csrf: str


def begin(database: Database, name: str, now: datetime, limits: Limits, *, how: str) -> str:
    """Sign an account in; return the token for its cookie. Sessions whose time is over go."""
    token = secrets.token_urlsafe(32)
    with database.write() as session:
        session.execute(delete(SessionRow).where(SessionRow.created_at < now - limits.longest))
        session.execute(delete(SignInRow).where(SignInRow.created_at < now - SIGN_IN_TIME))
        row = session.get_one(AccountRow, name)
        row.failures, row.locked_until = 0, None
        session.add(
            SessionRow(
                token_hash=_hash(token), account=name, csrf=secrets.token_urlsafe(32), created_at=now, seen_at=now
            )
        )
        audit.note(session, name, "sign in", name, how)
    return token


def find(database: Database, token: str, now: datetime, limits: Limits) -> Session | None:
    """The session of a token, or None when there is none, it is over, or its account is disabled."""
    query = select(SessionRow, AccountRow).join(AccountRow, AccountRow.name == SessionRow.account)
    with database.read() as session:
        found = session.execute(query.where(SessionRow.token_hash == _hash(token))).one_or_none()
        if found is None:
            return None
        row, owner = found
        over = row.seen_at < now - limits.idle or row.created_at < now - limits.longest
        if over or owner.disabled:
            return None
        known = Session(account_of(owner), row.csrf)
        stale = row.seen_at < now - _SEEN_EVERY
    if stale:
        with database.write() as session:
            kept = session.get(SessionRow, _hash(token))
            if kept is not None:
                kept.seen_at = now
    return known


def end(database: Database, token: str) -> None:
    """Sign a browser out."""
    with database.write() as session:
        session.execute(delete(SessionRow).where(SessionRow.token_hash == _hash(token)))


def expect(database: Database, state: str, nonce: str, verifier: str, now: datetime) -> None:
    """Remember a sign-in that begins at the identity provider."""
    with database.write() as session:
        session.add(SignInRow(state_hash=_hash(state), nonce=nonce, verifier=verifier, created_at=now))


def expected(database: Database, state: str, now: datetime) -> tuple[str, str] | None:
    """The (nonce, verifier) of a sign-in that comes back, once; None when it was not begun here or took too long."""
    with database.write() as session:
        row = session.get(SignInRow, _hash(state))
        if row is None:
            return None
        session.delete(row)
        return (row.nonce, row.verifier) if row.created_at >= now - SIGN_IN_TIME else None


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()
