"""A theme is called by what it is about, never by grammar, courtesy or plain praise."""

import pytest

from nlp.words import content_words, stop_words


def forms(text: str) -> list[str]:
    return [word.form for word in content_words(text)]


@pytest.mark.parametrize(
    "text", ["非常满意，谢谢！", "Very good, thanks a lot", "<PHONE> 2026 @Songbird https://a.example/x", "😀😀", ""]
)
def test_what_could_be_said_of_anything_names_nothing(text: str) -> None:
    """A theme called "very good" tells a product team nothing."""
    assert forms(text) == []


def test_both_scripts_give_the_same_forms_and_keep_their_spelling() -> None:
    """One theme in Taiwan and on the mainland is one theme, shown to each in its own script."""
    simplified, traditional = content_words("说明书看不懂"), content_words("說明書看不懂")
    assert [word.form for word in simplified] == [word.form for word in traditional]
    assert traditional[0].written == "說明書"


def test_plurals_count_with_their_singulars() -> None:
    """A cable and cables are one word of a name."""
    assert forms("cables batteries boxes glass") == ["cable", "battery", "box", "glass"]


def test_words_come_in_the_order_in_which_they_are_said() -> None:
    """Mixed text is normal here."""
    assert forms("这个app闪退，battery发烫") == ["app", "闪退", "battery", "发烫"]


def test_the_stop_words_are_read() -> None:
    """An empty list would let grammar name themes."""
    assert {"the", "的", "客服"} <= stop_words()
