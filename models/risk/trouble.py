"""Signals of a trouble that goes on: the same complaint again, a conversation that ended badly, silence after it."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from statistics import median

from data.records import Mention
from models.risk.heard import Heard
from models.risk.history import History, Signal
from models.risk.intent import believed
from models.risk.quoting import evidence, worst

#: A review written hours after a chat tells of the same incident; the next day it is a second contact.
SAME_INCIDENT = timedelta(hours=20)
#: The strength of the second complaint about a thing; the third and later count in full.
SECOND = 0.6
#: So many unhappy contacts in a row are more than bad luck.
IN_A_ROW = 3
#: The strength of a bad end where nobody noted whether the matter was resolved.
UNNOTED = 0.6
#: Silence begins after three weeks, or twice the customer's usual pause if that is longer.
SILENCE, PAUSES, TALKS = timedelta(days=21), 2, 3


def repeated_complaint(history: History) -> Iterator[Signal]:
    """Complains of the same topic (and product, if both are known) again, without a word of praise in between.

    One signal for each complaint that repeats one, however many topics it repeats. An agent's "resolved" in between
    settles nothing: the customer is back.
    """
    for place, heard in enumerate(history.feedback):
        found = [
            (strength, mention)
            for mention in heard.mentions
            if (strength := _again(history.feedback[:place], heard, mention)) > 0
        ]
        if found:
            strength, mention = max(found, key=lambda pair: (pair[0], pair[1].score, pair[1].topic))
            yield Signal(heard, strength, evidence(heard, mention))


def unhappy_again(history: History) -> Iterator[Signal]:
    """Unhappy for the third time or more, on other days, with no praise in between, whatever it was about."""
    run: list[Heard] = []
    for heard in history.feedback:
        if heard.sentiment == "pos" or settled(heard):
            run = []
        elif heard.unhappy and (not run or heard.occurred_at - run[-1].occurred_at >= SAME_INCIDENT):
            run.append(heard)
            if len(run) >= IN_A_ROW:
                yield Signal(heard, believed(heard, SECOND if len(run) == IN_A_ROW else 1.0), worst(heard))


def settled(heard: Heard) -> bool:
    """Whether a conversation was noted as resolved and did not end badly."""
    return heard.conversation and heard.resolved is True and not heard.ends_badly


def unresolved_negative_conversation(history: History) -> Iterator[Signal]:
    """A chat or call that was left unresolved, or ended in displeasure with nobody noting how it ended."""
    for heard in history.feedback:
        if not heard.conversation or heard.resolved:
            continue
        if heard.resolved is False and (heard.unhappy or _bad_topics(heard)):
            yield Signal(heard, believed(heard, 1.0), worst(heard))
        elif heard.resolved is None and heard.unhappy and heard.ends_badly:
            yield Signal(heard, believed(heard, UNNOTED), worst(heard))


def silence_after_complaint(history: History) -> Iterator[Signal]:
    """A customer who used to talk, and has said nothing since a complaint that nobody resolved."""
    if len(history.feedback) < TALKS:
        return
    last = history.feedback[-1]
    times = [heard.occurred_at.timestamp() for heard in history.feedback]
    usual = timedelta(seconds=median(after - before for before, after in pairwise(times)))
    quiet = history.begins + timedelta(days=7) - last.occurred_at
    if last.sentiment == "neg" and not last.resolved and quiet >= max(SILENCE, PAUSES * usual):
        yield Signal(last, believed(last, 1.0), worst(last))


def _again(earlier: tuple[Heard, ...], heard: Heard, mention: Mention) -> float:
    """How strongly `mention` repeats earlier complaints; 0 if it does not."""
    if not _complains(heard, mention):
        return 0.0
    before = []
    for other in reversed(earlier):
        if other.sentiment == "pos":
            break
        if heard.occurred_at - other.occurred_at < SAME_INCIDENT:
            continue
        if None not in (heard.product, other.product) and heard.product != other.product:
            continue
        before += [m.score for m in other.mentions if m.topic == mention.topic and _complains(other, m)]
    if not before:
        return 0.0
    return believed(heard, min(mention.score, max(before))) * (SECOND if len(before) == 1 else 1.0)


def _complains(heard: Heard, mention: Mention) -> bool:
    return mention.sentiment in ("neg", "mix") and heard.sentiment != "pos"


def _bad_topics(heard: Heard) -> bool:
    return any(mention.sentiment == "neg" for mention in heard.mentions)
