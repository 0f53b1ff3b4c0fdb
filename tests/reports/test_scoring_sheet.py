"""Conversations to be scored are drawn from every corner, and the sheet is ready to fill in."""

from pathlib import Path

import pytest
from openpyxl import load_workbook

from reports.scoring_sheet import MARKS, Chosen, Conversation, draw, write_sheet

TALKS = [
    Conversation(f"f{number}", ("chat", "call")[number % 2], f"agent {number % 5}", (True, False, None)[number % 3],
                 number % 7 == 0, f"customer: =1+1 {number}")
    for number in range(60)
]  # fmt: skip


def test_every_stratum_is_drawn_and_agents_take_turns() -> None:
    """Managers who only hear complaints about one agent learn nothing about service."""
    chosen = draw(TALKS, 24, "2026-W46")
    assert {one.conversation.stratum for one in chosen} == {talk.stratum for talk in TALKS}
    assert len({one.conversation.agent for one in chosen}) == 5
    assert all(0 < one.chance <= 1 for one in chosen)


def test_the_same_week_draws_the_same_whatever_the_order() -> None:
    """A sheet lost is a sheet made again."""
    assert draw(TALKS[::-1], 10, "2026-W46") == draw(TALKS, 10, "2026-W46") != draw(TALKS, 10, "2026-W47")


def test_the_sheet_opens_and_runs_nothing(tmp_path: Path) -> None:
    """Customers write formulas; a spreadsheet must take them as words."""
    path = write_sheet(draw(TALKS, 5, "s"), "2026-W46", tmp_path / "sheet.xlsx")
    book = load_workbook(path)
    sheet = book["Conversations"]
    titles = [cell.value for cell in sheet[1]]
    assert set(MARKS) <= set(titles)
    assert sheet.max_row == 6
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    assert book["How to score"].max_row == len(MARKS) + 1


def test_a_small_chance_is_kept_whole(tmp_path: Path) -> None:
    """One chat of thirty thousand stands for them all; a chance rounded to nothing could not be taken in again."""
    path = write_sheet([Chosen(TALKS[0], 1 / 30_000)], "2026-W46", tmp_path / "sheet.xlsx")
    sheet = load_workbook(path)["Conversations"]
    kept = {title.value: cell.value for title, cell in zip(sheet[1], sheet[2], strict=True)}
    assert kept["chance"] == pytest.approx(1 / 30_000)


def test_no_conversation_makes_an_empty_sheet(tmp_path: Path) -> None:
    """A shop without chats still gets its Monday."""
    assert write_sheet(draw([], 5, "s"), "2026-W46", tmp_path / "sheet.xlsx").is_file()
