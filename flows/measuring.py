"""Measure the model from the command line: human labels, hard cases, both scripts, public sets, engines, speed."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

from data.errors import EarshotError
from data.records import Document, RawTurn
from models.analyser import SHIPPED, Analyser
from models.evaluate import evaluate
from models.gold import read_gold
from models.hard_cases import read_cases, try_cases
from models.parity import pairs_of, parity, read_pairs
from nlp.preparation import prepare_text

#: Where the data folder's files are kept in a form that is quick to read again.
CACHE = Path("var/evaluate/datasets")


class NothingToMeasure(EarshotError):
    """A file or folder that was given is not there."""


class Report(Protocol):
    """Something measured."""

    def as_dict(self) -> dict[str, Any]: ...

    def markdown(self) -> str: ...


def measure(
    gold: Path | None = None,
    data: Path | None = None,
    *,
    hard: bool = False,
    engines: bool = False,
    output: Path | None = None,
    model: Path | None = None,
) -> str:
    """The report of a model (default: the shipped one); with `output`, the same figures as JSON go there.

    With `gold`, against human labels; with `data`, the public sets' held-out parts and the folder's pairs of scripts.
    The hard cases are tried if asked for, and always where no gold is given; then also our own pairs of scripts.
    Texts of gold and public sets are read as they stand there, cut into clauses as in a weekly run. Raises
    NothingToMeasure and what reading the files raises.
    """
    for given in (gold, data, model):
        if given is not None and not given.exists():
            raise NothingToMeasure(f"There is no {given}.")
    reports = dict(_reports(gold, data, hard=hard, engines=engines, model=model))
    if output:
        content = {name: report.as_dict() for name, report in reports.items()}
        flat = {**content.pop("gold", {}), **content}
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_text(json.dumps(flat, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return "\n".join(report.markdown() for report in reports.values())


def run_bench(output: Path | None) -> str:
    """The speed report of this machine; with `output`, the same figures as JSON go there."""
    from models.bench import bench

    found = bench()
    if output:
        output.write_text(found.json(), encoding="utf-8")
    return found.markdown()


def _reports(
    gold: Path | None, data: Path | None, *, hard: bool, engines: bool, model: Path | None
) -> Iterator[tuple[str, Report]]:
    folder = model or SHIPPED
    analyser = Analyser.load(folder)
    if gold:
        yield "gold", evaluate(gold, analyser, with_clauses)
    if hard or not gold:
        yield "hard", try_cases(analyser, read_cases(), with_clauses)
    if data:
        from models.public_sets import held_out, public_sets

        yield "parity", parity(pairs_of(data), "the data folder", analyser, with_clauses)
        yield "public", public_sets(held_out(data, CACHE), analyser, with_clauses)
    elif not gold:
        yield "parity", parity(read_pairs(), "our own", analyser, with_clauses)
    if engines:
        from models.agreement import engines_agree

        yield "engines", engines_agree([with_clauses(document) for document in _texts(gold)], folder)


def _texts(gold: Path | None) -> list[Document]:
    """Return what the engines are compared on: the gold texts, or the hard cases and our own pairs."""
    if gold:
        return [row.document for row in read_gold(gold)]
    pairs = [text for pair in read_pairs() for text in pair]
    return [case.document for case in read_cases()] + [
        Document(f"pair-{place}", "pair", text, "zh-Hans" if place % 2 == 0 else "zh-Hant")
        for place, text in enumerate(pairs)
    ]


def with_clauses(document: Document) -> Document:
    """Return the document with the clauses of a weekly run; as it is where cleaning or redacting would change it."""
    turns = tuple(RawTurn(turn.speaker, document.text[turn.start : turn.end]) for turn in document.turns)
    read = prepare_text("" if turns else document.text, turns, document.language).document
    if read.text != document.text or len(read.turns) != len(document.turns):
        return document
    return Document(
        document.feedback_id, document.version, document.text, document.language, document.turns, read.clauses
    )
