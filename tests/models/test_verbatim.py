"""What is quoted reads like a quotation: whole words, few of them, of one clause."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.verbatim import Fences, words_of

CASES = Path(__file__).parents[1] / "cases" / "verbatim" / "cases.txt"


def cases() -> list[tuple[str, str, str]]:
    """Return title, marked text and expected quotation of each case."""
    blocks = CASES.read_text(encoding="utf-8").split("\n\n")
    lines = [[line for line in block.splitlines() if line and not line.startswith("#")] for block in blocks]
    return [(title, before, after) for title, before, after in filter(None, lines)]


@pytest.mark.parametrize(("title", "before", "after"), cases(), ids=[title for title, *_ in cases()])
def test_quotations_are_as_written_in_the_cases(title: str, before: str, after: str) -> None:
    """The case file is where people say what a good quotation is."""
    text, scores, fences, begin, score = "", [], [], 0, -0.4
    for character in before:
        if character in "[]":
            score = 2.0 if character == "[" else -0.4
        elif character == "|":
            fences.append((begin, len(text)))
            begin = len(text)
        else:
            text += character
            scores.append(score)
    fences.append((begin, len(text)))
    offsets = np.array([(place, place + 1) for place in range(len(text))], np.int32)
    span = words_of(np.array(scores, np.float32), Fences(fences, offsets, text), wider=0.0)
    assert span is not None
    assert text[slice(*span)] == after


@settings(max_examples=50, deadline=None)
@given(text=st.text(min_size=1, max_size=60), seed=st.integers(0, 1000))
def test_a_quotation_is_never_empty_nor_outside_the_text(text: str, seed: int) -> None:
    """Whatever the scores: a span of the text that begins and ends with something to read, or none at all."""
    scores = np.random.default_rng(seed).normal(size=len(text)).astype(np.float32)
    offsets = np.array([(place, place + 1) for place in range(len(text))], np.int32)
    span = words_of(scores, Fences((), offsets, text))
    if span is not None:
        assert 0 <= span[0] < span[1] <= len(text)
        assert text[slice(*span)].strip() == text[slice(*span)]
