"""Between the weekly runs managers hear of danger at once, once, and the weekly run finds its work done."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from data import alerts, outbox
from data.cases import queue
from data.lock import WriterLock
from data.records import Analysis, Document
from flows import analysis
from flows import watch as watching
from flows.flagging import flag_week
from flows.house import House, open_house
from flows.settings import Settings
from flows.watch import watch_once
from tests.flows.company import SETTINGS, KeywordReader, found

NOW = datetime(2026, 11, 14, 9, tzinfo=UTC)
HEADING = [
    ["a1", "2026-11-12 09:30", "The battery is on fire, smoke everywhere!", "0", "C001", "BlueCrane", "East", "Tern"],
    ["a2", "2026-11-12 10:30", "All is well with the box", "9", "C002", "BlueCrane", "East", "Tern"],
    ["a3", "2026-11-12 11:30", "My charger is on fire too", "1", "", "BlueCrane", "East", "Tern"],
]


class FireReader(KeywordReader):
    """Takes every word of fire for danger."""

    def _analysis(self, document: Document) -> Analysis:
        from dataclasses import replace

        read = super()._analysis(document)
        if "fire" not in document.text:
            return read
        return replace(read, sentiment="neg", urgent=1, urgent_score=0.9)


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    reading = FireReader()
    monkeypatch.setattr(analysis, "_loaded", lambda *_: reading)
    with open_house(Settings.load(found(tmp_path, HEADING, SETTINGS))) as opened:
        yield opened


def published(house: House) -> list[Path]:
    return sorted((house.settings.base / "out").rglob("alert-*.md"))


def test_an_alarm_is_told_at_once_and_once(house: House) -> None:
    """A second alert about the same fire makes the third one go unread."""
    done = watch_once(house, NOW)
    assert (done.stored, done.alerts, done.sent, done.failed) == (3, 2, 2, ())
    assert watch_once(house, NOW).alerts == 0
    assert len(published(house)) == 2


def test_an_alert_names_the_case_and_the_words_and_no_customer(house: House) -> None:
    """Who gets it must be able to act, and no more."""
    watch_once(house, NOW)
    (case,) = queue(house.database)
    texts = [path.read_text("utf-8") for path in published(house)]
    (mine,) = [text for text in texts if f"/cases/{case.id}" in text]
    assert "on fire" in mine
    assert case.customer_key not in mine
    assert "C001" not in mine


def test_killed_before_it_was_sent_the_next_round_sends_it(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """An alarm is not lost with the process that found it, nor told twice."""

    def killed(_house: House) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(watching, "enqueue_alerts", killed)
        with pytest.raises(KeyboardInterrupt):
            watch_once(house, NOW)
    assert published(house) == []
    done = watch_once(house, NOW)
    assert (done.alerts, done.sent) == (0, 2)
    assert len(alerts.alerts(house.database)) == len(outbox.deliveries(house.database)) == 2


def test_while_the_weekly_run_writes_the_round_is_left_out(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The report of the week goes first; fifteen minutes later there is another round."""

    def busy(*_: object, **__: object) -> None:
        from data.lock import LakeBusy

        raise LakeBusy("The lake is being written.")

    monkeypatch.setattr(WriterLock, "held", busy)
    assert watch_once(house, NOW).busy


def test_the_weekly_run_finds_the_case_and_opens_no_second_one(house: House) -> None:
    """One customer, one trouble, one case, whichever run came first."""
    watch_once(house, NOW)
    counts = flag_week(house, "2026-W46", FireReader.revision)
    assert counts["opened"] == counts["second_looks"]
    assert [case.level for case in queue(house.database)].count("medium") == 1
