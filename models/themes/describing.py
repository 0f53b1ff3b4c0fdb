"""Say what a theme is about: its distinctive words, and who says it best."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.themes.copies import copies
from models.themes.discovery import Candidate
from models.themes.said import Said

Floats = npt.NDArray[np.float32]
#: Both scripts of Chinese are one tongue.
TONGUES = {"en": ("en",), "zh": ("zh-Hans", "zh-Hant")}
#: Words in a name.
WORDS = 4
#: A name's word is said by at least this share of the theme's customers who speak the language, and by two of them ...
SHARE, LEAST = 0.15, 2
#: ... and so many times as often as by everyone else.
LIFT = 3.0
QUOTES = 3
COMFORTABLE = (8, 120)  # characters of a clause that reads well by itself


@dataclass(frozen=True, slots=True)
class Heard:
    """Who says which word: customers by word form, for each of the two tongues; and how many customers there are."""

    customers: Mapping[str, Mapping[str, set[str]]]
    total: int


def heard(said: Sequence[Said]) -> Heard:
    """Return who says what."""
    found: dict[str, dict[str, set[str]]] = {tongue: {} for tongue in TONGUES}
    for one in said:
        for form, _ in one.words:
            found.setdefault(one.language[:2], {}).setdefault(form, set()).add(one.customer)
    return Heard(found, len({one.customer for one in said}))


def names(members: Sequence[Said], everyone: Heard) -> dict[str, tuple[str, ...]]:
    """Return the distinctive words by language (en, zh-Hans, zh-Hant), best first; no language without a word.

    A word's weight is the share of the theme's customers who say it x the logarithm of how many times as often as
    everyone else: class-based TF-IDF (Grootendorst 2022), with customers in place of counts. Both Chinese scripts
    count together; each is shown as it is written there.
    """
    found = {}
    for tongue, languages in TONGUES.items():
        mine = [said for said in members if said.language.startswith(tongue)]
        inside, outside = heard(mine), everyone.customers[tongue]
        scores = {}
        for form, customers in inside.customers[tongue].items():
            share = len(customers) / inside.total
            others = (len(outside.get(form, set()) - customers) + 0.5) / max(everyone.total, 1)
            if len(customers) >= LEAST and share >= SHARE and share / others >= LIFT:
                scores[form] = share * math.log(share / others)
        best = _distinct(sorted(scores, key=lambda form: (-scores[form], form)))
        for language in languages:
            spelt = tuple(dict.fromkeys(_written(form, mine, language) for form in best))
            if spelt and any(said.language == language for said in mine):
                found[language] = spelt
    return found


def quotes(candidate: Candidate, clauses: Sequence[Said]) -> tuple[int, ...]:
    """Return up to three places of clauses that stand for the theme: central, readable, by different customers.

    A language that has not been heard yet goes first, so that a reader sees that it is said in both.
    """
    places = list(candidate.originals)
    vectors = np.stack([clauses[place].vector for place in places])
    centre = vectors.mean(axis=0)
    worth = {
        place: float(vector @ centre) * _ease(clauses[place].text)
        for place, vector in zip(places, vectors, strict=True)
    }
    chosen: list[int] = []
    while len(chosen) < QUOTES:
        customers = {clauses[place].customer for place in chosen}
        heard = {clauses[place].language[:2] for place in chosen}
        texts = [clauses[place].text for place in chosen]
        left = [
            place
            for place in places
            if clauses[place].customer not in customers and not copies([*texts, clauses[place].text])[-1]
        ]
        if not left:
            break
        chosen.append(
            min(left, key=lambda place: (clauses[place].language[:2] in heard, -worth[place], clauses[place].key))
        )
    return tuple(chosen)


def _distinct(forms: Sequence[str]) -> list[str]:
    """Return the first WORDS forms, none of them part of another."""
    kept: list[str] = []
    for form in forms:
        if not any(form in other or other in form for other in kept):
            kept.append(form)
        if len(kept) == WORDS:
            break
    return kept


def _written(form: str, said: Sequence[Said], language: str) -> str:
    """Return how a form is mostly written in a language (in any, if nobody wrote it there)."""
    spelt = Counter(written for one in said if one.language == language for f, written in one.words if f == form)
    if not spelt:
        spelt = Counter(written for one in said for f, written in one.words if f == form)
    return min(spelt, key=lambda written: (-spelt[written], written)) if spelt else form


def _ease(text: str) -> float:
    shortest, longest = COMFORTABLE
    width = len(text.strip())
    return min(width / shortest, 1.0) if width < shortest else min(1.0, longest / width)
