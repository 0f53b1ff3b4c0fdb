"""The monthly edition for management is an edition like the others, about a month."""

from functools import cache
from pathlib import Path

import pytest

from data.taxonomy import load
from reports.export import write_tables
from reports.month import build_month, trend_months, weeks_of
from reports.monthly import edition_tables, write_monthly
from reports.page import MANAGEMENT, build_page
from reports.period import period_of
from reports.week import ReportSettings, WeekTables
from reports.wording import Words
from tests.reports.made_weeks import feedback_frames, standard_week

MONTH = "2026-11"


@cache
def month(folder: Path | None = None) -> WeekTables:
    weeks = [week for each in trend_months(MONTH) for week in weeks_of(each)]
    frames = feedback_frames(weeks, size=60)
    numbers = build_month(frames["feedback"], frames["predictions"], frames["mentions"], load(), MONTH)
    return edition_tables(numbers, load(), ReportSettings(), [folder] if folder else [])


@pytest.mark.parametrize(
    ("language", "name"), [("en", "November 2026"), ("zh-Hans", "2026年11月"), ("zh-Hant", "2026年11月")]
)
def test_a_month_speaks_of_months(language: str, name: str) -> None:
    """A report about November that says "this week" was put together by a machine."""
    page = build_page(month(), MANAGEMENT, "Songbird", language, strict=True)
    assert page.week_name == name
    opening = page.words.joined(page.headline)
    assert Words(language).say("lede.counted", count=page.counted, customers=1).split("1")[0] not in opening
    assert "this week" not in opening
    assert page.counted > 200
    assert page.topics
    assert page.tiles


def test_a_month_quotes_its_weeks(tmp_path: Path) -> None:
    """Words come from the weekly reports, and each still leads to its full text."""
    write_tables(standard_week(), tmp_path)
    tables = month(tmp_path)
    files, notes = write_monthly(tables, tmp_path / "site", company="Songbird", language="en", strict=True)
    page = build_page(tables, MANAGEMENT, "Songbird", "en", strict=True)
    assert page.voices
    assert {one.key for voice in page.voices for one in voice.quotations} <= {row.key for row in page.quoted}
    assert files.html.name == "management.html"
    assert notes == ()
    text = files.html.read_text(encoding="utf-8")
    assert "The month in short" in text
    assert 'id="risk"' not in text
    for key in standard_week().cases["customer_key"]:
        assert key[:8] not in text


def test_a_period_is_a_week_or_a_month() -> None:
    """A month is its ISO weeks, so its days may reach into its neighbours."""
    week, of_month = period_of("2026-W46"), period_of("2026-10")
    assert (week.first.isoformat(), week.last.isoformat(), week.monthly) == ("2026-11-09", "2026-11-15", False)
    assert (of_month.first.isoformat(), of_month.last.isoformat()) == ("2026-09-28", "2026-11-01")
    assert of_month.name(Words("en")) == "October 2026"
