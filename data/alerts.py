"""Trouble that was told at once, so that it is told once."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update

from data.database import Database
from data.learning_schema import AlertRow

#: The same rule about the same case is told again only after so long.
AGAIN = timedelta(days=28)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One thing to tell at once. `about` is the case's id, or the feedback's if nobody knows the customer."""

    about: str
    rule: str
    feedback_id: str
    version: str
    week: str
    case_id: str | None
    team: str
    verbatim: str
    at: datetime

    @property
    def key(self) -> str:
        return f"{self.about}-{self.rule}-{self.feedback_id}"


def note(database: Database, alert: Alert) -> bool:
    """Keep an alert unless the same rule about the same case was told within AGAIN; say whether it is new."""
    with database.write() as session:
        if session.get(AlertRow, alert.key) is not None:
            return False
        same = select(AlertRow.key, AlertRow.at).where(AlertRow.rule == alert.rule)
        prefix = f"{alert.about}-{alert.rule}-"
        for key, at in session.execute(same.where(AlertRow.key.startswith(prefix, autoescape=True))):
            if key.startswith(prefix) and abs(alert.at - at) < AGAIN:
                return False
        session.add(
            AlertRow(
                key=alert.key, rule=alert.rule, feedback_id=alert.feedback_id, version=alert.version, week=alert.week,
                case_id=alert.case_id, team=alert.team, verbatim=alert.verbatim, at=alert.at, enqueued_at=None,
            )
        )  # fmt: skip
        return True


def waiting(database: Database) -> list[Alert]:
    """Alerts whose pages may not have been written yet, in the order of their keys."""
    with database.read() as session:
        query = select(AlertRow).where(AlertRow.enqueued_at.is_(None)).order_by(AlertRow.key)
        return [_alert(row) for row in session.scalars(query)]


def alerts(database: Database) -> list[Alert]:
    """Every alert, in the order of what was said."""
    with database.read() as session:
        return [_alert(row) for row in session.scalars(select(AlertRow).order_by(AlertRow.at, AlertRow.key))]


def enqueued(database: Database, alert: Alert) -> None:
    """Record that an alert stands in the outbox for every target."""
    with database.write() as session:
        session.execute(update(AlertRow).where(AlertRow.key == alert.key).values(enqueued_at=datetime.now(UTC)))


def _alert(row: AlertRow) -> Alert:
    return Alert(
        about=row.key.removesuffix(f"-{row.rule}-{row.feedback_id}"), rule=row.rule, feedback_id=row.feedback_id,
        version=row.version, week=row.week, case_id=row.case_id, team=row.team, verbatim=row.verbatim, at=row.at,
    )  # fmt: skip
