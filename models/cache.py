"""Remember what was read, by content, so that unchanged text is never read twice."""

import hashlib
import json
import sqlite3
from collections import OrderedDict
from contextlib import closing
from dataclasses import fields
from pathlib import Path

from data.errors import EarshotError
from data.records import Analysis, ClauseReading, Document, Mention

KEPT_IN_MEMORY = 20_000
TABLE = "CREATE TABLE IF NOT EXISTS analyses (key TEXT PRIMARY KEY, payload TEXT NOT NULL) WITHOUT ROWID"
#: Fields of an analysis that JSON takes as they are.
PLAIN = tuple(
    entry.name
    for entry in fields(Analysis)
    if entry.name not in ("feedback_id", "version", "scores", "mentions", "clauses")
)


class CacheNotReadable(EarshotError):
    """The cache file is not one, or cannot be opened."""


def key_of(document: Document, revision: str) -> str:
    """Return the content hash of what an analysis depends on: text, language, turns, clauses and revision, not the
    ids.
    """
    content = (
        revision,
        document.text,
        document.language,
        [(turn.speaker, turn.start, turn.end) for turn in document.turns],
        [(clause.position, clause.start, clause.end, clause.speaker) for clause in document.clauses],
    )
    return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode("utf-8", "surrogatepass")).hexdigest()[:32]


class Cache:
    """Analyses by content: the latest few in memory, and all of them in an SQLite file if a path is given.

    Holds labels and places, none of the text.
    """

    def __init__(self, path: Path | None = None) -> None:
        """Open or create the file; raises CacheNotReadable."""
        self._path = path
        self._recent: OrderedDict[str, str] = OrderedDict()
        if path is not None:
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                with closing(self._connect()) as connection, connection:
                    connection.execute(TABLE)
            except (sqlite3.DatabaseError, OSError) as error:
                raise CacheNotReadable(
                    f"{path} is not a cache of analyses ({error}). Delete it to begin anew."
                ) from error

    def get(self, keys: list[str]) -> dict[str, str]:
        """Return the payloads of the keys that are known."""
        found = {key: self._recent[key] for key in keys if key in self._recent}
        missing = [key for key in keys if key not in found]
        if self._path is None or not missing:
            return found
        with closing(self._connect()) as connection:
            for start in range(0, len(missing), 500):
                some = missing[start : start + 500]
                marks = ",".join("?" * len(some))
                rows = connection.execute(f"SELECT key, payload FROM analyses WHERE key IN ({marks})", some)  # noqa: S608
                found.update(rows.fetchall())
        return found

    def put(self, payloads: dict[str, str]) -> None:
        """Remember payloads; in the file all of them or none."""
        for key, payload in payloads.items():
            self._recent[key] = payload
            self._recent.move_to_end(key)
        while len(self._recent) > KEPT_IN_MEMORY:
            self._recent.popitem(last=False)
        if self._path is not None and payloads:
            with closing(self._connect()) as connection, connection:
                connection.executemany("INSERT OR REPLACE INTO analyses VALUES (?, ?)", list(payloads.items()))

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(self._path or ":memory:", timeout=60)


def payload_of(analysis: Analysis) -> str:
    """Return an analysis without its ids, as JSON."""
    content = {name: getattr(analysis, name) for name in PLAIN}
    content["scores"] = dict(analysis.scores)
    # By hand: dataclasses.asdict copies deeply, which takes longer than tokenising the text.
    content["mentions"] = [(m.topic, m.sentiment, m.score, m.start, m.end) for m in analysis.mentions]
    content["clauses"] = [(clause.position, clause.sentiment, clause.score) for clause in analysis.clauses]
    return json.dumps(content, separators=(",", ":"))


def analysis_of(payload: str, document: Document) -> Analysis:
    """Return the analysis that `payload_of` wrote, as that of `document`."""
    content = json.loads(payload)
    content["mentions"] = tuple(Mention(*mention) for mention in content["mentions"])
    content["clauses"] = tuple(ClauseReading(*clause) for clause in content["clauses"])
    return Analysis(feedback_id=document.feedback_id, version=document.version, **content)
