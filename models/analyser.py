"""Say of each feedback what the customer feels, about what, and where it shows."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from data.records import Analysis, ClauseReading, Document, Mention, Sentiment
from models.cache import Cache, analysis_of, key_of, payload_of
from models.checkpoint import PRETRAINED, Stored, read
from models.customer_text import CustomerText, customer_text, says_something
from models.decisions import Decision, TopicRule, decide, sentiment_chances
from models.engine import Engine
from models.labels import SENTIMENTS, TOPICS
from models.own_topics import OwnTopics
from models.own_topics import read as read_own_topics
from models.pieces import pieces_of
from models.reading import Logits, Reader, Tokens
from models.verbatim import Fences, standing_out, words_of

SHIPPED = PRETRAINED
DOCUMENTS_AT_ONCE = 1_024
CHARACTERS_AT_ONCE = 200_000


class Reads(Protocol):
    """Anything that analyses documents, in order."""

    @property
    def revision(self) -> str: ...

    def analyse(self, documents: Iterable[Document]) -> Iterator[Analysis]: ...


class Analyser:
    """The shipped network, or another one, ready to read."""

    def __init__(
        self, stored: Stored, engine: Engine, cache: Cache | None = None, own: OwnTopics | None = None
    ) -> None:
        self.tokenizer, self._calibration = stored.tokenizer, stored.calibration
        self.reader = Reader(engine, stored.heads(), own)
        self._cache = cache or Cache()
        self.engine = engine
        self.revision = f"{stored.revision}+{own.revision}" if own else stored.revision
        self.topics: Sequence[str] = own.topics if own else TOPICS
        self._own = own is not None
        self._rule = (
            TopicRule(np.array(own.thresholds), own.exclusive, own.temperature)
            if own
            else TopicRule(stored.calibration.thresholds())
        )

    @classmethod
    def load(
        cls,
        folder: Path | str = SHIPPED,
        engine: str = "auto",
        threads: int | None = None,
        topics: Path | str | None = None,
        cache: Path | str | None = None,
    ) -> "Analyser":
        """Return an analyser of the checkpoint in `folder`, computing by `engine` on `threads` cores (default: all).

        `topics` is a folder made by `fit_topics`, whose topics then take the place of the shipped ones; `cache` a file
        in which analyses outlive the process. Raises CheckpointNotFound, ModelHashMismatch, EngineNotAvailable,
        OwnTopicsNotReadable and CacheNotReadable.
        """
        stored = read(Path(folder))
        own = read_own_topics(Path(topics), stored.revision) if topics else None
        return cls(stored, Engine(stored, engine, threads), Cache(Path(cache)) if cache else None, own)

    def analyse(self, documents: Iterable[Document]) -> Iterator[Analysis]:
        """Yield the analysis of each document, in order; memory does not grow with their number.

        An analysis does not depend on what else is analysed. Text that was read before under the same revision, in this
        run or (with a cache file) in another, is not read again.
        """
        for chunk in _chunks(documents):
            keys = [key_of(document, self.revision) for document in chunk]
            known = self._cache.get(keys)
            new = {key: document for key, document in zip(keys, chunk, strict=True) if key not in known}
            fresh = dict(zip(new, map(payload_of, self._read(list(new.values()))), strict=True))
            self._cache.put(fresh)
            known |= fresh
            for key, document in zip(keys, chunk, strict=True):
                yield analysis_of(known[key], document)

    def _read(self, documents: Sequence[Document]) -> list[Analysis]:
        texts = [customer_text(document) for document in documents]
        spoken = [text.text if says_something(text.text) else "" for text in texts]
        pieces = pieces_of(self.tokenizer, spoken)
        tokens = [
            Tokens(ids, _clause_tokens(text, offsets)) for text, (ids, offsets) in zip(texts, pieces, strict=True)
        ]
        found = self.reader.read(tokens)
        return [
            self._blank(document) if logits is None else self._analysis(document, text, offsets, logits)
            for document, text, (_, offsets), logits in zip(documents, texts, pieces, found, strict=True)
        ]

    def _analysis(
        self, document: Document, text: CustomerText, offsets: npt.NDArray[np.int32], logits: Logits
    ) -> Analysis:
        said = decide(logits, document.language, self._calibration, self._rule)
        return Analysis(
            feedback_id=document.feedback_id,
            version=document.version,
            revision=self.revision,
            sentiment=said.sentiment,
            scores=said.scores,
            kind=said.kind,
            kind_score=said.kind_score,
            churn=said.churn,
            churn_score=said.churn_score,
            escalation=said.escalation,
            escalation_score=said.escalation_score,
            urgent=said.urgent,
            urgent_score=said.urgent_score,
            mentions=self._mentions(said, text, offsets, logits),
            clauses=self._clauses(said, text, document.language, logits),
            abstained=said.abstained,
            tokens=len(offsets),
            tokens_read=logits.read,
        )

    def _mentions(
        self, said: Decision, text: CustomerText, offsets: npt.NDArray[np.int32], logits: Logits
    ) -> tuple[Mention, ...]:
        if not said.topics:
            return ()
        clauses = [(start, end) for _, start, end in text.clauses]
        turns = [(piece.read_at, piece.read_at + piece.length) for piece in text.pieces]
        fences = Fences(clauses or turns, offsets, text.text)
        mentions = []
        for place, polarity, score in said.topics:
            scores = logits.evidence[:, place]
            span = words_of(standing_out(scores), fences, wider=0.0) if self._own else words_of(scores, fences)
            start, end = text.in_document(*span) if span else text.in_document(0, len(text.text))
            mentions.append(Mention(self.topics[place], polarity, score, start, end))
        return tuple(sorted(mentions, key=lambda mention: mention.start))

    def _clauses(self, said: Decision, text: CustomerText, language: str, logits: Logits) -> tuple[ClauseReading, ...]:
        if len(text.clauses) == 1:
            return (ClauseReading(text.clauses[0][0], said.sentiment, said.scores[said.sentiment]),)
        readings = []
        for number, values in sorted(logits.clauses.items()):
            chances = sentiment_chances(values, language, self._calibration)
            best = int(chances.argmax())
            readings.append(ClauseReading(text.clauses[number][0], SENTIMENTS[best], float(chances[best])))
        return tuple(readings)

    def _blank(self, document: Document) -> Analysis:
        scores: dict[Sentiment, float] = {label: float(label == "neu") for label in SENTIMENTS}
        return Analysis(
            feedback_id=document.feedback_id,
            version=document.version,
            revision=self.revision,
            sentiment="neu",
            scores=scores,
            kind="other",
            kind_score=0.0,
            churn=0,
            churn_score=0.0,
            escalation=0,
            escalation_score=0.0,
            urgent=0,
            urgent_score=0.0,
            mentions=(),
            clauses=(),
            abstained=True,
            tokens=0,
            tokens_read=0,
        )


def _clause_tokens(text: CustomerText, offsets: npt.NDArray[np.int32]) -> list[tuple[int, int]]:
    """Return for each clause the tokens [first, last) whose last character lies in it."""
    if not text.clauses:
        return []
    ends = offsets[:, 1] - 1
    return [(int(np.searchsorted(ends, start)), int(np.searchsorted(ends, end))) for _, start, end in text.clauses]


def _chunks(documents: Iterable[Document]) -> Iterator[list[Document]]:
    chunk: list[Document] = []
    characters = 0
    for document in documents:
        if chunk and (len(chunk) >= DOCUMENTS_AT_ONCE or characters + len(document.text) > CHARACTERS_AT_ONCE):
            yield chunk
            chunk, characters = [], 0
        chunk.append(document)
        characters += len(document.text)
    if chunk:
        yield chunk
