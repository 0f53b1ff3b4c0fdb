"""Clauses are what models read and people are shown: none may lose a character or tear a placeholder."""

import re
import threading
import time

from hypothesis import given, settings
from hypothesis import strategies as st

from data.records import Language
from nlp.segmentation import segment

CASES = "segmentation/*.txt"
LANGUAGES: list[Language] = ["zh-Hans", "zh-Hant", "en", "mixed", "other"]
BITS = [
    *("好", "物流", "但是", "不过", "1、", "2、", " and the ", "but", "I was", "<PHONE>", "，", "。", "...", "~", "\n"),
    *(" ", ". ", "❤️", "😂", "“", "”", ")", " - ", "Mr.", "3.5", "@@", "https://a.b/c", "#", "\ud800", "\x00", "\u3000"),
    *("ก", "の"),
]
TEXTS = st.text(st.characters(codec=None), max_size=40) | st.lists(st.sampled_from(BITS), max_size=25).map("".join)


def clauses(text: str, language: Language) -> list[str]:
    return [text[span.start : span.end] for span in segment(text, language)]


def test_case(case) -> None:
    """One line of the case files: where people would say that one thing ends and another begins."""
    language: Language = "zh-Hans" if re.search("[一-鿿]", case.before) else "en"
    assert clauses(case.before, language) == case.after.split(" | ")


@given(TEXTS, st.sampled_from(LANGUAGES))
@settings(max_examples=150, deadline=None)
def test_every_character_lies_in_one_clause(text: str, language: Language) -> None:
    """What no clause holds, no model reads: a threat could hide there."""
    spans = segment(text, language)
    end = 0
    for span in spans:
        assert end <= span.start < span.end
        assert not text[end : span.start].strip()
        assert text[span.start : span.end] == text[span.start : span.end].strip()
        end = span.end
    assert not text[end:].strip()


@given(st.lists(st.sampled_from(BITS), max_size=12), st.lists(st.sampled_from(BITS), max_size=12))
@settings(max_examples=100, deadline=None)
def test_placeholders_are_never_torn(before: list[str], after: list[str]) -> None:
    """Half a placeholder is neither text nor a hidden fact."""
    text = "".join([*before, "<CARD_NUMBER>", *after])
    start = text.index("<CARD_NUMBER>")
    assert not any(start < span.start < start + 13 or start < span.end < start + 13 for span in segment(text, "mixed"))


def test_words_of_other_languages_are_not_taken_for_english() -> None:
    """French "but" is a goal."""
    assert clauses("Quel but magnifique hier soir", "other") == ["Quel but magnifique hier soir"]
    assert clauses("Très bien ! Merci beaucoup.", "other") == ["Très bien !", "Merci beaucoup."]


def test_nothing_has_no_clauses() -> None:
    """Empty comments come with every export."""
    assert segment("") == segment(" \n\u3000") == []


def test_hundred_thousand_characters_take_linear_time() -> None:
    """One pasted log must not hold up the week: ten times the text may take ten times as long, not a hundred times."""
    for bit in ["很好，", "a. ", "a-", ".)", "but I was ", "1、", "<A", "[好", "\n ", "1.1", ":-", "好"]:
        began = time.process_time()
        segment(bit * (100_000 // len(bit)), "mixed")
        assert time.process_time() - began < 5, bit


def test_threads_share_the_pipeline() -> None:
    """Prefect runs tasks in threads; spaCy's memory zones are not made for that, so a lock must be."""
    text = "物流很快，包装也很好！客服不回，but the food was fine."
    expected = segment(text)
    found = []

    def work() -> None:
        found.extend(segment(text) == expected for _ in range(50))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [True] * 200
