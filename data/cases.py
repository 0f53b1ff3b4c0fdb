"""Cases: the follow-up of a customer at risk that a person owns, opened and kept fresh by flags.

A flag refreshes the customer's live case. Once a person closed a case, or it expired, only evidence not seen before
brings the customer back: to the same case if one of the rules that it fired is among the case's own (the same trouble),
else to a new one. So what a manager has dealt with stays dealt with, although rules look back over the same weeks.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.database import Database
from data.records import Flag, Level, Reason
from data.schema import CaseEventRow, CaseReasonRow, CaseRow
from data.weeks import BadWeek, monday

Status = Literal["open", "in_progress", "snoozed", "closed", "expired", "withdrawn"]
#: What a person still has to look at, or is looking at.
LIVE: tuple[Status, ...] = ("open", "in_progress", "snoozed")
SYSTEM = "earshot"
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Counts:
    """What a week's flags did, in cases. `unchanged` flags brought nothing that their case did not know."""

    opened: int = 0
    reopened: int = 0
    refreshed: int = 0
    expired: int = 0
    unchanged: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """The trouble of one customer. `risk` lies in 0..1; `value` is shown beside it and never mixed in.

    `reasons` are those of the latest flag, weightiest first; `past` those of earlier ones. `lock` is the number of the
    state one has seen: give it back with a change, so that two people don't overwrite each other.
    """

    id: str
    customer_key: str
    status: Status
    level: Level
    risk: float
    value: float | None
    opened_week: str
    week: str
    opened: date
    expires: date
    owner: str | None
    due: date | None
    verdict: str | None
    reasons: tuple[Reason, ...]
    past: tuple[Reason, ...]
    lock: int
    team: str | None = None
    language: str | None = None
    recheck: date | None = None
    cause: str | None = None
    action: str | None = None
    closed_on: date | None = None
    outcome: str | None = None


@dataclass(frozen=True, slots=True)
class CaseEvent:
    """One thing that happened to a case: when, who did it, what, in the run of which week, and a note."""

    at: datetime
    who: str
    event: str
    week: str | None
    note: str | None


def open_cases(
    database: Database, flags: Sequence[Flag], week: str, *, complete: bool = True, left_out: Collection[str] = (),
    early: bool = False,
) -> Counts:  # fmt: skip
    """Turn the flags of a week into cases. Doing it again changes nothing; the order of the flags does not matter.

    Untouched cases whose time is over at the end of the week expire. `complete` says that these are all flags of the
    week: a case that this week alone had opened and whose flag is gone (the week was restated) is then withdrawn, and
    counted as expired. `left_out` are customers for whom riskier ones leave no room: their untouched cases give way
    (withdrawn, so that the same evidence brings them back once there is room). A flag older than what its case has seen
    changes nothing. `early`: the week is not over, so nothing expires. Raises BadWeek.
    """
    if any(flag.week != week for flag in flags):
        raise BadWeek(f"Some flags are not of week {week}. Give the flags of one week at a time.")
    # One flag a customer is expected; of several the riskiest counts, whatever their order.
    by_customer = {flag.customer_key: flag for flag in sorted(flags, key=lambda flag: (flag.risk, repr(flag)))}
    tally = dict.fromkeys(("opened", "reopened", "refreshed", "expired", "unchanged"), 0)
    with database.write() as session:
        known = _cases_of(session, sorted(by_customer))
        for customer_key in sorted(by_customer):
            tally[_feed(session, known.get(customer_key, []), by_customer[customer_key])] += 1
        session.flush()
        tally["expired"] = 0 if early else _expire(session, week, set(by_customer) if complete else None)
        tally["expired"] += _give_way(session, week, sorted(set(left_out) - by_customer.keys()))
    return Counts(**tally)


