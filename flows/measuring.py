"""Measure and train from the command line."""

import json
from pathlib import Path
from typing import Any

from data.errors import EarshotError
from data.records import Document
from models.analyser import SHIPPED, Analyser
from models.evaluate import evaluate
from nlp.preparation import prepare_text


class NoData(EarshotError):
    """The folder with the training data is not there."""


def evaluate_gold(gold: Path, output: Path | None, model: Path | None) -> str:
    """The report of the model against human labels; with `output`, the same figures as JSON go there.

    Texts are read as they stand in the gold file (it holds no personal data), cut into clauses as in a weekly run.
    """
    found = evaluate(gold, Analyser.load(model or SHIPPED), _with_clauses)
    if output:
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_text(found.json(), encoding="utf-8")
    return found.markdown()


def run_bench(output: Path | None) -> str:
    """The speed report of this machine; with `output`, the same figures as JSON go there."""
    from models.bench import bench

    found = bench()
    if output:
        output.write_text(found.json(), encoding="utf-8")
    return found.markdown()


def train_model(data: Path, output: Path, weights: str | None, tokenizer: Path | None) -> str:
    """Train from base weights to a checkpoint in `output`; return the dev figures as JSON."""
    from models.train import train

    if not (data / "gold" / "train.jsonl").is_file():
        raise NoData(f"No gold/train.jsonl under {data}. models/README.md says what the folder holds.")
    options: dict[str, Any] = {"weights": weights} if weights else {}
    return json.dumps(train(data, output, tokenizer=tokenizer, **options), indent=2)


def _with_clauses(document: Document) -> Document:
    read = prepare_text(document.text, language=document.language).document
    if read.text != document.text or document.turns:
        return document
    return Document(
        document.feedback_id, document.version, document.text, document.language, document.turns, read.clauses
    )
