"""What readers say that a label should be ("this is not about delivery"): kept with who, when and where, and given to
training once an analyst has accepted it."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import select

from data.database import Database
from data.errors import EarshotError
from data.lake import Lake
from data.learning_schema import CorrectionRow

Head = Literal["topic", "sentiment", "kind", "churn", "escalation", "urgent"]
State = Literal["open", "accepted", "rejected", "withdrawn"]
#: What each head may be corrected to. Of a topic: its polarity, or "absent" when the feedback does not speak of it.
ANSWERS: dict[Head, tuple[str, ...]] = {
    "topic": ("pos", "neg", "mix", "neu", "absent"),
    "sentiment": ("pos", "neg", "mix", "neu"),
    "kind": ("complaint", "praise", "question", "request", "other"),
    "churn": ("0", "1", "2"),
    "escalation": ("0", "1"),
    "urgent": ("0", "1"),
}
#: The field of a gold line (models/README.md) that a head fills.
FIELDS: dict[Head, str] = {"sentiment": "s", "kind": "k", "churn": "c", "escalation": "e", "urgent": "u"}


class BadCorrection(EarshotError):
    """The correction says something that no label can be, or of what is not there."""


@dataclass(frozen=True, slots=True)
class Correction:
    """A reader's word on one label: `was` is what the model said (None: nothing), `now` what it should say."""

    id: int
    feedback_id: str
    version: str
    week: str
    revision: str
    head: Head
    topic: str | None
    was: str | None
    now: str
    who: str
    at: datetime
    place: str
    note: str | None
    state: State
    decided_by: str | None
    decided_at: datetime | None


def correct(
    database: Database,
    *,
    feedback_id: str,
    version: str,
    week: str,
    revision: str,
    head: Head,
    now: str,
    who: str,
    place: str,
    topic: str | None = None,
    was: str | None = None,
    note: str | None = None,
) -> Correction:
    """Keep a correction and return it; `place` is the page or edition where the reader saw the label.

    The same reader's earlier open word on the same label is withdrawn. Raises BadCorrection.
    """
    if head not in ANSWERS or now not in ANSWERS[head]:
        answers = ", ".join(ANSWERS.get(head, ())) or "; ".join(ANSWERS)
        raise BadCorrection(f"Nothing can correct {head!r} to {now!r}. Answers: {answers}.")
    if (head == "topic") != (topic is not None):
        raise BadCorrection("A correction of a topic names the topic, and no other correction does.")
    if not who.strip():
        raise BadCorrection("A correction needs the name of who makes it.")
    with database.write() as session:
        same = select(CorrectionRow).where(
            CorrectionRow.feedback_id == feedback_id, CorrectionRow.head == head, CorrectionRow.state == "open",
            CorrectionRow.who == who,
        )  # fmt: skip
        for earlier in session.scalars(same):
            if earlier.topic == topic:
                earlier.state = "withdrawn"
        row = CorrectionRow(
            feedback_id=feedback_id, version=version, week=week, revision=revision, head=head, topic=topic, was=was,
            now=now, who=who, at=datetime.now(UTC), place=place, note=note or None, state="open",
        )  # fmt: skip
        session.add(row)
        session.flush()
        return _correction(row)


def decide(database: Database, correction: int, state: State, who: str) -> Correction:
    """Accept, reject or withdraw a correction; the last decision stands. Raises BadCorrection if there is no such."""
    with database.write() as session:
        row = session.get(CorrectionRow, correction, with_for_update=True)
        if row is None:
            raise BadCorrection(f"There is no correction {correction}.")
        row.state, row.decided_by, row.decided_at = state, who, datetime.now(UTC)
        return _correction(row)


