"""Which column of a source means what: from a row of any file or query to a `RawFeedback`."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from data.errors import EarshotError
from data.records import SCALES, Identity, Origin, RawFeedback, RawTurn, Scale
from data.sources.times import parse_time

TEXT_FIELDS = (
    "source_id", "channel", "text", "language", "scale", "product", "order_id", "carrier", "region", "plan", "agent",
    "url",
)  # fmt: skip
NUMBER_FIELDS = ("score", "customer_value")
IDENTITY_FIELDS = ("customer_id", "name", "email", "phone")
FIELDS = (*TEXT_FIELDS, *NUMBER_FIELDS, *IDENTITY_FIELDS, "occurred_at", "resolved", "solved_at", "turns")

#: Cells that people and exports write for "nothing here".
EMPTY = frozenset({"", "nan", "none", "null", "n/a", "na", "-", "--", "nil", "无", "無"})
YES = frozenset({"true", "yes", "y", "1", "resolved", "solved", "closed", "是", "已解决", "已解決"})
NO = frozenset({"false", "no", "n", "0", "unresolved", "open", "否", "未解决", "未解決"})
#: A cell longer than this is not a comment but an accident (a whole file in a cell).
LONGEST_TEXT = 2_000_000


class BadMapping(EarshotError):
    """A column mapping names a field that does not exist, or leaves out one that must be there."""


class BadRow(EarshotError):
    """One row cannot be read. `reason` is a short code for counting."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True)
class RowMapping:
    """Column names by field, constants for fields that a source does not hold, and how its times are written.

    `text` may name several columns; their texts are joined by newlines. A naive time is in `time_zone`. `time_format`
    is for times that are not ISO-like (strptime codes). `speakers` translates a source's speaker names.
    """

    columns: Mapping[str, tuple[str, ...]]
    constants: Mapping[str, Any] = field(default_factory=dict)
    time_zone: str = "UTC"
    time_format: str | None = None
    speakers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> "RowMapping":
        """Read a mapping as it stands in YAML; raise BadMapping when it cannot work."""
        raw_columns = config.get("columns", {})
        columns = {
            name: (value,) if isinstance(value, str) else tuple(str(v) for v in value)
            for name, value in raw_columns.items()
        }
        constants = dict(config.get("constants", {}))
        unknown = sorted({*columns, *constants} - {*FIELDS})
        if unknown:
            raise BadMapping(f"A mapping names unknown fields: {', '.join(unknown)}. Fields: {', '.join(FIELDS)}.")
        for needed in ("occurred_at", "channel"):
            if needed not in columns and needed not in constants:
                raise BadMapping(f"A mapping says nothing about `{needed}`; add it to `columns` or `constants`.")
        if "text" not in columns and "turns" not in columns:
            raise BadMapping("A mapping must name the column of `text` (or of `turns` for conversations).")
        return cls(
            columns=columns,
            constants=constants,
            time_zone=str(config.get("time_zone", "UTC")),
            time_format=config.get("time_format"),
            speakers={str(k): str(v) for k, v in config.get("speakers", {}).items()},
        )

    @property
    def fingerprint(self) -> str:
        """A hash that changes when the mapping reads rows differently."""
        parts = [self.columns, self.constants, self.time_zone, self.time_format, self.speakers]
        return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()[:16]

    def missing(self, header: set[str]) -> list[str]:
        """Columns that the mapping needs and a header does not have."""
        return sorted({column for names in self.columns.values() for column in names} - header)

    def read(self, row: Mapping[str, Any], source: str, origin: Origin) -> RawFeedback:
        """Turn one row into feedback; raise BadRow with the reason when it cannot be."""
        values = {name: self._value(row, name) for name in {*self.columns, *self.constants}}
        turns = self._turns(values.get("turns"))
        text = self._text(row)
        if not turns and not text.strip():
            raise BadRow("no_text", "the text is empty")
        if len(text) > LONGEST_TEXT:
            raise BadRow("huge_text", f"the text has {len(text):,} characters; at most {LONGEST_TEXT:,} are read")
        scale = self._scale(values.get("scale"))
        occurred_at = self._time(values.get("occurred_at"))
        customer_id = _text(values.get("customer_id")) or _text(values.get("email")) or _text(values.get("phone"))
        identity = None
        if customer_id:
            identity = Identity(customer_id, *(_text(values.get(name)) for name in ("name", "email", "phone")))
        facts = {name: _text(values.get(name)) for name in TEXT_FIELDS if name not in {"text", "scale", "source_id"}}
        channel = facts.pop("channel")
        if not channel:
            raise BadRow("no_channel", "the channel is empty")
        return RawFeedback(
            source=source,
            source_id=_text(values.get("source_id")) or _made_id(customer_id, occurred_at, text, turns),
            channel=channel,
            occurred_at=occurred_at,
            origin=origin,
            text=text,
            turns=turns,
            identity=identity,
            score=_score(values.get("score"), scale),
            scale=scale,
            customer_value=_number(values.get("customer_value"), "customer_value"),
            resolved=_flag(values.get("resolved")),
            solved_at=self._solved(values.get("solved_at"), occurred_at),
            **facts,
        )

    def _value(self, row: Mapping[str, Any], name: str) -> Any:
        for column in self.columns.get(name, ()):
            value = row.get(column)
            if value is not None and not (isinstance(value, str) and value.strip().lower() in EMPTY):
                return value
        return self.constants.get(name)

    def _text(self, row: Mapping[str, Any]) -> str:
        # A comment "n/a" is a comment: what customers write is never taken for an empty cell.
        parts = [row.get(column) for column in self.columns.get("text", ())]
        return "\n".join(str(part) for part in parts if part is not None and str(part).strip())

    def _time(self, value: Any) -> datetime:
        if value is None:
            raise BadRow("no_time", "the time is empty")
        try:
            moment = parse_time(value, self.time_format)
        except (ValueError, OverflowError, OSError) as error:
            raise BadRow("bad_time", "the time is not understood; set `time_format` in the mapping") from error
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=ZoneInfo(self.time_zone))
        if not 1990 <= moment.year <= 2100:
            raise BadRow("bad_time", f"the time lies in the year {moment.year}")
        return moment.astimezone(UTC)

    def _solved(self, value: Any, occurred_at: datetime) -> datetime | None:
        if _text(value) is None:
            return None
        try:
            solved_at = self._time(value)
        except BadRow as error:
            raise BadRow(error.reason, f"`solved_at`: {error.detail}") from error
        if solved_at < occurred_at:
            raise BadRow("bad_time", "`solved_at` lies before `occurred_at`; both need a date with its time of day")
        return solved_at

    def _turns(self, value: Any) -> tuple[RawTurn, ...]:
        if value is None:
            return ()
        if isinstance(value, str):
            try:
                value = json.loads(value)
            except json.JSONDecodeError as error:
                raise BadRow("bad_turns", "the turns are not a JSON list") from error
        return read_turns(value, self.speakers)

    @staticmethod
    def _scale(value: Any) -> Scale | None:
        scale = _text(value)
        if scale is None:
            return None
        if scale.lower() not in SCALES:
            raise BadRow("bad_scale", f"the scale is none of {', '.join(SCALES)}")
        return scale.lower()  # type: ignore[return-value]


