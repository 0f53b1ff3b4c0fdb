"""Measuring needs nothing but the checkout, and adds what it is given."""

import json
from pathlib import Path

import pytest

from data.records import Document, Turn
from flows import measuring
from flows.measuring import NothingToMeasure, measure, with_clauses
from models.calibration import Calibration
from models.checkpoint import save
from tests.models.tiny import tiny_network, tiny_tokenizer

ROW = {"id": "1", "lang": "en", "text": "bad box, late", "s": "neg", "t": [], "k": "complaint", "c": 0, "e": 0, "u": 0}


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a checkpoint of random weights."""
    folder = tmp_path_factory.mktemp("model")
    save(folder, tiny_network(), tiny_tokenizer(), Calibration(), {})
    return folder


def test_without_gold_the_hard_cases_are_tried(model: Path, tmp_path: Path) -> None:
    """A fresh checkout can say how good the model is, failures included, without any data of ours."""
    report = measure(model=model, output=tmp_path / "figures" / "all.json")
    assert "# Hard cases" in report
    assert "## Not passed" in report
    assert "# The same text in both scripts" in report
    figures = json.loads((tmp_path / "figures" / "all.json").read_text(encoding="utf-8"))
    assert set(figures) == {"hard", "parity"}
    assert len(figures["hard"]["failed"]) == report.count("\n- ")


def test_with_gold_the_figures_stand_at_the_top(model: Path, tmp_path: Path) -> None:
    """Whoever reads the JSON finds the gold figures where they always were; other parts come beside them."""
    gold = tmp_path / "gold.jsonl"
    gold.write_text("\n".join(json.dumps(ROW | {"id": str(n)}) for n in range(12)), encoding="utf-8")
    report = measure(gold, model=model, output=tmp_path / "one.json")
    assert "Hard cases" not in report
    assert "text read | 1.000" in report
    measure(gold, hard=True, engines=True, model=model, output=tmp_path / "two.json")
    one, two = (json.loads((tmp_path / name).read_text(encoding="utf-8")) for name in ("one.json", "two.json"))
    assert one["rows"] == 12
    assert set(two) - set(one) == {"hard", "engines"}
    assert two["engines"]["texts"] == 12


def test_what_is_not_there_is_said_at_once(tmp_path: Path) -> None:
    """Before the model is loaded, not after."""
    with pytest.raises(NothingToMeasure, match=r"nowhere\.jsonl"):
        measure(tmp_path / "nowhere.jsonl")


def test_a_conversation_is_cut_as_in_a_weekly_run() -> None:
    """The hard cases hold conversations: what is measured must be what a run does."""
    text = "Good morning.\nThe box was crushed, but the courier was kind."
    turns = (Turn("agent", 0, 13), Turn("customer", 14, len(text)))
    cut = with_clauses(Document("1", "v", text, "en", turns))
    assert cut.text == text
    assert {clause.speaker for clause in cut.clauses} == {"agent", "customer"}
    assert all(text[clause.start : clause.end].strip() for clause in cut.clauses)


def test_a_text_that_redaction_would_change_is_measured_as_labelled() -> None:
    """Evidence was marked in the text as it stands."""
    document = Document("1", "v", "call me at +44 20 7946 0958 please", "en")
    assert measuring.with_clauses(document) == document
