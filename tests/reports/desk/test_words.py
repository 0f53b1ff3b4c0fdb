"""The desk speaks three languages, and the same things in each."""

import re
from pathlib import Path
from string import Formatter
from typing import get_args

import pytest

from data.case_changes import CHOICES
from data.conversation_scores import Trouble
from data.taxonomy import REPORT_LANGUAGES
from reports.desk.access import ROLES
from reports.desk.pages import LANGUAGE_NAMES, PLACES, TEMPLATES, TOLD, desk_phrases, words_of


def test_every_language_has_the_same_phrases_with_the_same_parts() -> None:
    """A phrase that one language lacks is a fault page for whoever reads that language."""

    def parts(language: str) -> dict[str, set[str]]:
        found = {}
        for key, phrase in desk_phrases(language).items():
            text = phrase["other"] if isinstance(phrase, dict) else str(phrase)
            found[key] = {name for _, name, _, _ in Formatter().parse(text) if name}
        return found

    assert parts("zh-Hans") == parts("en")
    assert parts("zh-Hant") == parts("en")
    assert set(LANGUAGE_NAMES) == set(REPORT_LANGUAGES)


@pytest.mark.parametrize("path", sorted(TEMPLATES.glob("*.html")), ids=lambda path: path.name)
def test_every_phrase_that_a_page_says_exists(path: Path) -> None:
    """Also on the paths that no other test walks."""
    words = words_of("en")
    for key in re.findall(r"""say\("([a-z_.]+[a-z])"[,)]""", path.read_text(encoding="utf-8")):
        assert words.has(key), f"{key} in {path.name}"


def test_whatever_is_chosen_has_a_name() -> None:
    """Roles, answers and messages come from code; their names from the phrases."""
    words = words_of("en")
    keys = [f"{name}.{answer}" for name, answers in CHOICES.items() for answer in answers]
    keys += [f"role.{role}" for role in ROLES] + [f"role_what.{role}" for role in ROLES]
    keys += [f"sheet_trouble.{trouble}" for trouble in (*get_args(Trouble), "none", "blank")]
    keys += [f"told.{told}" for told in TOLD] + [phrase for _, _, phrase in PLACES]
    assert [key for key in keys if not words.has(key)] == []


def test_traditional_chinese_holds_no_simplified_signs() -> None:
    """Converted by machine, read by people in Taiwan."""
    simplified = set("个这说们过还时间没关发见长门问应对会书东车马风飞进远连运边达迁选适题页顾须预领频颗")
    for key, phrase in desk_phrases("zh-Hant").items():
        text = str(phrase["other"] if isinstance(phrase, dict) else phrase)
        assert not simplified & set(text), key