def read_turns(value: Any, speakers: Mapping[str, str]) -> tuple[RawTurn, ...]:
    """Read a list of {"speaker", "text", optional "at" seconds}; raise BadRow when it is not one."""
    if not isinstance(value, list) or not value:
        raise BadRow("bad_turns", "the turns are not a list with at least one entry")
    turns = []
    for entry in value:
        if not isinstance(entry, Mapping) or not isinstance(entry.get("text"), str):
            raise BadRow("bad_turns", 'a turn is not an object with "speaker" and "text"')
        at = entry.get("at")
        turns.append(RawTurn(speaker_of(entry.get("speaker"), speakers), entry["text"], _seconds(at)))
    if not any(turn.text.strip() for turn in turns):
        raise BadRow("no_text", "all turns are empty")
    return tuple(turns)


CUSTOMER = frozenset(
    {"customer", "user", "client", "caller", "visitor", "buyer"}
    | {"客户", "顾客", "用户", "买家", "客戶", "顧客", "用戶", "買家"}
)
AGENT = frozenset(
    {"agent", "staff", "support", "operator", "rep", "representative", "advisor", "seller"}
    | {"客服", "坐席", "专员", "卖家", "專員", "賣家"}
)


def speaker_of(name: Any, speakers: Mapping[str, str]) -> Any:
    """Return "customer", "agent" or "system" for a speaker's name; names nobody declared are the system's."""
    text = str(name or "").strip()
    declared = speakers.get(text) or speakers.get(text.lower())
    if declared in {"customer", "agent", "system"}:
        return declared
    lowered = text.lower()
    first = lowered.split()[0] if lowered else ""
    if lowered in CUSTOMER or first in CUSTOMER:
        return "customer"
    if lowered in AGENT or first in AGENT or lowered.startswith(tuple(word for word in AGENT if not word.isascii())):
        return "agent"
    return "system"


def _text(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, float):
        if value != value:
            return None
        if value.is_integer():
            value = int(value)
    text = str(value).strip()
    return None if text.lower() in EMPTY else text


def _number(value: Any, name: str) -> float | None:
    text = _text(value)
    if text is None:
        return None
    try:
        number = float(text.replace(",", "").lstrip("$¥￥€£").strip())
    except ValueError as error:
        raise BadRow("bad_number", f"`{name}` is not a number") from error
    if number != number or number in (float("inf"), float("-inf")):
        raise BadRow("bad_number", f"`{name}` is not a finite number")
    return number


def _score(value: Any, scale: Scale | None) -> float | None:
    score = _number(value, "score")
    if score is None:
        return None
    if scale is None:
        raise BadRow("no_scale", "a score without a scale; set `scale` in the mapping's constants")
    low, high = SCALES[scale]
    if not low <= score <= high:
        raise BadRow("bad_score", f"the score lies outside {low:g} to {high:g} of the scale {scale}")
    return score


def _flag(value: Any) -> bool | None:
    text = (_text(value) or "").lower()
    return True if text in YES else False if text in NO else None


def _seconds(value: Any) -> float | None:
    try:
        return None if value is None else float(value)
    except (TypeError, ValueError):
        return None


def _made_id(customer: str | None, moment: datetime, text: str, turns: tuple[RawTurn, ...]) -> str:
    """An id for a source that has none: the same row read again gets the same id, an edited one a new id."""
    said = text or "\n".join(turn.text for turn in turns)
    return (
        "h"
        + hashlib.sha256(
            "\x1f".join([customer or "", moment.isoformat(), said]).encode("utf-8", "replace")
        ).hexdigest()[:20]
    )
