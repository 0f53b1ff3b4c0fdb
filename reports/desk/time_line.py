"""Everything that one customer told us in the weeks around a case, over all channels, as it stands in the lake."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from data.cases import Case
from data.feedback_store import feedback_records
from data.frames import completed
from data.lake import Lake
from data.records import Feedback, Reason
from data.tables import FEEDBACK
from data.weeks import shift
from reports.quoting import plain, plain_around, safe_url, shorten

#: Weeks before a case was opened that may hold what led to it; as many as the rules look back.
WEEKS_BEFORE = 8
#: Characters shown around the words that a rule quoted, of a comment, and of one turn of a conversation.
AROUND, COMMENT, TURN = 360, 900, 400
#: Turns of a conversation shown before the rest is folded away.
TURNS = 6
MOST = 60

#: One question and not two: opening DuckDB costs more than asking it.
_OF_ONE = """
    WITH theirs AS (
        SELECT * EXCLUDE (age) FROM (
            SELECT *, row_number() OVER (
                PARTITION BY feedback_id ORDER BY ingested_at DESC, occurred_at DESC, version DESC) AS age
            FROM feedback WHERE customer_key = $customer AND week BETWEEN $first AND $last
        ) WHERE age = 1 ORDER BY occurred_at DESC, feedback_id LIMIT $most
    ), labels AS (
        SELECT p.* FROM predictions p JOIN theirs USING (feedback_id, version)
        WHERE p.week BETWEEN $first AND $last
        QUALIFY row_number() OVER (PARTITION BY feedback_id ORDER BY revision = $revision DESC, revision DESC) = 1
    ), spoken AS (
        SELECT m.feedback_id, list(DISTINCT m.topic ORDER BY m.topic) AS topics
        FROM mentions m JOIN labels USING (feedback_id, version, revision)
        WHERE m.week BETWEEN $first AND $last GROUP BY m.feedback_id
    )
    SELECT theirs.*, labels.sentiment, labels.kind, spoken.topics
    FROM theirs LEFT JOIN labels USING (feedback_id) LEFT JOIN spoken USING (feedback_id)
    ORDER BY theirs.occurred_at DESC, feedback_id
"""


@dataclass(frozen=True, slots=True)
class Line:
    """A stretch of what was said: who spoke (empty in a comment), and the words before, in and after the evidence."""

    speaker: str
    before: str
    evidence: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One feedback, ready to show. `rest` are the lines that are folded away; `rules` those that quoted it."""

    feedback_id: str
    at: datetime
    channel: str
    source: str
    language: str
    score: float | None
    scale: str | None
    resolved: bool | None
    product: str | None
    sentiment: str | None
    kind: str | None
    topics: tuple[str, ...]
    rules: tuple[str, ...]
    lines: tuple[Line, ...]
    rest: tuple[Line, ...]
    url: str | None


def time_line(lake: Lake, case: Case, last_week: str, revision: str | None) -> list[Moment]:
    """What the customer of a case told us from WEEKS_BEFORE before it was opened up to `last_week`, newest first.

    At most MOST feedback. Labels are those of `revision` where it has read the feedback, else of another.
    """
    weeks = {"first": shift(case.opened_week, -WEEKS_BEFORE), "last": max(last_week, case.week)}
    asked = {"customer": case.customer_key, "most": MOST, "revision": revision or ""} | weeks
    rows = lake.query_arrow(_OF_ONE, asked)
    labels = rows.select(["feedback_id", "sentiment", "kind", "topics"]).to_pylist()
    by_id = {row["feedback_id"]: row for row in labels}
    said = feedback_records(completed(rows, FEEDBACK))
    reasons = (*case.reasons, *case.past)
    return [_moment(one, by_id.get(one.feedback_id, {}), [r for r in reasons if r.feedback_id == one.feedback_id])
            for one in said]  # fmt: skip


def around(moment: Moment | None, reason: Reason) -> Line:
    """The words of a reason with what stands around them; without the feedback, the words alone."""
    for line in (*moment.lines, *moment.rest) if moment else ():
        if line.evidence and plain(reason.verbatim)[:40] in line.evidence:
            return line
    return Line("", "", shorten(plain(reason.verbatim), AROUND), "")


def _moment(said: Feedback, read: Mapping[str, Any], reasons: Sequence[Reason]) -> Moment:
    quoted = _spans(said.text, reasons)
    if said.turns:
        lines = [_line(turn.speaker, said.text, turn.start, turn.end, quoted, TURN) for turn in said.turns]
    else:
        lines = [_line("", said.text, 0, len(said.text), quoted, COMMENT)]
    # What a rule quoted is never folded away.
    shown = [line for place, line in enumerate(lines) if place < TURNS or line.evidence]
    rest = [line for place, line in enumerate(lines) if not (place < TURNS or line.evidence)]
    return Moment(
        feedback_id=said.feedback_id,
        at=said.occurred_at,
        channel=said.channel,
        source=said.source,
        language=said.language,
        score=said.score,
        scale=said.scale,
        resolved=said.resolved,
        product=said.product,
        sentiment=read.get("sentiment"),
        kind=read.get("kind"),
        topics=tuple(read.get("topics") or ()),
        rules=tuple(dict.fromkeys(reason.rule for reason in reasons)),
        lines=tuple(shown),
        rest=tuple(rest),
        url=safe_url(said.url),
    )


def _spans(text: str, reasons: Sequence[Reason]) -> list[tuple[int, int]]:
    """Where the quoted words stand. A verbatim that was cut (…) is found by its middle."""
    spans = []
    for reason in reasons:
        words = reason.verbatim.strip("… \n")
        at = text.find(words) if words else -1
        if at >= 0:
            spans.append((at, at + len(words)))
    return spans


def _line(speaker: str, text: str, start: int, end: int, quoted: Sequence[tuple[int, int]], limit: int) -> Line:
    inside = [(max(a, start) - start, min(b, end) - start) for a, b in quoted if a < end and b > start]
    part = text[start:end]
    if not inside:
        return Line(speaker, shorten(plain(part), limit), "", "")
    first, last = min(a for a, _ in inside), max(b for _, b in inside)
    return Line(speaker, *plain_around(part, first, last, limit))
