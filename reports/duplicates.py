"""Texts that say nearly the same: copies, campaigns, templates."""

import re
import unicodedata
from collections.abc import Sequence

import numpy as np
from scipy import sparse

from reports.intervals import Numbers

NEAR = 0.6  # Jaccard similarity from which two texts count as the same (Broder 1997 calls 0.5 "roughly the same")
GRAM = 3

_NOISE = re.compile(r"[\W_]+")


def plain(text: str) -> str:
    """Return the text without width, case, spaces, punctuation and emoji; texts of symbols only stay as they are."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", text).casefold()) or text


def similarities(texts: Sequence[str]) -> Numbers:
    """Return the Jaccard similarity of the character trigrams of each pair of texts (bounded by blanks), n x n."""
    vocabulary: dict[str, int] = {}
    columns: list[int] = []
    ends = [0]
    for text in texts:
        padded = f" {plain(text)} "
        grams = {padded[start : start + GRAM] for start in range(len(padded) - GRAM + 1)} or {padded}
        columns.extend(vocabulary.setdefault(gram, len(vocabulary)) for gram in sorted(grams))
        ends.append(len(columns))
    shape = (len(texts), max(len(vocabulary), 1))
    matrix = sparse.csr_array((np.ones(len(columns)), columns, ends), shape=shape)
    shared = (matrix @ matrix.T).toarray()
    sizes = np.diff(ends).astype(np.float64)
    result: Numbers = shared / np.maximum(sizes[:, None] + sizes[None, :] - shared, 1)
    return result


def groups(similarity: Numbers, near: float = NEAR) -> list[int]:
    """Return for each text the first text that it nearly repeats (itself if none)."""
    leaders: list[int] = []
    result = []
    for place in range(len(similarity)):
        leader = next((first for first in leaders if similarity[place, first] >= near), place)
        if leader == place:
            leaders.append(place)
        result.append(leader)
    return result
