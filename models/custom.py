"""Teach Earshot topics of your own from labelled examples."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from data.taxonomy import Taxonomy
from models.calibration import best_common_threshold, fit_temperature
from models.checkpoint import PRETRAINED, Stored, read
from models.decisions import sigmoid
from models.engine import Engine, available, physical_cores
from models.examples import Example, Examples, Refused, read_examples
from models.own_topics import OwnTopics, write
from models.pieces import pieces_of
from models.tuning import Texts, Upper, all_means, fit_linear, tune, upper_weights
from models.windows import LENGTH

HELD_OUT, HELD_OUT_AT_MOST = 0.05, 500
ENOUGH = 20  # examples a topic, from which some are held out to measure with
SECONDS = 200.0  # for the layers; reading and the linear part come on top


@dataclass(frozen=True)
class FitReport:
    """What came of fitting: see `str(report)`.

    `measured` is accuracy (topics exclude each other) or micro-F1 on `held_out` examples that were not learnt from,
    None where there were too few to spare; `linear` the same of the linear part alone. `refused` lists unusable lines.
    """

    output: Path
    revision: str
    topics: int
    examples: int
    refused: Sequence[Refused]
    exclusive: bool
    held_out: int
    measured: float | None
    linear: float | None
    tuned: bool
    seconds: float

    def __str__(self) -> str:
        figure = "accuracy" if self.exclusive else "micro-F1"
        how = (
            f"{figure} {self.measured:.3f} on {self.held_out} examples held out (linear part alone {self.linear:.3f})"
            if self.measured is not None and self.linear is not None
            else f"{figure} not measured: fewer than {ENOUGH} examples a topic"
        )
        shown = "".join(f"\n  line {refused.line}: {refused.reason}" for refused in self.refused[:10])
        more = f"\n  and {len(self.refused) - 10} more" if len(self.refused) > 10 else ""
        return (
            f"{self.topics} topics from {self.examples} examples in {self.seconds:.0f} s: {how}.\n"
            f"Written to {self.output} (revision {self.revision}); {len(self.refused)} lines refused{shown}{more}"
        )


def fit_topics(
    examples: Path,
    taxonomy: Taxonomy,
    output: Path,
    folder: Path = PRETRAINED,
    seconds: float = SECONDS,
    seed: int = 7,
) -> FitReport:
    """Fit the taxonomy's topics to examples on top of the checkpoint in `folder`, and write them into `output`.

    `Analyser.load(topics=output)` then finds them instead of the shipped topics. The upper half of the encoder is
    fitted too, for at most `seconds`, and kept if it does better on held-out examples. Longer texts are learnt from by
    their first window. Raises NoExamples, and what reading a checkpoint raises.
    """
    begun = time.perf_counter()
    read_in = read_examples(examples, taxonomy)
    stored = read(folder)
    engine = Engine(stored, next(name for name in available() if name != "int8"), 1)
    before = torch.get_num_threads()
    torch.set_num_threads(physical_cores())
    try:
        found = _fit(engine, stored, read_in, _names(taxonomy), seconds, seed)
    finally:
        torch.set_num_threads(before)
    fitted = OwnTopics(
        topics=taxonomy.ids,
        weight=found.weight,
        bias=found.bias,
        layers=found.layers,
        exclusive=read_in.exclusive,
        temperature=found.temperature,
        thresholds=(found.threshold,) * len(taxonomy.ids),
        base=stored.revision,
    )
    about = {"examples": len(read_in.rows), "held_out": found.held_out, "measured": found.measured, "seed": seed}
    return FitReport(
        output=output,
        revision=write(output, fitted, about),
        topics=len(taxonomy.ids),
        examples=len(read_in.rows),
        refused=read_in.refused,
        exclusive=read_in.exclusive,
        held_out=found.held_out,
        measured=found.measured,
        linear=found.linear,
        tuned=bool(found.layers),
        seconds=time.perf_counter() - begun,
    )


@dataclass(frozen=True)
class _Found:
    """What fitting gave; `layers` is empty where the shipped ones do better."""

    weight: Tensor
    bias: Tensor
    layers: tuple[dict[str, Tensor], ...]
    temperature: float
    threshold: float
    held_out: int
    linear: float | None
    measured: float | None


def _fit(
    engine: Engine, stored: Stored, examples: Examples, names: Sequence[Example], seconds: float, seed: int
) -> _Found:
    below, topics = engine.config.layers // 2, len(names)
    rows = [*examples.rows, *names]
    pieces = pieces_of(stored.tokenizer, [row.text for row in rows])
    length = min(LENGTH, engine.config.positions - 2)
    texts = Texts(engine, [ids[:length] for ids, _ in pieces], below)
    targets = _targets(rows, topics, examples.exclusive).to(engine.device)
    learnt, held = _split(examples.rows, topics, seed)
    learnt = np.concatenate([learnt, np.arange(len(examples.rows), len(rows))])
    shipped = upper_weights(engine, stored.state, below)
    upper = Upper(engine, shipped)
    means = all_means(texts, upper, np.arange(len(rows)))
    linear = fit_linear(means[learnt], targets[learnt], topics, examples.exclusive)
    before = linear(means[held]).detach()
    plain = linear.folded()
    tune(texts, upper, linear, targets, learnt, examples.exclusive, seconds, seed)
    after = linear(all_means(texts, upper, held)).detach() if len(held) else before
    scores = [_quality(logits, targets[held], examples.exclusive) if len(held) else None for logits in (before, after)]
    better = scores[0] is None or scores[1] is None or scores[1] >= scores[0]
    weight, bias = linear.folded() if better else plain
    logits = (after if better else before).double().cpu().numpy()
    wanted = targets[held].cpu().numpy()
    return _Found(
        weight=weight,
        bias=bias,
        layers=tuple({name: value.detach() for name, value in layer.items()} for layer in upper.weights)
        if better
        else (),
        temperature=fit_temperature(logits, wanted) if len(held) and examples.exclusive else 1.0,
        threshold=0.5 if examples.exclusive or not len(held) else best_common_threshold(sigmoid(logits), wanted > 0),
        held_out=len(held),
        linear=scores[0],
        measured=scores[1] if better else scores[0],
    )


def _names(taxonomy: Taxonomy) -> list[Example]:
    """Return what the taxonomy says of each topic, as one more example of it: worth much where examples are few."""
    return [
        Example(f"{topic.names['en'].replace('_', ' ')}. {topic.description}".strip(), (place,))
        for place, topic in enumerate(taxonomy.topics)
    ]


def _targets(rows: Sequence[Example], topics: int, exclusive: bool) -> Tensor:
    """Return class numbers (N,) if the topics exclude each other, else 0/1 (N, T)."""
    if exclusive:
        return torch.tensor([row.topics[0] for row in rows])
    wanted = torch.zeros((len(rows), topics))
    for place, row in enumerate(rows):
        wanted[place, list(row.topics)] = 1.0
    return wanted


def _split(rows: Sequence[Example], topics: int, seed: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the places to learn from and those to measure on; equal texts lie on the same side."""
    order = np.random.default_rng(seed).permutation(len(rows))
    if len(rows) < ENOUGH * topics:
        return np.sort(order), np.zeros(0, np.int64)
    spared = {rows[place].text for place in order[: min(HELD_OUT_AT_MOST, round(HELD_OUT * len(rows)))]}
    held = np.array([place for place, row in enumerate(rows) if row.text in spared], np.int64)
    return np.setdiff1d(np.arange(len(rows)), held), held


def _quality(logits: Tensor, targets: Tensor, exclusive: bool) -> float:
    if exclusive:
        return float((logits.argmax(1) == targets).float().mean())
    said, real = logits >= 0, targets > 0
    return float(2 * (said & real).sum() / (said.sum() + real.sum()).clamp(min=1))
