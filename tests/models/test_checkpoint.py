"""A checkpoint comes back as it was written, and a changed one is refused."""

import time
from pathlib import Path

import pytest
import torch

from models.calibration import Calibration
from models.checkpoint import PRETRAINED, CheckpointNotFound, ModelHashMismatch, load, save
from tests.models.tiny import tiny_network, tiny_tokenizer

MEGABYTE = 1_000_000


def saved(folder: Path) -> str:
    """Write a tiny checkpoint and return its revision."""
    calibration = Calibration(
        temperatures={"sentiment": {"all": 1.5, "en": 1.2}}, topic_thresholds={"price_value": 0.4}
    )
    return save(folder, tiny_network(), tiny_tokenizer(), calibration, {"seed": 1})


@torch.inference_mode()
def test_what_is_loaded_says_what_was_saved(tmp_path: Path) -> None:
    """Weights are stored in 16 bits; that must not change a decision."""
    revision = saved(tmp_path)
    checkpoint = load(tmp_path)
    ids = torch.randint(4, 80, (2, 9))
    before, after = tiny_network()(ids, torch.ones_like(ids)), checkpoint.network(ids, torch.ones_like(ids))
    assert torch.allclose(before.sentiment, after.sentiment, atol=1e-2)
    assert checkpoint.revision == revision
    assert checkpoint.calibration.temperature("sentiment", "en") == 1.2
    assert checkpoint.calibration.temperature("sentiment", "zh-Hant") == 1.5
    assert checkpoint.tokenizer.encode(["the box"]) == tiny_tokenizer().encode(["the box"])


def test_the_revision_follows_the_content(tmp_path: Path) -> None:
    """Predictions carry the revision: equal content, equal revision; other calibration, other revision."""
    first = saved(tmp_path / "a")
    assert saved(tmp_path / "b") == first
    other = save(tmp_path / "c", tiny_network(), tiny_tokenizer(), Calibration(), {"seed": 1})
    assert other != first


@pytest.mark.parametrize("name", ["weights.safetensors", "tokenizer.json", "config.json", "calibration.json"])
def test_a_changed_file_is_refused(tmp_path: Path, name: str) -> None:
    """A cut download or a swapped file must not quietly label customers."""
    saved(tmp_path)
    content = bytearray((tmp_path / name).read_bytes())
    content[-3] ^= 1
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ModelHashMismatch, match=name):
        load(tmp_path)


def test_an_empty_folder_is_named(tmp_path: Path) -> None:
    """The message says what is missing."""
    with pytest.raises(CheckpointNotFound, match=r"manifest\.json is missing"):
        load(tmp_path)


def test_the_shipped_checkpoint_loads_and_is_small() -> None:
    """It ships in the repository, so it must be whole, below 64 MB, and loaded in seconds."""
    assert sum(path.stat().st_size for path in PRETRAINED.iterdir()) <= 64 * MEGABYTE
    assert not [path for path in PRETRAINED.iterdir() if path.suffix in {".pt", ".pkl", ".bin"}]
    start = time.process_time()
    checkpoint = load()
    assert time.process_time() - start < 5
    assert checkpoint.revision == checkpoint.manifest["revision"]
