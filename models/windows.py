"""Cut long token sequences into windows that the encoder can read, so that every token is read once with context
around it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

LENGTH = 254  # tokens of a window; with its two marks 256, the longest that training has seen
OVERLAP = 48  # tokens that neighbours share, so that a kept token has at least half of this as context


@dataclass(frozen=True, slots=True)
class Window:
    """Tokens [start, end) of document number `document`; the states of [first, last) are taken from this window.

    The windows' [first, last) tile the document: none is missing, none is taken twice.
    """

    document: int
    start: int
    end: int
    first: int
    last: int

    @property
    def length(self) -> int:
        """How long the encoder's input is: the tokens and two marks."""
        return self.end - self.start + 2


def windows(document: int, tokens: int, length: int = LENGTH, overlap: int = OVERLAP) -> list[Window]:
    """Return the windows over a document of so many tokens: one if it fits, else evenly spread ones of full length.

    Neighbours share at least `overlap` tokens; the border of what is kept lies in the middle of what they share. A
    document without tokens has no window.
    """
    if tokens == 0:
        return []
    if tokens <= length:
        return [Window(document, 0, tokens, 0, tokens)]
    count = -(-(tokens - overlap) // (length - overlap))
    starts = [round(place * (tokens - length) / (count - 1)) for place in range(count)]
    borders = [
        0,
        *((later + earlier + length) // 2 for earlier, later in pairwise(starts)),
        tokens,
    ]
    return [
        Window(document, start, start + length, first, last)
        for start, first, last in zip(starts, borders[:-1], borders[1:], strict=True)
    ]


def batches(waiting: Iterable[Window], budget: int) -> Iterator[Sequence[Window]]:
    """Yield the windows in groups of like length, longest last, each of at most `budget` padded tokens (or one
    window).
    """
    group: list[Window] = []
    for window in sorted(waiting, key=lambda window: (window.length, window.document, window.start)):
        if group and window.length * (len(group) + 1) > budget:
            yield group
            group = []
        group.append(window)
    if group:
        yield group
