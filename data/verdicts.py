"""What people decided about customers at risk, and the blind samples that keep those decisions honest."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from data.database import Database
from data.learning_schema import BlindSampleRow, RiskStratumRow, VerdictRow
from data.records import Level
from data.schema import CaseRow

#: Where a known customer stands when a week is flagged: in the queue; flagged, but no room; something, too little;
#: nothing.
Stratum = Literal["queued", "left_out", "signals", "quiet"]
STRATA: tuple[Stratum, ...] = ("queued", "left_out", "signals", "quiet")
#: What each verdict says of the customer: at risk, not, or nothing (unsure).
AT_RISK: Mapping[str, bool] = {
    "right": True, "already_handled": True,
    "wrong_not_unhappy": False, "wrong_misread": False, "wrong_not_ours": False,
}  # fmt: skip
#: The rule under which a case of a second look shows the customer's words; it adds nothing to any risk.
SECOND_LOOK = "second_look"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A verdict and what the rules said when it was given; `points` by rule add up to -log(1 - risk)."""

    case_id: str
    customer_key: str
    week: str
    at: datetime
    who: str
    verdict: str
    level: Level
    risk: float
    language: str | None
    stratum: Stratum
    points: Mapping[str, float]

    @property
    def at_risk(self) -> bool | None:
        """What it says of the customer; None when the person was not sure."""
        return AT_RISK.get(self.verdict)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A customer drawn for a second look, and what the rules had said of that customer."""

    customer_key: str
    stratum: Stratum
    level: Level
    risk: float
    points: Mapping[str, float]
    language: str | None


@dataclass(frozen=True, slots=True)
class Standing:
    """How many known customers of a language stood in a stratum in a week."""

    week: str
    stratum: Stratum
    language: str
    customers: int


def note_verdict(session: Session, row: CaseRow, verdict: str, who: str) -> None:
    """Keep a verdict with what the case showed, inside the caller's transaction."""
    drawn = session.get(BlindSampleRow, (row.week, row.customer_key))
    points: dict[str, Any] = {}
    for reason in row.reasons:
        if reason.current:
            points[reason.rule] = points.get(reason.rule, 0.0) + reason.weight
    veiled = drawn is not None and SECOND_LOOK in points
    session.add(
        VerdictRow(
            case_id=row.id,
            customer_key=row.customer_key,
            week=row.week,
            at=datetime.now(UTC),
            who=who,
            verdict=verdict,
            level=drawn.level if drawn and veiled else row.level,
            risk=drawn.risk if drawn and veiled else row.risk,
            language=drawn.language if drawn and veiled else row.language,
            stratum=drawn.stratum if drawn and veiled else "queued",
            points=dict(drawn.points) if drawn and veiled else points,
        )
    )


def verdicts(database: Database, weeks: Iterable[str] | None = None) -> list[Verdict]:
    """The latest verdict on each customer in each week, in the order of week and customer; of some weeks if given."""
    query = select(VerdictRow).order_by(VerdictRow.id)
    if weeks is not None:
        query = query.where(VerdictRow.week.in_(list(weeks)))
    with database.read() as session:
        last = {(row.week, row.customer_key): row for row in session.scalars(query)}
        return [_verdict(last[key]) for key in sorted(last)]


def keep_week(database: Database, week: str, drawn: Sequence[Drawn], standing: Iterable[Standing]) -> None:
    """Keep who was drawn in a week and how many stood where; a week that is run again replaces what it had kept."""
    now = datetime.now(UTC)
    with database.write() as session:
        for table in (BlindSampleRow, RiskStratumRow):
            session.execute(delete(table).where(table.week == week))
        session.add_all(
            BlindSampleRow(
                week=week, customer_key=one.customer_key, stratum=one.stratum, level=one.level, risk=one.risk,
                points=dict(one.points), language=one.language, drawn_at=now,
            )
            for one in drawn
        )  # fmt: skip
        session.add_all(RiskStratumRow(**asdict(one)) for one in standing)


def standings(database: Database, weeks: Iterable[str] | None = None) -> list[Standing]:
    """How many known customers stood where, by week, stratum and language."""
    query = select(RiskStratumRow).order_by(RiskStratumRow.week, RiskStratumRow.stratum, RiskStratumRow.language)
    if weeks is not None:
        query = query.where(RiskStratumRow.week.in_(list(weeks)))
    with database.read() as session:
        return [
            Standing(row.week, row.stratum, row.language, row.customers)  # type: ignore[arg-type]
            for row in session.scalars(query)
        ]


def latest_week(database: Database) -> str | None:
    """The latest week that was flagged; None before any."""
    with database.read() as session:
        return session.scalar(select(func.max(RiskStratumRow.week)))


def left_out(database: Database, week: str) -> int:
    """How many customers were flagged in a week, but had no room in its queue."""
    return sum(one.customers for one in standings(database, [week]) if one.stratum == "left_out")


def in_cases_before(database: Database, week: str) -> set[str]:
    """The keys of customers who had a case before a week, whatever became of it, unless it was withdrawn."""
    query = select(CaseRow.customer_key).where(CaseRow.opened_week < week, CaseRow.status != "withdrawn")
    with database.read() as session:
        return set(session.scalars(query))


def count(database: Database) -> int:
    """How many verdicts were ever given."""
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(VerdictRow)) or 0


def _verdict(row: VerdictRow) -> Verdict:
    return Verdict(
        case_id=row.case_id,
        customer_key=row.customer_key,
        week=row.week,
        at=row.at,
        who=row.who,
        verdict=row.verdict,
        level=row.level,  # type: ignore[arg-type]
        risk=row.risk,
        language=row.language,
        stratum=row.stratum,  # type: ignore[arg-type]
        points=row.points,
    )
