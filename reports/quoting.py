"""Make customers' words harmless before they stand in a page, a chat message or a sheet.

Feedback is written by strangers. Whatever is in it, it may look odd in a report but must never act: no markup, no
formula, no direction override that turns the rest of the line around, no ten thousand characters where three lines fit.
"""

import re

#: Bidirectional embeddings, overrides, isolates and marks (UAX #9); control characters that are no white space; lone
#: surrogates and noncharacters, which XML cannot hold.
_UNWANTED = re.compile(
    "[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]"
)
#: What Markdown reads anywhere, and what it reads at the start of a line.
_MARKDOWN = re.compile(r"([\\`*_\[\]|~])")
_OPENING = re.compile(r"^(?:[#+-]|\d+(?=[.)])|=+$)")
_LINK = re.compile(r"(?i)\b(https?|ftp|mailto|javascript|data):")


def plain(text: str) -> str:
    """The same words on one line: no control or direction characters, no lone surrogates, no runs of blanks.

    Newlines and tabs become blanks. Doing it twice changes nothing. The length may change, so offsets into `text` do
    not hold in the result (see `plain_around`).
    """
    return " ".join(_UNWANTED.sub("", text).split())


def shorten(text: str, limit: int) -> str:
    """`text` cut to at most `limit` characters, with an ellipsis where something was left out."""
    return text if len(text) <= limit else text[: max(limit - 1, 0)].rstrip() + "…"


def plain_around(text: str, start: int, end: int, limit: int) -> tuple[str, str, str]:
    """`text` made plain, as (before, evidence, after), about `limit` characters in all.

    `start` and `end` are characters of `text`; a span outside it gives an empty evidence. What is cut away on either
    side is marked by an ellipsis; the evidence itself is cut only when it alone is longer than `limit`.
    """
    if not 0 <= start < end <= len(text):
        return shorten(plain(text), limit), "", ""
    raw_before, raw_after = text[:start], text[end:]
    evidence = shorten(plain(text[start:end]), limit)
    room = max(limit - len(evidence), 0)
    before, after = plain(raw_before), plain(raw_after)
    keep_before = min(len(before), max(room // 2, room - len(after)))
    keep_after = min(len(after), room - keep_before)
    before = before if keep_before == len(before) else "…" + before[len(before) - keep_before :]
    after = after if keep_after == len(after) else after[:keep_after] + "…"
    glue_before = " " if before and (raw_before[-1:].isspace() or text[start].isspace()) else ""
    glue_after = " " if after and (raw_after[:1].isspace() or text[end - 1].isspace()) else ""
    return before + glue_before, evidence, glue_after + after


def for_markdown(text: str) -> str:
    """`text` as Markdown that shows just these characters: no emphasis, link, table cell, mention or markup."""
    escaped = plain(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    escaped = _OPENING.sub(_disarmed, _MARKDOWN.sub(r"\\\1", escaped))
    escaped = _LINK.sub(lambda match: f"{match[1]}\u2060:", escaped)
    return escaped.replace("@", "@\u2060")


def _disarmed(opening: re.Match[str]) -> str:
    return f"{opening[0]}\u2060" if opening[0][0].isdigit() else f"\\{opening[0]}"


def for_cell(text: str) -> str:
    """`text` as the content of a spreadsheet cell: plain, and within the 32,767 characters a cell can hold."""
    return shorten(plain(text), 32_000)


def safe_url(url: object) -> str | None:
    """The address if it is http(s) without blanks, quotes or control characters; None for anything else."""
    if not isinstance(url, str) or not re.fullmatch(r"https?://[^\s\"'<>`\\\x00-\x20\x7f-\x9f]{1,2000}", url):
        return None
    return url
