"""What must be published, to whom, and how far that has come: each edition reaches each target once.

A row goes pending -> sending -> sent. A failure puts it back to pending with a later `due_at`, or to failed when its
attempts are used up. A process that dies while sending leaves its row in sending: `interrupted` shows it, and after the
lease `claim` tries it again, within the same number of attempts (it may then arrive twice; the publisher's message id
is the same).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Literal

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from data.database import Database
from data.errors import EarshotError
from data.schema import OutboxRow

State = Literal["pending", "sending", "sent", "failed", "superseded"]

LEASE = timedelta(minutes=10)
MAX_ATTEMPTS = 5
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)


class UnknownDelivery(EarshotError):
    """The outbox has no such row, or it is not being sent."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One row of the outbox. `key` is the idempotency key to give to the target; `paths` are the files to deliver."""

    id: int
    key: str
    week: str
    edition: str
    target: str
    content_hash: str
    paths: tuple[Path, ...]
    state: State
    attempts: int
    due_at: datetime
    sent_at: datetime | None
    receipt: str | None
    error: str | None


def enqueue(
    database: Database, *, week: str, edition: str, target: str, content_hash: str, paths: Sequence[Path | str]
) -> bool:
    """Ask for an edition of a week to be delivered to a target; say whether that is new.

    The same content is not enqueued again. Changed content (a restated week) is a new row, and what was still waiting
    for the same place is superseded.
    """
    now = datetime.now(UTC)
    try:
        with database.write() as session:
            same_place = (OutboxRow.week == week, OutboxRow.edition == edition, OutboxRow.target == target)
            earlier = session.scalars(select(OutboxRow).where(*same_place).order_by(OutboxRow.id)).all()
            if earlier and earlier[-1].content_hash == content_hash:
                return False
            for row in earlier:
                if row.state == "pending":
                    row.state = "superseded"
            session.add(
                OutboxRow(
                    key=_key(week, edition, target, content_hash, str(len(earlier))),
                    week=week,
                    edition=edition,
                    target=target,
                    content_hash=content_hash,
                    paths=[str(path) for path in paths],
                    state="pending",
                    attempts=0,
                    due_at=now,
                    enqueued_at=now,
                )
            )
    except IntegrityError:
        # On PostgreSQL two runs may get here side by side; the unique key lets one through.
        return False
    return True


