"""Whatever the processor offers, the labels are the same, and the share is shown."""

from pathlib import Path

import pytest

from data.records import Document
from models.agreement import engines_agree
from models.calibration import Calibration
from models.checkpoint import save
from models.engine import available
from tests.models.tiny import tiny_network, tiny_tokenizer

TEXTS = ("the delivery was late", "good box", "快递很慢了", "好", "送货差", "the box was bad, very bad")


@pytest.fixture
def checkpoint(tmp_path: Path) -> Path:
    """Give a checkpoint of random weights."""
    save(tmp_path / "model", tiny_network(), tiny_tokenizer(), Calibration(), {})
    return tmp_path / "model"


def test_every_engine_of_the_machine_is_compared_with_the_exact_one(checkpoint: Path) -> None:
    """Quantised weights give other numbers; the labels are what people see."""
    documents = [Document(str(place), "v", text, "mixed") for place, text in enumerate(TEXTS)]
    found = engines_agree(documents, checkpoint, threads=1)
    assert set(found.equal) == set(available()) - {"fp32"}
    assert "int8" in found.equal
    for figures in found.equal.values():
        assert figures["sentiment"].n == len(TEXTS)
        assert figures["labels"].value > 0.5
    assert "Engines compared with fp32 on 6 texts" in found.markdown()


def test_an_engine_below_the_goal_is_named(checkpoint: Path) -> None:
    """fp32 against itself is equal; nothing is compared that was not asked for."""
    documents = [Document("1", "v", TEXTS[0], "en")]
    found = engines_agree(documents, checkpoint, ["fp32", "int8"], threads=1)
    assert set(found.equal) == {"int8"}
    worse = {name: figure.value < 0.995 for name, figure in found.equal["int8"].items()}
    assert ("below 0.995: int8" in found.markdown()) == worse["labels"]
