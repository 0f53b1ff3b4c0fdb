"""Choose the customer's words that show a signal: always an exact substring of what the customer said."""

import re

from data.records import Mention, Sentiment
from models.risk.heard import Heard, Passage

#: The longest and the shortest verbatim wanted, in characters: a manager reads it in a breath and still understands it.
LONGEST, SHORTEST = 160, 12
_PLACEHOLDER = re.compile(r"<[A-Z]+>")
_BREAK = re.compile(r"(?<=[.!?])\s+|(?<=[。！？；…])|\n+")


def with_cue(heard: Heard, cue: re.Pattern[str]) -> str:
    """The passage that holds the longest match of `cue` (the later of equals); without any, the worst passage."""
    found = [(match, p) for p in passages(heard) for match in cue.finditer(heard.text, p.start, p.end)]
    if not found:
        return worst(heard)
    # The longer the words that match, the more they say: "will not buy again" beats "cancel".
    match, passage = max(found, key=lambda hit: (len(hit[0][0]), hit[0].start()))
    return _words(heard, passage, match.start())


def worst(heard: Heard) -> str:
    """The passage read as most negative; where none was, the longest of the last three."""
    return _strongest(heard, "neg")


def best(heard: Heard) -> str:
    """The passage read as most positive; where none was, the longest of the last three."""
    return _strongest(heard, "pos")


def evidence(heard: Heard, mention: Mention) -> str:
    """The passage around a topic's evidence."""
    for passage in passages(heard):
        if passage.start <= mention.start and mention.end <= passage.end:
            return _words(heard, passage, mention.start)
    return _words(heard, Passage(mention.start, mention.end), mention.start) or worst(heard)


def passages(heard: Heard) -> list[Passage]:
    """The customer's clauses; without segments, its sentences. Bare placeholders only if there is nothing else."""
    mine = _said(heard)
    return [p for p in mine if re.search(r"\w\w", _PLACEHOLDER.sub("", heard.text[p.start : p.end]))] or mine


def _said(heard: Heard) -> list[Passage]:
    if heard.passages:
        return [p for p in heard.passages if heard.text[p.start : p.end].strip()]
    found = []
    for spoken in heard.spoken:
        start = spoken.start
        for mark in _BREAK.finditer(heard.text, spoken.start, spoken.end):
            found.append(Passage(start, mark.end()))
            start = mark.end()
        found.append(Passage(start, spoken.end))
    return [p for p in found if heard.text[p.start : p.end].strip()]


def _strongest(heard: Heard, sentiment: Sentiment) -> str:
    mine = passages(heard)
    if not mine:
        return ""
    felt = [p for p in mine if p.sentiment == sentiment]
    chosen = max(felt, key=lambda p: (p.score, p.start)) if felt else max(mine[-3:], key=lambda p: p.end - p.start)
    return _words(heard, chosen, chosen.start)


def _words(heard: Heard, passage: Passage, around: int) -> str:
    """A passage's text, widened by its neighbours while too short to understand, cut around a place while too long."""
    start, end = passage.start, passage.end
    limits = next((s for s in heard.spoken if s.start <= start and end <= s.end), passage)
    inside = [p for p in passages(heard) if limits.start <= p.start and p.end <= limits.end]
    before = [p for p in inside if p.end <= start]
    after = [p for p in reversed(inside) if p.start >= end]
    while len(heard.text[start:end].strip()) < SHORTEST and (before or after):
        if before:
            start = before.pop().start
        else:
            end = after.pop().end
    if end - start > LONGEST:
        start = max(start, min(around - LONGEST // 3, end - LONGEST))
        end = min(end, start + LONGEST)
        start, end = _whole_words(heard.text, start, end, passage)
    return heard.text[start:end].strip()


def _whole_words(text: str, start: int, end: int, passage: Passage) -> tuple[int, int]:
    # Only Latin words are cut in halves visibly; Chinese is cut anywhere.
    first, last = start, end
    while passage.start < first < end and _latin(text[first - 1]) and _latin(text[first]):
        first += 1
    while first < last < passage.end and _latin(text[last - 1]) and _latin(text[last]):
        last -= 1
    return (first, last) if first < last else (start, end)


def _latin(character: str) -> bool:
    return character.isascii() and character.isalnum()
