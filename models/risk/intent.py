"""Signals that one feedback gives by itself: it says so.

Negation, hypotheticals and other people's plans are the classifier's to tell apart; it reads the customer's turns only.
"""

import re
from collections.abc import Iterator

from models.risk import cues
from models.risk.heard import Heard
from models.risk.history import History, Signal
from models.risk.quoting import with_cue

#: What a reading still counts where the model abstained on the feedback.
ABSTAINED = 0.5


def churn_explicit(history: History) -> Iterator[Signal]:
    """Says that they leave, cancel, switch or have left."""
    for heard in history.feedback:
        if heard.churn >= 2:
            yield _said(heard, heard.churn_score, cues.LEAVING)


def churn_hint(history: History) -> Iterator[Signal]:
    """Considers leaving: a last chance, a rival that is better, a loyal customer let down."""
    for heard in history.feedback:
        if heard.churn == 1:
            yield _said(heard, heard.churn_score, cues.LEAVING)


def escalation(history: History) -> Iterator[Signal]:
    """Threatens or reports a formal complaint, a regulator, a court, the press."""
    for heard in history.feedback:
        if heard.escalation:
            yield _said(heard, heard.escalation_score, cues.ESCALATING)


def urgent(history: History) -> Iterator[Signal]:
    """Speaks of danger, injury, fraud or money taken."""
    for heard in history.feedback:
        if heard.urgent and heard.sentiment != "pos":
            yield _said(heard, heard.urgent_score, cues.ALARMING)


def believed(heard: Heard, score: float) -> float:
    """How far a reading counts: its calibrated probability, less where the model abstained."""
    return min(1.0, max(0.0, score)) * (ABSTAINED if heard.abstained else 1.0)


def _said(heard: Heard, score: float, cue: re.Pattern[str]) -> Signal:
    return Signal(heard, believed(heard, score), with_cue(heard, cue))
