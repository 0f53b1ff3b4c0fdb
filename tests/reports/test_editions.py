"""What lies in the folder of a week is what people get: complete, whole, the same each time."""

import hashlib
import json
import re
from datetime import UTC
from pathlib import Path

import pytest
from openpyxl import load_workbook

from reports.editions import MANAGERS, Editions, build_editions
from reports.findings import changes_of
from reports.page import build_page
from reports.quoting import for_cell
from reports.sheets import sheets_of
from reports.wording import Words
from reports.workbook import write_workbook
from tests.reports import hostile
from tests.reports.made_weeks import empty_week, made_week, standard_week

LANGUAGES = {"product": "zh-Hans", "logistics": "en", "service": "zh-Hant", MANAGERS: "en"}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Editions:
    folder = tmp_path_factory.mktemp("site") / "2026-W46"
    return build_editions(standard_week(), folder, company="Songbird", languages=LANGUAGES, zone=UTC, strict=True)


def _hashes(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


def test_each_team_gets_page_message_and_workbook(built: Editions) -> None:
    """Product, logistics, service come from the taxonomy; the managers are always there."""
    assert [files.team for files in built.editions] == ["product", "logistics", "service", MANAGERS]
    names = {path.name for path in built.index.parent.iterdir()}
    expected = {f"{team}{suffix}" for team in LANGUAGES for suffix in (".html", ".md", ".xlsx")}
    assert names == expected | {"index.html", "at_risk.json"}
    assert [files.at_risk is not None for files in built.editions] == [False, False, False, True]


def test_each_team_reads_its_own_language(built: Editions) -> None:
    """A team may have another language than the company."""
    for files in built.editions:
        assert f'<html lang="{LANGUAGES[files.team]}">' in files.html.read_text(encoding="utf-8")


def test_building_twice_gives_the_same_bytes(built: Editions, tmp_path: Path) -> None:
    """Nothing is sent again when nothing changed; that is decided by these bytes."""
    build_editions(standard_week(), tmp_path, company="Songbird", languages=LANGUAGES, zone=UTC, strict=True)
    assert _hashes(tmp_path) == _hashes(built.index.parent)


def test_the_index_links_every_edition(built: Editions) -> None:
    """One page to start from, with one sentence each."""
    text = built.index.read_text(encoding="utf-8")
    for team in LANGUAGES:
        assert f'href="{team}.html"' in text
        assert f'href="{team}.xlsx"' in text
    assert "[物流]" not in built.summary
    assert "[Logistics](logistics.html)" in built.summary


def test_the_queue_is_machine_readable(built: Editions) -> None:
    """Other systems take the queue from at_risk.json; a value nobody knows is null, not zero."""
    path = built.editions[-1].at_risk
    assert path is not None
    queue = json.loads(path.read_text(encoding="utf-8"))
    assert queue["week"] == "2026-W46"
    first, second, _ = queue["customers"]
    assert (first["customer_key"], first["level"], first["value"]) == ("9c1f03ab77d2e410", "high", 12800.0)
    assert second["value"] is None
    assert first["reasons"][0]["verbatim"]


def test_a_failed_write_leaves_the_old_edition(
    built: Editions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A killed or failed run leaves the old file or the new one, and no leavings."""
    (tmp_path / "product.xlsx").write_bytes(b"old")

    def fail(*_: object) -> Path:
        raise OSError("disk full")

    monkeypatch.setattr("reports.editions.write_workbook", fail)
    with pytest.raises(OSError, match="disk full"):
        build_editions(standard_week(), tmp_path, company="Songbird", languages=LANGUAGES)
    assert (tmp_path / "product.xlsx").read_bytes() == b"old"
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_without_a_browser_a_note_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A PDF is wanted but never needed."""
    monkeypatch.setenv("PATH", str(tmp_path))
    made = build_editions(empty_week(), tmp_path / "site", company="Songbird", languages={}, pdf=True)
    assert made.notes == ("No PDF: no Chromium or Chrome was found on the path.",)


def test_the_message_is_short_and_leads_to_the_page(built: Editions) -> None:
    """It has to fit a chat window; everything else is one click away."""
    text = built.editions[1].markdown.read_text(encoding="utf-8")
    assert text.startswith("# Logistics edition, week 46 of 2026\n")
    assert len(text) < 3_500
    assert "[logistics.html](logistics.html)" in text
    assert "Delivery speed is up" in text


def test_numbers_on_the_page_count_rows_of_the_workbook(built: Editions) -> None:
    """Every number traces to rows by week and topic."""
    tables = standard_week()
    rows = sheets_of(tables, "logistics")["rows"]
    page = build_page(tables, "logistics", "Songbird", "en", strict=True)
    for row in page.topics:
        assert row.n == int((rows["topic"] == row.topic).sum())


def test_the_workbook_has_frozen_headers_filters_and_charts(built: Editions) -> None:
    """People sort and filter; the header must stay."""
    words = Words("en")
    book = load_workbook(built.editions[1].xlsx)
    names = [words.say(f"sheet.{name}") for name in ("readme", "topics", "changes", "rows", "charts")]
    assert set(names) <= set(book.sheetnames)
    rows = book[words.say("sheet.rows")]
    assert rows.freeze_panes == "B2"
    assert rows.auto_filter.ref is not None
    assert words.say("sheet.cases") not in book.sheetnames


def test_the_workbook_calls_a_change_what_the_page_calls_it() -> None:
    """ "No change beyond chance" in one and "perhaps" in the other would have people distrust both."""
    tables = standard_week()
    marks = [change.mark for change in changes_of(tables.changes)]
    assert list(sheets_of(tables, MANAGERS)["changes"]["verdict"]) == marks
    assert "perhaps" in marks


@pytest.mark.parametrize("language", ["en", "zh-Hans", "zh-Hant"])
def test_no_cell_of_a_workbook_waits_for_a_word(tmp_path: Path, language: str) -> None:
    """A sentence of the page in the place of a word shows its braces: "Not enough responses to say: {topics}."."""
    tables = standard_week()
    assert "not_enough" in set(tables.drivers["verdict"])
    book = load_workbook(write_workbook(tables, MANAGERS, "Songbird", language, tmp_path / "x.xlsx"))
    cells = (cell.value for sheet in book for line in sheet.iter_rows() for cell in line)
    assert [value for value in cells if isinstance(value, str) and re.search(r"{\w+}", value)] == []


def test_a_sheet_that_is_cut_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A count made in a cut sheet would be wrong without anybody knowing."""
    monkeypatch.setattr("reports.workbook.SHEET_ROWS", 20)
    book = load_workbook(write_workbook(standard_week(), "logistics", "Songbird", "en", tmp_path / "x.xlsx"))
    words = Words("en")
    assert book[words.say("sheet.rows")].max_row == 21
    told = [str(cell.value) for line in book[words.say("sheet.readme")].iter_rows() for cell in line if cell.value]
    assert any("rows.parquet" in line and "20 of" in line for line in told)


def test_teams_workbooks_hold_no_customer_keys(built: Editions) -> None:
    """The rows are for reading what was said, not by whom."""
    tables = standard_week()
    for team in ("product", "logistics", "service"):
        for name, frame in sheets_of(tables, team).items():
            assert "customer_key" not in frame, name
    assert "customer_key" in sheets_of(tables, MANAGERS)["cases"]


def test_hostile_words_are_text_in_every_format(tmp_path: Path) -> None:
    """A formula in a cell runs on the reader's machine; markup in a message shows what we did not say."""
    tables = made_week(size=300, history=1, said=hostile.SAID)
    path = write_workbook(tables, "logistics", "=1+1", "en", tmp_path / "x.xlsx")
    book = load_workbook(path)
    kinds = {cell.data_type for sheet in book for line in sheet.iter_rows() for cell in line if cell.value is not None}
    assert "f" not in kinds
    texts = {cell.value for line in book[Words("en").say("sheet.rows")].iter_rows() for cell in line}
    assert for_cell("=cmd|'/c calc'!A1 +SUM(A1:A9) @evil ") in texts
    made = build_editions(tables, tmp_path / "site", company="<i>Co</i>", languages={}, strict=True)
    message = made.editions[1].markdown.read_text(encoding="utf-8")
    assert not re.search(r"<(?!br)[a-z/!]", message)
    assert "<i>" not in made.index.read_text(encoding="utf-8")


def test_an_empty_week_is_reported_as_empty(tmp_path: Path) -> None:
    """Silence is a result, and the reason for it stands in the coverage box."""
    made = build_editions(empty_week(), tmp_path, company="Songbird", languages=LANGUAGES, strict=True)
    text = made.editions[1].html.read_text(encoding="utf-8")
    assert "There is no feedback to report for this week." in text
    assert "5 rows could not be read" in text
    load_workbook(made.editions[1].xlsx)
