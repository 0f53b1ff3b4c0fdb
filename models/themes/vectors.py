"""Place clauses in one space for Chinese and English, so that what is said alike lies close together."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Protocol

import numpy as np
import numpy.typing as npt
import torch

from data.records import Document
from models.analyser import Analyser
from models.customer_text import CustomerText, customer_text
from models.engine import Engine, give_back
from models.pieces import pieces_of
from models.tokens import END, PAD, START, FeedbackTokenizer
from models.windows import LENGTH, OVERLAP, Window, batches, windows

Floats = npt.NDArray[np.float32]
DOCUMENTS_AT_ONCE = 1_024
STEP = 8  # lengths are padded to a multiple of it, as in models/reading.py


class Places(Protocol):
    """Anything that gives the customer's clauses of documents a place; `revision` names the space."""

    @property
    def revision(self) -> str: ...

    def vectors(self, documents: Iterable[Document]) -> Iterator[Mapping[int, Floats]]: ...


class Embedder:
    """The shipped encoder as a measure of likeness.

    A clause's vector is the mean of the last layer's states over its tokens, read inside the whole comment, at length
    1. The last layer won over all others and their mixtures, also for things that no head was trained on
    (docs/themes.md has the figures).
    """

    def __init__(self, tokenizer: FeedbackTokenizer, engine: Engine, revision: str) -> None:
        self._tokenizer, self._engine, self.revision = tokenizer, engine, revision
        self._length = min(LENGTH, engine.config.positions - 2)
        self._overlap = min(OVERLAP, self._length // 4)

    @classmethod
    def of(cls, analyser: Analyser) -> "Embedder":
        """Return the embedder that shares an analyser's weights and processor threads."""
        return cls(analyser.tokenizer, analyser.engine, analyser.revision)

    def vectors(self, documents: Iterable[Document]) -> Iterator[Mapping[int, Floats]]:
        """Yield for each document, in order, the vector (H,) of each customer clause by its position.

        A vector does not depend on the other documents. Clauses without a token have none.
        """
        waiting = iter(documents)
        while chunk := list(islice(waiting, DOCUMENTS_AT_ONCE)):
            yield from self._chunk(chunk)

    def _chunk(self, documents: Sequence[Document]) -> list[dict[int, Floats]]:
        texts = [customer_text(document) for document in documents]
        read = pieces_of(self._tokenizer, [text.text for text in texts])
        spans = [_clause_tokens(text, offsets) for text, (_, offsets) in zip(texts, read, strict=True)]
        ids = [pieces for pieces, _ in read]
        cut = [
            window
            for place, pieces in enumerate(ids)
            for window in windows(place, len(pieces), self._length, self._overlap)
        ]
        found: list[dict[int, Floats]] = [{} for _ in documents]
        groups = batches(cut, self._engine.budget)
        for group, means in self._engine.map(lambda group: (group, self._means(group, ids, spans)), groups):
            for window, some in zip(group, means, strict=True):
                found[window.document].update(some)
        give_back()
        return found

    @torch.inference_mode()
    def _means(
        self,
        group: Sequence[Window],
        ids: Sequence[npt.NDArray[np.int32]],
        spans: Sequence[Sequence[tuple[int, int, int]]],
    ) -> list[dict[int, Floats]]:
        """Return for each window the vectors of the clauses whose middle token it keeps."""
        longest = -(-max(window.length for window in group) // STEP) * STEP
        padded = np.full((len(group), longest), PAD, np.int64)
        for row, window in enumerate(group):
            padded[row, 0], padded[row, window.length - 1] = START, END
            padded[row, 1 : window.length - 1] = ids[window.document][window.start : window.end]
        there = np.arange(longest) < np.array([window.length for window in group])[:, None]
        states, _ = self._engine.encode(torch.from_numpy(padded), torch.from_numpy(there))
        values: Floats = states.float().cpu().numpy()
        means = []
        for row, window in enumerate(group):
            some = {}
            for position, first, last in spans[window.document]:
                if window.first <= (first + last) // 2 < window.last:
                    begin, end = max(first, window.start), min(last, window.end)
                    mean = values[row, begin - window.start + 1 : end - window.start + 1].mean(axis=0)
                    some[position] = mean / max(float(np.linalg.norm(mean)), 1e-12)
            means.append(some)
        return means


def _clause_tokens(text: CustomerText, offsets: npt.NDArray[np.int32]) -> list[tuple[int, int, int]]:
    """Return (position, first, last) of each clause: the tokens [first, last) whose last character lies in it."""
    ends = offsets[:, 1] - 1
    found = []
    for position, start, end in text.clauses:
        first, last = int(np.searchsorted(ends, start)), int(np.searchsorted(ends, end))
        if first < last:
            found.append((position, first, last))
    return found
