"""From what a source gives to what may be stored: clean, redact, find the language, cut into clauses."""

import hashlib
import json
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from data.records import Clause, Document, Feedback, Identity, Language, RawFeedback, RawTurn, Speaker, Turn
from data.weeks import week_of
from nlp.cleaning import clean
from nlp.edits import Edited
from nlp.language import detect
from nlp.redaction import redact
from nlp.segmentation import segment

#: Given names that are everyday words: alone they are not taken for the customer's name.
EVERYDAY = frozenset(
    ["Will", "Mark", "May", "June", "April", "Grace", "Hope", "Joy", "Rose", "Art", "Bill", "Frank", "Rich", "Drew"]
)


class Keys(Protocol):
    """Turns ids of the source into keys that say nothing about the person; data.identity.KeyRing does it."""

    def customer_key(self, source_customer_id: str) -> str: ...

    def order_key(self, order_id: str) -> str: ...

    def feedback_id(self, source: str, source_id: str) -> str: ...


@dataclass(frozen=True, slots=True)
class Prepared:
    """A feedback that may be stored, its clauses, and the identity that goes to the vault."""

    feedback: Feedback
    clauses: tuple[Clause, ...]
    identity: Identity | None


@dataclass(frozen=True, slots=True)
class PreparedText:
    """A text ready for the models, and the way back from its offsets to the input."""

    document: Document
    redactions: Mapping[str, int]
    pieces: tuple[Edited, ...]
    starts: tuple[int, ...]

    def to_input(self, start: int, end: int) -> tuple[int, int, int]:
        """(turn, start, end) in the input of a span of the document; the turn of a comment is 0.

        A span never runs over a turn's end: it is cut there.
        """
        turn = max(0, bisect_right(self.starts, start) - 1)
        offset, piece = self.starts[turn], self.pieces[turn]
        return turn, *piece.to_source(start - offset, min(end - offset, len(piece.text)))


def prepare(raw: RawFeedback, keys: Keys, zone: ZoneInfo, ingested_at: datetime) -> Prepared:
    """Return the storable form of one feedback. Nothing of `raw.identity` or an order number is left in its text."""
    prepared = _read(raw.text, raw.turns, raw.language, tuple(_known(raw)))
    document = prepared.document
    feedback_id = keys.feedback_id(raw.source, raw.source_id)
    facts = {
        "channel": raw.channel,
        "occurred_at": raw.occurred_at,
        "customer_key": keys.customer_key(raw.identity.customer_id) if raw.identity else None,
        "score": raw.score,
        "scale": raw.scale,
        "product": raw.product,
        "order_key": keys.order_key(raw.order_id) if raw.order_id else None,
        "carrier": raw.carrier,
        "region": raw.region,
        "plan": raw.plan,
        "customer_value": raw.customer_value,
        "agent": raw.agent,
        "resolved": raw.resolved,
        "url": raw.url if raw.url and re.match(r"https?://", raw.url) else None,
    }
    if raw.solved_at:
        # Only where it is known: what was stored before sources told it keeps its version.
        facts["solved_at"] = raw.solved_at
    version = _version(document, facts)
    feedback = Feedback(
        feedback_id=feedback_id,
        version=version,
        source=raw.source,
        source_id=raw.source_id,
        week=week_of(raw.occurred_at, zone),
        ingested_at=ingested_at,
        text=document.text,
        language=document.language,
        turns=document.turns,
        redactions=prepared.redactions,
        **facts,  # type: ignore[arg-type]
    )
    return Prepared(feedback, tuple(_owned(document, feedback_id, version)), raw.identity)


def prepare_text(text: str = "", turns: Sequence[RawTurn] = (), language: str | None = None) -> PreparedText:
    """Return what the models read of a text or a conversation that is analysed but not stored."""
    return _read(text, tuple(turns), language, ())


def _read(text: str, turns: tuple[RawTurn, ...], hint: str | None, known: tuple[tuple[str, str], ...]) -> PreparedText:
    counts: Counter[str] = Counter()
    pieces, starts, kept = [], [], []
    length, asked, question = 0, "", ""
    speaker: Speaker | None = None
    for turn in turns or (RawTurn("customer", text),):
        cleaned = clean(turn.text)
        if turn.speaker != speaker:
            # A bare answer ("John Smith") is personal data because of what the other side asked.
            question, speaker = asked, turn.speaker
        redaction = redact(cleaned.text, known, question)
        asked = cleaned.text
        counts.update(redaction.counts)
        piece = redaction.edited.after(cleaned)
        pieces.append(piece)
        starts.append(length)
        kept.append(Turn(turn.speaker, length, length + len(piece.text), turn.at))
        length += len(piece.text) + 1
    whole = "\n".join(piece.text for piece in pieces)
    said = "\n".join(whole[turn.start : turn.end] for turn in kept if turn.speaker == "customer") if turns else whole
    language = detect(said or whole, hint)
    document = Document(
        feedback_id="",
        version="",
        text=whole,
        language=language,
        turns=tuple(kept) if turns else (),
        clauses=tuple(_clauses(whole, kept, language)),
    )
    return PreparedText(document, dict(sorted(counts.items())), tuple(pieces), tuple(starts))


def _clauses(text: str, turns: Sequence[Turn], language: Language) -> Iterator[Clause]:
    position = 0
    for turn in turns:
        for span in segment(text[turn.start : turn.end], language):
            start, end = turn.start + span.start, turn.start + span.end
            spoken: Speaker = turn.speaker
            yield Clause("", "", position, start, end, detect(text[start:end], language), spoken)
            position += 1


def _owned(document: Document, feedback_id: str, version: str) -> Iterator[Clause]:
    for c in document.clauses:
        yield Clause(feedback_id, version, c.position, c.start, c.end, c.language, c.speaker)


def _known(raw: RawFeedback) -> Iterator[tuple[str, str]]:
    """What the source tells about this customer, which must not stand in the text either, with its placeholder."""
    identity = raw.identity
    if identity:
        yield from _names(identity.name)
        for value, placeholder in ((identity.email, "EMAIL"), (identity.phone, "PHONE")):
            if value and len(value.strip()) >= 5:
                yield value.strip(), placeholder
        if len(identity.customer_id) >= 4 and re.search(r"\d", identity.customer_id):
            yield identity.customer_id, "ID"
    if raw.order_id and len(raw.order_id) >= 5:
        yield raw.order_id, "ORDER"
    yield from _names(raw.agent)


def _names(name: str | None) -> Iterator[tuple[str, str]]:
    name = (name or "").strip()
    if len(name) < 2:
        return
    yield name, "NAME"
    for part in name.split():
        if len(part) >= 3 and part.isalpha() and part[0].isupper() and part not in EVERYDAY and part != name:
            yield part, "NAME"


def _version(document: Document, facts: Mapping[str, object]) -> str:
    turns = [(turn.speaker, turn.start, turn.end, turn.at) for turn in document.turns]
    content = json.dumps([document.text, turns, facts], ensure_ascii=True, sort_keys=True, default=str)
    return hashlib.sha256(content.encode()).hexdigest()[:24]
