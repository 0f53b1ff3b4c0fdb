"""What the models read of a feedback: all of a comment, and of a conversation what the customer said.

Customer turns are joined by " / ", as in the gold set. Places in the joined text lead back to places in the feedback.
"""

import unicodedata
from bisect import bisect_right
from dataclasses import dataclass

from data.records import Document

BETWEEN = " / "


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the feedback's text inside the text that is read: where it begins in each, and its length."""

    read_at: int
    document_at: int
    length: int


@dataclass(frozen=True, slots=True)
class CustomerText:
    """The text that is read, where it comes from, and the customer's clauses in it as (position, start, end)."""

    text: str
    pieces: tuple[Piece, ...]
    clauses: tuple[tuple[int, int, int], ...]

    def in_document(self, start: int, end: int) -> tuple[int, int]:
        """Return the feedback's span of a span of the read text, cut at the end of the turn that it starts in."""
        piece = self._piece(start)
        first = piece.document_at + max(0, start - piece.read_at)
        last = piece.document_at + min(end - piece.read_at, piece.length)
        return first, max(first, last)

    def _piece(self, place: int) -> Piece:
        return self.pieces[max(0, bisect_right(self.pieces, place, key=lambda piece: piece.read_at) - 1)]


def customer_text(document: Document) -> CustomerText:
    """Return what is to be read of a document; an empty text if the customer said nothing."""
    if not document.turns:
        pieces: tuple[Piece, ...] = (Piece(0, 0, len(document.text)),)
        text = document.text
    else:
        text, pieces = _joined(document)
    clauses = []
    for clause in document.clauses:
        if clause.speaker != "customer":
            continue
        for piece in pieces:
            first = max(clause.start, piece.document_at)
            last = min(clause.end, piece.document_at + piece.length)
            if first < last:
                shift = piece.read_at - piece.document_at
                clauses.append((clause.position, first + shift, last + shift))
                break
    return CustomerText(text, pieces, tuple(clauses))


def _joined(document: Document) -> tuple[str, tuple[Piece, ...]]:
    parts: list[str] = []
    pieces: list[Piece] = []
    at = 0
    for turn in document.turns:
        said = document.text[turn.start : turn.end]
        kept = said.strip()
        if turn.speaker != "customer" or not kept:
            continue
        if parts:
            parts.append(BETWEEN)
            at += len(BETWEEN)
        pieces.append(Piece(at, turn.start + said.index(kept), len(kept)))
        parts.append(kept)
        at += len(kept)
    return "".join(parts), tuple(pieces)


def says_something(text: str) -> bool:
    """Return whether there is anything to judge: a letter, a digit or a picture. Bare punctuation is not."""
    return any(unicodedata.category(character)[0] in "LN" or _is_picture(character) for character in text)


def _is_picture(character: str) -> bool:
    return (unicodedata.category(character) == "So" and ord(character) >= 0x2190) or ord(character) >= 0x1F300
