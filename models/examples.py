"""Read labelled examples of topics of one's own."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from data.errors import EarshotError
from data.taxonomy import Taxonomy


class NoExamples(EarshotError):
    """There is nothing to learn from."""


@dataclass(frozen=True, slots=True)
class Example:
    """A text and the places of its topics in the taxonomy."""

    text: str
    topics: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """A line that could not be used, and why; holds none of its text."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Examples:
    """What was read. `exclusive`: every line has one "label", so each text has exactly one topic."""

    rows: Sequence[Example]
    refused: Sequence[Refused]
    exclusive: bool


def read_examples(path: Path, taxonomy: Taxonomy) -> Examples:
    """Return the examples of a JSONL file: {"text", "label"} or {"text", "labels": [...]} with topic ids.

    Lines that cannot be used are listed with their reason. Raises NoExamples when a file cannot be read, or has fewer
    than two topics with an example.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise NoExamples(f"{path} cannot be read as UTF-8 text: {type(error).__name__}.") from error
    places = {topic: place for place, topic in enumerate(taxonomy.ids)}
    rows, refused, exclusive = [], [], True
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        found = _example(line, places)
        if isinstance(found, str):
            refused.append(Refused(number, found))
            continue
        example, single = found
        exclusive &= single
        rows.append(example)
    seen = {place for row in rows for place in row.topics}
    if len(seen) < 2:
        why = f" First refused: line {refused[0].line}, {refused[0].reason}." if refused else ""
        raise NoExamples(f"{path} has examples of {len(seen)} topics of {taxonomy.path}; two are the least.{why}")
    return Examples(rows, refused, exclusive)


def _example(line: str, places: dict[str, int]) -> tuple[Example, bool] | str:
    try:
        raw = json.loads(line)
    except json.JSONDecodeError:
        return "not JSON"
    if not isinstance(raw, dict) or not isinstance(raw.get("text"), str) or not raw["text"].strip():
        return 'no "text"'
    single = "label" in raw
    labels = [raw["label"]] if single else raw.get("labels")
    if not isinstance(labels, list) or not all(isinstance(label, str) for label in labels):
        return 'neither "label" nor a list "labels"'
    unknown = [label for label in labels if label not in places]
    if unknown:
        return f"topic {unknown[0]!r} is not in the taxonomy"
    return Example(raw["text"], tuple(sorted({places[label] for label in labels}))), single
