"""What a person does to a case: take it, put it off, judge it, close it. Two people never overwrite each other."""

from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime
from typing import get_args

from sqlalchemy import select, update
from sqlalchemy.orm.exc import StaleDataError

from data import cases
from data.cases import SYSTEM, Case, Status
from data.database import Database
from data.errors import EarshotError
from data.schema import CaseEventRow, CaseRow
from data.verdicts import note_verdict

#: What a person may answer, by the column that keeps it. "wrong_misread": sarcasm, or an agent's words.
CHOICES: Mapping[str, tuple[str, ...]] = {
    "status": get_args(Status),
    "verdict": (
        "right", "wrong_not_unhappy", "wrong_misread", "wrong_not_ours", "already_handled", "unsure",
    ),
    "cause": (
        "delivery", "product", "price", "service", "billing", "app", "expectation", "rival", "own_life", "none",
        "unknown",
    ),
    "action": (
        "called", "wrote", "apologised", "refunded", "replaced", "credited", "mended", "passed_on", "not_reached",
        "nothing",
    ),
    "outcome": ("left", "stayed", "unknown"),
}  # fmt: skip
#: What `clear` may empty.
CLEARABLE = ("owner", "due", "verdict")


class UnknownCase(EarshotError):
    """There is no such case."""


class CaseChanged(EarshotError):
    """Somebody else changed the case since it was read."""


class BadChange(EarshotError):
    """The change leaves something out that it needs, or says something that is no answer."""


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
    team: str | None = None,
    recheck: date | None = None,
    cause: str | None = None,
    action: str | None = None,
    outcome: str | None = None,
    note: str | None = None,
    clear: Collection[str] = (),
    today: date | None = None,
) -> Case:
    """Change what is given, leave the rest, write it to the case's history, and return the case as it is now.

    `lock` is that of the case as the person saw it; `clear` empties columns of CLEARABLE. Closing needs a cause and an
    action, putting off a later day to look again, an outcome a closed case. Raises UnknownCase, BadChange, and
    CaseChanged when the case has changed since.
    """
    today = today or datetime.now(UTC).date()
    given = {
        "status": status, "owner": owner, "due": due, "verdict": verdict, "team": team, "recheck": recheck,
        "cause": cause, "action": action, "outcome": outcome,
    }  # fmt: skip
    wanted: dict[str, object] = {name: value for name, value in given.items() if value is not None}
    _check(case_id, wanted, clear, today)
    try:
        with database.write() as session:
            row = session.get(CaseRow, case_id, with_for_update=True)
            if row is None:
                raise UnknownCase(f"There is no case {case_id}.")
            if row.lock != lock:
                raise _changed(case_id)
            if outcome is not None and (status or row.status) != "closed":
                raise BadChange(f"Case {case_id} is not closed; what became of the customer is noted after closing.")
            for name, value in (wanted | dict.fromkeys(clear) | _following(row, status, today)).items():
                setattr(row, name, value)
            if verdict is not None:
                note_verdict(session, row, verdict, who)
            row.updated_at = now = datetime.now(UTC)
            told = [f"{name}: {value}" for name, value in wanted.items()] + [f"{name}: -" for name in clear]
            event = ", ".join(told) or "note"
            session.add(CaseEventRow(case_id=case_id, at=now, who=who, event=event, week=None, note=note))
    except StaleDataError:
        raise _changed(case_id) from None
    changed = cases.case(database, case_id)
    if changed is None:
        raise UnknownCase(f"There is no case {case_id} any more.")
    return changed


def wake(database: Database, today: date) -> int:
    """Open the snoozed cases whose day has come; return how many. Doing it again on the same day changes nothing."""
    due = (CaseRow.status == "snoozed", CaseRow.recheck <= today)
    with database.read() as session:
        if session.scalar(select(CaseRow.id).where(*due).limit(1)) is None:
            return 0
    with database.write() as session:
        rows = session.scalars(select(CaseRow).where(*due).order_by(CaseRow.id)).all()
        for row in rows:
            row.status, row.recheck, row.updated_at = "open", None, datetime.now(UTC)
            session.add(CaseEventRow(case_id=row.id, at=row.updated_at, who=SYSTEM, event="recheck"))
        return len(rows)


def place(database: Database, places: Mapping[str, tuple[str, str | None]]) -> int:
    """Give the cases of customers that have no team yet their (team, language); return how many.

    `places` goes by customer key. A team that a person chose stays. Nobody's edit is in the way: it adds what a case
    lacks and leaves its lock alone.
    """
    placed = 0
    with database.write() as session:
        keys = session.scalars(select(CaseRow.customer_key).where(CaseRow.team.is_(None)).distinct()).all()
        for key in sorted(set(keys) & places.keys()):
            team, language = places[key]
            where = (CaseRow.customer_key == key, CaseRow.team.is_(None))
            ids = session.scalars(select(CaseRow.id).where(*where)).all()
            values = {"team": team, "language": language}
            session.execute(update(CaseRow).where(CaseRow.id.in_(ids)).values(values).execution_options(
                synchronize_session=False
            ))  # fmt: skip
            placed += len(ids)
    return placed


def _check(case_id: str, wanted: Mapping[str, object], clear: Collection[str], today: date) -> None:
    for name, answers in CHOICES.items():
        if name in wanted and wanted[name] not in answers:
            raise BadChange(f"{name} of a case is one of: {', '.join(answers)}.")
    if strange := set(clear) - set(CLEARABLE):
        raise BadChange(f"Nobody can empty {', '.join(sorted(strange))} of a case; only {', '.join(CLEARABLE)}.")
    if both := set(clear) & wanted.keys():
        raise BadChange(f"Either set or empty {', '.join(sorted(both))} of case {case_id}.")
    status = wanted.get("status")
    if status == "closed" and not {"cause", "action"} <= wanted.keys():
        raise BadChange(f"To close case {case_id}, say what caused the trouble and what was done.")
    recheck = wanted.get("recheck")
    if (status == "snoozed") != (recheck is not None):
        raise BadChange(f"To put case {case_id} off, say on which day to look again; a day alone puts nothing off.")
    if isinstance(recheck, date) and recheck <= today:
        raise BadChange(f"Case {case_id} can only be put off to a day after {today}.")


def _following(row: CaseRow, status: Status | None, today: date) -> dict[str, object]:
    """What else a new status brings with it."""
    if status is None:
        return {}
    changes: dict[str, object] = {} if status == "snoozed" else {"recheck": None}
    if status == "closed":
        return changes | {"closed_on": today, "outcome": None}
    if row.status == "closed":
        changes |= dict.fromkeys(("closed_on", "cause", "action", "outcome"))
    return changes


def _changed(case_id: str) -> CaseChanged:
    return CaseChanged(f"Case {case_id} was changed by somebody else meanwhile. Load it again and look before saving.")
