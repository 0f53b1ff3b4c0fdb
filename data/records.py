"""The shared language of the house: what a feedback, a clause, a reading and a flag are.

Raw records (`RawFeedback`, `RawTurn`, `Identity`) hold personal data and live in memory only, between a source and
redaction. Everything else is redacted and may be stored.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

Speaker = Literal["customer", "agent", "system"]
Language = Literal["zh-Hans", "zh-Hant", "en", "mixed", "other"]
Scale = Literal["nps", "csat", "ces", "stars"]
Sentiment = Literal["pos", "neg", "mix", "neu"]
Kind = Literal["complaint", "praise", "question", "request", "other"]
Level = Literal["high", "medium", "low", "unknown"]

#: Lowest and highest value of each score scale.
SCALES: Mapping[Scale, tuple[float, float]] = {"nps": (0, 10), "csat": (1, 5), "ces": (1, 7), "stars": (1, 5)}


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch `text[start:end]`, in characters."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a row came from, for people who must find it again: a file (or query) and a 1-based row or cue number."""

    place: str
    row: int | None = None


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a customer is. Kept in the vault only, under the customer key."""

    customer_id: str
    name: str | None = None
    email: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class RawTurn:
    """One message of a conversation as the source gives it; `at` is seconds from its start, if known."""

    speaker: Speaker
    text: str
    at: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RawFeedback:
    """One thing one customer told us, normalised by its source, personal data still in it. Never stored.

    Either `text` or `turns` is filled. Times are aware; `solved_at`, when the matter was closed, is never before
    `occurred_at`. `source_id` is unique and stable within `source`; the same id with other content is an edit. Facts
    the source does not know are None.
    """

    source: str
    source_id: str
    channel: str
    occurred_at: datetime
    origin: Origin
    text: str = ""
    turns: tuple[RawTurn, ...] = ()
    identity: Identity | None = None
    language: str | None = None
    score: float | None = None
    scale: Scale | None = None
    product: str | None = None
    order_id: str | None = None
    carrier: str | None = None
    region: str | None = None
    plan: str | None = None
    customer_value: float | None = None
    agent: str | None = None
    resolved: bool | None = None
    solved_at: datetime | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that could not be read: where it is, why, and what would mend it. Holds none of the row's text."""

    source: str
    origin: Origin
    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class Turn:
    """One message inside `Feedback.text`: its speaker and its span; `at` is seconds from the start, if known."""

    speaker: Speaker
    start: int
    end: int
    at: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """One version of one feedback, cleaned and redacted.

    The text of a conversation is its turns joined by newlines; `turns` says who spoke where. `feedback_id` is stable
    over edits, `version` is a hash of the content, `week` the ISO week of `occurred_at` in the business time zone
    ("2026-W46"), `customer_key` and `order_key` keyed hashes (HMAC) of the source's ids.
    """

    feedback_id: str
    version: str
    source: str
    source_id: str
    channel: str
    week: str
    occurred_at: datetime
    ingested_at: datetime
    text: str
    language: Language
    turns: tuple[Turn, ...] = ()
    customer_key: str | None = None
    score: float | None = None
    scale: Scale | None = None
    product: str | None = None
    order_key: str | None = None
    carrier: str | None = None
    region: str | None = None
    plan: str | None = None
    customer_value: float | None = None
    agent: str | None = None
    resolved: bool | None = None
    solved_at: datetime | None = None
    url: str | None = None
    redactions: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Clause:
    """A span of `Feedback.text` about one thing: the unit that models read. `position` counts from 0."""

    feedback_id: str
    version: str
    position: int
    start: int
    end: int
    language: Language
    speaker: Speaker = "customer"


@dataclass(frozen=True, slots=True)
class Document:
    """What the models read: a redacted text, its turns (empty for a comment) and its clauses."""

    feedback_id: str
    version: str
    text: str
    language: Language
    turns: tuple[Turn, ...] = ()
    clauses: tuple[Clause, ...] = ()


@dataclass(frozen=True, slots=True)
class Mention:
    """A topic that a feedback speaks of: polarity towards it, calibrated probability, and the span that shows it."""

    topic: str
    sentiment: Sentiment
    score: float
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class ClauseReading:
    """The sentiment of one customer clause and its calibrated probability."""

    position: int
    sentiment: Sentiment
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """What a model revision read in one version of a feedback.

    `scores` are calibrated probabilities by sentiment that add up to 1; `*_score` are calibrated probabilities of any
    churn intent, an escalation threat, and urgency. `abstained` says that the model is not sure enough to be counted;
    the labels are then its best guess. `tokens_read` of `tokens` were seen by the encoder (equal unless a bug).
    """

    feedback_id: str
    version: str
    revision: str
    sentiment: Sentiment
    scores: Mapping[Sentiment, float]
    kind: Kind
    kind_score: float
    churn: int
    churn_score: float
    escalation: int
    escalation_score: float
    urgent: int
    urgent_score: float
    mentions: tuple[Mention, ...]
    clauses: tuple[ClauseReading, ...]
    abstained: bool
    tokens: int
    tokens_read: int


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a customer was flagged: the rule that fired, what it adds to the risk, and the words that show it."""

    rule: str
    weight: float
    feedback_id: str
    occurred_at: datetime
    verbatim: str


@dataclass(frozen=True, slots=True)
class Flag:
    """One customer at risk in one week. `risk` lies in 0..1; `value` is shown beside it and never mixed in."""

    customer_key: str
    week: str
    level: Level
    risk: float
    value: float | None
    reasons: tuple[Reason, ...]
    opened: date
    expires: date
