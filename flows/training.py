"""Train a model from the command line, and let it take the shipped one's place only if nothing got worse."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data.errors import EarshotError
from flows.measuring import CACHE, with_clauses
from models.analyser import SHIPPED, Analyser
from models.checkpoint import read
from models.installing import install
from models.promotion import Promotion, compare

#: Held-out rows of each public set that both checkpoints read.
PUBLIC_ROWS = 400


class NoData(EarshotError):
    """The folder with the training data is not there."""


class NoReason(EarshotError):
    """A checkpoint is to be promoted anyway, and nobody says why."""


@dataclass(frozen=True)
class Outcome:
    """What is to be told, and whether the candidate was refused."""

    text: str
    refused: bool


def train_and_promote(
    data: Path,
    output: Path,
    weights: str | None = None,
    tokenizer: Path | None = None,
    *,
    anyway: str | None = None,
    shipped: Path = SHIPPED,
) -> Outcome:
    """Train from base weights to a checkpoint in `output`, then promote it as `promote` does; return both reports.

    Raises NoData, NoReason, and what training raises.
    """
    from models.train import train

    _check(data, anyway, "train.jsonl")
    options: dict[str, Any] = {"weights": weights} if weights else {}
    figures = train(data, output, tokenizer=tokenizer, **options)
    told = promote(output, data, anyway=anyway, shipped=shipped)
    return Outcome(json.dumps(figures, indent=2) + "\n\n" + told.text, told.refused)


def promote(candidate: Path, data: Path, *, anyway: str | None = None, shipped: Path = SHIPPED) -> Outcome:
    """Put the checkpoint in `candidate` in the place of `shipped`, unless a language or head got worse beyond noise.

    Both are compared on gold/dev.jsonl and on held-out public rows of `data`. A refused candidate stays where it is;
    `anyway` (a reason) promotes it nevertheless and goes, with what got worse, into the manifest. Raises NoData,
    NoReason and what reading a checkpoint raises.
    """
    _check(data, anyway, "dev.jsonl")
    new = read(candidate).revision
    if not (shipped / "manifest.json").is_file():
        install(candidate, shipped, {"against": None})
        return Outcome(f"There was no checkpoint in {shipped}; {new} is there now.", refused=False)
    if read(shipped).revision == new:
        return Outcome(f"{new} is the shipped checkpoint already.", refused=False)
    found = _compared(candidate, data, shipped)
    if found.worse and not anyway:
        kept = f"It stays in {candidate}. To promote it nevertheless: --promote-anyway --reason TEXT."
        return Outcome(found.markdown() + kept, refused=True)
    about: dict[str, Any] = {"against": found.shipped, "compared": len(found.comparisons), "worse": found.worse}
    install(candidate, shipped, about | ({"promoted_anyway": anyway.strip()} if found.worse and anyway else {}))
    return Outcome(found.markdown() + f"{new} is now in {shipped}.", refused=False)


def _compared(candidate: Path, data: Path, shipped: Path) -> Promotion:
    public = {}
    if (data / "public").is_dir():
        from models.public_sets import held_out

        public = held_out(data, CACHE, PUBLIC_ROWS)
    gold = data / "gold" / "dev.jsonl"
    return compare(gold, Analyser.load(shipped), Analyser.load(candidate), with_clauses, public)


def _check(data: Path, anyway: str | None, file: str) -> None:
    if not (data / "gold" / file).is_file():
        raise NoData(f"No gold/{file} under {data}. models/README.md says what the folder holds.")
    if anyway is not None and not anyway.strip():
        raise NoReason("A checkpoint that got worse somewhere is promoted only with a reason: --reason TEXT.")
