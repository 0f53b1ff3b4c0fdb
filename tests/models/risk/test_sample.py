"""The rules on the hand-written sample company, read by its planted truth in place of a model.

It shows what the rules are worth when the labels are right; what the whole run finds is measured elsewhere.
"""

import json
from datetime import UTC
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml

from data.records import Mention, RawFeedback
from data.sources import Pull, build
from data.weeks import week_of
from models.risk.flagging import Options, flag_customers
from models.risk.heard import Heard, Passage, normalised
from tests.models.risk.scorecard import LEAVER, score_queue

SAMPLE = Path(__file__).parents[3] / "data" / "sample"
WEEK, ZONE = "2026-W46", ZoneInfo("Asia/Shanghai")
EVERY_LEVEL = Options(levels=frozenset({"high", "medium", "low", "unknown"}))


def lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (SAMPLE / "truth" / name).read_text("utf-8").splitlines()]


def heard(raw: RawFeedback, truth: dict[str, Any]) -> Heard:
    text, spoken = raw.text, [Passage(0, len(raw.text))]
    if raw.turns:
        text, spoken = "", []
        for turn in raw.turns:
            if turn.speaker == "customer":
                spoken.append(Passage(len(text), len(text) + len(turn.text)))
            text += turn.text + "\n"
    evidence = spoken[-1] if spoken else Passage(0, 0)
    return Heard(
        feedback_id=raw.source_id,
        customer_key=raw.identity.customer_id if raw.identity else "",
        week=week_of(raw.occurred_at, ZONE),
        occurred_at=raw.occurred_at.astimezone(UTC),
        channel=raw.channel,
        text=text,
        spoken=tuple(spoken),
        sentiment=truth["sentiment"],
        churn=truth["churn"],
        churn_score=1,
        escalation_score=1,
        escalation=truth["escalation"],
        urgent=truth["urgent"],
        urgent_score=1,
        mentions=tuple(Mention(topic, feeling, 1, evidence.start, evidence.end) for topic, feeling in truth["topics"]),
        conversation=bool(raw.turns),
        resolved=raw.resolved,
        score=normalised(raw.score, raw.scale),
        product=raw.product,
        customer_value=raw.customer_value,
    )


@pytest.fixture(scope="module")
def said() -> list[Heard]:
    truth = {line["id"]: line for line in lines("labels.jsonl")}
    sources = yaml.safe_load((SAMPLE / "earshot.yaml").read_text("utf-8"))["sources"]
    items = [item for source in sources for item in Pull(build(source, SAMPLE), None)]
    return [heard(item, truth[item.source_id]) for item in items if isinstance(item, RawFeedback)]


@pytest.fixture(scope="module")
def people() -> dict[str, str]:
    return {line["customer"]: line["truth"] for line in lines("people.jsonl")}


def test_every_planted_leaver_is_at_high_risk_and_nobody_who_only_sounds_angry_is_queued(
    said: list[Heard], people: dict[str, str]
) -> None:
    """The company's writers planted eleven leavers and forty who rage and stay."""
    flags = flag_customers(said, WEEK)
    card = score_queue(flags, people)
    print(f"high and medium: {card}")
    print(f"first 15: {score_queue(flags, people, 15)}")
    assert card.found == card.leavers == 11
    assert card.angry_queued == 0, card
    assert {flag.level for flag in flags if people.get(flag.customer_key) == LEAVER} == {"high"}
    assert score_queue(flags, people, 15).recall >= 0.85


def test_leavers_show_before_their_last_word(said: list[Heard], people: dict[str, str]) -> None:
    """A case that opens with the goodbye comes too late: most must be in the queue two weeks before the end."""
    flags = flag_customers(said, "2026-W44")
    card = score_queue(flags, people, 15)
    print(f"two weeks earlier, first 15: {card}")
    assert card.recall >= 0.75, card
    assert card.angry_queued == 0, card


def test_every_verbatim_is_the_customers_own(said: list[Heard]) -> None:
    """Scripted agents say "cancel" and "complaint" in every conversation of the sample; none may be quoted."""
    texts = {item.feedback_id: [item.text[p.start : p.end] for p in item.spoken] for item in said}
    for flag in flag_customers(said, WEEK, EVERY_LEVEL):
        for reason in flag.reasons:
            assert any(reason.verbatim in words for words in texts[reason.feedback_id]), reason.feedback_id
