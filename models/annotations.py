"""Labels that our own readers gave to public texts, kept without the texts.

annotations.tsv has one line a text: the first 16 hexadecimal digits of the SHA-256 of the text, sentiment, kind, three
digits (churn intent, escalation, urgent), and the topics as topic:polarity:start-end in characters. The texts are found
again in the data folder by their hash. written.tsv holds comments that were written for this project, in the same
columns, with the text in place of the hash and evidence in place of the span.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from models.corpus import Row

ANNOTATIONS = Path(__file__).with_name("annotations.tsv")
WRITTEN = Path(__file__).with_name("written.tsv")


def key(text: str) -> str:
    """Return what stands for a text in annotations.tsv."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def annotated_rows(rows: Iterable[Row], path: Path = ANNOTATIONS) -> list[Row]:
    """Return one row, every label known, for each of the rows' texts that has a line in the file, in its order."""
    found = {key(row.text): row for row in rows}
    return [
        _row(found[fields[0]].text, found[fields[0]].language, "annotated", fields[1:])
        for fields in _lines(path)
        if fields[0] in found
    ]


def written_rows(path: Path = WRITTEN) -> list[Row]:
    """Return the comments written for this project, every label known."""
    return [_row(fields[1], fields[0], "written", fields[2:]) for fields in _lines(path)]


def line(text: str, labels: Mapping[str, object]) -> str:
    """Return a line of annotations.tsv for labels as a gold file has them (s, k, c, e, u, t)."""
    topics = []
    for topic, polarity, evidence in labels["t"]:  # type: ignore[attr-defined]
        start = text.index(evidence)
        topics.append(f"{topic}:{polarity}:{start}-{start + len(evidence)}")
    digits = f"{labels['c']}{labels['e']}{labels['u']}"
    return "\t".join([key(text), str(labels["s"]), str(labels["k"]), digits, *topics])


def _row(text: str, language: str, source: str, fields: Sequence[str]) -> Row:
    sentiment, kind, digits, *marks = fields
    topics = []
    for mark in marks:
        topic, polarity, shown = mark.split(":", 2)
        topics.append((topic, polarity, *_span(text, shown, source)))
    return Row(
        text, source, language, sentiment=sentiment, topics=tuple(topics), all_topics=True, kind=kind,
        churn=int(digits[0]), escalation=int(digits[1]), urgent=int(digits[2]),
    )  # fmt: skip


def _span(text: str, shown: str, source: str) -> tuple[int, int]:
    if source == "written":
        start = text.index(shown)
        return start, start + len(shown)
    first, _, last = shown.partition("-")
    return int(first), int(last)


def _lines(path: Path) -> Iterator[list[str]]:
    for content in path.read_text(encoding="utf-8").splitlines():
        if content and not content.startswith("#"):
            yield content.split("\t")
