"""The stretch of time that a report is about: an ISO week or a month of ISO weeks, with its days and its name."""

from dataclasses import dataclass
from datetime import date, timedelta

from data.weeks import monday
from reports.month import weeks_of
from reports.wording import Words


@dataclass(frozen=True, slots=True)
class Period:
    """First and last day of a week (2026-W46) or month (2026-10), the number of it in its year, and the year."""

    first: date
    last: date
    number: int
    year: int
    monthly: bool

    def name(self, words: Words) -> str:
        """Its name in a report language, such as "Week 46, 2026" or "October 2026"."""
        if self.monthly:
            return words.month(date(self.year, self.number, 1))
        return words.say("edition.week", number=str(self.number), year=str(self.year))


def period_of(text: str) -> Period:
    """The period of "2026-W46" or "2026-10"; raises BadWeek or BadMonth."""
    year, _, rest = text.partition("-")
    if rest.startswith("W"):
        first = monday(text)
        return Period(first, first + timedelta(days=6), int(rest[1:]), int(year), monthly=False)
    inside = weeks_of(text)
    return Period(monday(inside[0]), monday(inside[-1]) + timedelta(days=6), int(rest), int(year), monthly=True)
