"""Companies made by chance, with planted leavers and people who only sound angry, read as badly as a classifier reads.

The world is drawn at the level of labels: who says what kind of thing when. The reader then misses and invents labels
at rates that are set pessimistically below. Seeds used while weights were chosen: 1 to 5; these tests use others.
"""

import math
import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from data.records import Mention, Sentiment
from data.weeks import shift
from models.risk.flagging import Options, flag_customers
from models.risk.heard import Heard, Passage
from tests.models.risk.scorecard import ANGRY, LEAVER, Scorecard, score_queue

WEEK, END = "2026-W46", datetime(2026, 11, 16, tzinfo=UTC)
EVERY_LEVEL = Options(levels=frozenset({"high", "medium", "low", "unknown"}))
TOPICS = [
    "product_quality",
    "delivery_speed",
    "returns_refunds",
    "payment_billing",
    "issue_resolution",
    "staff_attitude",
]
#: Shares of customers by what they are; the rest is content.
MIX = {"leaver": 0.05, "angry_staying": 0.12, "solved": 0.08, "grumbler": 0.25, "alarmed": 0.02}
#: How often the reader is wrong: other sentiment, topic missed, topic invented, churn missed, churn invented, hint and
#: explicit swapped, threat or alarm missed, threat or alarm invented, score not given.
WRONG = {
    "sentiment": 0.15, "topic": 0.25, "no_topic": 0.08, "churn": 0.3, "no_churn": 0.02, "degree": 0.25, "threat": 0.25,
    "no_threat": 0.01, "score": 0.35,
}  # fmt: skip


@dataclass
class Said:
    """What a customer really says on a day (days before the end of the week)."""

    day: float
    sentiment: Sentiment
    topics: tuple[tuple[str, Sentiment], ...] = ()
    score: float = 0.8
    churn: int = 0
    threat: bool = False
    alarm: bool = False
    conversation: bool = False
    resolved: bool | None = None


def life(kind: str, chance: random.Random) -> list[Said]:
    """What one customer says in eight weeks."""
    thing = chance.choice(TOPICS)
    days = sorted((chance.uniform(0.1, 55) for _ in range(chance.choice([1, 2, 2, 3, 3, 4]))), reverse=True)
    if kind == "leaver":
        days = sorted((chance.uniform(0.1, 50) for _ in range(chance.choice([3, 4, 4, 5, 6]))), reverse=True)
        return leaving(days, thing, chance)
    if kind == "solved":
        told = [Said(days[0] + 3, "neg", ((thing, "neg"),), 0.4)]
        told += [Said(days[0] + 1, "mix", ((thing, "neg"),), 0.8, conversation=True, resolved=True)]
        return told + [Said(day, "pos", (), chance.uniform(0.7, 1)) for day in days]
    if kind == "alarmed":
        return [Said(day, "neu", (), 0.7) for day in days[:-1]] + [
            Said(days[-1], "neg", ((thing, "neg"),), 0.2, threat=chance.random() < 0.5, alarm=True)
        ]
    if kind == "angry_staying":
        rage = chance.randrange(len(days))
        return [
            Said(day, "neg", ((thing, "neg"),), chance.choice([0.0, 0.0, 0.2, 0.6]), threat=chance.random() < 0.05)
            if place == rage
            else Said(
                day, chance.choice(["pos", "pos", "mix"]), ((chance.choice(TOPICS), "pos"),), chance.uniform(0.6, 1)
            )
            for place, day in enumerate(days)
        ]
    moods: list[Sentiment] = ["pos", "neu", "neg", "mix"]
    weights = [2, 2, 3, 1] if kind == "grumbler" else [6, 3, 1, 1]
    told = []
    for day in days:
        mood = chance.choices(moods, weights)[0]
        level = {"pos": 0.85, "neu": 0.7, "mix": 0.6, "neg": 0.4}[mood]
        feeling: Sentiment = "pos" if mood in ("pos", "neu") else "neg"
        talk = chance.random() < 0.15
        told.append(
            Said(day, mood, ((chance.choice(TOPICS), feeling),), min(1, max(0, chance.gauss(level, 0.15))),
                 conversation=talk, resolved=chance.choice([True, True, None]) if talk else None)
        )  # fmt: skip
    return told


