"""A report that states one wrong number is not believed again."""

import logging
from dataclasses import replace
from typing import Any

import pytest

from reports.findings import find
from reports.page import topics_of
from reports.prose import Writer, WrongNumber, check_numbers
from reports.wording import Words
from tests.reports.made_weeks import empty_week, first_week, standard_week

LANGUAGES = ("en", "zh-Hans", "zh-Hant")


@pytest.mark.parametrize(
    ("sentence", "facts"),
    [
        ("12.4% of 1,050 customers", (0.12407, 1050)),
        ("+6.8 points", (0.0681,)),
        ("−6.8 个百分点", (-0.0681,)),
        ("占 28.6%，此前 8 周为 13.2%（95% 区间 +9.9 至 +21.5 个百分点）", (0.2862, 0.1321, 8, 0.0991, 0.2149)),
        ("3.23 of 5", (3.2258, 5)),
    ],
)
def test_numbers_from_the_table_pass(sentence: str, facts: tuple[float, ...]) -> None:
    """Rounding, percent, signs and thousands are ways of writing the same number."""
    assert check_numbers(sentence, facts) == []


@pytest.mark.parametrize(
    ("sentence", "facts", "wrong"),
    [
        ("12.5% of customers", (0.12407,), ["12.5%"]),
        ("1,051 customers", (1050,), ["1,051"]),
        ("+6.8 points", (-0.0681,), ["+6.8"]),
        ("124 customers", (0.124,), ["124"]),
        ("从 5 到 9", (5,), ["9"]),
    ],
)
def test_other_numbers_are_caught(sentence: str, facts: tuple[float, ...], wrong: list[str]) -> None:
    """A number off by one in the last place is wrong, and so is a sign."""
    assert check_numbers(sentence, facts) == wrong


def test_digits_in_names_are_not_numbers() -> None:
    """Products are called X200 and regions Zone 3."""
    assert check_numbers("Kettle X200: 12.0%", (0.12,), ("Kettle X200",)) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_finding_is_told_with_numbers_of_its_row(language: str) -> None:
    """The writer is strict here, so a template that states anything else raises."""
    tables = standard_week()
    writer = Writer(Words(language), tables, strict=True)
    findings = find(tables, topics_of(tables, "managers"))
    assert findings
    for finding in findings:
        for change in finding.changes:
            assert writer.what_changed(change)
            assert writer.what_changed(change, short=True)
            assert writer.evidence(change)
        assert writer.action(finding) or finding.topic is None


def test_a_wrong_number_raises_when_strict_and_is_dropped_when_not(caplog: pytest.LogCaptureFixture) -> None:
    """In production a report with a sentence less is better than one that says what is not so."""
    writer = Writer(Words("en"), standard_week(), strict=True)
    with pytest.raises(WrongNumber, match=r"lede\.risk.*3"):
        writer.write("lede.risk", (4.0,), (), count=3)
    writer = Writer(Words("en"), standard_week())
    with caplog.at_level(logging.ERROR):
        assert writer.write("lede.risk", (4.0,), (), count=3) == ""
    assert "lede.risk" in caplog.text


def test_a_table_that_was_tampered_with_does_not_pass() -> None:
    """The check compares with the row, not with what the writer was told."""
    tables = standard_week()
    change = find(tables, topics_of(tables, "logistics"))[0].main
    writer = Writer(Words("en"), tables)
    told = writer.what_changed(change)
    assert check_numbers(told, (*change.facts, 8.0)) == []
    assert check_numbers(told, (*replace(change, value=change.value / 2).facts, 8.0))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_headline_says_so_when_there_is_nothing_to_say(language: str) -> None:
    """No history, no change and no feedback are three different answers."""
    words = Words(language)
    said: dict[str, Any] = {
        "lede.first": Writer(words, first_week(), strict=True).headline(None, []),
        "lede.quiet": Writer(words, standard_week(), strict=True).headline("product", []),
        "lede.empty": Writer(words, empty_week(), strict=True).headline(None, []),
    }
    for key, sentences in said.items():
        assert words.say(key) in sentences


def test_certainty_follows_q() -> None:
    """Words for how sure we are must mean the same every week."""
    writer = Writer(Words("en"), standard_week())
    change = find(standard_week(), topics_of(standard_week(), "logistics"))[0].main
    said = [writer.certainty(replace(change, q=q)) for q in (0.0005, 0.005, 0.015)]
    assert said == ["very unlikely to be chance", "unlikely to be chance", "probably not chance"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_scores_are_told_on_their_own_scale(language: str) -> None:
    """2.3 stars of 5 is bad luck; 2.3 of 100 would be a catastrophe."""
    tables = standard_week()
    change = find(tables, topics_of(tables, "logistics"))[0].main
    rated = replace(change, family="score", metric="score", scale="stars", value=2.3, baseline=3.9, effect=-1.6,
                    low=-2.0, high=-1.2, verdict="down")  # fmt: skip
    told = Writer(Words(language), tables, strict=True).what_changed(rated)
    assert "2.3" in told
    assert "5" in told
    assert "100" not in told
