"""Agreement is counted label by label, and an agreement on silence is not counted for topics."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.records import Analysis, Mention
from models.same_labels import shares_equal, table
from tests.models.opinions import opinion

PRICE, SPEED = Mention("price_value", "neg", 0.9, 0, 3), Mention("delivery_speed", "neg", 0.9, 0, 3)
CHEAP = Mention("price_value", "pos", 0.9, 0, 3)
ANALYSES = st.builds(
    lambda mentions, sentiment, churn: opinion(*mentions, sentiment=sentiment, churn=churn),
    st.sampled_from([(), (PRICE,), (CHEAP,), (PRICE, SPEED)]),
    st.sampled_from(["pos", "neg"]),
    st.sampled_from([0, 1, 2]),
)


def test_what_is_equal_is_counted_by_label() -> None:
    """Each figure says what it counts, so that many silent topics cannot hide few that differ."""
    first = [opinion(PRICE, SPEED, sentiment="neg"), opinion(sentiment="pos")]
    second = [opinion(CHEAP, sentiment="neg"), opinion(sentiment="neu")]
    equal = {name: (round(figure.value, 3), figure.n) for name, figure in shares_equal(first, second).items()}
    assert equal["sentiment"] == (0.5, 2)
    assert equal["kind"] == (1.0, 2)
    assert equal["topics"] == (0.5, 2)
    assert equal["topic sentiment"] == (0.0, 1)
    assert equal["topic set"] == (0.5, 2)
    assert equal["all labels of a text"] == (0.0, 2)
    assert equal["decisions"] == (round((9 + 22 + 21) / 54, 3), 54)
    assert equal["labels"] == (round((9 + 1 + 0) / (10 + 2 + 1), 3), 13)


@settings(max_examples=30, deadline=None)
@given(st.lists(ANALYSES, min_size=1, max_size=5))
def test_agreement_is_full_with_oneself_and_the_same_both_ways(said: list[Analysis]) -> None:
    """Which engine or script comes first must not matter."""
    other = list(reversed(said))
    assert all(figure.value == 1 for figure in shares_equal(said, said).values())
    assert shares_equal(said, other) == shares_equal(other, said)


def test_a_table_leaves_empty_what_was_not_counted() -> None:
    """Two columns need not have the same figures."""
    silent = shares_equal([opinion()], [opinion()])
    spoken = shares_equal([opinion(PRICE)], [opinion(PRICE)])
    lines = table({"one": silent, "two": spoken})
    assert any(line.startswith("| topic sentiment |  | 1.0000") for line in lines)
    assert silent["labels"].n == pytest.approx(5)
