"""A trained checkpoint is shipped only if nothing got worse, or with a reason that stays with it."""

import json
from pathlib import Path

import pytest

from flows import training
from flows.training import NoData, NoReason, promote
from models.calibration import Calibration
from models.checkpoint import CheckpointNotFound, read, save
from models.promotion import Comparison, Promotion
from tests.models.tiny import tiny_network, tiny_tokenizer

ROW = {"lang": "en", "text": "bad box, late", "s": "neg", "t": [], "k": "complaint", "c": 0, "e": 0, "u": 0}
LOSS = Comparison("language en", "kind accuracy", 90, 0.9, 0.7, -0.2, -0.3, -0.1, "worse")


@pytest.fixture
def world(tmp_path: Path) -> Path:
    """Give a data folder, a shipped checkpoint and a candidate."""
    (tmp_path / "data" / "gold").mkdir(parents=True)
    lines = [json.dumps(ROW | {"id": str(n)}) for n in range(30)]
    (tmp_path / "data" / "gold" / "dev.jsonl").write_text("\n".join(lines), encoding="utf-8")
    for name, seed in (("candidate", 1), ("shipped", 2)):
        save(tmp_path / name, tiny_network(seed), tiny_tokenizer(), Calibration(), {})
    return tmp_path


def worse(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every comparison find one loss."""
    monkeypatch.setattr(training, "compare", lambda *_: Promotion("old", "new", (LOSS,)))


def test_a_checkpoint_that_got_worse_is_kept_but_not_shipped(world: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An hour of training is not thrown away, and the message says what got worse and what would do."""
    worse(monkeypatch)
    before = read(world / "shipped").revision
    outcome = promote(world / "candidate", world / "data", shipped=world / "shipped")
    assert outcome.refused
    assert "language en: kind accuracy" in outcome.text
    assert "--promote-anyway --reason" in outcome.text
    assert read(world / "shipped").revision == before
    assert read(world / "candidate").revision != before


def test_a_person_may_decide_otherwise_and_says_why(world: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The reason and what got worse stand in the manifest for whoever comes next."""
    worse(monkeypatch)
    with pytest.raises(NoReason, match="--reason"):
        promote(world / "candidate", world / "data", anyway="  ", shipped=world / "shipped")
    outcome = promote(world / "candidate", world / "data", anyway="half the size", shipped=world / "shipped")
    stored = read(world / "shipped")
    assert not outcome.refused
    assert stored.revision == read(world / "candidate").revision
    about = stored.manifest["about"]["promotion"]
    assert about["promoted_anyway"] == "half the size"
    assert about["worse"] == ["language en: kind accuracy"]


def test_a_checkpoint_that_is_no_worse_is_shipped(world: Path) -> None:
    """The same weights with another calibration that changes no label: shipped, then known as shipped."""
    save(world / "candidate", tiny_network(2), tiny_tokenizer(), Calibration(abstain_below=0.001), {})
    outcome = promote(world / "candidate", world / "data", shipped=world / "shipped")
    assert not outcome.refused
    assert read(world / "shipped").manifest["about"]["promotion"]["worse"] == []
    again = promote(world / "candidate", world / "data", shipped=world / "shipped")
    assert "already" in again.text


def test_the_first_checkpoint_needs_no_comparison(world: Path) -> None:
    """A checkout without weights gets its first ones."""
    promote(world / "candidate", world / "data", shipped=world / "first")
    assert read(world / "first").revision == read(world / "candidate").revision


def test_what_is_missing_is_said_before_anything_is_read(world: Path) -> None:
    """The data folder, then the candidate."""
    with pytest.raises(NoData, match=r"gold/dev\.jsonl"):
        promote(world / "candidate", world / "nowhere", shipped=world / "shipped")
    with pytest.raises(CheckpointNotFound):
        promote(world / "nowhere", world / "data", shipped=world / "shipped")
