"""Drawings carry numbers too: right, readable without seeing, and in one piece."""

import xml.etree.ElementTree as ElementTree
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import Markup

from reports.charts import range_mark, sentiment_bar, sparkline, trend

ROWS = [{"week": f"W{week}", "share": 0.01 * week, "low": 0.008 * week, "high": 0.012 * week} for week in range(34, 47)]
HOSTILE = "<script>\"&'</script>"


def _drawn(svg: Markup) -> ElementTree.Element:
    return ElementTree.fromstring(str(svg))


@pytest.mark.parametrize(
    "svg",
    [
        sparkline([0.1, None, 0.3], HOSTILE),
        range_mark(0.1, 0.2, 0.3, 0.5, HOSTILE, 0.15),
        sentiment_bar({"neg": 3, "pos": 1}, HOSTILE),
        trend(ROWS, HOSTILE, 0.2),
    ],
)
def test_every_drawing_is_an_image_with_a_title(svg: Markup) -> None:
    """A screen reader reads the title; a topic's name in it may hold anything."""
    root = _drawn(svg)
    assert root.get("role") == "img"
    assert root.get("aria-label") == HOSTILE
    assert next(iter(root)).text == HOSTILE


@settings(max_examples=50, deadline=None)
@given(st.lists(st.one_of(st.none(), st.floats(0, 1), st.just(float("nan"))), max_size=20))
def test_a_sparkline_of_any_history_is_drawn(values: Sequence[float | None]) -> None:
    """First weeks, gaps and empty weeks happen to everyone."""
    svg = sparkline(values, "x")
    assert "nan" not in svg
    _drawn(svg)


@settings(max_examples=50, deadline=None)
@given(st.floats(-200, 200), st.floats(-200, 200), st.floats(-200, 200))
def test_a_range_stays_inside_its_box(low: float, value: float, high: float) -> None:
    """A mark outside the cell would lie on its neighbour."""
    for circle in _drawn(range_mark(low, value, high, 100, "x", bottom=-100)).iter("circle"):
        assert 0 <= float(circle.get("cx", "nan")) <= 120


def test_parts_of_a_sentiment_bar_fill_it() -> None:
    """Shares add up to one."""
    parts = list(_drawn(sentiment_bar({"neg": 1, "mix": 1, "neu": 1, "pos": 2}, "x")).iter("rect"))[1:]
    assert sum(float(rect.get("width", "0")) for rect in parts) == pytest.approx(100, abs=0.1)
    assert parts[0].get("class") == "neg"


def test_a_figure_follows_the_colours_of_the_page() -> None:
    """One drawing serves light, dark and paper, so it may not fix a colour."""
    svg = str(trend(ROWS, "x"))
    assert "var(--now)" in svg
    assert "#" not in svg.replace("&#", "")


def test_a_figure_is_drawn_the_same_every_time() -> None:
    """The same week gives the same bytes."""
    assert trend(ROWS, "x", 0.3) == trend(ROWS, "x", 0.3)
    assert len(trend(ROWS, "x", 0.3)) < 8_000
