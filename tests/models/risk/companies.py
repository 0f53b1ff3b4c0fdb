"""Companies made by chance from real comments, with planted leavers, read by the real model: what the rules find.

    python -m tests.models.risk.companies --gold GOLD.jsonl --seeds 101-110 [--read model|truth]

GOLD is JSON lines {"id", "lang", "text", "s", "t", "c", "e", "u"} as models/README.md tells. Each customer is dealt
comments of one language by their gold labels; the model reads each comment once (kept in --cache), and the rules judge
the customers by what it read (`--read truth`: by the gold labels). Not a test: texts with labels are not in here.
"""

import argparse
import json
import math
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from data.identity import KeyRing
from data.records import Analysis, Clause, Document, Feedback, Mention, Origin, RawFeedback
from data.weeks import week_of
from models.analyser import Analyser
from models.risk.flagging import Options, flag_customers
from models.risk.heard import Heard, from_records
from nlp.preparation import prepare
from tests.models.risk.scorecard import LEAVER, Scorecard, score_queue

WEEK, END, ZONE = "2026-W46", datetime(2026, 11, 16, tzinfo=UTC), ZoneInfo("UTC")
EVERY_LEVEL = Options(levels=frozenset({"high", "medium", "low", "unknown"}))
#: Shares of customers by what they are; the rest is content. `quiet_leaver`s leave without a sign.
MIX = {
    "leaver": 0.05, "quiet_leaver": 0.02, "angry_staying": 0.12, "recovered": 0.06, "grumbler": 0.25, "alarmed": 0.02,
}  # fmt: skip
#: How much room the queue has for each leaver who shows signs.
ROOM = 4 / 3


@dataclass(frozen=True)
class Comment:
    """A gold comment, prepared as a run would, and what was read in it."""

    gold: Mapping[str, object]
    feedback: Feedback
    clauses: tuple[Clause, ...]
    analysis: Analysis


@dataclass(frozen=True)
class Wish:
    """What a customer's story needs on a day: labels, score (0..1, None for none), and how a conversation ended."""

    day: float
    mood: str
    score: float | None
    churn: int = 0
    escalation: bool = False
    urgent: bool = False
    topic: str | None = None
    conversation: bool = False
    resolved: bool | None = None


def comments(gold: Path, cache: Path, reading: str) -> list[Comment]:
    """Every gold comment with its reading, by the model or from the labels themselves."""
    rows = [json.loads(line) for line in gold.read_text("utf-8").splitlines()]
    keys, now = KeyRing(bytes(32)), datetime(2026, 11, 16, tzinfo=UTC)
    prepared = [
        prepare(RawFeedback(source="gold", source_id=row["id"], channel="survey", occurred_at=END,
                            origin=Origin("gold"), text=row["text"]), keys, ZONE, now)
        for row in rows
    ]  # fmt: skip
    documents = [
        Document(p.feedback.feedback_id, p.feedback.version, p.feedback.text, p.feedback.language, (), p.clauses)
        for p in prepared
    ]
    analyses: Iterable[Analysis]
    if reading == "truth":
        analyses = [_true(row, document) for row, document in zip(rows, documents, strict=True)]
    else:
        analyses = Analyser.load(threads=1, cache=cache).analyse(documents)
    return [
        Comment(row, p.feedback, p.clauses, analysis) for row, p, analysis in zip(rows, prepared, analyses, strict=True)
    ]


def _true(row: Mapping[str, object], document: Document) -> Analysis:
    topics = row["t"]
    assert isinstance(topics, list)
    mentions = []
    for topic, polarity, evidence in topics:
        at = max(0, document.text.find(evidence))
        mentions.append(Mention(topic, polarity, 1.0, at, min(len(document.text), at + len(evidence))))
    return Analysis(
        feedback_id=document.feedback_id, version=document.version, revision="truth",
        sentiment=row["s"], scores={row["s"]: 1.0}, kind="other", kind_score=1.0,  # type: ignore[arg-type, dict-item]
        churn=int(row["c"]), churn_score=float(bool(row["c"])),  # type: ignore[call-overload]
        escalation=int(row["e"]), escalation_score=float(row["e"]),  # type: ignore[call-overload, arg-type]
        urgent=int(row["u"]), urgent_score=float(row["u"]),  # type: ignore[call-overload, arg-type]
        mentions=tuple(mentions), clauses=(), abstained=False, tokens=1, tokens_read=1,
    )  # fmt: skip


