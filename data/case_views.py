"""The filters of the queue that somebody keeps under a name."""

from dataclasses import dataclass

from sqlalchemy import delete, select

from data.database import Database
from data.desk_schema import CaseViewRow

MOST = 20


@dataclass(frozen=True, slots=True)
class SavedView:
    """A name and the query of the queue's address."""

    id: int
    name: str
    query: str


def saved(database: Database, account: str) -> list[SavedView]:
    """The views of an account by name."""
    query = select(CaseViewRow).where(CaseViewRow.account == account).order_by(CaseViewRow.name)
    with database.read() as session:
        return [SavedView(row.id, row.name, row.query) for row in session.scalars(query)]


def keep(database: Database, account: str, name: str, query: str) -> bool:
    """Keep a view, in the place of the one of the same name; False when the account has as many as it may."""
    with database.write() as session:
        rows = session.scalars(select(CaseViewRow).where(CaseViewRow.account == account)).all()
        row = next((row for row in rows if row.name == name), None)
        if row is None:
            if len(rows) >= MOST:
                return False
            session.add(CaseViewRow(account=account, name=name, query=query))
        else:
            row.query = query
        return True


def forget(database: Database, account: str, view: int) -> None:
    """Delete a view of an account; one of somebody else stays."""
    with database.write() as session:
        session.execute(delete(CaseViewRow).where(CaseViewRow.id == view, CaseViewRow.account == account))
