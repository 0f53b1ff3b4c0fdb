"""Cleaning must show the customer's words and never cost one."""

import time

from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.cleaning import clean

CASES = "cleaning/*.txt"
ANY = st.text(st.characters(codec=None), max_size=60)
NOISE = st.lists(
    st.sampled_from(
        [
            "<b>",
            "</p>",
            "&amp;",
            "好",
            " ",
            "\n",
            ">",
            "--",
            "aaaa",
            "\u200b",
            "On 5 May x wrote:",
            "Thanks,",
            "<",
            "😂",
        ]
    )
).map("".join)


def test_case(case) -> None:
    """One line of the case files: what product people agreed should happen."""
    assert clean(case.before).text == case.after


@given(ANY | NOISE)
@settings(max_examples=60)
def test_any_text_can_be_cleaned(text: str) -> None:
    """A broken character from a broken export must not stop a week."""
    result = clean(text)
    for i in range(len(result.text)):
        start, end = result.to_source(i, i + 1)
        assert 0 <= start < end <= len(text)


@given(
    st.lists(st.sampled_from(["物流很快", "，", "good", "13:30", "。", "😂"]), min_size=1, max_size=6, unique=True).map(
        "x".join
    )
)
@settings(max_examples=20)
def test_clean_text_comes_back_equal(text: str) -> None:
    """Offsets of most feedback need no mapping at all."""
    assert clean(text).text == text
    assert clean(text).layers == ()


def test_lone_surrogates_and_nul_go_and_broken_pairs_are_mended() -> None:
    """Half a character cannot be stored as UTF-8; a pair that a decoder left apart is an emoji."""
    assert clean("a\ud83d\x00b").text == "ab"
    assert clean("a\ud83d\ude00b").text == "a😀b"


def test_time_grows_with_the_text_only() -> None:
    """Ten megabytes from a broken form must not hold up the week."""
    for unit in ("<a '", "> x\n", "aab<script>", "&amp", "On 5 May wrote\n", "\n", "abab abab ", "<!--"):
        began = time.process_time()
        clean(unit * (60_000 // len(unit)))
        assert time.process_time() - began < 1, unit
