"""The queue is as long as the teams can work through, and the second looks are drawn blindly."""

from dataclasses import replace
from datetime import UTC, date, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from data.records import Flag, Reason
from data.verdicts import SECOND_LOOK
from models.risk.capacity import Queue, cut
from models.risk.heard import Heard, Passage
from models.risk.history import History, histories

WEEK = "2026-W46"


def flag(key: str, risk: float, rule: str = "churn_hint", level: str = "medium") -> Flag:
    reason = Reason(rule, risk, f"f-{key}", datetime(2026, 11, 12, tzinfo=UTC), "Words.")
    return Flag(key, WEEK, level, risk, None, (reason,), date(2026, 11, 16), date(2026, 12, 16))  # type: ignore[arg-type]


def known(*keys: str) -> list[History]:
    said = [
        Heard(feedback_id=f"f-{key}", customer_key=key, week=WEEK, occurred_at=datetime(2026, 11, 12, tzinfo=UTC),
              channel="email", text="Words of mine.", sentiment="neu", spoken=(Passage(0, 14),))
        for key in keys
    ]  # fmt: skip
    return histories(said, WEEK, 8)


def queue(flags: list[Flag], keys: str, capacity: int = 2, looks: int = 3, busy: tuple[str, ...] = ()) -> Queue:
    teams = {key: "service" if key < "m" else "product" for key in keys}
    languages = dict.fromkeys(keys, "en")
    return cut(flags, known(*keys), teams, languages, week=WEEK, capacity=capacity, looks=looks, busy=busy)


def test_each_team_gets_its_riskiest_and_the_rest_is_counted() -> None:
    """A queue of eight hundred is no queue; what is left out must be said."""
    flags = [flag("a", 0.9), flag("b", 0.5), flag("c", 0.7), flag("z", 0.41)]
    made = queue(flags, "abcz")
    assert [one.customer_key for one in made.queued] == ["a", "c", "z"]
    assert [one.customer_key for one in made.left_out] == ["b"]
    assert {one.stratum: one.customers for one in made.standings} == {"left_out": 1, "queued": 3}


def test_danger_is_never_left_out() -> None:
    """Smoke has no queue: it comes beyond the capacity."""
    flags = [flag("a", 0.9), flag("b", 0.8), flag("c", 0.26, rule="urgent")]
    assert [one.customer_key for one in queue(flags, "abc").queued] == ["a", "b", "c"]


def test_a_second_look_shows_words_and_no_opinion() -> None:
    """Whoever judges must not know what the rules said, or the estimate of what they miss is worth nothing."""
    flags = [flag("a", 0.9), flag("b", 0.8), flag("c", 0.7), flag("d", 0.2, level="low")]
    made = queue(flags, "abcdef")
    assert {one.stratum for one in made.drawn} == {"left_out", "signals", "quiet"}
    shown = {(one.level, one.risk, *(reason.rule for reason in one.reasons)) for one in made.looks}
    assert shown == {("unknown", 0.0, SECOND_LOOK)}
    assert {one.customer_key: one.risk for one in made.drawn}["c"] == 0.7


def test_who_is_in_a_case_already_is_not_drawn() -> None:
    """A manager who knows the customer does not judge blindly."""
    assert {one.customer_key for one in queue([], "abc", busy=("a", "b")).drawn} == {"c"}


@given(st.permutations("abcdefgh"), st.lists(st.sampled_from([0.2, 0.5, 0.5, 0.9]), min_size=8, max_size=8))
@settings(max_examples=25, deadline=None)
def test_the_order_of_rows_changes_no_queue(order: list[str], risks: list[float]) -> None:
    """Partitions are read in any order."""
    flags = [flag(key, risk) for key, risk in zip("abcdefgh", risks, strict=True)]
    flags = [replace(one, level="low") if one.risk < 0.4 else one for one in flags]
    shuffled = sorted(flags, key=lambda one: order.index(one.customer_key))
    assert queue(shuffled, "".join(order)) == queue(flags, "abcdefgh")
