"""The reports speak three languages equally well, or not at all."""

import string
from datetime import date
from typing import Any

import pytest

from reports.wording import UnknownLanguage, UnknownPhrase, Words, phrases

LANGUAGES = ("en", "zh-Hans", "zh-Hant")
HALF_WIDTH = ",:;!?"


def _forms(phrase: Any) -> list[str]:
    return [str(form) for form in phrase.values()] if isinstance(phrase, dict) else [str(phrase)]


def _parts(phrase: Any) -> set[str]:
    return {name for form in _forms(phrase) for _, name, _, _ in string.Formatter().parse(form) if name}


def test_all_languages_have_the_same_phrases() -> None:
    """A key that one language lacks breaks that language's report on the day the key is needed."""
    english = set(phrases("en"))
    for language in LANGUAGES[1:]:
        assert set(phrases(language)) == english


def test_all_languages_fill_in_the_same_parts() -> None:
    """A translation that drops a number tells less; one that asks for another part fails."""
    for language in LANGUAGES[1:]:
        differing = {key for key in phrases("en") if _parts(phrases("en")[key]) != _parts(phrases(language)[key])}
        assert not differing


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_chinese_uses_full_width_punctuation(language: str) -> None:
    """Half-width commas in Chinese text are what machine translation looks like."""
    for key, phrase in phrases(language).items():
        for form in _forms(phrase):
            bare = "".join(text for text, *_ in string.Formatter().parse(form))
            if any("\u4e00" <= character <= "\u9fff" for character in bare):
                assert not set(bare) & set(HALF_WIDTH), key


def test_scripts_are_not_mixed() -> None:
    """Simplified characters in a Traditional report (and the other way round) are noticed at once."""
    only_simplified, only_traditional = set("这说时会条话体顾评"), set("這說時會條話體顧評")
    for language, foreign in (("zh-Hans", only_traditional), ("zh-Hant", only_simplified)):
        for key, phrase in phrases(language).items():
            assert not foreign & set("".join(_forms(phrase))), key


def test_plural_follows_the_count() -> None:
    """ "1 customers" makes a reader doubt the rest."""
    words = Words("en")
    assert words.say("risk.lede_count", count=1) == "1 customer is in this queue."
    assert words.say("risk.lede_count", count=2) == "2 customers are in this queue."


def test_numbers_keep_their_decimals_and_their_minus() -> None:
    """Columns of figures align only when all have the same decimals."""
    words = Words("en")
    assert words.number(1234.5, 1) == "1,234.5"
    assert words.number(-2, 0) == "−2"
    assert words.percent(0.124) == "12.4%"
    assert words.percent(0.5, 0) == "50%"
    assert words.signed(6.84) == "+6.8"
    assert words.signed(-0.01) == "0.0"
    assert words.number(float("nan")) == words.percent(None) == "–"


def test_dates_read_naturally() -> None:
    """A week is a stretch of days, told as each language tells it."""
    first, last = date(2026, 11, 9), date(2026, 11, 15)
    assert Words("en").days(first, last) == "9–15 Nov 2026"
    assert Words("zh-Hans").days(first, last) == "2026年11月9日至15日"
    assert Words("zh-Hant").day(date(2026, 11, 9)) == "11月9日"
    assert Words("en").day(date(2026, 11, 9), year=True) == "9 Nov 2026"


def test_unknown_keys_and_languages_are_named() -> None:
    """A typing mistake should say where it is."""
    with pytest.raises(UnknownPhrase, match=r"no\.such"):
        Words("en").say("no.such")
    with pytest.raises(UnknownLanguage, match="fr"):
        Words("fr")


def test_unknown_names_stay_readable() -> None:
    """A new risk rule or quarantine reason must not stop a report."""
    assert Words("zh-Hans").name("rule", "went_quiet") == "went quiet"
