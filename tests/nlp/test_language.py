"""The language decides who reads a feedback and whether the model's reading of it is counted."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.language import detect, exclusive

CASES = "language/*.txt"


def test_cases(case: Any) -> None:
    """What people write is short, mixed and misspelt."""
    assert detect(case.before) == case.after


def test_a_hint_decides_only_where_the_text_does_not() -> None:
    """A survey in Traditional Chinese may hold an answer without a telling character, or one in English."""
    assert detect("很好吃", "zh-Hant") == "zh-Hant"
    assert detect("很好吃", "zh_TW") == "zh-Hant"
    assert detect("宅配很慢，包裝破了", "zh-Hans") == "zh-Hant"
    assert detect("never again", "zh-Hant") == "en"


def test_no_character_belongs_to_both_scripts_only() -> None:
    """A character that is counted for both sides would count for neither."""
    simplified, traditional = exclusive()
    assert not simplified & traditional
    assert {"这", "货", "发"} <= simplified
    assert {"這", "貨", "還"} <= traditional
    assert not {"后", "里", "面", "台"} & (simplified | traditional)


@given(st.text(max_size=60))
@settings(max_examples=60, deadline=None)
def test_any_text_has_a_language(text: str) -> None:
    """A detector that raises would send the feedback to quarantine."""
    assert detect(text) in {"zh-Hans", "zh-Hant", "en", "mixed", "other"}


@pytest.mark.parametrize("size", [100_000])
def test_a_long_transcript_is_detected(size: int) -> None:
    """Calls run for an hour."""
    assert detect("客服说会回电，但是没有。" * (size // 12)) == "zh-Hans"
