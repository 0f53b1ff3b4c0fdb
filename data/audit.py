"""Write down who did what and why. Rows are only ever added."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.database import Database
from data.errors import EarshotError
from data.schema import AuditRow


class NoReason(EarshotError):
    """Somebody asked for what needs a name and a reason, and gave none."""


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One act: when, who, what, on which object, and why. Holds no customer text."""

    at: datetime
    who: str
    action: str
    object: str
    reason: str


def note(session: Session, who: str, action: str, object_: str, reason: str) -> None:
    """Add an entry inside the caller's transaction, so that neither the act nor the entry exists alone.

    Raises NoReason if `who` or `reason` is blank.
    """
    if not who.strip() or not reason.strip():
        raise NoReason(f"To {action} of {object_}, give your name and a reason; both go to the audit log.")
    session.add(AuditRow(at=datetime.now(UTC), who=who.strip(), action=action, object=object_, reason=reason.strip()))
    session.flush()


def entries(database: Database, object_: str | None = None, limit: int = 1000) -> Sequence[AuditEntry]:
    """The latest entries, newest first; of one object if given."""
    query = select(AuditRow).order_by(AuditRow.id.desc()).limit(limit)
    if object_ is not None:
        query = query.where(AuditRow.object == object_)
    with database.read() as session:
        return [AuditEntry(row.at, row.who, row.action, row.object, row.reason) for row in session.scalars(query)]
