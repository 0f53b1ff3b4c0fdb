"""Filled scoring sheets are taken in as they were drawn, or refused with the row that is wrong."""

from pathlib import Path

import pytest
from openpyxl import load_workbook

from data import conversation_scores
from data.conversation_scores import BadSheet, keep, read_sheet, scores
from data.database import Database
from reports.scoring_sheet import MARKS, Conversation, draw, write_sheet


def filled(path: Path, marks: dict[int, dict[str, object]], **also: object) -> Path:
    """The sheet of four conversations, with marks by row (from 2), and other cells of row 2 changed."""
    talks = [Conversation(f"f{n}", "chat", f"agent {n}", True, n == 1, "customer: hello") for n in range(4)]
    write_sheet(draw(talks, 4, "s"), "2026-W46", path)
    book = load_workbook(path)
    sheet = book["Conversations"]
    columns = {cell.value: cell.column for cell in sheet[1]}
    for row, given in {**marks, 2: {**marks.get(2, {}), **also}}.items():
        for name, mark in given.items():
            sheet.cell(row, columns[name]).value = mark  # type: ignore[assignment]
    book.save(path)
    return path


def test_what_was_scored_is_kept_and_the_rest_waits(tmp_path: Path, database: Database) -> None:
    """A sheet may be taken in half filled, and again when it is done; a person's later marks replace the earlier."""
    sheet = filled(tmp_path / "s.xlsx", {2: {"tone": 4, "solved": 2}, 4: {"tone": 5}})
    found = read_sheet(sheet, MARKS)
    assert [dict(one.marks) for one in found] == [{"tone": 4, "solved": 2}, {"tone": 5}]
    assert found[0].week == "2026-W46"
    assert found[0].chance == 1
    assert keep(database, found, "mia") == 2
    keep(database, read_sheet(filled(sheet, {2: {"tone": 1}}), MARKS), "mia")
    keep(database, found, "li.na")
    kept = scores(database)
    assert len(kept) == 4
    assert sorted(one.marks["tone"] for one in kept) == [1, 4, 5, 5]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"tone": 6}, "Row 2, tone"), ({"tone": "good"}, "Row 2, tone"), ({"tone": 3, "chance": 0}, "Row 2"),
        ({"tone": 3, "week": "soon"}, "Row 2"),
    ],
)  # fmt: skip
def test_a_wrong_cell_is_named(tmp_path: Path, wrong: dict[str, object], said: str) -> None:
    """Whoever filled it in must find it; nothing of the sheet is taken in meanwhile."""
    with pytest.raises(BadSheet, match=said):
        read_sheet(filled(tmp_path / "s.xlsx", {}, **wrong), MARKS)


def test_another_file_is_no_sheet(tmp_path: Path) -> None:
    """The report's workbook lies in the next folder."""
    (tmp_path / "x.xlsx").write_text("no")
    with pytest.raises(BadSheet, match="sample-conversations"):
        read_sheet(tmp_path / "x.xlsx", MARKS)


def test_a_small_file_that_unpacks_to_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It may come from a browser, and reading it would fill the memory of the desk."""
    sheet = filled(tmp_path / "s.xlsx", {2: {"tone": 4}})
    with sheet.open("rb") as file:
        assert len(read_sheet(file, MARKS)) == 1
        monkeypatch.setattr(conversation_scores, "UNPACKED", 1000)
        with pytest.raises(BadSheet, match="unpacks to") as refused:
            read_sheet(file, MARKS)
    assert refused.value.trouble == "large"
