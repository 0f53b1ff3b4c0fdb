"""Measure an analyser against gold labels: overall, by language, source and length, with intervals; misses shown."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from data.records import Analysis, Document
from models.analyser import Reads
from models.calibration import calibration_error, error_by_chance
from models.gold import GoldRow, read_gold
from models.risk_coverage import RiskCoverage, lines, risk_coverage
from models.tallies import Figure, by_topic, draws_of, tallies

LENGTHS = ((1, "1 to 16 tokens"), (17, "17 to 64"), (65, "65 to 254"), (255, "255 and more (several windows)"))
WELL_CALIBRATED = 0.05
Claims = Mapping[str, Sequence[tuple[float, bool]]]
SMALLEST = 10  # rows below which a group is not shown by itself


@dataclass(frozen=True)
class Evaluation:
    """What was measured.

    figures: group ("all", "language en", "source bank", "length 17 to 64") -> name -> figure; topics: topic -> F1;
    calibration: group -> head -> expected calibration error, and what it would be by chance alone; risk: group -> head
    -> accuracy by share kept, the surest first (heads: sentiment, kind, topics that were said); abstained: share of
    rows on which the analyser abstained.
    """

    revision: str
    rows: int
    figures: Mapping[str, Mapping[str, Figure]]
    topics: Mapping[str, Figure]
    calibration: Mapping[str, Mapping[str, float]]
    calibration_by_chance: Mapping[str, Mapping[str, float]]
    risk: Mapping[str, Mapping[str, RiskCoverage]]
    abstained: float

    def as_dict(self) -> dict[str, Any]:
        """Return all figures."""
        return asdict(self)

    def json(self) -> str:
        """Return all figures as JSON."""
        return json.dumps(self.as_dict(), ensure_ascii=False, indent=1) + "\n"

    def markdown(self) -> str:
        """Return the report for people."""
        return "\n".join(_lines(self)) + "\n"


def evaluate(gold: Path, analyser: Reads, prepare: Callable[[Document], Document] | None = None) -> Evaluation:
    """Return how well `analyser` does on a gold file (format: models.gold.read_gold).

    `prepare` may add clauses to each document, as in the weekly run. Thresholds are not touched: they come with the
    checkpoint. Raises BadGold.
    """
    rows = read_gold(gold)
    documents = [prepare(row.document) if prepare else row.document for row in rows]
    found = list(analyser.analyse(documents))
    groups = _groups(rows, found)
    tallied, per_topic = tallies(rows, found), by_topic(rows, found)
    figures: dict[str, dict[str, Figure]] = {}
    for name, members in groups.items():
        draws = draws_of(len(members))
        made = {figure: tally.figure(members, draws) for figure, tally in tallied.items()}
        figures[name] = {figure: value for figure, value in made.items() if value is not None}
    everyone, draws = groups["all"], draws_of(len(rows))
    topics = {name: tally.figure(everyone, draws) for name, tally in per_topic.items()}
    claims = {name: _claims(rows, found, groups[name]) for name in groups if not name.startswith("source")}
    return Evaluation(
        revision=analyser.revision,
        rows=len(rows),
        figures=figures,
        topics={name: value for name, value in topics.items() if value is not None},
        calibration={name: _calibration(made) for name, made in claims.items()},
        calibration_by_chance={name: _by_chance(made) for name, made in claims.items()},
        risk={name: _risk(made) for name, made in claims.items() if not name.startswith("length")},
        abstained=float(np.mean([said.abstained for said in found])),
    )


def _groups(rows: Sequence[GoldRow], found: Sequence[Analysis]) -> dict[str, npt.NDArray[np.int64]]:
    groups: dict[str, list[int]] = {"all": list(range(len(rows)))}
    for place, (row, said) in enumerate(zip(rows, found, strict=True)):
        length = [name for least, name in LENGTHS if said.tokens >= least][-1:] or ["no token"]
        for name in (f"language {row.document.language}", f"source {row.source}", f"length {length[0]}"):
            groups.setdefault(name, []).append(place)
    kept = {name: np.array(members) for name, members in groups.items() if name == "all" or len(members) >= SMALLEST}
    order = ("all", "language", "length", "source")
    return dict(sorted(kept.items(), key=lambda entry: (order.index(entry[0].split()[0]), entry[0])))


def _claims(rows: Sequence[GoldRow], found: Sequence[Analysis], members: npt.NDArray[np.int64]) -> Claims:
    """Return what each head claimed: (calibrated probability, whether it was so); of topics, those that were said."""
    pairs = [(rows[place], found[place]) for place in members]
    return {
        "sentiment": [(_sureness(said), row.sentiment == said.sentiment) for row, said in pairs],
        "kind": [(said.kind_score, row.kind == said.kind) for row, said in pairs],
        "churn": [(said.churn_score, row.churn > 0) for row, said in pairs],
        "escalation": [(said.escalation_score, bool(row.escalation)) for row, said in pairs],
        "urgent": [(said.urgent_score, bool(row.urgent)) for row, said in pairs],
        "topics": [
            (mention.score, any(mention.topic == topic.topic for topic in row.topics))
            for row, said in pairs
            for mention in said.mentions
        ],
    }


def _sureness(said: Analysis) -> float:
    return max(said.scores.values()) if said.tokens else 0.0


def _calibration(claims: Claims) -> dict[str, float]:
    return {
        head: calibration_error(np.array([score for score, _ in made]), np.array([right for _, right in made]))
        for head, made in claims.items()
        if made
    }


def _by_chance(claims: Claims) -> dict[str, float]:
    return {head: error_by_chance(np.array([score for score, _ in made])) for head, made in claims.items() if made}


def _risk(claims: Claims) -> dict[str, RiskCoverage]:
    """Return the curves of the heads that choose among several (the others are watched by recall and precision)."""
    return {
        head: risk_coverage(np.array([score for score, _ in claims[head]]), np.array([so for _, so in claims[head]]))
        for head in ("sentiment", "kind", "topics")
        if claims[head]
    }


def _lines(evaluation: Evaluation) -> Iterator[str]:
    yield f"# Revision {evaluation.revision} on {evaluation.rows} gold rows"
    yield ""
    yield "Shares with 95 % bootstrap intervals; n is what a share is counted over (an F1: said plus gold)."
    for group, figures in evaluation.figures.items():
        yield from ("", f"## {group}", "", "| figure | value | 95 % | n |", "|---|---|---|---|")
        for name, figure in figures.items():
            yield f"| {name} | {figure.value:.3f} | {figure.low:.3f} to {figure.high:.3f} | {figure.n} |"
    yield from ("", "## Topics", "", "| topic | F1 | 95 % | n |", "|---|---|---|---|")
    for name, figure in sorted(evaluation.topics.items(), key=lambda entry: -entry[1].n):
        yield f"| {name} | {figure.value:.3f} | {figure.low:.3f} to {figure.high:.3f} | {figure.n} |"
    heads = list(evaluation.calibration["all"])
    yield from ("", f"## Calibration (expected calibration error; bold above {WELL_CALIBRATED})", "")
    yield "In brackets: what scores that are exactly right would show in a group of that size."
    yield from ("", f"| group | {' | '.join(heads)} |", "|---" * (len(heads) + 1) + "|")
    for group in evaluation.calibration:
        yield f"| {group} | " + " | ".join(_error(evaluation, group, head) for head in heads) + " |"
    yield from ("", "## Accuracy when only the surest are kept (of topics: of those said, how many are right)", "")
    yield from lines(evaluation.risk)
    yield f"Abstained as shipped: {evaluation.abstained:.1%}."


def _error(evaluation: Evaluation, group: str, head: str) -> str:
    value = evaluation.calibration[group].get(head)
    if value is None:
        return ""
    shown = f"**{value:.3f}**" if value > WELL_CALIBRATED else f"{value:.3f}"
    return f"{shown} ({evaluation.calibration_by_chance[group][head]:.3f})"
