"""Cut a text into clauses: stretches about one thing, each at its exact place in the text."""

import threading
from functools import lru_cache

import spacy
from spacy.language import Language as Pipeline
from spacy.vocab import Vocab

import nlp.clauses  # noqa: F401  registers the components
from data.records import Language, Span
from nlp.pieces import Pieces

_lock = threading.Lock()


def segment(text: str, language: Language = "zh-Hans") -> list[Span]:
    """Return the clauses of `text`, in order and trimmed: every non-space character lies in exactly one of them.

    Linear in the length of `text`, safe to call from several threads, and never raises on any str. Texts in `other`
    languages are cut at marks alone, since the words that turn a Chinese or English sentence mean nothing there.
    """
    pipeline = _pipeline(language)
    # spaCy remembers every token it ever saw; a memory zone forgets them, but holds for the whole pipeline.
    with _lock, pipeline.memory_zone():
        doc = pipeline(text)
        return [Span(clause.start_char, clause.end_char) for clause in doc.spans["clauses"]]


@lru_cache
def _pipeline(language: Language) -> Pipeline:
    code = {"zh-Hans": "zh", "zh-Hant": "zh", "en": "en", "mixed": "xx", "other": "xx"}[language]
    # A bare vocabulary: working out shapes and the like of words, which nobody reads here, would take most of the time.
    pipeline = spacy.blank(code, vocab=Vocab())
    pipeline.tokenizer = Pieces(pipeline.vocab)
    pipeline.max_length = 2**31
    pipeline.add_pipe("marks" if language == "other" else "clauses")
    return pipeline