def claim(
    database: Database,
    *,
    now: datetime | None = None,
    limit: int = 100,
    lease: timedelta = LEASE,
    max_attempts: int = MAX_ATTEMPTS,
) -> list[Delivery]:
    """Take what is due and mark it as being sent by the caller, oldest first; nobody else gets the same rows.

    What another process left in sending for longer than `lease` is taken too, or failed if its attempts are used up.
    """
    now = now or datetime.now(UTC)
    with database.write() as session:
        _take_back(session, now - lease, now, max_attempts)
        query = (
            select(OutboxRow)
            .where(OutboxRow.state == "pending", OutboxRow.due_at <= now)
            .order_by(OutboxRow.due_at, OutboxRow.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        rows = session.scalars(query).all()
        for row in rows:
            row.state, row.claimed_at, row.attempts = "sending", now, row.attempts + 1
        return [_delivery(row) for row in rows]


def sent(database: Database, delivery: Delivery, receipt: str | None = None) -> None:
    """Record that a claimed delivery arrived; `receipt` is the target's own id of it (no customer text)."""
    with database.write() as session:
        row = _sending(session, delivery)
        row.state, row.sent_at, row.receipt, row.error = "sent", datetime.now(UTC), receipt, None


def failed(
    database: Database,
    delivery: Delivery,
    error: str,
    *,
    retry_at: datetime | None = None,
    lasting: bool = False,
    max_attempts: int = MAX_ATTEMPTS,
) -> datetime | None:
    """Record that a claimed delivery did not arrive and why (no customer text); return when it is tried again.

    Without `retry_at` the wait doubles with each attempt, from a minute to six hours. None comes back, and the row
    stays failed, once `max_attempts` are used up or if the failure is `lasting` (a refused recipient, say).
    """
    with database.write() as session:
        row = _sending(session, delivery)
        row.error = error
        if lasting or row.attempts >= max_attempts:
            row.state = "failed"
            return None
        wait = min(FIRST_WAIT * 2 ** (row.attempts - 1), LONGEST_WAIT)
        row.state, row.due_at = "pending", retry_at or datetime.now(UTC) + wait
        return row.due_at


def retry(database: Database, delivery_id: int) -> None:
    """Put a failed row back, with all its attempts, after somebody mended the cause."""
    with database.write() as session:
        row = session.get(OutboxRow, delivery_id)
        if row is None or row.state != "failed":
            raise UnknownDelivery(f"Outbox row {delivery_id} has not failed; there is nothing to retry.")
        row.state, row.attempts, row.due_at = "pending", 0, datetime.now(UTC)


def deliveries(database: Database, *, week: str | None = None, states: Sequence[State] = ()) -> list[Delivery]:
    """Rows of the outbox in the order in which they were asked for; of one week and of some states if given."""
    query = select(OutboxRow).order_by(OutboxRow.id)
    if week is not None:
        query = query.where(OutboxRow.week == week)
    if states:
        query = query.where(OutboxRow.state.in_(states))
    with database.read() as session:
        return [_delivery(row) for row in session.scalars(query)]


def pending(database: Database, week: str | None = None) -> list[Delivery]:
    """What still has to go out, due or not."""
    return deliveries(database, week=week, states=["pending"])


def interrupted(database: Database, *, now: datetime | None = None, lease: timedelta = LEASE) -> list[Delivery]:
    """What was being sent when its process died: it may or may not have arrived."""
    query = select(OutboxRow).where(_abandoned((now or datetime.now(UTC)) - lease)).order_by(OutboxRow.id)
    with database.read() as session:
        return [_delivery(row) for row in session.scalars(query)]


def counts(database: Database, week: str | None = None) -> dict[str, int]:
    """How many rows are in each state."""
    query = select(OutboxRow.state, func.count()).group_by(OutboxRow.state).order_by(OutboxRow.state)
    if week is not None:
        query = query.where(OutboxRow.week == week)
    with database.read() as session:
        return {state: int(number) for state, number in session.execute(query)}


def _take_back(session: Session, claimed_before: datetime, now: datetime, max_attempts: int) -> None:
    for row in session.scalars(select(OutboxRow).where(_abandoned(claimed_before)).with_for_update(skip_locked=True)):
        row.error = "The process stopped while sending; it may have arrived."
        row.state, row.due_at = ("failed" if row.attempts >= max_attempts else "pending"), now
    session.flush()


def _abandoned(claimed_before: datetime) -> ColumnElement[bool]:
    return (OutboxRow.state == "sending") & (OutboxRow.claimed_at <= claimed_before)


def _sending(session: Session, delivery: Delivery) -> OutboxRow:
    row = session.get(OutboxRow, delivery.id, with_for_update=True)
    if row is None or row.state != "sending" or row.attempts != delivery.attempts:
        raise UnknownDelivery(
            f"Outbox row {delivery.id} is not being sent by this process any more (attempt {delivery.attempts}); "
            "another process took it over after its lease."
        )
    return row


def _key(*parts: str) -> str:
    return sha256("\x00".join(parts).encode()).hexdigest()[:32]


def _delivery(row: OutboxRow) -> Delivery:
    return Delivery(
        id=row.id,
        key=row.key,
        week=row.week,
        edition=row.edition,
        target=row.target,
        content_hash=row.content_hash,
        paths=tuple(Path(path) for path in row.paths),
        state=row.state,  # type: ignore[arg-type]
        attempts=row.attempts,
        due_at=row.due_at,
        sent_at=row.sent_at,
        receipt=row.receipt,
        error=row.error,
    )
