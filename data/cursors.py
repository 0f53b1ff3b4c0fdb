"""Remember how far each source has been pulled.

Set a cursor only after what was pulled is stored: a run killed in between pulls the same again, and nothing is lost.
"""

from datetime import UTC, datetime

from data.database import Database
from data.schema import CursorRow


def get(database: Database, source: str) -> str | None:
    """The cursor of a source as it was set, or None if it was never pulled."""
    with database.read() as session:
        row = session.get(CursorRow, source)
        return None if row is None else row.value


def keep(database: Database, source: str, value: str) -> None:
    """Keep how far a source has been pulled, in the source's own words."""
    with database.write() as session:
        session.merge(CursorRow(source=source, value=value, updated_at=datetime.now(UTC)))


def forget(database: Database, source: str) -> None:
    """Pull a source from its beginning next time."""
    with database.write() as session:
        row = session.get(CursorRow, source)
        if row is not None:
            session.delete(row)
