"""Read gold labels: what careful people say of real feedback."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from data.errors import EarshotError
from data.records import Document, Language
from models.labels import KINDS, SENTIMENTS

#: An id that names where its text is from: "dev-airline-0257".
NAMED = re.compile(r"(?:\w+-)+([A-Za-z_]+)-\d+")


class BadGold(EarshotError):
    """The gold file cannot be used as it is."""


@dataclass(frozen=True, slots=True)
class GoldTopic:
    """A topic that is really there, its polarity, and the span [start, end) that shows it; None if not marked."""

    topic: str
    sentiment: str
    span: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class GoldRow:
    """One labelled text. `source` is where it comes from: as its id says ("dev-airline-0257"), else the part of its
    context before a colon.
    """

    document: Document
    source: str
    sentiment: str
    topics: tuple[GoldTopic, ...]
    kind: str
    churn: int
    escalation: int
    urgent: int


def read_gold(path: Path) -> list[GoldRow]:
    """Return the rows of a JSONL file with the keys id, lang, context, text, s, t, k, c, e, u; raise BadGold.

    s sentiment, t topics as [topic, polarity, evidence], k kind, c churn 0-2, e escalation and u urgent 0/1; what they
    mean stands in docs/evaluation.md.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadGold(f"{path} cannot be read as UTF-8 text: {type(error).__name__}.") from error
    rows = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            rows.append(_row(json.loads(line)))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            what = (
                f"{type(error).__name__}: {error}" if isinstance(error, (KeyError, BadLabel)) else type(error).__name__
            )
            raise BadGold(
                f"{path}, line {number} is not a gold row ({what}). Expected {{id, lang, text, s, t, k, c, e, u}}."
            ) from None
    if not rows:
        raise BadGold(f"{path} holds no rows.")
    return rows


class BadLabel(ValueError):
    """A label that the guide does not have."""


def _row(raw: Mapping[str, Any]) -> GoldRow:
    text = str(raw["text"])
    language: Language = raw["lang"] if raw["lang"] in get_args(Language) else "other"
    if raw["s"] not in SENTIMENTS:
        raise BadLabel(f"sentiment {raw['s']!r} is none of {', '.join(SENTIMENTS)}")
    if raw["k"] not in KINDS:
        raise BadLabel(f"kind {raw['k']!r} is none of {', '.join(KINDS)}")
    return GoldRow(
        document=Document(str(raw["id"]), "gold", text, language),
        source=_source(str(raw["id"]), str(raw.get("context") or "unknown")),
        sentiment=raw["s"],
        topics=tuple(_topic(text, *entry) for entry in raw["t"]),
        kind=raw["k"],
        churn=int(raw["c"]),
        escalation=int(raw["e"]),
        urgent=int(raw["u"]),
    )


def _source(name: str, context: str) -> str:
    named = NAMED.fullmatch(name)
    return named[1] if named else context.split(":")[0].strip()


def _topic(text: str, topic: str, sentiment: str, words: str = "") -> GoldTopic:
    at = text.find(words) if words else -1
    return GoldTopic(topic, sentiment, (at, at + len(words)) if at >= 0 else None)