def queue(
    database: Database,
    week: str | None = None,
    *,
    statuses: Iterable[Status] = ("open", "in_progress"),
    levels: Iterable[Level] | None = None,
    limit: int | None = None,
) -> list[Case]:
    """Cases to look at, riskiest first (then by id): those opened up to `week` (all if None), as they are now."""
    query = select(CaseRow).where(CaseRow.status.in_(list(statuses))).order_by(CaseRow.risk.desc(), CaseRow.id)
    if week is not None:
        query = query.where(CaseRow.opened_week <= week)
    if levels is not None:
        query = query.where(CaseRow.level.in_(list(levels)))
    with database.read() as session:
        return [case_of(row) for row in session.scalars(query.limit(limit))]


def case(database: Database, case_id: str) -> Case | None:
    """One case, or None."""
    with database.read() as session:
        row = session.get(CaseRow, case_id)
        return None if row is None else case_of(row)


def history(database: Database, case_id: str) -> list[CaseEvent]:
    """What happened to a case, in order."""
    query = select(CaseEventRow).where(CaseEventRow.case_id == case_id).order_by(CaseEventRow.id)
    with database.read() as session:
        return [CaseEvent(row.at, row.who, row.event, row.week, row.note) for row in session.scalars(query)]


def _feed(session: Session, cases: list[CaseRow], flag: Flag) -> str:
    """Let a flag work on the cases of its customer, in the order in which they were opened; return what it did."""
    live = next((row for row in reversed(cases) if row.status in LIVE), None)
    if live is not None:
        if flag.week < live.week or _same(live, flag):
            return "unchanged"
        known = {(reason.rule, reason.feedback_id) for reason in live.reasons}
        news = any(r.weight > 0 and (r.rule, r.feedback_id) not in known for r in flag.reasons)
        _refresh(live, flag)
        _note(session, live, "refreshed", flag.week)
        if live.status == "snoozed" and news:
            # Put off is not put away: new trouble comes back at once, not on the day that was chosen without it.
            live.status, live.recheck = "open", None
            _note(session, live, "woken", flag.week)
        return "refreshed"
    done = [row for row in cases if row.status != "withdrawn"]
    seen = {(reason.rule, reason.feedback_id) for row in done for reason in row.reasons}
    # A reason of negative weight speaks for the customer's staying: praise brings no closed case back.
    fresh = [r for r in flag.reasons if r.weight > 0 and (r.rule, r.feedback_id) not in seen]
    if done and (not fresh or flag.week < max(row.week for row in done)):
        return "unchanged"
    rules = {reason.rule for reason in fresh}
    again = next((row for row in reversed(cases) if rules & {reason.rule for reason in row.reasons}), None)
    if again is not None:
        again.status = "open"
        again.verdict = again.cause = again.action = again.closed_on = again.outcome = again.recheck = None
        _refresh(again, flag)
        _note(session, again, "reopened", flag.week)
        return "reopened"
    row = CaseRow(
        id=sha256(f"{flag.customer_key}\x00{len(cases)}".encode()).hexdigest()[:16],
        customer_key=flag.customer_key,
        status="open",
        opened_week=flag.week,
        opened=flag.opened,
        reasons=[],
    )
    _refresh(row, flag)
    session.add(row)
    session.flush()
    _note(session, row, "opened", flag.week)
    return "opened"


def _refresh(row: CaseRow, flag: Flag) -> None:
    row.level, row.risk, row.value, row.expires, row.week = flag.level, flag.risk, flag.value, flag.expires, flag.week
    row.updated_at = datetime.now(UTC)
    known = {(reason.rule, reason.feedback_id): reason for reason in row.reasons}
    for reason_row in row.reasons:
        reason_row.current = False
    for reason in sorted(flag.reasons, key=_order):
        kept = known.get((reason.rule, reason.feedback_id))
        if kept is None:
            kept = CaseReasonRow(rule=reason.rule, feedback_id=reason.feedback_id, week=flag.week)
            known[reason.rule, reason.feedback_id] = kept
            row.reasons.append(kept)
        kept.weight, kept.occurred_at, kept.verbatim = reason.weight, reason.occurred_at, reason.verbatim
        kept.current = True


