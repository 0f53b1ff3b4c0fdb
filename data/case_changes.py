"""What a person does to a case: take it, put it off, close it. Two people never overwrite each other."""

from datetime import UTC, date, datetime

from sqlalchemy.orm.exc import StaleDataError

from data import cases
from data.cases import Case, Status
from data.database import Database
from data.errors import EarshotError
from data.schema import CaseEventRow, CaseRow


class UnknownCase(EarshotError):
    """There is no such case."""


class CaseChanged(EarshotError):
    """Somebody else changed the case since it was read."""


def change(
    database: Database,
    case_id: str,
    *,
    lock: int,
    who: str,
    status: Status | None = None,
    owner: str | None = None,
    due: date | None = None,
    verdict: str | None = None,
    note: str | None = None,
) -> Case:
    """Change what is given, leave the rest, write it to the case's history, and return the case as it is now.

    `lock` is that of the case as the person saw it. Raises UnknownCase, and CaseChanged when it has changed since.
    """
    given = {"status": status, "owner": owner, "due": due, "verdict": verdict}
    wanted = {name: value for name, value in given.items() if value is not None}
    try:
        with database.write() as session:
            row = session.get(CaseRow, case_id, with_for_update=True)
            if row is None:
                raise UnknownCase(f"There is no case {case_id}.")
            if row.lock != lock:
                raise _changed(case_id)
            for name, value in wanted.items():
                setattr(row, name, value)
            row.updated_at = now = datetime.now(UTC)
            event = ", ".join(f"{name}: {value}" for name, value in wanted.items()) or "note"
            session.add(CaseEventRow(case_id=case_id, at=now, who=who, event=event, week=None, note=note))
    except StaleDataError:
        raise _changed(case_id) from None
    changed = cases.case(database, case_id)
    if changed is None:
        raise UnknownCase(f"There is no case {case_id} any more.")
    return changed


def _changed(case_id: str) -> CaseChanged:
    return CaseChanged(f"Case {case_id} was changed by somebody else meanwhile. Load it again and look before saving.")
