"""Tableau gets one file with the tables that everyone may see."""

import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd
import pytest

from reports.hyper import MANAGERS_ONLY, NoHyper, NoTables, write_hyper
from reports.week import SCHEMAS, conform


class FakePantab(ModuleType):
    """Stands for pantab: notes the frames it was given and writes a file."""

    def __init__(self) -> None:
        super().__init__("pantab")
        self.frames: dict[str, pd.DataFrame] = {}

    def frames_to_hyper(self, frames: dict[str, pd.DataFrame], path: Path, **_: Any) -> None:
        self.frames = frames
        path.write_bytes(b"hyper")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in SCHEMAS:
        conform(name).to_parquet(tmp_path / f"{name}.parquet")
    return tmp_path


def test_customer_keys_stay_out_of_the_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A workbook on a shared drive is no place for them."""
    pantab = FakePantab()
    monkeypatch.setitem(sys.modules, "pantab", pantab)
    target = write_hyper(folder, folder / "week.hyper")
    assert target.read_bytes() == b"hyper"
    assert set(pantab.frames) == set(SCHEMAS) - set(MANAGERS_ONLY)


def test_without_the_extra_the_error_says_what_to_install(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Most people need no Tableau file, and should not install its engine."""
    monkeypatch.setitem(sys.modules, "pantab", None)
    with pytest.raises(NoHyper, match="tableau"):
        write_hyper(folder, folder / "week.hyper")


def test_a_week_without_tables_is_said_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty file would look like an empty week."""
    monkeypatch.setitem(sys.modules, "pantab", FakePantab())
    with pytest.raises(NoTables, match="weekly"):
        write_hyper(tmp_path, tmp_path / "week.hyper")
    assert not list(tmp_path.glob("*.hyper"))
