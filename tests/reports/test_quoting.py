"""Feedback is written by strangers: whatever is in it must show as text and do nothing."""

import html
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.quoting import for_cell, for_markdown, plain, plain_around, safe_url, shorten

CASES = Path(__file__).parents[1] / "cases" / "quoting"


def cases() -> list[tuple[str, str, str]]:
    """Title, before and after of every case; \\u escapes stand for characters that cannot be seen."""
    found = []
    for path in sorted(CASES.glob("*.txt")):
        for block in path.read_text(encoding="utf-8").split("\n\n"):
            lines = [line for line in block.splitlines() if line and not line.startswith("#")]
            if len(lines) == 3:
                before, after = (re.sub(r"\\u([0-9a-f]{4})", lambda m: chr(int(m[1], 16)), one) for one in lines[1:])
                found.append((lines[0], before, after))
    return found


@pytest.mark.parametrize(("title", "before", "after"), cases(), ids=[case[0] for case in cases()])
def test_markdown_shows_what_was_written(title: str, before: str, after: str) -> None:
    """Anyone can add a line to tests/cases/quoting when a chat system surprises us."""
    assert for_markdown(before) == after


@settings(max_examples=60)
@given(st.text())
def test_making_plain_twice_changes_nothing(text: str) -> None:
    """Texts pass through here more than once on their way to a page."""
    assert plain(plain(text)) == plain(text)


@settings(max_examples=60)
@given(st.text())
def test_plain_text_has_no_control_or_direction_characters(text: str) -> None:
    """One right-to-left override would turn the rest of a table row around."""
    assert not re.search(
        r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200e\u200f\ud800-\udfff\ufffe\uffff]", plain(text)
    )


@settings(max_examples=60)
@given(st.text(max_size=80), st.integers(0, 80), st.integers(0, 80))
def test_a_quotation_keeps_its_evidence_and_its_length(text: str, start: int, end: int) -> None:
    """The marked words are why a quotation is there; the page has room for so many characters."""
    before, evidence, after = plain_around(text, start, end, 40)
    assert len(before) + len(evidence) + len(after) <= 40 + 4
    if 0 <= start < end <= len(text) and len(plain(text[start:end])) <= 40:
        assert evidence == plain(text[start:end])


def test_ten_thousand_characters_are_cut_around_the_evidence() -> None:
    """A rant must not push the rest of the report away, nor hide the sentence that matters."""
    text = "a" * 5000 + " LATE " + "b" * 5000
    before, evidence, after = plain_around(text, 5001, 5005, 300)
    assert evidence == "LATE"
    assert before.startswith("…")
    assert after.endswith("…")
    assert len(before + evidence + after) < 320


@settings(max_examples=60)
@given(st.text())
def test_markdown_of_any_text_holds_no_markup(text: str) -> None:
    """HTML passes through Markdown in mail and wikis."""
    assert "<" not in for_markdown(text)
    assert "\n" not in for_markdown(text)


def test_a_cell_fits_a_sheet() -> None:
    """Excel refuses a file with a cell of more than 32,767 characters."""
    assert len(for_cell("x" * 100_000)) <= 32_767


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "https://a b",
        'https://a"onclick=',
        "ftp://a",
        "",
        None,
        3,
        "//a",
        "https://a\n",
    ],
)
def test_only_web_addresses_become_links(address: object) -> None:
    """A source may hand over anything as a link."""
    assert safe_url(address) is None


def test_web_addresses_stay_as_they_are() -> None:
    """The link must find the ticket."""
    assert safe_url("https://desk.example/t/1?a=1&b=2#x") == "https://desk.example/t/1?a=1&b=2#x"


def test_shortening_never_lengthens() -> None:
    """An ellipsis takes a place too."""
    assert shorten("abcdef", 4) == "abc…"
    assert shorten("abc", 3) == "abc"
    assert html.escape(shorten("<>", 1)) == "…"
