"""Whoever writes Traditional characters is read like whoever writes Simplified ones, and it is measured."""

import gzip
import json
from pathlib import Path

import pytest

from data.records import Document
from models.parity import PAIRS_OF_DATA, BadPairs, pairs_of, parity, read_pairs
from tests.models.opinions import Opinionated, opinion


def test_our_own_pairs_are_two_scripts_of_one_text() -> None:
    """A pair of different texts would make the model look wrong."""
    pairs = read_pairs()
    assert len(pairs) >= 50
    assert len(set(pairs)) == len(pairs)
    for simplified, traditional in pairs:
        assert abs(len(simplified) - len(traditional)) <= 3
        assert len(set(simplified) & set(traditional)) >= 2


def test_a_difference_between_scripts_is_counted() -> None:
    """A pair counts once, in the order it was given."""
    said = Opinionated(lambda document: opinion(sentiment="neg" if "慢" in document.text else "pos"))
    found = parity([("太慢", "太慢"), ("慢", "遲"), ("好", "好")], "a test", said)
    assert found.pairs == 3
    assert found.equal["sentiment"].value == pytest.approx(2 / 3)
    assert found.folded == pytest.approx(2 / 3)
    assert "3 pairs of a test" in found.markdown()
    assert found.as_dict()["equal"]["kind"]["value"] == 1


def test_each_script_is_read_as_its_language() -> None:
    """Temperatures go by language."""
    seen: dict[str, str] = {}

    def think(document: Document) -> object:
        seen[document.text] = document.language
        return opinion()

    parity([("慢", "遲")], "a test", Opinionated(think))  # type: ignore[arg-type]
    assert seen == {"慢": "zh-Hans", "遲": "zh-Hant"}


def test_pairs_of_a_data_folder_are_always_the_same(tmp_path: Path) -> None:
    """A figure that changes with the order of a file cannot be compared over time."""
    rows = [json.dumps({"text": f"遲{n}", "text_hans": f"迟{n}"}) for n in range(20)]
    (tmp_path / "public").mkdir()
    kept = []
    for ordered in (rows, rows[::-1]):
        with gzip.open(tmp_path / PAIRS_OF_DATA, "wt", encoding="utf-8") as file:
            file.write("\n".join(ordered))
        kept.append(pairs_of(tmp_path, most=7))
    assert kept[0] == kept[1]
    assert len(kept[0]) == 7


def test_pairs_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    """The path, not a text, is in the message."""
    path = tmp_path / "pairs.tsv"
    path.write_text("# head\nonly one column\n", encoding="utf-8")
    with pytest.raises(BadPairs, match=r"pairs\.tsv") as raised:
        read_pairs(path)
    assert "only one" not in str(raised.value)
    with pytest.raises(BadPairs, match="derived"):
        pairs_of(tmp_path)
