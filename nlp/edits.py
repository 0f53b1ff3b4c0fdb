"""Change text and keep the way back, so that evidence found in the new text can be shown in the old one."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from data.errors import EarshotError


class BadEdit(EarshotError):
    """Edits that overlap, run backwards or leave the text: a mistake of the program, never of a customer."""


class Edit(NamedTuple):
    """Replace `text[start:end]` by `new`."""

    start: int
    end: int
    new: str


@dataclass(frozen=True, slots=True)
class Layer:
    """One pass of edits: replaced stretches in the new and in the old text, in order. The rest was copied."""

    new_starts: tuple[int, ...]
    new_ends: tuple[int, ...]
    old_starts: tuple[int, ...]
    old_ends: tuple[int, ...]

    def to_source(self, start: int, end: int) -> tuple[int, int]:
        """Return the old span of a new one; what touches a replacement takes the whole of what it replaced."""
        # The last replacement that begins before the end, and with it the old end.
        index = bisect_left(self.new_starts, end) - 1
        old_end = end if index < 0 else self.old_ends[index] + max(0, end - self.new_ends[index])
        if start == end:
            # What was inserted came from nowhere: an empty span, unless it fell inside a replacement.
            inside = index >= 0 and end < self.new_ends[index]
            return (self.old_starts[index] if inside else old_end), old_end
        # The last replacement that begins at the start or before.
        index = bisect_right(self.new_starts, start) - 1
        if index < 0:
            return start, old_end
        if start < self.new_ends[index]:
            return self.old_starts[index], old_end
        return self.old_ends[index] + start - self.new_ends[index], old_end


@dataclass(frozen=True, slots=True)
class Edited:
    """A text and the layers of edits that made it out of its source.

    A replaced stretch maps to the whole of what it replaced, a copied one to itself, character by character. Passes
    that keep every offset (one character for one) need no layer.
    """

    text: str
    layers: tuple[Layer, ...] = ()

    def to_source(self, start: int, end: int) -> tuple[int, int]:
        """Return the span of the source that `text[start:end]` came from.

        The smallest such span: what was deleted just outside is not in it. Raises BadEdit when the span does not lie
        in the text.
        """
        if not 0 <= start <= end <= len(self.text):
            raise BadEdit(f"Span {start}:{end} does not lie in a text of {len(self.text)} characters.")
        for layer in reversed(self.layers):
            start, end = layer.to_source(start, end)
        return start, end

    def after(self, earlier: "Edited") -> "Edited":
        """Return the same text with its way back led through `earlier`, out of whose text it was made."""
        return Edited(self.text, earlier.layers + self.layers)

    def then(self, step: Callable[[str], "Edited"]) -> "Edited":
        """Return what `step` makes of the text, mapped back to this source."""
        return step(self.text).after(self)


def edit(text: str, edits: Iterable[Edit]) -> Edited:
    """Return `text` with all `edits` made at once; they must be in order and must not overlap.

    Raises BadEdit otherwise. Linear in the text and the edits.
    """
    parts: list[str] = []
    stretches: list[tuple[int, int, int, int]] = []
    done = length = 0
    for start, end, new in edits:
        if not done <= start <= end <= len(text):
            raise BadEdit(f"Edit {start}:{end} after offset {done} in a text of {len(text)} characters: sort them.")
        length += start - done
        parts += (text[done:start], new)
        stretches.append((length, length + len(new), start, end))
        length += len(new)
        done = end
    if not stretches:
        return Edited(text)
    parts.append(text[done:])
    new_starts, new_ends, old_starts, old_ends = zip(*stretches, strict=True)
    return Edited("".join(parts), (Layer(new_starts, new_ends, old_starts, old_ends),))
