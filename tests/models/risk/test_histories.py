"""Whole histories as plain text, so that anyone who knows customers can add one."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from data.records import Analysis, Feedback, Mention, Sentiment, Turn
from data.weeks import week_of
from models.risk.flagging import Options, flag_customers
from models.risk.heard import from_records

CASES = Path(__file__).parents[2] / "cases" / "risk" / "histories.txt"
WEEK, END = "2026-W46", datetime(2026, 11, 16, tzinfo=UTC)
EVERY_LEVEL = Options(levels=frozenset({"high", "medium", "low", "unknown"}))
SCALES = {"5": "stars", "10": "nps"}
FEELINGS: dict[str, Sentiment] = {"-": "neg", "+": "pos"}


def blocks() -> Iterator[tuple[str, list[str], str]]:
    text = "\n".join(line for line in CASES.read_text("utf-8").split("\n") if not line.startswith("#"))
    for block in filter(None, (block.strip() for block in text.split("\n\n"))):
        title, *lines, expected = block.split("\n")
        yield title, lines, expected.removeprefix("= ")


def spoken(words: str) -> tuple[str, tuple[Turn, ...]]:
    if not words.startswith(("C: ", "A: ")):
        return words, ()
    text, turns = "", []
    for part in words.split(" / "):
        turns.append(Turn("customer" if part[0] == "C" else "agent", len(text), len(text) + len(part) - 3))
        text += part[3:] + "\n"
    return text, tuple(turns)


def records(number: int, line: str) -> tuple[Feedback, Analysis]:
    days, place, read, words = (part.strip() for part in line.split("|"))
    at = END - timedelta(days=float(days))
    text, turns = spoken(words)
    score = re.search(r"(\d+)/(\d+)", place)
    product, order = re.search(r"product=(\w+)", place), re.search(r"order=(\w+)", place)
    labels = read.split()
    found = [re.fullmatch(r"(\w+)([-+])", label) for label in labels]
    numbers = {name: int(value) for name, _, value in (label.partition("=") for label in labels) if value}
    feedback = Feedback(
        feedback_id=f"f{number}", version="1", source="s", source_id=str(number), channel=place.split()[0],
        week=week_of(at, ZoneInfo("UTC")), occurred_at=at, ingested_at=at, text=text, language="en", turns=turns,  # type: ignore[arg-type]
        customer_key="c", score=float(score[1]) if score else None,
        scale=SCALES[score[2]] if score else None,  # type: ignore[arg-type]
        product=product[1] if product else None, order_key=order[1] if order else None,
        resolved=False if " unresolved" in place else True if " resolved" in place else None,
    )  # fmt: skip
    analysis = Analysis(
        feedback_id=f"f{number}", version="1", revision="r", sentiment=labels[0], scores={}, kind="other",  # type: ignore[arg-type]
        kind_score=1, churn=numbers.get("churn", 0), churn_score=1, escalation=int("escalation" in labels),
        escalation_score=1, urgent=int("urgent" in labels), urgent_score=1, clauses=(), abstained=False,
        mentions=tuple(Mention(m[1], FEELINGS[m[2]], 1, 0, len(text)) for m in found if m), tokens=1, tokens_read=1,
    )  # fmt: skip
    return feedback, analysis


@pytest.mark.parametrize(("title", "lines", "expected"), list(blocks()), ids=[title for title, _, _ in blocks()])
def test_a_history_is_judged_as_a_careful_reader_would(title: str, lines: list[str], expected: str) -> None:
    """Level and reasons are what a manager acts on; a wrong one costs trust, a missed one a customer."""
    pairs = [records(number, line) for number, line in enumerate(lines)]
    flags = flag_customers(from_records(*zip(*pairs, strict=True)), WEEK, EVERY_LEVEL)
    if expected == "nothing":
        assert flags == [], title
        return
    (flag,) = flags
    level, *rest = re.findall(r'"[^"]*"|\S+', expected)
    rules = {word for word in rest if not word.startswith('"')}
    assert (flag.level, {reason.rule for reason in flag.reasons}) == (level, rules)
    for place, words in enumerate(rest):
        if words.startswith('"'):
            assert any(words.strip('"') in reason.verbatim for reason in flag.reasons if reason.rule == rest[place - 1])
    customer = {
        f.feedback_id: [f.text[t.start : t.end] for t in f.turns if t.speaker == "customer"] or [f.text]
        for f, _ in pairs
    }
    assert all(any(reason.verbatim in said for said in customer[reason.feedback_id]) for reason in flag.reasons)