def _same(row: CaseRow, flag: Flag) -> bool:
    facts = (row.level, row.risk, row.value, row.expires, row.week)
    current = [_reason(reason) for reason in row.reasons if reason.current]
    return facts == (flag.level, flag.risk, flag.value, flag.expires, flag.week) and sorted(
        current, key=_order
    ) == sorted(_one_each(flag.reasons), key=_order)


def _one_each(reasons: Iterable[Reason]) -> list[Reason]:
    return list({(reason.rule, reason.feedback_id): reason for reason in sorted(reasons, key=_order)}.values())


def _order(reason: Reason) -> tuple[float, str, str]:
    return -reason.weight, reason.rule, reason.feedback_id


def _expire(session: Session, week: str, flagged: set[str] | None) -> int:
    end = monday(week) + timedelta(days=6)
    over = session.scalars(select(CaseRow).where(CaseRow.status == "open", CaseRow.expires <= end, CaseRow.week < week))
    ended = [(row, "expired") for row in over]
    if flagged is not None:
        this_week = (CaseRow.status == "open", CaseRow.week == week, CaseRow.opened_week == week)
        ended += [
            (row, "withdrawn")
            for row in session.scalars(select(CaseRow).where(*this_week))
            if row.customer_key not in flagged
        ]
    for row, status in sorted(ended, key=lambda pair: pair[0].id):
        row.status, row.updated_at = status, datetime.now(UTC)
        _note(session, row, status, week)
    return len(ended)


def _give_way(session: Session, week: str, customer_keys: Sequence[str]) -> int:
    untouched = [
        row
        for cases in _cases_of(session, customer_keys).values()
        for row in cases
        if row.status == "open" and row.owner is None and row.verdict is None and row.week <= week
    ]
    for row in sorted(untouched, key=lambda row: row.id):
        row.status, row.updated_at = "withdrawn", datetime.now(UTC)
        _note(session, row, "withdrawn", week)
    return len(untouched)


def _cases_of(session: Session, customer_keys: Sequence[str]) -> dict[str, list[CaseRow]]:
    found: dict[str, list[CaseRow]] = {}
    for start in range(0, len(customer_keys), _AT_ONCE):
        query = (
            select(CaseRow)
            .where(CaseRow.customer_key.in_(customer_keys[start : start + _AT_ONCE]))
            .order_by(CaseRow.opened_week, CaseRow.id)
        )
        for row in session.scalars(query):
            found.setdefault(row.customer_key, []).append(row)
    return found


def _note(session: Session, row: CaseRow, event: str, week: str) -> None:
    session.add(CaseEventRow(case_id=row.id, at=datetime.now(UTC), who=SYSTEM, event=event, week=week))


def _reason(row: CaseReasonRow) -> Reason:
    return Reason(row.rule, row.weight, row.feedback_id, row.occurred_at, row.verbatim)


def case_of(row: CaseRow) -> Case:
    """The case that a row holds."""
    reasons = sorted(row.reasons, key=lambda reason: _order(_reason(reason)))
    return Case(
        id=row.id,
        customer_key=row.customer_key,
        status=row.status,  # type: ignore[arg-type]
        level=row.level,  # type: ignore[arg-type]
        risk=row.risk,
        value=row.value,
        opened_week=row.opened_week,
        week=row.week,
        opened=row.opened,
        expires=row.expires,
        owner=row.owner,
        due=row.due,
        verdict=row.verdict,
        team=row.team,
        language=row.language,
        recheck=row.recheck,
        cause=row.cause,
        action=row.action,
        closed_on=row.closed_on,
        outcome=row.outcome,
        reasons=tuple(_reason(reason) for reason in reasons if reason.current),
        past=tuple(_reason(reason) for reason in reasons if not reason.current),
        lock=row.lock,
    )
