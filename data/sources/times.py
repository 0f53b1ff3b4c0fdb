"""Read times as files and databases write them."""

from datetime import UTC, date, datetime, time
from typing import Any

#: Numbers above this are milliseconds since 1970, not seconds.
MILLISECONDS = 100_000_000_000


def parse_time(value: Any, time_format: str | None = None) -> datetime:
    """Read a time as files and databases hold it; naive if it has no zone. Raises ValueError when it cannot.

    Takes datetimes, dates, ISO-like text (also 2026/11/3 9:05), seconds or milliseconds since 1970, or any text that
    fits `time_format`. Day-first and month-first dates are ambiguous and need `time_format`.
    """
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime.combine(value, time())
    text = str(value).strip()
    if time_format:
        return datetime.strptime(text, time_format)  # noqa: DTZ007 - the mapping's zone is set by the caller
    try:
        number = float(text)
    except ValueError:
        return datetime.fromisoformat(_iso(text))
    if number < 100_000_000:
        raise ValueError("a number too small to be a time")
    return datetime.fromtimestamp(number / 1000 if number > MILLISECONDS else number, tz=UTC)


def _iso(text: str) -> str:
    head, _, tail = text.replace("T", " ").partition(" ")
    parts = head.replace("/", "-").replace(".", "-").split("-")
    if len(parts) == 3 and len(parts[0]) == 4:
        head = "-".join(part.zfill(2) for part in parts)
    tail = tail.strip()
    if tail and tail[1:2] == ":":
        tail = f"0{tail}"
    return f"{head} {tail}".strip()