class Deck:
    """Comments to deal: by language and labels, each customer given none twice."""

    def __init__(self, cards: Sequence[Comment]) -> None:
        self._cards: dict[tuple[object, ...], list[Comment]] = defaultdict(list)
        for card in cards:
            gold = card.gold
            self._cards[gold["lang"], gold["s"], gold["c"], gold["e"], gold["u"]].append(card)

    def deal(self, language: str, wish: Wish, used: set[object], chance: random.Random) -> Comment | None:
        """A comment that says what is wished, about the topic wished for if there is one."""
        moods = [wish.mood] if not (wish.churn or wish.escalation or wish.urgent) else ["neg", "mix", "neu"]
        wants = [(mood, wish.churn, int(wish.escalation), int(wish.urgent)) for mood in moods]
        found = [card for want in wants for card in self._cards[language, *want] if card.gold["id"] not in used]
        if wish.topic:
            found = [card for card in found if wish.topic in _topics(card)] or found
        return chance.choice(found) if found else None


def _topics(card: Comment) -> set[str]:
    topics = card.gold["t"]
    assert isinstance(topics, list)
    return {topic for topic, polarity, _ in topics if polarity in ("neg", "mix")}


def company(seed: int, deck: Deck, customers: int) -> tuple[list[Heard], dict[str, str]]:
    """What is heard of a company's customers, and what each of them is."""
    chance = random.Random(seed)
    feedback, analyses, clauses, truth = [], [], [], {}
    for number in range(customers):
        key = f"c{number:04}"
        kind = chance.choices([*MIX, "content"], [*MIX.values(), 1 - sum(MIX.values())])[0]
        language = chance.choices(["zh-Hans", "en", "zh-Hant"], [4, 4, 2])[0]
        truth[key], used = kind, set[object]()
        for place, wish in enumerate(life(kind, chance)):
            card = deck.deal(language, wish, used, chance)
            if card is None or wish.day >= 56:
                continue
            used.add(card.gold["id"])
            at, ids = END - timedelta(days=wish.day), f"{key}-{place}"
            feedback.append(
                replace(
                    card.feedback,
                    feedback_id=ids,
                    customer_key=key,
                    occurred_at=at,
                    week=week_of(at, ZONE),
                    channel="chat" if wish.conversation else "survey",
                    resolved=wish.resolved,
                    score=None if wish.score is None else round(wish.score * 10),
                    scale="nps",
                )
            )
            analyses.append(replace(card.analysis, feedback_id=ids))
            clauses += [replace(clause, feedback_id=ids) for clause in card.clauses]
    talks = {f.feedback_id for f in feedback if f.channel == "chat"}
    heard = [replace(h, conversation=h.feedback_id in talks) for h in from_records(feedback, analyses, clauses)]
    return heard, truth


