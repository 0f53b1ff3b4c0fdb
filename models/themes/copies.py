"""Tell copies and campaign texts from people who say the same in their own words."""

import re
import unicodedata
from collections.abc import Sequence

#: Jaccard similarity of character trigrams from which a text is a copy; as in reports/duplicates.py.
NEAR = 0.6
GRAM = 3
#: Shorter texts (without spaces and signs) are alike by chance: they are copies only if they are the same.
SHORT = 12
_NOISE = re.compile(r"[\W_]+")


def copies(texts: Sequence[str]) -> list[bool]:
    """Return for each text whether it is a copy of an earlier one; the first of each group of copies is not."""
    kept: list[tuple[str, frozenset[str]]] = []
    result = []
    for text in texts:
        plain = _NOISE.sub("", unicodedata.normalize("NFKC", text).casefold()) or text
        grams = frozenset(plain[start : start + GRAM] for start in range(max(len(plain) - GRAM + 1, 1)))
        copy = any(_same(plain, grams, other, theirs) for other, theirs in kept)
        if not copy:
            kept.append((plain, grams))
        result.append(copy)
    return result


def likeness(grams: frozenset[str], others: frozenset[str]) -> float:
    """Return the Jaccard similarity of two sets."""
    return len(grams & others) / max(len(grams | others), 1)


def _same(plain: str, grams: frozenset[str], other: str, theirs: frozenset[str]) -> bool:
    if plain == other:
        return True
    return min(len(plain), len(other)) > SHORT and likeness(grams, theirs) >= NEAR
