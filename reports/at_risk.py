"""Customers who may leave, as a manager reads them: who, how much risk, why, in which words, until when."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from reports.prose import Writer
from reports.quoting import plain, shorten
from reports.week import WeekTables
from reports.wording import known

SHOWN, REASONS, WORDS = 30, 4, 220
LEVELS = ("high", "medium", "low", "unknown")


@dataclass(frozen=True, slots=True)
class RiskReason:
    """Why: the rule in plain words, and the customer's own words with their day."""

    label: str
    day: str
    words: str


@dataclass(frozen=True, slots=True)
class RiskCase:
    """One customer of the queue, ready to show. `percent` is the risk on 0..100."""

    key: str
    short: str
    level: str
    level_name: str
    percent: int
    meter: str
    value: str
    labels: tuple[str, ...]
    reasons: tuple[RiskReason, ...]
    opened: str
    expires: str


def risk_cases(writer: Writer, limit: int = SHOWN) -> list[RiskCase]:
    """The customers flagged this week, highest risk first, at most `limit`."""
    tables, words = writer.tables, writer.words
    reasons: dict[str, list[dict[str, Any]]] = {}
    for row in tables.case_reasons.sort_values(["customer_key", "position"]).to_dict("records"):
        reasons.setdefault(str(row["customer_key"]), []).append({str(name): cell for name, cell in row.items()})
    found = []
    for row in tables.cases.sort_values(["risk", "customer_key"], ascending=[False, True]).to_dict("records")[:limit]:
        key, percent = str(row["customer_key"]), round(100 * float(row["risk"])) if known(row["risk"]) else 0
        why = reasons.get(key, [])
        level = str(row["level"]) if row["level"] in LEVELS else "unknown"
        found.append(
            RiskCase(
                key=key,
                short=key[:8],
                level=level,
                level_name=words.say(f"level.{level}"),
                percent=percent,
                meter=words.say("risk.meter", risk=percent),
                value=words.number(row["value"]) if known(row["value"]) else words.say("risk.value_unknown"),
                labels=tuple(dict.fromkeys(words.name("rule", one["rule"]) for one in why)),
                reasons=tuple(_reason(writer, one) for one in _distinct(why)[:REASONS]),
                opened=_day(writer, row["opened"]),
                expires=_day(writer, row["expires"]),
            )
        )
    return found


def at_high_risk(tables: WeekTables) -> int:
    return int((tables.cases["level"] == "high").sum())


def left_out(tables: WeekTables) -> int:
    """How many more customers were flagged, for whom the teams had no room in the queue."""
    counted = tables.coverage["left_out"].dropna()
    return int(counted.iloc[0]) if len(counted) else 0


def at_risk_json(tables: WeekTables) -> str:
    """The whole queue as JSON text: {"week", "customers": [{customer_key, level, risk, value, reasons, ...}]}."""
    customers = []
    for row in tables.cases.sort_values(["risk", "customer_key"], ascending=[False, True]).to_dict("records"):
        customers.append(
            {
                "customer_key": row["customer_key"],
                "level": row["level"],
                "risk": _number(row["risk"]),
                "value": _number(row["value"]),
                "reasons": json.loads(row["reasons"]) if isinstance(row["reasons"], str) and row["reasons"] else [],
                "opened": row["opened"] if isinstance(row["opened"], str) else None,
                "expires": row["expires"] if isinstance(row["expires"], str) else None,
            }
        )
    return json.dumps({"week": tables.week, "customers": customers}, ensure_ascii=False, indent=1) + "\n"


def _reason(writer: Writer, row: dict[str, Any]) -> RiskReason:
    return RiskReason(
        label=writer.words.name("rule", row["rule"]),
        day=writer.day(row["occurred_at"]),
        words=shorten(plain(str(row["verbatim"] or "")), WORDS),
    )


def _distinct(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Reasons with other words first; two rules that quote the same words need them once."""
    seen = set[str]()
    first: list[dict[str, Any]] = []
    rest: list[dict[str, Any]] = []
    for row in rows:
        words = str(row["verbatim"])
        (rest if words in seen else first).append(row)
        seen.add(words)
    return first


def _day(writer: Writer, value: object) -> str:
    try:
        return writer.words.day(date.fromisoformat(str(value)[:10]))
    except ValueError:
        return "–"


def _number(value: object) -> float | None:
    return round(float(value), 6) if known(value) else None  # type: ignore[arg-type]
