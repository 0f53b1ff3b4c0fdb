"""A lake and a database of their own for every test of the store."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from data.database import Database, open_database
from data.identity import KeyRing
from data.lake import Lake


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "store")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with open_database(tmp_path / "earshot.db") as opened:
        yield opened


@pytest.fixture
def keyring() -> KeyRing:
    return KeyRing(bytes(range(32)))
