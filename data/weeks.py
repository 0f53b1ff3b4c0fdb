"""ISO weeks in the business time zone, written "2026-W46"."""

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from data.errors import EarshotError


class BadWeek(EarshotError):
    """What was given is no ISO week."""


def week_of(moment: datetime, zone: ZoneInfo) -> str:
    """The ISO week in which an aware moment falls, as people in `zone` see it."""
    year, week, _ = moment.astimezone(zone).isocalendar()
    return f"{year}-W{week:02}"


def monday(week: str) -> date:
    """The first day of a week; raises BadWeek when there is no such week."""
    match = re.fullmatch(r"(\d{4})-W(\d{1,2})", week.strip())
    try:
        if match:
            return date.fromisocalendar(int(match[1]), int(match[2]), 1)
    except ValueError:
        pass
    raise BadWeek(f"{week!r} is no ISO week. Write the year and the week number, such as 2026-W46.")


def shift(week: str, weeks: int) -> str:
    """The week that lies `weeks` after (or, negative, before) a week."""
    year, number, _ = (monday(week) + timedelta(weeks=weeks)).isocalendar()
    return f"{year}-W{number:02}"


def span(first: str, last: str) -> list[str]:
    """All weeks from `first` to `last`, both included; empty when `last` lies before `first`."""
    count = (monday(last) - monday(first)).days // 7
    return [shift(first, step) for step in range(count + 1)]


def starts(week: str, zone: ZoneInfo) -> datetime:
    """The moment at which a week begins in `zone`, in UTC."""
    first = monday(week)
    return datetime(first.year, first.month, first.day, tzinfo=zone).astimezone(UTC)


def last_complete(now: datetime, zone: ZoneInfo) -> str:
    """The newest week that has ended at the aware moment `now`."""
    return shift(week_of(now, zone), -1)
