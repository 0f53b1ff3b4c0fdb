"""Cut the words worth quoting out of a feedback: the clauses around the evidence."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

SHORT, LONG = 40, 240  # display columns (a Han character takes two): below, neighbours join; above, the ends are cut
CUT = "…"


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Quoted words; the evidence is `text[start:end]`."""

    text: str
    start: int
    end: int


def columns(text: str) -> int:
    """Return the display width: two for each wide character, one for the others."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def excerpt(text: str, start: int, end: int, clauses: Sequence[tuple[int, int]]) -> Excerpt:
    """Return the clauses (spans of text, in order) that hold the evidence text[start:end], with neighbours if short.

    Neighbours join only within the same line, so a quote never mixes turns. Without clauses, the line itself is used.
    The evidence is always whole, unless it alone is longer than LONG columns.
    """
    # An offset beyond the text (rows of another version, say) must not stop the report.
    start = min(max(start, 0), len(text))
    end = min(max(end, start), len(text))
    holding = [place for place, (left, right) in enumerate(clauses) if left < end and right > start]
    if holding:
        first, last = holding[0], holding[-1]
        while columns(text[clauses[first][0] : clauses[last][1]]) < SHORT:
            if last + 1 < len(clauses) and "\n" not in text[clauses[last][1] : clauses[last + 1][0] + 1]:
                last += 1
            elif first > 0 and "\n" not in text[clauses[first - 1][1] : clauses[first][0] + 1]:
                first -= 1
            else:
                break
        left, right = min(clauses[first][0], start), max(clauses[last][1], end)
    else:
        left = text.rfind("\n", 0, start) + 1
        right = text.find("\n", end)
        right = len(text) if right < 0 else right
    return _shortened(text, min(left, len(text)), min(right, len(text)), start, end)


def _shortened(text: str, left: int, right: int, start: int, end: int) -> Excerpt:
    before = after = ""
    if columns(text[left:right]) > LONG:
        if columns(text[start:end]) > LONG:
            end = start + _fitting(text[start:end], LONG)
        room = (LONG - columns(text[start:end])) // 2
        nearest, farthest = start - _fitting(text[left:start][::-1], room), end + _fitting(text[end:right], room)
        before, after = CUT if nearest > left else "", CUT if farthest < right else ""
        left, right = nearest, farthest
    while left < start and text[left].isspace():
        left += 1
    while right > end and text[right - 1].isspace():
        right -= 1
    shift = len(before) - left
    return Excerpt(f"{before}{text[left:right]}{after}", start + shift, end + shift)


def _fitting(text: str, room: int) -> int:
    """Return how many characters of the text fit into `room` columns."""
    for place, char in enumerate(text):
        room -= columns(char)
        if room < 0:
            return place
    return len(text)
