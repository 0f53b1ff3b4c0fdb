"""What the encoder sees of a text: both scripts alike, and every piece traceable to the customer's own characters."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.tokens import UNKNOWN, FeedbackTokenizer, count_pieces, fold, trimmed
from tests.models.tiny import tiny_tokenizer, tokenizer_json

CASES = Path(__file__).parents[1] / "cases" / "folding" / "cases.txt"


def folding_cases() -> list[tuple[str, str, str]]:
    """Return (title, before, after) of each case in the case file."""
    blocks = CASES.read_text(encoding="utf-8").split("\n\n")[1:]
    return [tuple(block.strip("\n").split("\n")) for block in blocks]  # type: ignore[misc]


@pytest.mark.parametrize(("title", "before", "after"), folding_cases())
def test_folding_cases(title: str, before: str, after: str) -> None:
    """Anyone can add a line to tests/cases/folding; each must hold."""
    assert fold(before) == after, title


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=80))
def test_folding_keeps_the_length_and_twice_changes_nothing(text: str) -> None:
    """Offsets into the folded text must be offsets into the text that the customer wrote."""
    once = fold(text)
    assert len(once) == len(text)
    assert fold(once) == once


def test_both_scripts_give_the_same_pieces() -> None:
    """A customer in Taipei and one in Shanghai who say the same get the same labels."""
    simplified, traditional = tiny_tokenizer().encode(["快递很慢了", "快遞很慢了"])
    assert simplified == traditional


def test_offsets_point_at_the_pieces() -> None:
    """Evidence is quoted by offset, so a wrong one would put words in the customer's mouth."""
    text = "the delivery was late,很慢了"
    pieces = tiny_tokenizer().encode([text])[0]
    assert len(pieces.ids) == len(pieces.offsets)
    assert "".join(text[start:end] for start, end in pieces.offsets).replace(" ", "") == text.replace(" ", "")


def test_nothing_is_cut() -> None:
    """A long call is read to its end; windows are the engine's business."""
    assert len(tiny_tokenizer().encode(["很" * 5000])[0].ids) >= 5000


def test_trimming_keeps_letters_and_what_is_used() -> None:
    """Rare words may fall apart into letters, but hardly anything may become unknown."""
    counts = count_pieces(tokenizer_json(), ["the delivery was late", "快递很慢"])
    small, order = trimmed(tokenizer_json(), counts, size=86)
    assert len(small) == len(order)
    assert UNKNOWN not in small.encode(["good delivery"])[0].ids
    full = tiny_tokenizer()
    assert [order[piece] for piece in small.encode(["the delivery"])[0].ids] == full.encode(["the delivery"])[0].ids


def test_a_tokenizer_survives_its_own_json() -> None:
    """The checkpoint stores the tokenizer as JSON."""
    one = tiny_tokenizer()
    other = FeedbackTokenizer.from_json(one.to_json())
    assert other.encode(["the box was bad"]) == one.encode(["the box was bad"])
