"""Every token is read, once, with context around it."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from models.windows import Window, batches, windows


@settings(max_examples=80, deadline=None)
@given(tokens=st.integers(0, 5_000), length=st.integers(16, 254), share=st.integers(2, 6))
def test_windows_tile_the_text(tokens: int, length: int, share: int) -> None:
    """No token is lost and none counts twice, whatever the length: that is what "every word is read" rests on."""
    overlap = length // share
    cut = windows(0, tokens, length, overlap)
    taken = [place for window in cut for place in range(window.first, window.last)]
    assert taken == list(range(tokens))
    assert all(window.start <= window.first and window.last <= window.end for window in cut)
    assert all(window.end - window.start == min(tokens, length) for window in cut)
    for earlier, later in pairwise(cut):
        assert earlier.end - later.start >= overlap


@settings(max_examples=40, deadline=None)
@given(lengths=st.lists(st.integers(1, 254), max_size=60), budget=st.integers(64, 2_048))
def test_batches_hold_every_window_within_the_budget(lengths: list[int], budget: int) -> None:
    """Memory is bounded by the budget and nothing is left out."""
    waiting = [Window(place, 0, length, 0, length) for place, length in enumerate(lengths)]
    groups = list(batches(waiting, budget))
    assert sorted(window.document for group in groups for window in group) == list(range(len(lengths)))
    for group in groups:
        assert len(group) == 1 or len(group) * max(window.length for window in group) <= budget