def corrections(
    database: Database, states: Iterable[State] = ("open",), feedback_id: str | None = None, limit: int | None = None
) -> list[Correction]:
    """Corrections in some states, oldest first; of one feedback if given."""
    query = select(CorrectionRow).where(CorrectionRow.state.in_(list(states))).order_by(CorrectionRow.id)
    if feedback_id is not None:
        query = query.where(CorrectionRow.feedback_id == feedback_id)
    with database.read() as session:
        return [_correction(row) for row in session.scalars(query.limit(limit))]


def export(database: Database, lake: Lake, path: Path) -> tuple[int, int]:
    """Write accepted corrections as training examples, JSON lines; return how many, and how many texts are gone.

    One line for each feedback: {"id", "text", "lang", "labels" (its topics, as `fit-topics` reads them), and the gold
    fields s, t, k, c, e, u as `train` reads them, taken from the model where nobody corrected them} and "provenance":
    who corrected what, when, where, and the model's revision. The file is replaced whole.
    """
    kept: dict[tuple[str, str], list[Correction]] = {}
    for one in corrections(database, ["accepted"]):
        kept.setdefault((one.feedback_id, one.version), []).append(one)
    lines, gone = [], 0
    for key in sorted(kept):
        line = _example(lake, kept[key])
        gone += line is None
        lines += [] if line is None else [line]
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".tmp")
    beside.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
    beside.replace(path)
    return len(lines), gone


def _example(lake: Lake, made: list[Correction]) -> dict[str, Any] | None:
    first = made[0]
    rows = _rows(lake, "feedback", first, "text, language")
    read = _rows(lake, "predictions", first, "revision, sentiment, kind, churn, escalation, urgent")
    if not rows or not read:
        return None
    text, reading = str(rows[0]["text"]), next((r for r in read if r["revision"] == first.revision), read[-1])
    topics = {
        str(row["topic"]): [row["topic"], row["sentiment"], text[row["start"] : row["end"]]]
        for row in _rows(lake, "mentions", first, 'revision, topic, sentiment, start, "end"')
        if row["revision"] == reading["revision"]
    }
    line: dict[str, Any] = {
        "id": f"{first.feedback_id}@{first.version}", "text": text, "lang": rows[0]["language"],
        "s": reading["sentiment"], "k": reading["kind"], "c": reading["churn"], "e": reading["escalation"],
        "u": reading["urgent"],
    }  # fmt: skip
    for one in made:
        if one.head != "topic":
            line[FIELDS[one.head]] = int(one.now) if one.head in ("churn", "escalation", "urgent") else one.now
        elif one.now == "absent":
            topics.pop(str(one.topic), None)
        else:
            evidence = topics.get(str(one.topic), [None, None, ""])[2]
            topics[str(one.topic)] = [one.topic, one.now, evidence]
    line["t"] = [topics[name] for name in sorted(topics)]
    line["labels"] = sorted(topics)
    line["provenance"] = [
        {"correction": one.id, "head": one.head, "topic": one.topic, "was": one.was, "now": one.now, "who": one.who,
         "at": one.at.isoformat(), "place": one.place, "accepted_by": one.decided_by, "revision": one.revision}
        for one in made
    ]  # fmt: skip
    return line


def _rows(lake: Lake, table: str, of: Correction, columns: str) -> list[dict[str, Any]]:
    wanted = {"id": of.feedback_id, "version": of.version, "week": of.week}
    found: list[dict[str, Any]] = lake.query_arrow(
        f"SELECT {columns} FROM {table} WHERE week = $week AND feedback_id = $id AND version = $version",  # noqa: S608
        wanted,
    ).to_pylist()
    return found


def _correction(row: CorrectionRow) -> Correction:
    return Correction(
        id=row.id, feedback_id=row.feedback_id, version=row.version, week=row.week, revision=row.revision,
        head=row.head, topic=row.topic, was=row.was, now=str(row.now), who=row.who, at=row.at,  # type: ignore[arg-type]
        place=row.place, note=row.note, state=row.state,  # type: ignore[arg-type]
        decided_by=row.decided_by, decided_at=row.decided_at,
    )  # fmt: skip
