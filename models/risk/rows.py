"""What the risk rules need, from rows of the lake as frames give them."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from data.records import Mention
from models.risk.heard import Heard, Passage, normalised

Row = Mapping[str, Any]


def from_rows(
    feedback: Iterable[Row],
    predictions: Iterable[Row],
    mentions: Iterable[Row] = (),
    clauses: Iterable[Row] = (),
    clause_predictions: Iterable[Row] = (),
) -> list[Heard]:
    """One `Heard` for each feedback row that has a customer and a prediction of its version, in the given order.

    Rows are those of data/tables.py as `frame.to_dict("records")` gives them: of `feedback` the current versions, of
    the others one revision. Missing values may be None, NaN, NaT or NA.
    """
    read = {_version(row): row for row in predictions}
    said, split, felt = _by_version(mentions), _by_version(clauses), _by_version(clause_predictions)
    heard = []
    for row in feedback:
        key = _version(row)
        customer, reading = _known(row.get("customer_key")), read.get(key)
        if customer is None or reading is None:
            continue
        text, turns, resolved = str(_known(row["text"]) or ""), _listed(row.get("turns")), _known(row.get("resolved"))
        spoken = tuple(Passage(int(turn["start"]), int(turn["end"])) for turn in turns if turn["speaker"] == "customer")
        heard.append(
            Heard(
                feedback_id=str(row["feedback_id"]),
                customer_key=str(customer),
                week=str(row["week"]),
                occurred_at=_moment(row["occurred_at"]),
                channel=str(row["channel"]),
                text=text,
                sentiment=reading["sentiment"],
                churn=int(reading["churn"]),
                churn_score=float(reading["churn_score"]),
                escalation=int(reading["escalation"]),
                escalation_score=float(reading["escalation_score"]),
                urgent=int(reading["urgent"]),
                urgent_score=float(reading["urgent_score"]),
                mentions=_mentions(said.get(key, ())),
                passages=_passages(split.get(key, ()), felt.get(key, ())),
                spoken=spoken if turns else (Passage(0, len(text)),),
                conversation=bool(turns),
                resolved=None if resolved is None else bool(resolved),
                score=normalised(_known(row.get("score")), _known(row.get("scale"))),
                product=_known(row.get("product")),
                order=_known(row.get("order_key")),
                customer_value=_known(row.get("customer_value")),
                abstained=bool(reading["abstained"]),
            )
        )
    return heard


def _mentions(rows: Sequence[Row]) -> tuple[Mention, ...]:
    return tuple(
        Mention(str(row["topic"]), row["sentiment"], float(row["score"]), int(row["start"]), int(row["end"]))
        for row in sorted(rows, key=lambda row: str(row["topic"]))
    )


def _passages(clauses: Sequence[Row], readings: Sequence[Row]) -> tuple[Passage, ...]:
    felt = {int(row["position"]): (row["sentiment"], float(row["score"])) for row in readings}
    return tuple(
        Passage(int(row["start"]), int(row["end"]), *felt.get(int(row["position"]), (None, 0.0)))
        for row in sorted(clauses, key=lambda row: int(row["position"]))
        if row["speaker"] == "customer"
    )


def _version(row: Row) -> tuple[str, str]:
    return str(row["feedback_id"]), str(row["version"])


def _by_version(rows: Iterable[Row]) -> dict[tuple[str, str], list[Row]]:
    found: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        found[_version(row)].append(row)
    return found


def _listed(value: Any) -> list[Row]:
    # pandas holds a list column as arrays, and None or NaN where there is no list.
    return [] if _known(value) is None else list(value)


def _known(value: Any) -> Any:
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return None
    return None if isinstance(value, float) and math.isnan(value) else value


def _moment(value: Any) -> datetime:
    moment: datetime = value.to_pydatetime() if hasattr(value, "to_pydatetime") else value
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
