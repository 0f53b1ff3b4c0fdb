"""A mapping reads the many ways in which people write times, scores and empty cells."""

from datetime import UTC, datetime
from typing import Any

import pytest

from data.records import Origin
from data.sources.mapping import BadMapping, BadRow, RowMapping, read_turns, speaker_of
from data.sources.times import parse_time

BASE: dict[str, Any] = {
    "columns": {"occurred_at": "at", "text": "text"},
    "constants": {"channel": "survey"},
}


def read(row: dict[str, Any], **changes: Any) -> Any:
    config = {**BASE, **changes, "columns": {**BASE["columns"], **changes.get("columns", {})}}
    return RowMapping.from_config(config).read(row, "surveys", Origin("a.csv", 2))


@pytest.mark.parametrize(
    ("written", "hour"),
    [
        ("2026-11-03T09:05:00", 9),
        ("2026/11/3 9:05", 9),
        ("2026.11.03 09:05", 9),
        ("2026-11-03", 0),
        (1793696700, 9),
        ("1793696700000", 9),
        (datetime(2026, 11, 3, 9, 5), 9),  # noqa: DTZ001 - databases give naive times
        ("2026-11-03T09:05:00+00:00", 9),
    ],
)
def test_times_are_read_as_files_write_them(written: Any, hour: int) -> None:
    """Spreadsheets, databases and web forms each write times in their own way."""
    assert parse_time(written).replace(tzinfo=UTC).isoformat().startswith(f"2026-11-03T{hour:02}")


def test_an_ambiguous_date_is_refused_until_its_format_is_given() -> None:
    """03/11 is March in one office and November in the next; guessing would move feedback by months."""
    with pytest.raises(BadRow, match="time_format"):
        read({"at": "03/11/2026", "text": "fine"})
    assert read({"at": "03/11/2026", "text": "fine"}, time_format="%d/%m/%Y").occurred_at.month == 11


def test_a_solved_time_is_read_like_any_other_and_is_empty_until_there_is_one() -> None:
    """A ticket that is still open is no broken row."""
    row = {"at": "2026-11-03 09:00", "text": "fine", "closed": "2026/11/4 9:05"}
    solved = read(row, columns={"solved_at": "closed"}, time_zone="Asia/Shanghai").solved_at
    assert solved == datetime(2026, 11, 4, 1, 5, tzinfo=UTC)
    for nothing in ("", "N/A", None, float("nan")):
        assert read({**row, "closed": nothing}, columns={"solved_at": "closed"}).solved_at is None
    assert read(row).solved_at is None


@pytest.mark.parametrize("written", ["2026-11-03 08:59", "2026-11-03", "soon", "04/11/2026", 7])
def test_a_solved_time_that_cannot_be_is_refused_by_its_name(written: Any) -> None:
    """Solved before it was asked would be the fastest service of all; the day alone says as little."""
    with pytest.raises(BadRow, match="solved_at") as caught:
        read({"at": "2026-11-03 09:00", "text": "fine", "closed": written}, columns={"solved_at": "closed"})
    assert caught.value.reason == "bad_time"


def test_a_comment_that_says_na_is_kept_but_a_carrier_na_is_empty() -> None:
    """What a customer wrote is never taken for an empty cell."""
    feedback = read({"at": "2026-11-03", "text": "n/a", "c": "N/A"}, columns={"carrier": "c"})
    assert feedback.text == "n/a"
    assert feedback.carrier is None


def test_several_text_columns_are_joined() -> None:
    """Surveys ask "what was good?" and "what was bad?" in two columns."""
    feedback = read(
        {"at": "2026-11-03", "good": "price", "bad": "", "more": "slow"}, columns={"text": ["good", "bad", "more"]}
    )
    assert feedback.text == "price\nslow"


def test_the_same_row_without_an_id_gets_the_same_id_again() -> None:
    """Reading a file twice must not count its customers twice."""
    row = {"at": "2026-11-03", "text": "fine"}
    assert read(row).source_id == read(row).source_id
    assert read(row).source_id != read({**row, "text": "not fine"}).source_id


def test_a_whole_number_from_a_spreadsheet_is_an_id_without_a_point() -> None:
    """Excel makes 10023.0 of the id 10023."""
    assert read({"at": "2026-11-03", "text": "x", "i": 10023.0}, columns={"source_id": "i"}).source_id == "10023"


def test_huge_text_is_refused_with_its_size() -> None:
    """A whole log file in one cell is an accident, and would take minutes to analyse."""
    with pytest.raises(BadRow, match="3,000,000"):
        read({"at": "2026-11-03", "text": "x" * 3_000_000})


@pytest.mark.parametrize(
    "config",
    [
        {"columns": {"text": "t"}, "constants": {"channel": "survey"}},
        {"columns": {"occurred_at": "a"}, "constants": {"channel": "survey"}},
        {"columns": {"occurred_at": "a", "text": "t"}},
        {"columns": {"occurred_at": "a", "text": "t", "mood": "m"}, "constants": {"channel": "x"}},
    ],
)
def test_a_mapping_that_cannot_work_is_refused_before_any_row_is_read(config: dict[str, Any]) -> None:
    """A thousand rejects with the same reason are one mistake in the mapping."""
    with pytest.raises(BadMapping):
        RowMapping.from_config(config)


@pytest.mark.parametrize(
    ("name", "speaker"),
    [
        ("Customer", "customer"),
        ("Agent Lily", "agent"),
        ("客服小美", "agent"),
        ("顾客", "customer"),
        ("IVR", "system"),
        ("", "system"),
    ],
)
def test_speakers_are_known_by_their_usual_names(name: str, speaker: str) -> None:
    """An agent's "sorry for the terrible experience" must never count as the customer's."""
    assert speaker_of(name, {}) == speaker


def test_declared_speakers_come_first() -> None:
    """A company that calls its customers "Guest" says so once."""
    assert speaker_of("Guest", {"Guest": "customer"}) == "customer"


@pytest.mark.parametrize(
    "turns", [[], {}, ["hello"], [{"speaker": "customer"}], [{"speaker": "customer", "text": " "}]]
)
def test_broken_turns_are_refused(turns: Any) -> None:
    """A conversation without words is a reject, not an empty feedback."""
    with pytest.raises(BadRow):
        read_turns(turns, {})
