"""Tokenise texts of any length in bounded memory."""

import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from models.tokens import FeedbackTokenizer

AT_ONCE = 20_000  # characters
BREAK = re.compile(r"[\s。！？；!?;]")

Numbers = npt.NDArray[np.int32]


def pieces_of(tokenizer: FeedbackTokenizer, texts: Sequence[str]) -> list[tuple[Numbers, Numbers]]:
    """Return ids (n,) and offsets (n, 2) in characters of the pieces of each text.

    A long text is tokenised in stretches that end at a sentence mark or blank, since as Python objects the pieces of a
    book would take a gigabyte.
    """
    parts = [(place, start, end) for place, text in enumerate(texts) for start, end in _stretches(text)]
    found: list[list[tuple[Numbers, Numbers]]] = [[] for _ in texts]
    for begin in range(0, len(parts), 1_024):
        some = parts[begin : begin + 1_024]
        encoded = tokenizer.encode([texts[place][start:end] for place, start, end in some])
        for (place, start, _), pieces in zip(some, encoded, strict=True):
            ids = np.array(pieces.ids, dtype=np.int32)
            offsets = np.array(pieces.offsets, dtype=np.int32).reshape(-1, 2) + np.int32(start)
            found[place].append((ids, offsets))
    return [_one(stretches) for stretches in found]


def _one(stretches: list[tuple[Numbers, Numbers]]) -> tuple[Numbers, Numbers]:
    if len(stretches) == 1:
        return stretches[0]
    if not stretches:
        return np.zeros(0, np.int32), np.zeros((0, 2), np.int32)
    return np.concatenate([ids for ids, _ in stretches]), np.concatenate([offsets for _, offsets in stretches])


def _stretches(text: str) -> list[tuple[int, int]]:
    if len(text) <= AT_ONCE:
        return [(0, len(text))]
    found, start = [], 0
    while start < len(text):
        end = min(start + AT_ONCE, len(text))
        if end < len(text):
            breaks = [match.end() for match in BREAK.finditer(text, start + AT_ONCE // 2, end)]
            end = breaks[-1] if breaks else end
        found.append((start, end))
        start = end
    return found
