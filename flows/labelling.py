"""Label a file of texts: JSON lines in, JSON lines out, in the same order, nothing lost."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tqdm import tqdm

from data import taxonomy
from data.errors import EarshotError
from data.records import Analysis, Document, RawTurn
from data.sources.mapping import BadRow, read_turns
from flows.batches import batches
from models.analyser import SHIPPED, Analyser
from nlp.preparation import PreparedText, prepare_text

#: Lines held in memory at once.
BATCH = 2048
#: A text longer than this is not feedback.
LONGEST = 5_000_000


class NoInput(EarshotError):
    """The input file is not there or has no line."""


class UntaughtTopics(EarshotError):
    """A taxonomy has topics that the model does not know."""


@dataclass(frozen=True)
class Labelled:
    """How many lines were analysed, and how many could not be read (each has its error in the output)."""

    analysed: int
    failed: int


@dataclass(frozen=True)
class Line:
    """One line of the input: its place, and the text or what is wrong with it."""

    number: int
    id: Any = None
    text: PreparedText | None = None
    conversation: bool = False
    error: str | None = None


def analyse_file(source: Path, output: Path, taxonomy_path: Path | None, topics: Path | None) -> Labelled:
    """Analyse every line of `source` and write one line each to `output`; return the counts.

    A line that cannot be read becomes {"id" or "line", "error"}. With a taxonomy, only its topics are reported; topics
    that the shipped model does not know need the folder that fit-topics made (`topics`).
    """
    if not source.is_file() or not source.stat().st_size:
        raise NoInput(f'{source} is not there or empty. It needs one JSON object a line: {{"id": ..., "text": ...}}.')
    model = Analyser.load(SHIPPED, topics=topics)
    wanted = _wanted(model, taxonomy_path)
    counts = {"analysed": 0, "failed": 0}
    output.parent.mkdir(parents=True, exist_ok=True)
    beside = output.with_name(f".{output.name}.part")
    with beside.open("w", encoding="utf-8") as file:
        progress = tqdm(_lines(source), desc="analyse", unit=" texts", disable=None)
        for batch in batches(progress, BATCH):
            analyses = model.analyse([_document(line) for line in batch if line.text])
            for line in batch:
                shown = _failure(line) if line.text is None else _labels(line, line.text, next(analyses), wanted)
                counts["failed" if line.text is None else "analysed"] += 1
                file.write(json.dumps(shown, ensure_ascii=False) + "\n")
    beside.replace(output)
    return Labelled(**counts)


def _wanted(model: Analyser, path: Path | None) -> frozenset[str]:
    if path is None:
        return frozenset(model.topics)
    ids = taxonomy.load(path).ids
    untaught = sorted(set(ids) - set(model.topics))
    if untaught:
        raise UntaughtTopics(
            f"The model does not know these topics of {path}: {', '.join(untaught)}. Teach them with `python -m flows "
            "fit-topics --examples ... --taxonomy ...`, then give its folder with --topics."
        )
    return frozenset(ids)


def _lines(source: Path) -> Iterator[Line]:
    with source.open("rb") as file:
        for number, raw in enumerate(file, start=1):
            if raw.strip():
                yield _line(number, raw)


def _line(number: int, raw: bytes) -> Line:
    try:
        row = json.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return Line(number, error="the line is not UTF-8")
    except (ValueError, RecursionError):
        return Line(number, error="the line is not JSON")
    if not isinstance(row, dict):
        return Line(number, error="the line is not a JSON object")
    given = row.get("id")
    try:
        turns: tuple[RawTurn, ...] = read_turns(row["turns"], {}) if row.get("turns") else ()
        text = row.get("text")
        if not turns and not isinstance(text, str):
            raise BadRow("no_text", 'there is no "text" (a string) and no "turns"')
        if len(raw) > LONGEST:
            raise BadRow("huge_text", f"the line has {len(raw):,} bytes; at most {LONGEST:,} are read")
        language = row.get("language")
        prepared = prepare_text(text or "", turns, language if isinstance(language, str) else None)
    except BadRow as error:
        return Line(number, given, error=error.detail)
    except Exception as error:  # one line that breaks a recogniser must not cost the file
        return Line(number, given, error=f"{type(error).__name__} while cleaning or redacting")
    return Line(number, given, prepared, bool(turns))


def _document(line: Line) -> Document:
    assert line.text is not None  # noqa: S101 - chosen by the caller
    document = line.text.document
    return Document(str(line.number), "", document.text, document.language, document.turns, document.clauses)


def _failure(line: Line) -> dict[str, Any]:
    where = {"id": line.id} if line.id is not None else {"line": line.number}
    return {**where, "error": line.error}


def _labels(line: Line, prepared: PreparedText, analysis: Analysis, wanted: frozenset[str]) -> dict[str, Any]:
    topics = []
    for mention in analysis.mentions:
        if mention.topic not in wanted:
            continue
        turn, start, end = prepared.to_input(mention.start, mention.end)
        topics.append(
            {
                "topic": mention.topic,
                "sentiment": mention.sentiment,
                "score": round(mention.score, 4),
                "evidence": prepared.document.text[mention.start : mention.end],
                "start": start,
                "end": end,
                **({"turn": turn} if line.conversation else {}),
            }
        )
    return {
        "id": line.id if line.id is not None else line.number,
        "language": prepared.document.language,
        "sentiment": analysis.sentiment,
        "sentiment_scores": {name: round(analysis.scores[name], 4) for name in ("pos", "neg", "mix", "neu")},
        "kind": analysis.kind,
        "churn": analysis.churn,
        "escalation": analysis.escalation,
        "urgent": analysis.urgent,
        "topics": topics,
        "abstained": analysis.abstained,
        "redactions": dict(prepared.redactions),
        "revision": analysis.revision,
    }
