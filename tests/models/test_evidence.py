"""Evidence is one stretch of the customer's own words."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.evidence import best_span

OFFSETS = [(0, 2), (2, 4), (4, 6), (6, 8), (8, 10)]


def test_the_strongest_stretch_wins() -> None:
    """A weak token between two strong ones belongs to the phrase."""
    span = best_span(np.array([-3, 2, -0.5, 2, -3], dtype=np.float32), OFFSETS)
    assert (span.start, span.end) == (2, 8)


def test_without_a_sure_token_the_best_one_is_quoted() -> None:
    """A topic that was decided on must always show some words."""
    span = best_span(np.array([-9, -3, -2, -5, -9], dtype=np.float32), OFFSETS)
    assert (span.start, span.end) in [(4, 6), (2, 6)]


def test_no_piece_no_evidence() -> None:
    """An empty text has nothing to quote."""
    with pytest.raises(ValueError, match="No pieces"):
        best_span(np.zeros(0, dtype=np.float32), [])


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(-10, 10, width=32), min_size=1, max_size=12))
def test_no_other_stretch_is_stronger(scores: list[float]) -> None:
    """Against the plain search over all stretches."""
    offsets = [(place, place + 1) for place in range(len(scores))]
    span = best_span(np.array(scores, dtype=np.float32), offsets)
    clipped = np.clip(scores, -4, 4)
    every = [clipped[a:b].sum() for a in range(len(scores)) for b in range(a + 1, len(scores) + 1)]
    assert clipped[span.start : span.end].sum() >= max(every) - 1e-4
