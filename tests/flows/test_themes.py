"""From stored feedback to themes in the ledger, the report and the analyst's files, without a model."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data import themes
from data.clause_vectors import vectors_of
from data.records import Document
from data.sources import build
from data.weeks import monday
from flows import analysis
from flows import themes as theme_step
from flows.house import House, open_house
from flows.ingest import ingest
from flows.reporting import report_week
from flows.settings import Settings
from flows.theme_inbox import Asked, theme_lines
from models.themes.said import Floats
from models.themes.vectors import Places
from tests.flows.company import WEEKS, KeywordReader, found, rows

WEEK = WEEKS[-1]
NEW = (
    "三层塑料袋太不环保了", "So much plastic waste for one cable", "塑料包材一大堆垃圾",
    "Please use less plastic, think of waste", "希望减少塑料，环保一点", "All that plastic waste in the bin",
    "塑料膜一层又一层不环保", "Plastic again, what a waste this is",
)  # fmt: skip


class KeywordPlaces(Places):
    """Gives clauses with the same keyword one direction, and every other clause one of its own."""

    revision = KeywordReader.revision

    def __init__(self) -> None:
        self.placed = 0

    def vectors(self, documents: Iterable[Document]) -> Iterator[Mapping[int, Floats]]:
        for document in documents:
            self.placed += 1
            yield {
                clause.position: self._vector(document.text[clause.start : clause.end], document.feedback_id)
                for clause in document.clauses
            }

    def _vector(self, text: str, id_: str) -> Floats:
        plastic = "plastic" in text.lower() or "塑料" in text
        seed = 1 if plastic else sum(map(ord, text)) + 10
        made = np.random.default_rng(seed).normal(size=64)
        made += np.random.default_rng(sum(map(ord, id_))).normal(size=64) * 0.3
        return np.asarray(made / np.linalg.norm(made), dtype=np.float32)


@pytest.fixture
def places(monkeypatch: pytest.MonkeyPatch) -> KeywordPlaces:
    made = KeywordPlaces()
    monkeypatch.setattr(analysis, "_loaded", lambda *_: KeywordReader())
    monkeypatch.setattr(theme_step, "places_of", lambda _: made)
    return made


@pytest.fixture
def house(tmp_path: Path, places: KeywordPlaces) -> Iterator[House]:
    late = [
        [
            f"n{number}",
            f"{monday(WEEKS[-1 - number % 2])} 10:00",
            text,
            "3",
            f"N{number:03}",
            "BlueCrane",
            "East",
            "Tern",
        ]
        for number, text in enumerate(NEW)
    ]
    with open_house(Settings.load(found(tmp_path, [*rows(), *late]))) as opened:
        (entry,) = opened.settings.sources
        ingest(opened, build(entry, opened.settings.base))
        analysis.analyse_weeks(opened, WEEKS)
        yield opened


def test_what_no_topic_covers_is_in_the_report_the_tables_and_the_inbox(house: House) -> None:
    """The whole way: customers begin to speak of plastic, and the product team reads it on Monday."""
    report = report_week(house, WEEK, KeywordReader.revision)
    table = pd.read_parquet(report.folder / "tables" / "themes.parquet")
    (row,) = table.to_dict("records")
    assert (row["customers"], row["growth"], row["event"]) == (8, "up", "new")
    assert "plastic" in row["name_en"]
    assert "塑料" in row["name_zh_hans"]
    quotes = pd.read_parquet(report.folder / "tables" / "theme_quotes.parquet")
    assert list(quotes["rank"]) == [1, 2, 3]
    assert quotes["feedback_id"].is_unique
    assert all("plastic" in text.lower() or "塑料" in text for text in quotes["text"])
    (line,) = theme_lines(house.settings.base / "earshot.yaml", Asked("list"))
    assert line.startswith(row["theme"])


def test_a_second_run_finds_the_same_and_places_nothing_again(house: House, places: KeywordPlaces) -> None:
    """Vectors are the costly part; and ids that change from run to run are none."""
    first = theme_step.discover_week(house, WEEK, KeywordReader.revision)
    placed, kept = places.placed, house.lake.fingerprint("clause_vectors", WEEK)
    assert theme_step.discover_week(house, WEEK, KeywordReader.revision) == first
    assert (places.placed, house.lake.fingerprint("clause_vectors", WEEK)) == (placed, kept)
    assert vectors_of(house.lake, [WEEK], KeywordReader.revision)


def test_a_rejected_theme_leaves_the_report(house: House) -> None:
    """What an analyst has seen and waved off does not come back next Monday."""
    config = house.settings.base / "earshot.yaml"
    (theme,) = theme_step.discover_week(house, WEEK, KeywordReader.revision)
    assert list(theme_lines(config, Asked("reject", theme.id, who="Mei"))) == [f"{theme.id} is rejected and stays so."]
    report = report_week(house, WEEK, KeywordReader.revision)
    assert pd.read_parquet(report.folder / "tables" / "themes.parquet").empty
    assert [one.status for one in themes.themes(house.database)] == ["rejected"]
    shown = "\n".join(theme_lines(config, Asked("show", theme.id)))
    assert "rejected (Mei)" in shown
    assert "plastic" in shown


def test_accepting_on_the_command_line_says_how_to_teach_the_topic(house: House) -> None:
    """An analyst needs no second manual."""
    config = house.settings.base / "earshot.yaml"
    (theme,) = theme_step.discover_week(house, WEEK, KeywordReader.revision)
    asked = Asked("accept", theme.id, topic="plastic", name="Plastic", team="logistics", who="Mei")
    lines = list(theme_lines(config, asked))
    assert lines[0].startswith("Topic plastic with 8 examples")
    assert "fit-topics --examples" in lines[-1]
    assert (house.settings.var / "accepted" / "taxonomy.yaml").is_file()


def test_without_an_encoder_there_are_no_themes_and_no_error(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """A company may plug in another reader."""
    monkeypatch.setattr(theme_step, "places_of", lambda _: None)
    assert theme_step.discover_week(house, WEEK, KeywordReader.revision) == []
