"""Many exact tests at once give what one at a time gives."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import fisher_exact

from reports.exact import fisher

CELL = st.integers(0, 60)


@settings(max_examples=100, deadline=None)
@given(tables=st.lists(st.tuples(CELL, CELL, CELL, CELL), min_size=1, max_size=5))
def test_it_agrees_with_scipy(tables: list[tuple[int, int, int, int]]) -> None:
    """Also for empty rows, empty columns and shares above one half."""
    a, b, c, d = (np.asarray(cells) for cells in zip(*tables, strict=True))
    expected = [fisher_exact([[table[0], table[1]], [table[2], table[3]]]).pvalue for table in tables]
    assert fisher(a, a + b, c, c + d) == pytest.approx(expected, rel=1e-6)


def test_large_samples_with_few_events_work() -> None:
    """A hundred thousand feedback with seven mentions is an everyday case."""
    p = fisher(*(np.asarray([value]) for value in (7, 100_000, 8, 800_000)))
    assert p[0] == pytest.approx(fisher_exact([[7, 99_993], [8, 799_992]]).pvalue, rel=1e-6)


def test_no_table_gives_no_p() -> None:
    """A week without anything to test is fine."""
    none = np.empty(0, dtype=np.int64)
    assert len(fisher(none, none, none, none)) == 0
