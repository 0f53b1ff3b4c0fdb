"""Find the words of a text that can name what it is about."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from jieba import Tokenizer

from nlp.language import HAN, NO_LANGUAGE, simplified

STOP_WORDS = Path(__file__).with_name("stop_words.txt")
LATIN = re.compile(r"[A-Za-zÀ-ɏ]+(?:[-'’][A-Za-zÀ-ɏ]+)*")
SHORTEST = 3  # letters of a Latin word


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it is written, and the form under which its spellings count as one (Simplified, lower case)."""

    form: str
    written: str


def content_words(text: str) -> list[Word]:
    """Return the words that could name a theme, in order: no grammar, politeness, plain praise or blame, no numbers.

    Chinese is cut by jieba's dictionary after folding Traditional to Simplified, so both scripts give the same forms;
    English plurals count with their singulars. Placeholders of redaction, handles and addresses are left out.
    """
    bare = NO_LANGUAGE.sub(lambda match: " " * len(match[0]), text)
    found = [*_latin(bare), *_han(bare)]
    return [word for _, word in sorted(found, key=lambda pair: pair[0])]


def _latin(text: str) -> Iterator[tuple[int, Word]]:
    stop = stop_words()
    for match in LATIN.finditer(text):
        written = match[0].replace("’", "'").lower().removesuffix("'s")
        form = _singular(written)
        if len(form) >= SHORTEST and not {written, form, written.replace("'", "")} & stop:
            yield match.start(), Word(form, written)


def _han(text: str) -> Iterator[tuple[int, Word]]:
    if not HAN.search(text):
        return
    stop = stop_words()
    for form, start, end in _cutter().tokenize(simplified(text)):
        if HAN.match(form) and form not in stop:
            yield start, Word(form, text[start:end])


def _singular(word: str) -> str:
    """Return the word without a plural ending. A rough rule: it is only used to count two spellings as one."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("ches", "shes", "sses", "xes")):
        return word[:-2]
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


@lru_cache(maxsize=1)
def stop_words() -> frozenset[str]:
    """The words of stop_words.txt."""
    lines = STOP_WORDS.read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


@lru_cache(maxsize=1)
def _cutter() -> Tokenizer:
    # jieba would keep its dictionary in a shared temporary folder and load whatever lies there; so it is read here.
    made = Tokenizer()
    made.FREQ, made.total = made.gen_pfdict(made.get_dict_file())
    made.initialized = True
    return made
