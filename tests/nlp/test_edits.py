"""Offsets are how a manager finds the customer's own words, so the way back must be exact."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.edits import BadEdit, Edit, Edited, edit


@st.composite
def changes(draw: st.DrawFn, text: str) -> list[Edit]:
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=8)))
    pairs = list(zip(cuts[::2], cuts[1::2], strict=False))
    return [Edit(start, end, draw(st.text("ab<>中", max_size=4))) for start, end in pairs]


@st.composite
def edited(draw: st.DrawFn) -> tuple[str, Edited]:
    source = draw(st.text("xyz 文字", max_size=30))
    result = edit(source, draw(changes(source)))
    for _ in range(draw(st.integers(0, 2))):
        result = edit(result.text, draw(changes(result.text))).after(result)
    return source, result


@given(st.text(max_size=20), st.data())
@settings(max_examples=20)
def test_no_edit_is_the_identity(text: str, data: st.DataObject) -> None:
    """Clean text must come back as it was, with offsets that need no mapping."""
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    assert edit(text, []) == Edited(text)
    assert edit(text, []).to_source(start, end) == (start, end)


@given(edited(), st.data())
@settings(max_examples=60)
def test_every_span_lands_inside_the_source_in_order(case: tuple[str, Edited], data: st.DataObject) -> None:
    """A span outside the caller's text could not be shown; one that runs backwards is nonsense."""
    source, result = case
    start = data.draw(st.integers(0, len(result.text)))
    end = data.draw(st.integers(start, len(result.text)))
    left, right = result.to_source(start, end)
    assert 0 <= left <= right <= len(source)


@given(edited())
@settings(max_examples=40)
def test_the_mapping_never_runs_backwards(case: tuple[str, Edited]) -> None:
    """Clauses in order in the new text must be in order in the old one."""
    _, result = case
    spans = [result.to_source(i, i + 1) for i in range(len(result.text))]
    assert all(a[0] <= b[0] and a[1] <= b[1] for a, b in pairwise(spans))


@given(st.text("abc", max_size=20), st.data())
@settings(max_examples=40)
def test_copied_characters_map_to_themselves(text: str, data: st.DataObject) -> None:
    """Where nothing was changed, the evidence must be the very same characters."""
    result = edit(text, [Edit(e.start, e.end, "#" * len(e.new)) for e in data.draw(changes(text))])
    for i, char in enumerate(result.text):
        if char != "#":
            start, end = result.to_source(i, i + 1)
            assert text[start:end] == char


def test_composition_goes_back_through_both_steps() -> None:
    """Cleaning then redacting must lead back to the raw input, not to the cleaned text."""
    first = edit("a<b>cc</b> 13812345678", [Edit(1, 4, ""), Edit(6, 10, "")])
    assert first.text == "acc 13812345678"
    both = first.then(lambda text: edit(text, [Edit(4, 15, "<PHONE>")]))
    assert both.text == "acc <PHONE>"
    assert both.to_source(4, 11) == (11, 22)
    assert both.to_source(6, 7) == (11, 22)
    assert both.to_source(1, 3) == (4, 6)


def test_edits_out_of_order_are_refused() -> None:
    """Overlapping edits would silently lose text."""
    with pytest.raises(BadEdit, match="sort them"):
        edit("abcdef", [Edit(2, 4, ""), Edit(3, 5, "")])
    with pytest.raises(BadEdit, match="does not lie"):
        Edited("abc").to_source(1, 9)
