"""What a recogniser is: a cheap test and a search."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from data.records import Span

#: Stands for a placeholder, character by character, while a text is searched: no recogniser takes it for a letter.
OPAQUE = "\x1a"


@dataclass(frozen=True, slots=True)
class Recogniser:
    """Finds one kind of personal data. A text in which `needs` finds nothing holds none, so `find` is not called.

    `find` gets the text with placeholders hidden and full-width forms made half-width, offsets kept; it must be linear
    and may give overlapping spans.
    """

    needs: re.Pattern[str]
    find: Callable[[str], Iterator[Span]]


def every(pattern: re.Pattern[str], group: int | str = 0) -> Callable[[str], Iterator[Span]]:
    """Return a search that gives each match of `pattern`, or of one of its groups where that took part."""

    def find(text: str) -> Iterator[Span]:
        for match in pattern.finditer(text):
            if match.start(group) >= 0:
                yield Span(*match.span(group))

    return find