def life(kind: str, chance: random.Random) -> list[Wish]:
    """What one customer says in eight weeks, by what the customer is."""
    topic = chance.choice(["product_quality", "delivery_speed", "issue_resolution", "staff_attitude", "price_value"])
    most = [3, 4, 4, 5, 6] if kind == "leaver" else [1, 2, 2, 3, 3, 4]
    earliest = 50 if kind == "leaver" else 55
    days = sorted((chance.uniform(0.1, earliest) for _ in range(chance.choice(most))), reverse=True)
    if kind == "leaver":
        return _leaving(days, topic, chance)
    if kind == "angry_staying":
        rage = chance.randrange(len(days))
        return [
            Wish(day, "neg", chance.choice([0.0, 0.0, 0.2, 0.6]), escalation=chance.random() < 0.05, topic=topic)
            if place == rage
            else Wish(day, chance.choice(["pos", "pos", "mix"]), _score(chance, chance.uniform(0.6, 1)))
            for place, day in enumerate(days)
        ]
    if kind == "recovered":
        told = [Wish(days[0] + 5, "neg", 0.3, churn=chance.choice([0, 0, 1]), topic=topic)]
        told.append(Wish(days[0] + 4, "mix", 0.8, topic=topic, conversation=True, resolved=True))
        return told + [Wish(day, "pos", _score(chance, 0.9)) for day in days]
    if kind == "alarmed":
        return [Wish(day, "neu", 0.7) for day in days[:-1]] + [Wish(days[-1], "neg", 0.2, urgent=True)]
    weights = [2, 2, 3, 1] if kind == "grumbler" else [6, 3, 1, 1]
    told = []
    for day in days:
        mood = chance.choices(["pos", "neu", "neg", "mix"], weights)[0]
        level = {"pos": 0.85, "neu": 0.7, "mix": 0.6, "neg": 0.4}[mood]
        talk = chance.random() < 0.15
        told.append(Wish(day, mood, _score(chance, level), conversation=talk,
                         resolved=chance.choice([True, True, None]) if talk else None))  # fmt: skip
    return told


def _leaving(days: Sequence[float], topic: str, chance: random.Random) -> list[Wish]:
    """A trouble that goes on, scores that fall, and in seven of ten lives a last word that says so."""
    told = []
    says = chance.random() < 0.7
    for place, day in enumerate(days):
        course = place / (len(days) - 1)
        talk = chance.random() < 0.3
        last = says and place == len(days) - 1
        churn = 2 if last else int(course > 0.4 and chance.random() < 0.35)
        told.append(
            Wish(day, chance.choice(["neg", "neg", "mix", "neu"]) if place else "neu",
                 _score(chance, 0.85 - 0.6 * course), churn=churn, topic=topic if place else None, conversation=talk,
                 resolved=chance.choice([False, False, None, True]) if talk else None)
        )  # fmt: skip
    return told


def _score(chance: random.Random, level: float) -> float | None:
    return None if chance.random() < 0.35 else min(1.0, max(0.0, chance.gauss(level, 0.12)))


def judged(heard: Sequence[Heard], truth: Mapping[str, str]) -> tuple[Scorecard, Counter[str]]:
    """The first of the queue against the truth, and what the wrongly queued are."""
    leavers = sum(kind == LEAVER for kind in truth.values())
    flags = flag_customers(heard, WEEK, EVERY_LEVEL)
    room = math.ceil(leavers * ROOM)
    return score_queue(flags, truth, room), Counter(truth[flag.customer_key] for flag in flags[:room])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gold", type=Path, required=True)
    parser.add_argument("--cache", type=Path, default=Path("var/companies.db"))
    parser.add_argument("--seeds", default="101-108")
    parser.add_argument("--customers", type=int, default=600)
    parser.add_argument("--read", choices=("model", "truth"), default="model")
    wanted = parser.parse_args()
    first, last = map(int, wanted.seeds.split("-"))
    deck = Deck(comments(wanted.gold, wanted.cache, wanted.read))
    cards, queued = [], Counter[str]()
    for seed in range(first, last + 1):
        heard, truth = company(seed, deck, wanted.customers)
        card, kinds = judged(heard, truth)
        texts = {one.feedback_id: one.text for one in heard}
        for flag in flag_customers(heard, WEEK, EVERY_LEVEL):
            assert all(reason.verbatim in texts[reason.feedback_id] for reason in flag.reasons)
        print(f"seed {seed}: {card}")
        cards.append(card)
        queued += kinds
    names = ("queue", "leavers", "found", "angry", "angry_queued")
    print(f"all: {Scorecard(*(sum(getattr(card, name) for card in cards) for name in names))}; queued {dict(queued)}")


if __name__ == "__main__":
    main()
