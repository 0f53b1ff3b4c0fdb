"""What customers said, in their words: the quotations of an edition and the full text behind each."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from data.records import SCALES
from reports.duplicates import plain as bare
from reports.findings import Finding
from reports.prose import Writer
from reports.quoting import plain, plain_around, safe_url, shorten
from reports.week import WeekTables
from reports.wording import known

#: Characters of a quotation, and of the full text in the appendix.
QUOTED, FULL = 320, 1500
TOPICS, PER_TOPIC = 6, 3


@dataclass(frozen=True, slots=True)
class Quotation:
    """A customer's words around the evidence, plain; `key` names the row it links to."""

    key: str
    feedback_id: str
    language: str
    before: str
    evidence: str
    after: str
    sentiment: str
    day: str
    facts: tuple[str, ...]
    similar: str
    url: str | None


@dataclass(frozen=True, slots=True)
class Voice:
    """The quotations about one topic."""

    topic: str
    name: str
    quotations: tuple[Quotation, ...]


@dataclass(frozen=True, slots=True)
class QuotedRow:
    """A quoted feedback in full (cut at FULL characters) with what is known about it."""

    key: str
    feedback_id: str
    language: str
    day: str
    facts: tuple[str, ...]
    text: str
    cut: bool
    url: str | None


def anchor(feedback_id: object) -> str:
    """The feedback id as an HTML id: letters, digits, "-" and "_" only."""
    return "row-" + re.sub(r"[^A-Za-z0-9_-]", "-", str(feedback_id))[:80]


def withheld_groups(tables: WeekTables) -> set[tuple[str, str]]:
    """(kind, cohort) of every group too small to be shown."""
    frame = tables.cohorts[tables.cohorts["withheld"]]
    return set(zip(frame["kind"].astype(str), frame["cohort"].astype(str), strict=True))


def voices(
    writer: Writer, findings: Sequence[Finding], topics: Sequence[str], used: Collection[str] = ()
) -> list[Voice]:
    """Up to TOPICS topics with up to three quotations each: what changed first, then what most people blame.

    Feedback with an id in `used` is quoted elsewhere on the page.
    """
    tables = writer.tables
    frame = tables.verbatims[tables.verbatims["topic"].isin(list(topics))]
    now = tables.topics[(tables.topics["week"] == tables.week) & tables.topics["topic"].isin(list(topics))]
    blamed = [str(topic) for topic in now.sort_values(["neg", "n", "topic"], ascending=[False, False, True])["topic"]]
    changed = {finding.topic: finding for finding in findings if finding.topic}
    order = dict.fromkeys([*changed, *blamed])
    taken, found = set(used), list[Voice]()
    for topic in order:
        rows = frame[frame["topic"] == topic]
        finding = changed.get(topic)
        chosen = quotations_of(writer, rows, taken, finding.tone if finding else None)
        if chosen:
            found.append(Voice(topic, writer.topic(topic), tuple(chosen)))
        if len(found) == TOPICS:
            break
    return found


def quotations_of(writer: Writer, rows: pd.DataFrame, taken: set[str], tone: str | None = None) -> list[Quotation]:
    """Up to PER_TOPIC quotations from rows of `verbatims` that are not `taken` yet; what is quoted is added to them."""
    frame, hidden = writer.tables.rows, withheld_groups(writer.tables)
    frame = frame[frame["feedback_id"].isin(set(rows["feedback_id"]))]
    languages = dict(zip(frame["feedback_id"], frame["language"], strict=True))
    chosen: list[Quotation] = []
    said = set[str]()
    for row in _preferred(rows, tone):
        one = _quotation(writer, row, str(languages.get(row["feedback_id"], "")), hidden)
        words = bare(one.evidence or one.before)
        if one.feedback_id not in taken and words not in said and len(chosen) < PER_TOPIC:
            taken.add(one.feedback_id)
            said.add(words)
            chosen.append(one)
    return chosen


def quoted_rows(writer: Writer, found: Sequence[Voice]) -> list[QuotedRow]:
    """The feedback behind the quotations in full, in the order they are quoted."""
    tables = writer.tables
    keys = list(dict.fromkeys(one.key for voice in found for one in voice.quotations))
    frame = tables.rows.drop_duplicates("feedback_id")
    frame = frame[frame["feedback_id"].map(anchor).isin(keys)]
    hidden = withheld_groups(tables)
    rows = {anchor(row["feedback_id"]): row for row in frame.to_dict("records")}
    full = []
    for key in keys:
        row = rows.get(key)
        if row is None:
            continue
        text = plain(str(row["text"]))
        full.append(
            QuotedRow(key, str(row["feedback_id"]), str(row["language"]), writer.day(row["occurred_at"]),
                      _facts(writer, row, hidden), shorten(text, FULL), len(text) > FULL, safe_url(row["url"]))
        )  # fmt: skip
    return full


def _preferred(rows: pd.DataFrame, tone: str | None) -> list[Mapping[Any, Any]]:
    """Blame first, or praise first where things got better; within a sentiment by rank."""
    order = ("pos", "mix", "neu", "neg") if tone == "better" else ("neg", "mix", "neu", "pos")
    if tone is None and len(rows):
        order = ("neg", "mix", "pos", "neu")
    ranked = sorted(rows.to_dict("records"), key=lambda row: (_place(order, row["sentiment"]), int(row["rank"])))
    return list(ranked)


def _place(order: Sequence[str], sentiment: object) -> int:
    return order.index(str(sentiment)) if sentiment in order else len(order)


def _quotation(
    writer: Writer, row: Mapping[Any, Any], language: str, hidden: set[tuple[str, str]]
) -> Quotation:  # fmt: skip
    start = int(row["start"]) if known(row["start"]) else 0
    end = int(row["end"]) if known(row["end"]) else 0
    before, evidence, after = plain_around(str(row["text"]), start, end, QUOTED)
    others = int(row["similar"]) - 1 if known(row["similar"]) else 0
    return Quotation(
        key=anchor(row["feedback_id"]),
        feedback_id=str(row["feedback_id"]),
        language=language,
        before=before,
        evidence=evidence,
        after=after,
        sentiment=str(row["sentiment"]),
        day=writer.day(row["occurred_at"]),
        facts=_facts(writer, row, hidden),
        similar=writer.words.say("words.similar", count=others) if others > 0 else "",
        url=safe_url(row["url"]),
    )


def _facts(writer: Writer, row: Mapping[Any, Any], hidden: set[tuple[str, str]]) -> tuple[str, ...]:
    """What stands beside a quotation: channel, product, carrier, region, score. Never who the customer is."""
    facts = []
    for kind in ("channel", "product", "carrier", "region"):
        value = row.get(kind)
        if isinstance(value, str) and value and (kind, value) not in hidden:
            facts.append(shorten(plain(writer.words.fact(kind, value)), 40))
    scale, score = row.get("scale"), row.get("score")
    if isinstance(scale, str) and scale in SCALES and known(score):
        top = SCALES[scale][1]  # type: ignore[index]
        digits = 0 if float(score or 0).is_integer() else 1
        shown = writer.words.say("words.score", score=writer.words.number(score, digits), top=top)
        facts.append(f"{writer.words.name('score', scale)} {shown}")
    return tuple(facts)
