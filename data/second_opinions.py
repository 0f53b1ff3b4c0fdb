"""Cases that two people judged, one not knowing of the other's verdict or at least not bound by it."""

from dataclasses import dataclass

from sqlalchemy import select

from data.database import Database
from data.learning_schema import VerdictRow
from data.verdicts import AT_RISK


@dataclass(frozen=True, slots=True)
class JudgedTwice:
    """A customer of a week as the first and the last of several people judged: at risk, or not."""

    week: str
    first: bool
    last: bool


def judged_twice(database: Database) -> list[JudgedTwice]:
    """What two people said of the same customer in the same week, by week; who was unsure does not count."""
    with database.read() as session:
        rows = session.scalars(select(VerdictRow).order_by(VerdictRow.week, VerdictRow.customer_key, VerdictRow.id))
        said: dict[tuple[str, str], dict[str, bool]] = {}
        for row in rows:
            if row.verdict in AT_RISK:
                # Of one person the latest word counts; the order of people is that of their first words.
                said.setdefault((row.week, row.customer_key), {})[row.who] = AT_RISK[row.verdict]
    return [
        JudgedTwice(week, answers[0], answers[-1])
        for (week, _), people in said.items()
        if len(answers := list(people.values())) > 1
    ]
