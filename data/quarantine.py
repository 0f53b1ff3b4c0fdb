"""What a source gave and nobody could read: where it is, why, and whether that has been mended.

Holds no text of any row. A row that is rejected again is the same entry, seen again; one that is read on another try is
resolved.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data.database import Database
from data.records import Origin, Reject
from data.schema import QuarantineRow

Status = Literal["open", "resolved"]
_Key = tuple[str, str, int, str]


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A reject and what became of it. `first_seen` and `last_seen` are times of runs."""

    id: int
    reject: Reject
    first_seen: datetime
    last_seen: datetime
    status: Status


def record(database: Database, rejects: Iterable[Reject], *, now: datetime | None = None) -> int:
    """Keep the rejects of a pull; return how many were not known (or had been resolved and are back).

    A numbered row that fails for another reason than before is counted once: the old reason is resolved.
    """
    now = now or datetime.now(UTC)
    incoming = {_key(reject): reject for reject in rejects}
    new = 0
    with database.write() as session:
        for source, place in sorted({(source, place) for source, place, _, _ in incoming}):
            here = {key: reject for key, reject in incoming.items() if key[:2] == (source, place)}
            new += _record_place(session, source, place, here, now)
    return new


def open_rejects(database: Database, source: str | None = None) -> list[Quarantined]:
    """What still cannot be read, by source, place and row."""
    query = (
        select(QuarantineRow)
        .where(QuarantineRow.status != "resolved")
        .order_by(QuarantineRow.source, QuarantineRow.place, QuarantineRow.row, QuarantineRow.id)
    )
    if source is not None:
        query = query.where(QuarantineRow.source == source)
    with database.read() as session:
        return [_quarantined(row) for row in session.scalars(query)]


def mark_resolved(
    database: Database, source: str, place: str | None = None, origins: Sequence[Origin] | None = None
) -> int:
    """Mark rows as read after all; return how many were not resolved before.

    Of the given origins; else of one place (a file that now reads without rejects); else of the whole source.
    """
    query = select(QuarantineRow).where(QuarantineRow.source == source, QuarantineRow.status != "resolved")
    if place is not None:
        query = query.where(QuarantineRow.place == place)
    wanted = None if origins is None else {(origin.place, origin.row or 0) for origin in origins}
    with database.write() as session:
        rows = [row for row in session.scalars(query) if wanted is None or (row.place, row.row) in wanted]
        for row in rows:
            row.status = "resolved"
        return len(rows)


def counts_by_reason(database: Database) -> dict[tuple[str, str], int]:
    """How many rows cannot be read, by (source, reason), most first."""
    number = func.count()
    query = (
        select(QuarantineRow.source, QuarantineRow.reason, number)
        .where(QuarantineRow.status != "resolved")
        .group_by(QuarantineRow.source, QuarantineRow.reason)
        .order_by(number.desc(), QuarantineRow.source, QuarantineRow.reason)
    )
    with database.read() as session:
        return {(source, reason): int(count) for source, reason, count in session.execute(query)}


def _record_place(session: Session, source: str, place: str, rejects: dict[_Key, Reject], now: datetime) -> int:
    query = select(QuarantineRow).where(QuarantineRow.source == source, QuarantineRow.place == place)
    known: dict[_Key, QuarantineRow] = {(source, place, row.row, row.reason): row for row in session.scalars(query)}
    numbers = {row for _, _, row, _ in rejects if row}
    new = 0
    for key, row in known.items():
        if row.row in numbers and key not in rejects:
            row.status = "resolved"
    for key, reject in rejects.items():
        entry = known.get(key)
        if entry is None:
            entry = QuarantineRow(source=source, place=place, row=key[2], reason=reject.reason, first_seen=now)
            session.add(entry)
        new += entry.status in (None, "resolved")
        entry.detail, entry.last_seen, entry.status = reject.detail, now, "open"
    return new


def _key(reject: Reject) -> _Key:
    return reject.source, reject.origin.place, reject.origin.row or 0, reject.reason


def _quarantined(row: QuarantineRow) -> Quarantined:
    reject = Reject(row.source, Origin(row.place, row.row or None), row.reason, row.detail)
    return Quarantined(row.id, reject, row.first_seen, row.last_seen, row.status)  # type: ignore[arg-type]
