"""Read texts: tokens in, the logits of every head out, however long the text is."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from models.engine import Engine, give_back
from models.gathering import Gathering, all_heads, attention_scores, clause_logits
from models.network import HeadOutputs, ReadingHeads
from models.own_topics import OwnTopics
from models.tokens import END, PAD, START
from models.windows import LENGTH, OVERLAP, Window, batches, windows

Floats = npt.NDArray[np.float32]
# Lengths are padded to a multiple of this, since every new shape costs the matrix library time and memory once: 8 gave
# more texts a processor second than 1, and 590 instead of 670 MB after 5,000 texts.
STEP = 8
HEADS = ("sentiment", "kind", "churn", "escalation", "urgent", "topics", "polarity")


@dataclass(frozen=True, slots=True)
class Tokens:
    """A text as the encoder gets it: ids (n,), and for each clause the tokens [first, last) that it consists of."""

    ids: npt.NDArray[np.int32]
    clauses: Sequence[tuple[int, int]] = ()


@dataclass(slots=True)
class Logits:
    """What the heads say of one text.

    `heads` by name: sentiment (4,), kind (5,), churn (3,), escalation (), urgent (), topics (T,), polarity (T, 4);
    `evidence` (n, T) by token; `clauses`: sentiment logits (4,) by clause number, for clauses that have a token;
    `read`: how many tokens went through the encoder.
    """

    heads: dict[str, Floats]
    evidence: Floats
    clauses: dict[int, Floats] = field(default_factory=dict)
    read: int = 0


@dataclass(frozen=True, slots=True)
class _Part:
    """What one window gave: finished heads if it is the whole text, else its share of the sums."""

    window: Window
    outcome: dict[str, Floats] | Gathering
    evidence: Floats
    clauses: dict[int, Floats]


@dataclass(frozen=True, slots=True)
class _Done:
    """A batch that was read, and the processor seconds it took."""

    parts: list[_Part]
    encoder_seconds: float
    heads_seconds: float


class Reader:
    """The heads on an engine; with topics of one's own in place of the shipped ones, if given."""

    def __init__(self, engine: Engine, heads: ReadingHeads, own: OwnTopics | None = None) -> None:
        self.engine, self._heads = engine, heads.to(engine.device)
        heads.topic.keys.to(engine.dtype)  # every token goes through these, so they are worth the shorter type
        #: Processor seconds spent so far, summed over threads: in the encoder, and in the heads behind it.
        self.encoder_seconds = self.heads_seconds = 0.0
        self._own = own.on(engine.device) if own else None
        self._branch = [engine.pack(layer) for layer in own.layers] if own else []
        self._length = min(LENGTH, heads.config.positions - 2)
        self._overlap = min(OVERLAP, self._length // 4)

    def read(self, texts: Sequence[Tokens]) -> list[Logits | None]:
        """Return the logits of each text, in order; None for a text without tokens.

        A text's logits depend neither on the other texts nor on their order.
        """
        found: list[Logits | None] = [None] * len(texts)
        sums: dict[int, Gathering] = {}
        cut = [
            window
            for place, text in enumerate(texts)
            for window in windows(place, len(text.ids), self._length, self._overlap)
        ]
        groups = batches(cut, self.engine.budget)
        for done in self.engine.map(lambda group: self._read(group, texts), groups):
            self.encoder_seconds += done.encoder_seconds
            self.heads_seconds += done.heads_seconds
            for part in done.parts:
                place, window = part.window.document, part.window
                if isinstance(part.outcome, dict):
                    found[place] = Logits(part.outcome, part.evidence, part.clauses, window.last - window.first)
                    continue
                logits = found[place]
                if logits is None:
                    shape = (len(texts[place].ids), part.evidence.shape[1])
                    logits = found[place] = Logits({}, np.zeros(shape, np.float32))
                    sums[place] = part.outcome
                else:
                    sums[place].add(part.outcome)
                logits.evidence[window.first : window.last] = part.evidence
                logits.clauses.update(part.clauses)
                logits.read += window.last - window.first
                if logits.read == len(texts[place].ids):
                    logits.heads = self._finish(sums.pop(place))
        give_back()
        return found

    @torch.inference_mode()
    def _finish(self, gathering: Gathering) -> dict[str, Floats]:
        return _rows(gathering.outputs(self._heads, self._own))[0]

    @torch.inference_mode()
    def _read(self, group: Sequence[Window], texts: Sequence[Tokens]) -> _Done:
        begun = time.thread_time()
        ids, mask = _padded(group, texts)
        mask = mask.to(self.engine.device)
        states, branched = self.engine.encode(ids, mask, self._branch)
        states = states.float()
        encoded = time.thread_time()
        said = self._clauses(group, texts, states)
        whole = [row for row, window in enumerate(group) if _is_whole(window, texts)]
        parts: list[_Part] = []
        if whole:
            outputs = all_heads(self._heads, states[whole], mask[whole], self._own, branched[whole])
            evidence = outputs.evidence.cpu().numpy()
            for row, place, heads in zip(whole, range(len(whole)), _rows(outputs), strict=True):
                window = group[row]
                parts.append(_Part(window, heads, evidence[place, 1 : 1 + window.end].copy(), said[row]))
        for row, window in enumerate(group):
            if not _is_whole(window, texts):
                parts.append(
                    self._part(window, texts, states[row, : window.length], branched[row, : window.length], said[row])
                )
        return _Done(parts, encoded - begun, time.thread_time() - encoded)

    def _part(
        self, window: Window, texts: Sequence[Tokens], states: Tensor, branched: Tensor, clauses: dict[int, Floats]
    ) -> _Part:
        """Return one window's share; the start and the end mark count once, at the ends of the text."""
        everything = torch.ones((1, len(states)), dtype=torch.bool, device=states.device)
        scores, evidence = attention_scores(self._heads, states[None], everything, self._own, branched[None])
        first, last = window.first - window.start + 1, window.last - window.start + 1
        shown = evidence[0, first:last].cpu().numpy().copy()
        first -= window.first == 0
        last += window.last == len(texts[window.document].ids)
        return _Part(window, Gathering(states[first:last], scores[0, first:last]), shown, clauses)

    def _clauses(self, group: Sequence[Window], texts: Sequence[Tokens], states: Tensor) -> list[dict[int, Floats]]:
        """Return for each window the sentiment logits of the clauses whose middle token it keeps."""
        inside = [_clauses_inside(window, texts[window.document].clauses) for window in group]
        widest = max(map(len, inside))
        if widest == 0:
            return [{} for _ in group]
        member = torch.zeros((len(group), widest, states.shape[1]), dtype=torch.bool)
        for row, clauses in enumerate(inside):
            for place, (_, first, last) in enumerate(clauses):
                member[row, place, first:last] = True
        logits = clause_logits(self._heads, states, member.to(states.device)).cpu().numpy()
        return [
            {clause[0]: logits[row, place] for place, clause in enumerate(found)} for row, found in enumerate(inside)
        ]


def _clauses_inside(window: Window, clauses: Sequence[tuple[int, int]]) -> list[tuple[int, int, int]]:
    # A clause longer than what neighbours share is read from the window that has its middle, as far as that reaches.
    # Nothing is done for a text of a single clause: its sentiment is the text's.
    if len(clauses) < 2:
        return []
    return [
        (number, max(first, window.start) - window.start + 1, min(last, window.end) - window.start + 1)
        for number, (first, last) in enumerate(clauses)
        if first < last and window.first <= (first + last) // 2 < window.last
    ]


def _is_whole(window: Window, texts: Sequence[Tokens]) -> bool:
    return window.last - window.first == len(texts[window.document].ids)


def _padded(group: Sequence[Window], texts: Sequence[Tokens]) -> tuple[Tensor, Tensor]:
    """Return ids and mask (B, L) of the windows, each between its marks, padded to little more than the longest."""
    longest = -(-max(window.length for window in group) // STEP) * STEP
    ids = np.full((len(group), longest), PAD, np.int64)
    lengths = np.array([window.length for window in group])
    for row, window in enumerate(group):
        ids[row, 0] = START
        ids[row, 1 : window.length - 1] = texts[window.document].ids[window.start : window.end]
        ids[row, window.length - 1] = END
    return torch.from_numpy(ids), torch.from_numpy(np.arange(longest) < lengths[:, None])


def _rows(outputs: HeadOutputs) -> list[dict[str, Floats]]:
    columns = {name: getattr(outputs, name).float().cpu().numpy() for name in HEADS}
    return [{name: column[row] for name, column in columns.items()} for row in range(len(columns["sentiment"]))]