def leaving(days: list[float], thing: str, chance: random.Random) -> list[Said]:
    """A trouble that goes on, scores that fall, and in seven of ten lives a last word that says so."""
    told = []
    for place, day in enumerate(days):
        course = place / (len(days) - 1)
        score = min(1, max(0, chance.gauss(0.85 - 0.6 * course, 0.1)))
        talk = chance.random() < 0.3
        told.append(
            Said(day, chance.choice(["neg", "neg", "mix", "neu"]) if place else "neu",
                 ((thing, "neg"),) if chance.random() < 0.85 else (), score,
                 churn=int(course > 0.4 and chance.random() < 0.35), conversation=talk,
                 resolved=chance.choice([False, False, None, True]) if talk else None)
        )  # fmt: skip
    if chance.random() < 0.7:
        told[-1].churn, told[-1].sentiment = 2, chance.choice(["neg", "neu", "mix"])
    return told


def read(said: Said, customer: str, number: int, chance: random.Random) -> Heard:
    """What a classifier makes of it."""
    at = END - timedelta(days=said.day)
    wrong = {name: chance.random() < rate for name, rate in WRONG.items()}
    moods: list[Sentiment] = ["pos", "neg", "mix", "neu"]
    churn = (0 if wrong["churn"] else 3 - said.churn if wrong["degree"] else said.churn) if said.churn else 0
    if not said.churn and wrong["no_churn"] and said.sentiment != "pos":
        churn = chance.choice([1, 1, 2])
    topics = {topic: feeling for topic, feeling in said.topics if not wrong["topic"]}
    if wrong["no_topic"]:
        topics.setdefault(chance.choice(TOPICS), chance.choice(["pos", "neg"]))
    threat = not wrong["threat"] if said.threat else wrong["no_threat"]
    alarm = not wrong["threat"] if said.alarm else wrong["no_threat"]
    mentions = (Mention(topic, feeling, chance.uniform(0.5, 1), 0, 5) for topic, feeling in sorted(topics.items()))
    text = f"Words {number} of {customer}."
    return Heard(
        feedback_id=f"{customer}-{number}", customer_key=customer, week=shift(WEEK, -int(said.day // 7)),
        occurred_at=at, channel="chat" if said.conversation else "survey", text=text, spoken=(Passage(0, len(text)),),
        sentiment=chance.choice(moods) if wrong["sentiment"] else said.sentiment,
        churn=churn, churn_score=chance.uniform(0.5, 1) if churn == said.churn else chance.uniform(0.4, 0.8),
        escalation=int(threat), escalation_score=chance.uniform(0.5, 1),
        urgent=int(alarm), urgent_score=chance.uniform(0.5, 1),
        mentions=tuple(mentions),
        conversation=said.conversation, resolved=said.resolved,
        score=None if wrong["score"] else round(said.score * 10) / 10,
    )  # fmt: skip


def company(seed: int, customers: int = 600) -> tuple[list[Heard], dict[str, str]]:
    """What is heard of a company's customers, and what each of them is."""
    chance = random.Random(seed)
    heard, truth = [], {}
    for number in range(customers):
        key = f"c{number:04}"
        kind = chance.choices([*MIX, "content"], [*MIX.values(), 1 - sum(MIX.values())])[0]
        truth[key] = kind
        heard += [read(said, key, place, chance) for place, said in enumerate(life(kind, chance)) if said.day < 56]
    return heard, truth


def judged(seed: int) -> Scorecard:
    """The queue that a team can handle: room for a third more customers than leave."""
    heard, truth = company(seed)
    capacity = math.ceil(sum(kind == LEAVER for kind in truth.values()) * 4 / 3)
    return score_queue(flag_customers(heard, WEEK, EVERY_LEVEL), truth, capacity)


@pytest.mark.parametrize("seed", [101, 202, 303, 404])
def test_most_leavers_are_in_the_queue_and_the_merely_angry_are_not(seed: int) -> None:
    """The queue is worth a manager's time only if both hold, although the reader errs (bars of the project)."""
    card = judged(seed)
    print(f"seed {seed}: {card}")
    assert card.recall >= 0.75, str(card)
    assert card.precision >= 0.55, str(card)
    assert card.angry_share <= 0.15, str(card)


def test_over_many_companies_the_bars_are_met() -> None:
    """One small company may be unlucky; together they may not: recall 0.85, precision 0.6, angry 0.15."""
    cards = [judged(seed) for seed in range(500, 508)]
    total = Scorecard(
        *(sum(getattr(card, name) for card in cards) for name in ("queue", "leavers", "found", "angry", "angry_queued"))
    )
    print(f"8 companies: {total}")
    assert total.recall >= 0.85, str(total)
    assert total.precision >= 0.6, str(total)
    assert total.angry_share <= 0.15, str(total)


def test_the_truth_uses_the_names_of_the_scorecard() -> None:
    assert {LEAVER, ANGRY} <= set(MIX)
