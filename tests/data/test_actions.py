"""Teams keep their actions in a small file; a slip in one entry costs that entry only."""

from pathlib import Path

import pytest

from data.actions import Action, BadActions, load_actions

TOPICS = ("delivery_speed", "price")


def written(folder: Path, text: str) -> Path:
    path = folder / "actions.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_an_action_is_read_with_its_cohort(tmp_path: Path) -> None:
    """What the file says is what the report judges."""
    path = written(
        tmp_path,
        "- {id: a1, team: logistics, topic: delivery_speed, since: 2026-W42, owner: Mei, what: second van,\n"
        "   cohort: {carrier: SwiftLine}, metric: share}\n"
        "- {id: a2, team: product, topic: price, since: 2026-W9}\n",
    )
    actions, problems = load_actions(path, TOPICS)
    assert problems == ()
    assert actions == (
        Action("a1", "logistics", "delivery_speed", "2026-W42", "second van", "Mei", "carrier", "SwiftLine", "share"),
        Action("a2", "product", "price", "2026-W09"),
    )


def test_wrong_entries_are_named_and_stop_no_other(tmp_path: Path) -> None:
    """A typo in one line must not cost the other teams their section."""
    path = written(
        tmp_path,
        "- {id: a1, team: x, topic: nowhere, since: 2026-W42}\n"
        "- {id: a2, team: x, topic: price, since: soon, metric: mood, cohort: carrier}\n"
        "- {id: a3, team: x, topic: price, since: 2026-W42}\n"
        "- {id: a3, team: x, topic: price, since: 2026-W42}\n"
        "- hello\n",
    )
    actions, problems = load_actions(path, TOPICS)
    assert [action.id for action in actions] == ["a3"]
    assert len(problems) == 4
    assert "nowhere" in problems[0]
    assert all(word in problems[1] for word in ("soon", "mood", "cohort"))
    assert "twice" in problems[2]


def test_an_empty_file_has_no_actions(tmp_path: Path) -> None:
    """A file that somebody has just made is no mistake."""
    assert load_actions(written(tmp_path, ""), TOPICS) == ((), ())


@pytest.mark.parametrize("text", ["a: b", "- [", None])
def test_a_file_that_is_no_list_is_refused(tmp_path: Path, text: str | None) -> None:
    """The error says what to do."""
    path = written(tmp_path, text) if text else tmp_path / "missing.yaml"
    with pytest.raises(BadActions, match=str(path.name)):
        load_actions(path, TOPICS)
