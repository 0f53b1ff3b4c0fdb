"""Plain-text cases: a test module with CASES = "cleaning/*.txt" and an argument `case` runs once for each."""

from pathlib import Path
from typing import NamedTuple

import pytest

FOLDER = Path(__file__).parents[1] / "cases"


class Case(NamedTuple):
    """A title, a text, and what should become of it; `\\n`, `\\t` and `\\uXXXX` stand for those characters."""

    title: str
    before: str
    after: str


def read(path: Path) -> list[Case]:
    """Blocks of three lines parted by blank lines; lines that begin with "#" are remarks."""
    blocks = [
        "\n".join(line for line in block.split("\n") if not line.startswith("# "))
        for block in path.read_text("utf-8").replace("\r", "").split("\n\n")
    ]
    cases = []
    for block in filter(None, (block.strip("\n") for block in blocks)):
        lines = block.split("\n")
        if len(lines) not in (2, 3):
            raise ValueError(f"{path.name}: a case has a title, a before and an after line, not {lines}.")
        cases.append(Case(lines[0], unescape(lines[1]), unescape(lines[2] if len(lines) == 3 else "")))
    return cases


def unescape(text: str) -> str:
    """Return `text` with its escapes made real, whatever else is in it."""
    parts = text.split("\\u")
    text = parts[0] + "".join(chr(int(part[:4], 16)) + part[4:] for part in parts[1:])
    return text.replace("\\n", "\n").replace("\\t", "\t").replace("\\r", "\r")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "case" in metafunc.fixturenames:
        paths = sorted(FOLDER.glob(metafunc.module.CASES))
        cases = [(path.stem, case) for path in paths for case in read(path)]
        metafunc.parametrize("case", [case for _, case in cases], ids=[f"{stem}: {case.title}" for stem, case in cases])
