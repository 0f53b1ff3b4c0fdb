"""The manifest of each week that was run: what was counted, with which revisions, over which rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from data.database import Database
from data.schema import RunRow


@dataclass(frozen=True, slots=True)
class Manifest:
    """A week as its latest run left it. `restated` counts how often its rows had changed since they were published.

    `finished_at` is None while it runs, or after it was killed. `counts` and `revisions` hold JSON values.
    """

    week: str
    started_at: datetime
    finished_at: datetime | None
    fingerprint: str
    restated: int
    counts: Mapping[str, Any]
    revisions: Mapping[str, Any]


def begin(database: Database, week: str) -> Manifest | None:
    """Note that a week is being run; return its manifest as it was before, or None the first time."""
    with database.write() as session:
        row = session.get(RunRow, week)
        before = None if row is None else _manifest(row)
        if row is None:
            row = RunRow(week=week, fingerprint="", restated=0, counts={}, revisions={})
            session.add(row)
        row.started_at, row.finished_at = datetime.now(UTC), None
        return before


def finish(
    database: Database, week: str, *, fingerprint: str, counts: Mapping[str, Any], revisions: Mapping[str, Any]
) -> Manifest:
    """Keep the manifest of a week; another fingerprint than that of the last finished run makes it restated."""
    with database.write() as session:
        row = session.get(RunRow, week)
        if row is None:
            row = RunRow(week=week, started_at=datetime.now(UTC), fingerprint="", restated=0)
            session.add(row)
        if row.fingerprint and row.fingerprint != fingerprint:
            row.restated += 1
        row.finished_at, row.fingerprint = datetime.now(UTC), fingerprint
        row.counts, row.revisions = dict(counts), dict(revisions)
        return _manifest(row)


def manifest(database: Database, week: str) -> Manifest | None:
    """The manifest of a week, or None if it was never run."""
    with database.read() as session:
        row = session.get(RunRow, week)
        return None if row is None else _manifest(row)


def manifests(database: Database) -> list[Manifest]:
    """The manifests of all weeks, in order."""
    with database.read() as session:
        return [_manifest(row) for row in session.scalars(select(RunRow).order_by(RunRow.week))]


def _manifest(row: RunRow) -> Manifest:
    return Manifest(
        week=row.week,
        started_at=row.started_at,
        finished_at=row.finished_at,
        fingerprint=row.fingerprint,
        restated=row.restated,
        counts=row.counts,
        revisions=row.revisions,
    )
