"""Decide where a clause ends, from the pieces of a text: the spaCy components `clauses` and `marks`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from spacy.language import Language
from spacy.tokens import Doc, Span

from nlp.connectives import FOLLOWING, OPENING, SUBORDINATE, SUBORDINATE_ZH, THING, TURN_WORDS, opens, turns

#: How sure a boundary is: a comma parts two clauses only if the words after it say so, the end of a sentence always.
NONE, COMMA, PAUSE, SENTENCE = 0, 1, 2, 3
MARKS = {"end": SENTENCE, "rest": PAUSE, "semi": PAUSE, "comma": COMMA}
#: Least content of a clause in Chinese characters (an English word counts as two), less if it names a thing.
LEAST, LEAST_THING = 4, 3
WEIGHTS = {"word": 2, "opaque": 2, "number": 1, "list": 1}
#: A Chinese clause this long ends at the next comma if at least `LONG_NEXT` follows before another comma.
LONG, LONG_NEXT = 14, 6
#: A line at least this long that ends in the middle of a sentence was broken by a mail program.
WRAPPED = 60
#: Pieces that tell whether an English sentence begins; later ones are not looked at.
WINDOW = 12

_CHINESE = frozenset({"han", "turn"})
_LISTING = _CHINESE | {"space"}
_BLANK = frozenset({"space", "newline"})
_HEARTS = frozenset({"❤", "❤️", "♥", "♥️"})


@dataclass(slots=True)
class Chunk:
    """Pieces from `start` on that nothing parts.

    `before` is the boundary in front and `cue` says whether words confirm it; `lead` is the first word, `thing` says
    whether that is something customers speak about; `weight` is the content in Chinese characters.
    """

    start: int
    before: int
    cue: bool = False
    thing: bool = False
    lead: str = ""
    weight: int = 0


class Clauses:
    """Fills `doc.spans["clauses"]` from what `nlp.pieces.Pieces` left in the doc; linear in the number of pieces.

    Without `connectives`, only marks part clauses: for languages whose words we do not know.
    """

    def __init__(self, connectives: bool) -> None:
        self.connectives = connectives

    def __call__(self, doc: Doc) -> Doc:
        """Return `doc` with its clauses, in order, without outer spaces, holding every non-space character."""
        kinds = doc.user_data["kinds"]
        starts = list(joined(list(self.chunks(kinds, doc.user_data["words"]))))
        spans = (trimmed(kinds, *pair) for pair in zip(starts, [*starts[1:], len(kinds)], strict=True))
        doc.spans["clauses"] = [Span(doc, first, last) for first, last in spans if first < last]
        return doc

    def chunks(self, kinds: Sequence[str], words: Sequence[str]) -> Iterator[Chunk]:
        """Yield the stretches between possible boundaries; marks and emoji stay with what they follow."""
        chunk, pending, fresh, listed, line = Chunk(0, SENTENCE), NONE, False, 0, 0
        for index, (kind, word) in enumerate(zip(kinds, words, strict=True)):
            line += len(word)
            if kind in MARKS:
                pending = max(pending, MARKS[kind])
            elif kind == "newline":
                if not (line >= WRAPPED and wrapped(kinds, words, index)):
                    pending, fresh = SENTENCE, True
                line = 0
            elif kind == "space":
                if _at(kinds, index - 1) in _CHINESE and _at(kinds, index + 1) in _CHINESE:
                    pending = max(pending, COMMA)
            elif kind == "emoji" and not fresh:
                if word not in _HEARTS:
                    pending = max(pending, PAUSE)
            elif kind != "other" or fresh or (pending and _at(kinds, index - 1) == "space"):
                turned = self.turned(kinds, words, index)
                if kind == "list" and (pending or _may_list(kinds, words, index)):
                    number = numbered(word)
                    turned = number in (1, listed + 1)
                    listed = number if turned else listed
                if pending or (turned and index > chunk.start):
                    yield chunk
                    before = max(pending, PAUSE) if turned else pending
                    chunk = Chunk(index, before, turned or self.opened(kinds, words, index))
                    pending, fresh = NONE, False
                if kind == "list" and not turned and word.endswith(".") and _at(kinds, index + 1) in {"space", ""}:
                    pending = SENTENCE
                if not chunk.lead and kind != "open":
                    chunk.lead = word.lower()
                    chunk.thing = kind == "han" and THING.match(word) is not None
                chunk.weight += len(word) if kind in _CHINESE or kind == "letters" else WEIGHTS.get(kind, 0)
        yield chunk

    def turned(self, kinds: Sequence[str], words: Sequence[str], index: int) -> bool:
        """Say whether the piece at `index` parts clauses by itself."""
        if not self.connectives or kinds[index] not in ("word", "turn"):
            return False
        if kinds[index] == "turn":
            return True
        word = words[index].lower()
        if word not in TURN_WORDS:
            return False
        before = words[index - 2].lower() if index > 1 else ""
        return turns(before, word, following(kinds, words, index + 1))

    def opened(self, kinds: Sequence[str], words: Sequence[str], index: int) -> bool:
        """Say whether the piece at `index` begins a new clause if a comma is in front."""
        if not self.connectives:
            return False
        if kinds[index] == "han":
            return OPENING.match(words[index]) is not None or THING.match(words[index]) is not None
        return kinds[index] == "word" and opens(words[index].lower(), following(kinds, words, index + 1))


def joined(chunks: Sequence[Chunk]) -> Iterator[int]:
    """Yield the first piece of each clause: chunks that mean too little alone stay with their neighbour."""
    to_come = list(accumulate((chunk.weight for chunk in reversed(chunks)), initial=0))[::-1]
    after = [0] * len(chunks)
    for index in range(len(chunks) - 1, -1, -1):
        last = index + 1 == len(chunks) or chunks[index + 1].before == SENTENCE
        after[index] = to_come[index + 1] if last else after[index + 1]
    first = previous = Chunk(0, NONE)
    weight = 0
    for index, chunk in enumerate(chunks):
        if index == 0 or parts(first, previous, weight, chunk, to_come[index] - after[index]):
            yield chunk.start
            first, weight = chunk, 0
        weight += chunk.weight
        previous = chunk


def parts(first: Chunk, previous: Chunk, weight: int, chunk: Chunk, left: int) -> bool:
    """Say whether the clause from `first` to `previous`, of `weight`, ends before `chunk`.

    `left` is what is left of the sentence, `chunk` included.
    """
    if not weight or not left:
        return False
    if chunk.before == SENTENCE:
        return True
    both = first.thing and chunk.thing
    if weight < (LEAST_THING if both else LEAST) or left < (LEAST_THING if both else LEAST):
        return False
    if chunk.before == PAUSE:
        return True
    if first.lead in SUBORDINATE or SUBORDINATE_ZH.match(first.lead):
        return False
    if chunk.cue:
        return not chunk.thing or previous.weight >= LEAST_THING
    long = weight >= LONG and chunk.weight >= LONG_NEXT
    return long and not chunk.lead.isascii() and FOLLOWING.match(chunk.lead) is None


def trimmed(kinds: Sequence[str], first: int, last: int) -> tuple[int, int]:
    """Return the pieces `first:last` without spaces around them."""
    while first < last and kinds[first] in _BLANK:
        first += 1
    while first < last and kinds[last - 1] in _BLANK:
        last -= 1
    return first, last


def wrapped(kinds: Sequence[str], words: Sequence[str], index: int) -> bool:
    """Say whether the newline at `index` stands in the middle of an English sentence."""
    inside = _at(kinds, index - 1) in ("word", "comma", "number", "opaque") and _at(kinds, index + 1) == "word"
    return inside and words[index].count("\n") == 1 and words[index + 1][0].islower()


def following(kinds: Sequence[str], words: Sequence[str], index: int) -> list[str]:
    """Return the next few English words from `index` on, in lower case, up to the first mark."""
    found = []
    for kind, word in zip(kinds[index : index + WINDOW], words[index : index + WINDOW], strict=True):
        if kind == "word":
            found.append(word.lower().replace("’", "'"))
        elif kind != "space":
            break
    return found


def numbered(word: str) -> int:
    """Return the number of an enumerator: 2 for "2、", "(2)" and "②"."""
    digits = "".join(char for char in word if char.isdecimal())
    return int(digits) if digits else ord(word[0]) - ord("①") + 1


def _may_list(kinds: Sequence[str], words: Sequence[str], index: int) -> bool:
    return index == 0 or words[index - 1] == "：" or kinds[index - 1] in _LISTING


def _at(kinds: Sequence[str], index: int) -> str:
    return kinds[index] if 0 <= index < len(kinds) else ""


Language.component("clauses", func=Clauses(connectives=True))
Language.component("marks", func=Clauses(connectives=False))
