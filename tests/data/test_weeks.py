"""Weeks are the columns of every report: an hour's mistake moves feedback into the wrong one."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.weeks import BadWeek, last_complete, monday, shift, span, starts, week_of

SHANGHAI = ZoneInfo("Asia/Shanghai")


def test_sunday_evening_in_london_is_already_next_week_in_shanghai() -> None:
    """The business time zone decides, not the server's."""
    moment = datetime(2026, 11, 15, 18, 0, tzinfo=UTC)
    assert week_of(moment, ZoneInfo("Europe/London")) == "2026-W46"
    assert week_of(moment, SHANGHAI) == "2026-W47"


def test_the_year_of_a_week_is_not_the_year_of_its_days() -> None:
    """1 January 2027 belongs to the last week of 2026."""
    assert week_of(datetime(2027, 1, 1, 12, tzinfo=UTC), SHANGHAI) == "2026-W53"
    assert shift("2026-W53", 1) == "2027-W01"
    assert span("2026-W52", "2027-W02") == ["2026-W52", "2026-W53", "2027-W01", "2027-W02"]


def test_the_last_complete_week_on_a_monday_morning_is_the_one_before() -> None:
    """The scheduled run at six on Monday reports the week that has just ended."""
    assert last_complete(datetime(2026, 11, 15, 22, 0, tzinfo=UTC), SHANGHAI) == "2026-W46"


@given(st.integers(0, 3000), st.integers(-200, 200))
def test_shifting_there_and_back_changes_nothing(start: int, weeks: int) -> None:
    """Baselines count back from the report week over year ends."""
    week = shift("1990-W01", start)
    assert shift(shift(week, weeks), -weeks) == week
    assert week_of(starts(week, SHANGHAI), SHANGHAI) == week


@pytest.mark.parametrize("text", ["2026-46", "2026-W54", "W46", "", "last week"])
def test_what_is_no_week_is_refused_with_an_example(text: str) -> None:
    """`--week` is typed by people."""
    with pytest.raises(BadWeek, match="2026-W46"):
        monday(text)
