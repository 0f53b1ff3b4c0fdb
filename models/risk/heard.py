"""One feedback as the risk rules hear it: who spoke, when, and what the models read in it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from data.records import SCALES, Analysis, Clause, Feedback, Mention, Sentiment

#: How many of a customer's last judging clauses make the end of a conversation.
ENDING = 3


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch `text[start:end]` of a customer's own words, with the sentiment read in it if one was."""

    start: int
    end: int
    sentiment: Sentiment | None = None
    score: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One feedback of a known customer and its reading.

    `score` is normalised to 0 (worst) .. 1 (best); `*_score` are calibrated probabilities; `order` is a key of the
    order that it speaks of. `spoken` are the stretches that the customer said (the whole text of a comment),
    `passages` the customer's clauses in order; neither holds an agent's words.
    """

    feedback_id: str
    customer_key: str
    week: str
    occurred_at: datetime
    channel: str
    text: str
    sentiment: Sentiment
    churn: int = 0
    churn_score: float = 0.0
    escalation: int = 0
    escalation_score: float = 0.0
    urgent: int = 0
    urgent_score: float = 0.0
    mentions: tuple[Mention, ...] = ()
    passages: tuple[Passage, ...] = ()
    spoken: tuple[Passage, ...] = ()
    conversation: bool = False
    resolved: bool | None = None
    score: float | None = None
    product: str | None = None
    order: str | None = None
    customer_value: float | None = None
    abstained: bool = False

    @property
    def unhappy(self) -> bool:
        """Whether displeasure was read in it, mixed with praise or not."""
        return self.sentiment in ("neg", "mix")

    @property
    def ends_badly(self) -> bool:
        """Whether the last judgements that the customer passes in it are negative on balance."""
        last = [passage.sentiment for passage in self.passages if passage.sentiment in ("pos", "neg", "mix")][-ENDING:]
        return last.count("neg") > last.count("pos") if last else self.sentiment == "neg"


def from_records(
    feedbacks: Iterable[Feedback], analyses: Iterable[Analysis], clauses: Iterable[Clause] = ()
) -> list[Heard]:
    """What the rules need of current feedback: one `Heard` each that has a customer and an analysis of its version.

    Without clauses the words to quote are found between the marks of a sentence.
    """
    read = {(analysis.feedback_id, analysis.version): analysis for analysis in analyses}
    split: dict[tuple[str, str], list[Clause]] = defaultdict(list)
    for clause in clauses:
        if clause.speaker == "customer":
            split[clause.feedback_id, clause.version].append(clause)
    return [
        _heard(feedback, feedback.customer_key, analysis, split[feedback.feedback_id, feedback.version])
        for feedback in feedbacks
        if feedback.customer_key is not None
        and (analysis := read.get((feedback.feedback_id, feedback.version))) is not None
    ]


def normalised(score: float | None, scale: str | None) -> float | None:
    """A score on 0 (worst) .. 1 (best) of its scale; None without a score or a known scale."""
    bounds = {str(name): ends for name, ends in SCALES.items()}.get(scale or "")
    if score is None or bounds is None:
        return None
    low, high = bounds
    return min(1.0, max(0.0, (float(score) - low) / (high - low)))


def _heard(feedback: Feedback, customer_key: str, analysis: Analysis, clauses: list[Clause]) -> Heard:
    felt = {reading.position: (reading.sentiment, reading.score) for reading in analysis.clauses}
    said = tuple(Passage(turn.start, turn.end) for turn in feedback.turns if turn.speaker == "customer")
    return Heard(
        feedback_id=feedback.feedback_id,
        customer_key=customer_key,
        week=feedback.week,
        occurred_at=feedback.occurred_at,
        channel=feedback.channel,
        text=feedback.text,
        sentiment=analysis.sentiment,
        churn=analysis.churn,
        churn_score=analysis.churn_score,
        escalation=analysis.escalation,
        escalation_score=analysis.escalation_score,
        urgent=analysis.urgent,
        urgent_score=analysis.urgent_score,
        mentions=analysis.mentions,
        passages=tuple(
            Passage(clause.start, clause.end, *felt.get(clause.position, (None, 0.0)))
            for clause in sorted(clauses, key=lambda clause: clause.position)
        ),
        spoken=said if feedback.turns else (Passage(0, len(feedback.text)),),
        conversation=bool(feedback.turns),
        resolved=feedback.resolved,
        score=normalised(feedback.score, feedback.scale),
        product=feedback.product,
        order=feedback.order_key,
        customer_value=feedback.customer_value,
        abstained=analysis.abstained,
    )
