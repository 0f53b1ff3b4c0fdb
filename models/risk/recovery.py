"""What speaks for the customer's staying: later praise, a good score, a matter that was solved."""

from models.risk.heard import Heard
from models.risk.intent import ABSTAINED
from models.risk.quoting import best

#: How much of the earlier trouble each kind of recovery takes away.
RESOLVED, PRAISE, GOOD_SCORE = 0.6, 0.5, 0.4
#: What a good score beside it adds.
AND_GOOD_SCORE = 0.15
GOOD, BAD = 0.75, 0.5


def recovery(heard: Heard) -> float:
    """The share of earlier signals that a feedback takes away, 0..1; 0 if it speaks of leaving itself."""
    if heard.churn:
        return 0.0
    good = heard.score is not None and heard.score >= GOOD
    share = 0.0
    if settles(heard):
        share = RESOLVED + (AND_GOOD_SCORE if good else 0.0)
    elif heard.sentiment == "pos":
        share = PRAISE + (AND_GOOD_SCORE if good else 0.0)
    elif good and heard.sentiment != "neg" and not heard.conversation:
        share = GOOD_SCORE
    return share * (ABSTAINED if heard.abstained else 1.0)


def settles(heard: Heard) -> bool:
    """Whether a conversation solved the matter in the customer's eyes too: noted so, with no bad end or bad score."""
    content = heard.score is None or heard.score >= BAD
    return heard.conversation and heard.resolved is True and content and not heard.ends_badly


def words(heard: Heard) -> str:
    """What the customer says in it, at its best."""
    return best(heard)
