"""Check that a text gets the same labels in Simplified and in Traditional characters."""

import gzip
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from data.errors import EarshotError
from data.records import Document
from models.analyser import Reads
from models.same_labels import shares_equal, table
from models.tallies import Figure
from models.tokens import fold

PAIRS = Path(__file__).with_name("script_pairs.tsv")
PAIRS_OF_DATA = Path("public") / "derived_zh_hant_opencc.jsonl.gz"
MOST = 2_000  # pairs read of a data folder, chosen by a hash of the text

Pair = tuple[str, str]


class BadPairs(EarshotError):
    """The file of pairs is missing or not one."""


@dataclass(frozen=True)
class Parity:
    """How alike two scripts were read: `equal` by label; `folded`, share of pairs equal after folding the script."""

    origin: str
    pairs: int
    folded: float
    equal: Mapping[str, Figure]

    def as_dict(self) -> dict[str, Any]:
        """Return the figures."""
        return asdict(self)

    def markdown(self) -> str:
        """Return the report for people."""
        head = f"# The same text in both scripts: {self.pairs} pairs of {self.origin}"
        said = f"After folding Traditional to Simplified characters {self.folded:.1%} of the pairs are one text."
        return "\n".join([head, "", said, "", *table({"share": self.equal})]) + "\n"


def read_pairs(path: Path = PAIRS) -> list[Pair]:
    """Return the (Simplified, Traditional) texts of a tab-separated file; raise BadPairs."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]
    pairs = [line.split("\t") for line in lines]
    wrong = [number for number, columns in enumerate(pairs, start=1) if len(columns) != 2]
    if wrong or not pairs:
        raise BadPairs(f"{path}: pair {wrong[:1] or 1} has not two columns. Expected: Simplified, tab, Traditional.")
    return [(first, second) for first, second in pairs]


def pairs_of(data: Path, most: int = MOST) -> list[Pair]:
    """Return up to `most` pairs of a data folder, always the same ones; raise BadPairs."""
    path = data / PAIRS_OF_DATA
    try:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            rows = [json.loads(line) for line in file]
        found = [(str(row["text_hans"]), str(row["text"])) for row in rows]
    except (OSError, ValueError, KeyError) as error:
        raise BadPairs(f"{path} cannot be read as pairs of scripts: {type(error).__name__}.") from None
    return sorted(found, key=lambda pair: hashlib.sha256(pair[0].encode()).digest())[:most]


def parity(
    pairs: Sequence[Pair], origin: str, analyser: Reads, prepare: Callable[[Document], Document] | None = None
) -> Parity:
    """Return how alike the two scripts of each pair are read; `origin` says where the pairs are from."""
    simplified = [Document(f"{place}-hans", "pair", pair[0], "zh-Hans") for place, pair in enumerate(pairs)]
    traditional = [Document(f"{place}-hant", "pair", pair[1], "zh-Hant") for place, pair in enumerate(pairs)]
    documents = [*simplified, *traditional]
    said = list(analyser.analyse([prepare(document) if prepare else document for document in documents]))
    return Parity(
        origin,
        len(pairs),
        sum(fold(first) == fold(second) for first, second in pairs) / len(pairs),
        shares_equal(said[: len(pairs)], said[len(pairs) :]),
    )
