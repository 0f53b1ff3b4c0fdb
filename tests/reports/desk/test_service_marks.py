"""Marks of conversations are weighed by what they stand for, and nobody is judged by a handful."""

from collections.abc import Callable

import pytest

from data.conversation_scores import Score, keep
from reports.desk.desk import Desk
from reports.desk.service_marks import by_agent, line
from tests.reports.desk.conftest import Browser


def talks(agent: str, marks: list[int], chance: float = 1.0) -> list[Score]:
    return [
        Score("2026-W46", f"{agent}{n}", "chat", agent, False, chance, {"tone": mark}) for n, mark in enumerate(marks)
    ]


def test_a_conversation_counts_as_often_as_it_stands_for() -> None:
    """Complaints are drawn more often than they happen: unweighted, service would look worse than it is."""
    found = line("", talks("a", [2] * 5) + talks("b", [5] * 5, chance=0.25), ["tone", "solved"])
    mark = found.marks["tone"]
    assert mark.value == pytest.approx((5 * 2 + 20 * 5) / 25)
    assert mark.low is not None
    assert mark.high is not None
    assert 1 <= mark.low < mark.value < mark.high <= 5
    assert found.marks["solved"].value is None


def test_two_reviewers_of_one_conversation_are_one_conversation() -> None:
    """Otherwise looking twice would make us surer of what customers got."""
    once, again = talks("a", [1] * 5), talks("a", [5] * 5)
    found = line("", once + again, ["tone"])
    assert found.n == 5
    assert found.marks["tone"].value == 3


def test_an_agent_of_few_conversations_is_not_shown(as_: Callable[[str], Browser], desk: Desk) -> None:
    """One bad call is no judgement of a person; nor do analysts see agents at all."""
    scores = talks("Ada", [4] * 5) + talks("Bob", [1] * 4)
    assert [one.name for one in by_agent(scores, ["tone"], 5)] == ["Ada"]
    assert by_agent(scores, ["tone"], 6) == []
    mia = as_("mia")
    assert "No scored conversations yet" in mia.see("/service")
    keep(desk.database, scores, "mia")
    page = mia.see("/service")
    assert "Ada" in page
    assert "Bob" not in page
    assert as_("anna").get("/service").status_code == 403
