"""A checkpoint takes the place of another whole, or the other stays as it was."""

from pathlib import Path

import pytest

from models.calibration import Calibration
from models.checkpoint import CheckpointNotFound, ModelHashMismatch, read, save
from models.installing import install
from tests.models.tiny import tiny_network, tiny_tokenizer


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """Give a candidate's and the shipped folder, with different weights."""
    for name, seed in (("candidate", 1), ("shipped", 2)):
        save(tmp_path / name, tiny_network(seed), tiny_tokenizer(), Calibration(), {"dev": {"kind": 0.9}})
    return tmp_path / "candidate", tmp_path / "shipped"


def test_the_candidate_is_shipped_with_the_reason(folders: tuple[Path, Path]) -> None:
    """Whoever looks at the manifest later sees why this checkpoint is there; the revision is the content's."""
    candidate, shipped = folders
    revision = install(candidate, shipped, {"against": "old", "promoted_anyway": "speed"})
    stored = read(shipped)
    assert stored.revision == revision == read(candidate).revision
    assert stored.manifest["about"]["promotion"] == {"against": "old", "promoted_anyway": "speed"}
    assert stored.manifest["about"]["dev"] == {"kind": 0.9}
    assert sorted(path.name for path in shipped.parent.iterdir()) == ["candidate", "shipped"]


def test_installing_twice_is_installing_once(folders: tuple[Path, Path]) -> None:
    """A run that was killed after it is started again."""
    candidate, shipped = folders
    install(candidate, shipped, {})
    before = {path.name: path.read_bytes() for path in shipped.iterdir()}
    install(candidate, shipped, {})
    assert {path.name: path.read_bytes() for path in shipped.iterdir()} == before


def test_a_broken_candidate_changes_nothing(folders: tuple[Path, Path]) -> None:
    """The shipped model is what every weekly run needs."""
    candidate, shipped = folders
    before = read(shipped).revision
    (candidate / "config.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ModelHashMismatch):
        install(candidate, shipped, {})
    with pytest.raises(CheckpointNotFound):
        install(candidate / "nowhere", shipped, {})
    assert read(shipped).revision == before
