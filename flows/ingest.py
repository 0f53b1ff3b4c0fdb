"""Pull one source, redact what it gives, and store it: the first three steps of a comment's way."""

import json
import logging
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime

from tqdm import tqdm

from data import cursors, quarantine
from data.feedback_store import save_feedback
from data.records import Reject
from data.sources import Item, Pull, Source
from flows.batches import batches
from flows.house import House
from nlp.preparation import Prepared, prepare

log = logging.getLogger(__name__)

#: Feedback held in memory at once.
BATCH = 2000


@dataclass(frozen=True)
class Ingested:
    """What one pull of one source brought. `failed` says why nothing could be pulled at all."""

    source: str
    pulled: int = 0
    new: int = 0
    updated: int = 0
    unchanged: int = 0
    duplicates: int = 0
    rejected: int = 0
    failed: str | None = None


def ingest(house: House, source: Source, *, from_start: bool = False) -> Ingested:
    """Store everything that a source has new; return the counts.

    The cursor is kept last: a run killed before that pulls the same again, and stores nothing twice. With `from_start`
    everything is pulled, as after mending what had been rejected. Raises EarshotError when the source does not answer.
    """
    before = _remembered(house, source.name)
    pull = Pull(source, None if from_start else before.cursor)
    counts: Counter[str] = Counter()
    duplicates: Counter[str] = Counter()
    seen: dict[str, str] = {}
    rejects: list[Reject] = []
    progress = tqdm(pull, desc=f"pull {source.name}", unit=" rows", disable=None, leave=False)
    for batch in batches(progress, BATCH):
        prepared: list[Prepared] = []
        for item in batch:
            counts["pulled"] += 1
            made = _prepared(house, item)
            if isinstance(made, Reject):
                rejects.append(made)
                continue
            feedback = made.feedback
            if seen.get(feedback.feedback_id) == feedback.version:
                duplicates[feedback.week] += 1
                continue
            seen[feedback.feedback_id] = feedback.version
            prepared.append(made)
        saved = save_feedback(
            house.lake, [p.feedback for p in prepared], [clause for p in prepared for clause in p.clauses]
        )
        house.vault.store_all([p.identity for p in prepared if p.identity])
        counts.update(new=saved.new, updated=saved.updated, unchanged=saved.unchanged)
    if from_start:
        # Everything was read again: what is not rejected now has been mended (or is gone).
        quarantine.mark_resolved(house.database, source.name)
    quarantine.record(house.database, rejects)
    for week, number in before.duplicates.items():
        duplicates[week] = max(duplicates[week], number)
    _remember(house, source.name, Memory(pull.cursor, dict(duplicates)))
    return Ingested(
        source=source.name,
        pulled=counts["pulled"],
        new=counts["new"],
        updated=counts["updated"],
        unchanged=counts["unchanged"],
        duplicates=sum(duplicates.values()) - sum(before.duplicates.values()),
        rejected=len(rejects),
    )


@dataclass(frozen=True)
class Memory:
    """What is kept of a source between runs: its cursor, and how many rows of each week came more than once."""

    cursor: str | None
    duplicates: dict[str, int]


def duplicates_of(house: House, week: str) -> int:
    """How many rows of a week the sources gave more than once."""
    names = [str(source["name"]) for source in house.settings.sources]
    return sum(_remembered(house, name).duplicates.get(week, 0) for name in names)


def _remembered(house: House, source: str) -> Memory:
    kept = cursors.get(house.database, source)
    return Memory(**json.loads(kept)) if kept else Memory(None, {})


def _remember(house: House, source: str, memory: Memory) -> None:
    value = json.dumps({"cursor": memory.cursor, "duplicates": memory.duplicates}, sort_keys=True)
    cursors.keep(house.database, source, value)


def _prepared(house: House, item: Item) -> Prepared | Reject:
    if isinstance(item, Reject):
        return item
    try:
        return prepare(item, house.keys, house.settings.zone, datetime.now(UTC))
    except Exception as error:  # one text that breaks a recogniser must not cost the week
        log.error("Source %s: row %s cannot be prepared: %s", item.source, item.origin, type(error).__name__)
        return Reject(item.source, item.origin, "preparation", f"{type(error).__name__} while cleaning or redacting")
