"""A theme keeps its id for as long as it is the same theme, and says so when it is not."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from data.theme_records import ClauseKey, Theme, ThemeWeek
from models.themes.matching import Group, centre_bytes, match, new_id

LAST, WEEK = "2026-W45", "2026-W46"
AXES = np.eye(8, dtype=np.float32)


def keys(week: str, *names: str) -> frozenset[ClauseKey]:
    return frozenset(ClauseKey(week, name, "1", 0) for name in names)


def theme(id_: str, members: frozenset[ClauseKey], axis: int, week: str = LAST) -> Theme:
    latest = ThemeWeek(
        theme=id_, week=week, revision="r", event="new", parents=(), feedback=len(members), customers=len(members),
        sources=1, weeks=2, growth="up", team=None, words={"en": ("plastic",)}, centre=centre_bytes(AXES[axis]),
        members=tuple(sorted(members)), quotes=(),
    )  # fmt: skip
    return Theme(id_, week, "proposed", None, None, None, 1, latest)


def test_a_theme_with_the_same_clauses_goes_on() -> None:
    """A reader who saw a theme last week finds it under its name."""
    members = keys(LAST, "a", "b", "c", "d")
    group = Group(members | keys(WEEK, "e", "f"), AXES[0])
    (found,) = match([group], [theme("theme-1", members, 0)], [], WEEK, LAST, "r")
    assert (found.theme, found.event) == ("theme-1", "continued")


def test_a_theme_goes_on_by_its_meaning_when_all_its_clauses_are_new() -> None:
    """After four quiet weeks no clause is left, yet people say the same."""
    (found,) = match([Group(keys(WEEK, "x", "y"), AXES[0])], [theme("t", keys(LAST, "a", "b"), 0)], [], WEEK, LAST, "r")
    assert (found.theme, found.event) == ("t", "continued")


def test_a_theme_of_another_model_is_known_by_its_clauses_only() -> None:
    """A new checkpoint has another space: a centre of the old one means nothing there."""
    members = keys(LAST, "a", "b", "c")
    old = theme("t", members, 1)
    (by_clauses,) = match([Group(members, AXES[0])], [old], [], WEEK, LAST, "new")
    (by_centre,) = match([Group(keys(WEEK, "x", "y"), AXES[1])], [old], [], WEEK, LAST, "new")
    assert (by_clauses.theme, by_centre.event) == ("t", "new")


def test_a_theme_that_falls_apart_keeps_its_id_in_one_part_and_is_the_others_parent() -> None:
    """An analyst sees where a new theme came from."""
    big, small = keys(LAST, "a", "b", "c", "d", "e"), keys(LAST, "f", "g", "h")
    parts = [Group(big, AXES[0]), Group(small, AXES[1])]
    first, second = match(parts, [theme("t", big | small, 0)], [], WEEK, LAST, "r")
    assert (first.theme, first.event) == ("t", "continued")
    assert (second.event, second.parents) == ("split", ("t",))
    assert second.theme != "t"


def test_two_themes_that_grow_together_are_one_with_the_other_as_its_parent() -> None:
    """The smaller theme must not vanish without a word."""
    one, other = keys(LAST, "a", "b", "c", "d", "e"), keys(LAST, "f", "g", "h")
    before = [theme("t1", one, 0), theme("t2", other, 1)]
    (found,) = match([Group(one | other, AXES[0])], before, [], WEEK, LAST, "r")
    assert (found.theme, found.event, found.parents) == ("t1", "merged", ("t2",))


def test_a_theme_that_was_gone_returns_under_its_id() -> None:
    """What was decided about it still holds."""
    members = keys("2026-W43", "a", "b", "c")
    (found,) = match([Group(members, AXES[0])], [theme("t", members, 0, "2026-W43")], [], WEEK, LAST, "r")
    assert (found.theme, found.event) == ("t", "returned")


def test_a_merged_theme_comes_back_as_the_one_it_was_merged_into() -> None:
    """An analyst says once that two are the same."""
    one, other = keys(LAST, "a", "b", "c"), keys(LAST, "f", "g", "h")
    gone = replace(theme("t1", one, 0), status="merged", into="t2")
    found = match([Group(one, AXES[0]), Group(other, AXES[1])], [gone, theme("t2", other, 1)], [], WEEK, LAST, "r")
    assert [match.theme for match in found] == ["t2", "t2"]


def test_an_earlier_run_of_the_week_is_recognised_first() -> None:
    """A week that is run again gives the ids that people have seen."""
    members = keys(WEEK, "a", "b", "c")
    (found,) = match([Group(members, AXES[0])], [], [theme("seen", members, 0, WEEK)], WEEK, LAST, "r")
    assert (found.theme, found.event) == ("seen", "new")


@settings(max_examples=30, deadline=None)
@given(st.permutations(range(5)), st.permutations(range(4)))
def test_the_order_of_groups_and_themes_changes_nothing(groups: list[int], known: list[int]) -> None:
    """Rows come from files in any order."""
    made = [Group(keys(LAST, f"g{n}", f"h{n}", f"i{n}") | keys(WEEK, f"j{n}"), AXES[n]) for n in range(5)]
    before = [theme(f"t{n}", keys(LAST, f"g{n}", f"h{n}", f"i{n}"), n) for n in range(4)]
    expected = match(made, before, [], WEEK, LAST, "r")
    found = match([made[n] for n in groups], [before[n] for n in known], [], WEEK, LAST, "r")
    assert [found[groups.index(n)] for n in range(5)] == expected
    assert expected[4].theme == new_id(WEEK, made[4].members)
