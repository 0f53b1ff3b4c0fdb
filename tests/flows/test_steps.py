"""The steps of the weekly job, without Prefect: done twice or killed in between, they give the same."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from data import outbox, quarantine
from data.sources import build
from flows import analysis
from flows.flagging import flag_week
from flows.house import House, open_house
from flows.ingest import Ingested, ingest
from flows.publishing import Published, publish_week
from flows.queue import queue_lines
from flows.reporting import Report, report_week
from flows.settings import Settings
from tests.flows.company import WEEKS, KeywordReader, found, rows

WEEK = WEEKS[-1]


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> KeywordReader:
    reading = KeywordReader()
    monkeypatch.setattr(analysis, "_loaded", lambda *_: reading)
    return reading


@pytest.fixture
def house(tmp_path: Path, reader: KeywordReader) -> Iterator[House]:
    with open_house(Settings.load(found(tmp_path))) as opened:
        yield opened


def pull(house: House, *, from_start: bool = False) -> Ingested:
    (entry,) = house.settings.sources
    return ingest(house, build(entry, house.settings.base), from_start=from_start)


def run(house: House) -> tuple[Ingested, Report, Published]:
    pulled = pull(house)
    analysis.analyse_weeks(house, WEEKS)
    flag_week(house, WEEK, KeywordReader.revision)
    return pulled, report_week(house, WEEK, KeywordReader.revision), publish_week(house, WEEK)


def bytes_of(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith(".")
    }


def test_a_second_run_of_a_week_changes_no_byte_and_sends_nothing(house: House, reader: KeywordReader) -> None:
    """Operators start a run again when in doubt; product teams must not get the same report twice."""
    _, report, published = run(house)
    assert published.sent == 4
    assert not published.failed
    store, site = bytes_of(house.lake.root), bytes_of(report.folder)
    read = reader.read
    pulled, _, again = run(house)
    assert (pulled.new, pulled.updated) == (0, 0)
    assert reader.read == read
    assert again.sent == 0
    assert bytes_of(house.lake.root) == store
    assert bytes_of(report.folder) == site


def test_a_report_that_was_deleted_is_written_again_with_the_same_bytes(house: House) -> None:
    """Finished work is recognised by what it rests on, but only while it is still there."""
    _, report, _ = run(house)
    before = bytes_of(report.folder)
    (report.folder / "product.html").unlink()
    (report.folder / "tables" / "topics.parquet").write_bytes(b"broken")
    run(house)
    assert bytes_of(report.folder) == before


def test_an_edited_comment_is_a_new_version_and_restates_the_week(house: House, tmp_path: Path) -> None:
    """Customers edit their reviews; the report counts the last word and keeps the first."""
    run(house)
    content = rows()
    content[-1][2] = "Delivery was slow and the box was crushed"
    found(tmp_path, content)
    pulled, report, published = run(house)
    assert (pulled.new, pulled.updated) == (0, 1)
    assert report.coverage["updated"] == 1
    assert report.coverage["feedback"] == 12
    assert published.sent > 0


def test_late_feedback_of_an_earlier_week_is_said_in_the_next_report(house: House, tmp_path: Path) -> None:
    """A number that changed after it was reported must not change in silence."""
    pull(house)
    analysis.analyse_weeks(house, WEEKS)
    report_week(house, WEEKS[-2], KeywordReader.revision)
    late = ["late-1", "2026-11-05 10:00", "物流太慢了", "3", "C099", "BlueCrane", "East", "Tern"]
    found(tmp_path, [*rows(), late])
    _, report, _ = run(house)
    assert report.coverage["restated"] == WEEKS[-2]


def test_a_run_killed_before_its_cursor_was_kept_stores_nothing_twice(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The cursor comes last, so the worst that a kill costs is reading a file again."""
    import flows.ingest

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(flows.ingest, "_remember", killed)
        with pytest.raises(KeyboardInterrupt):
            pull(house)
    store = bytes_of(house.lake.root)
    pulled = pull(house)
    assert (pulled.new, pulled.unchanged) == (0, 120)
    assert bytes_of(house.lake.root) == store


def test_rejected_rows_are_counted_and_resolved_once_mended(house: House, tmp_path: Path) -> None:
    """Nothing is lost silently: the report's box says how many rows could not be read."""
    bad = ["bad-1", "yesterday", "很好", "9", "C001", "BlueCrane", "East", "Tern"]
    found(tmp_path, [*rows(), bad])
    pulled, report, _ = run(house)
    assert pulled.rejected == 1
    assert report.coverage["rejected"] == 1
    assert [entry.reject.reason for entry in quarantine.open_rejects(house.database)] == ["bad_time"]
    found(tmp_path, [*rows(), [*bad[:1], "2026-11-12 10:00", *bad[2:]]])
    assert pull(house, from_start=True).new == 1
    assert quarantine.open_rejects(house.database) == []


def test_a_row_given_twice_is_counted_once_and_said(house: House, tmp_path: Path) -> None:
    """Exports overlap; the same response twice is one customer's voice."""
    found(tmp_path, [*rows(), rows()[-1], rows()[-1]])
    pulled, report, _ = run(house)
    assert pulled.duplicates == 2
    assert report.coverage["duplicates"] == 2
    assert report.coverage["feedback"] == 12
    _, again, _ = run(house)
    assert again.coverage["duplicates"] == 2


def test_who_a_customer_is_stands_in_the_vault_only(house: House, tmp_path: Path) -> None:
    """Identities must not reach the lake, the reports or the outbox."""
    content = rows()
    content[-1][2] = "I am C777-4242, call me back"
    content[-1][4] = "C777-4242"
    found(tmp_path, content)
    run(house)
    everything = b"".join(
        path.read_bytes()
        for folder in ("var", "out")
        for path in sorted((tmp_path / folder).rglob("*"))
        if path.is_file()
    )
    assert b"C777-4242" not in everything
    assert house.vault.reveal(house.keys.customer_key("C777-4242"), "test", "test").customer_id == "C777-4242"


def test_the_queue_shows_reasons_and_reveals_only_with_an_audit_entry(house: House, tmp_path: Path) -> None:
    """Managers read the reason first; a name costs an entry in the audit log."""
    run(house)
    config = tmp_path / "earshot.yaml"
    lines = "\n".join(queue_lines(config, WEEK, as_json=False, reveal=False, reason=""))
    assert "leaving" in lines
    assert "C0" not in lines
    shown = "\n".join(queue_lines(config, WEEK, as_json=True, reveal=True, reason="calling back"))
    assert '"customer_id": "C0' in shown
    with house.database.read() as session:
        from data.schema import AuditRow

        assert {row.reason for row in session.query(AuditRow)} == {"calling back"}


def test_a_delivery_that_fails_is_tried_again_and_stops_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A full disk on Monday morning must not cost the other teams their report."""
    (tmp_path / "out").write_text("a file where a folder should be")
    _, _, published = run(house)
    assert published.sent == 0
    assert len(published.failed) == 4
    assert outbox.counts(house.database, WEEK) == {"pending": 4}
