"""Fit a linear reading of the mean token, and with it the upper layers of the encoder, to labelled examples."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional
from tqdm import tqdm

from models.encoder import Layer, layer_of, layer_weights, plain_product
from models.engine import Engine, available
from models.network import MASKED
from models.packing import Packing
from models.tokens import END, PAD, START

BATCH = 48
STEPS_AT_LEAST = 600
EPOCHS = 14
LEARNING_RATES = (2e-4, 2e-3)  # of the layers, of the linear reading
WARM_UP = 0.08
DROPPED = 0.1
SMOOTHING = 0.05
AVERAGING = 0.99  # of the weights, over steps; what is kept is the average
HELD_IN_MEMORY = 400_000  # tokens whose lower states are kept


@dataclass
class Linear:
    """logits = (mean - centre) / spread @ weight.T + bias; weight (T, H)."""

    weight: Tensor
    bias: Tensor
    centre: Tensor
    spread: Tensor

    def __call__(self, means: Tensor) -> Tensor:
        return functional.linear((means - self.centre) / self.spread, self.weight, self.bias)

    def folded(self) -> tuple[Tensor, Tensor]:
        """Return weight and bias that read the mean itself."""
        weight = self.weight.detach() / self.spread
        return weight, self.bias.detach() - weight @ self.centre


class Texts:
    """Token ids of the examples and their states below the layers that are fitted."""

    def __init__(self, engine: Engine, ids: Sequence[npt.NDArray[np.int32]], below: int) -> None:
        self._engine, self._below = engine, below
        self._ids = [[START, *map(int, text), END] for text in ids]
        self.lengths = np.array([len(text) for text in self._ids])
        self._kept: dict[int, Tensor] = {}
        if self.lengths.sum() <= HELD_IN_MEMORY:
            for batch in self.batches(np.argsort(self.lengths, kind="stable"), 64):
                states, _ = self._compute(batch)
                for row, place in enumerate(batch):
                    self._kept[int(place)] = states[row, : self.lengths[place]].to(torch.bfloat16)

    def states(self, places: npt.NDArray[np.int64]) -> tuple[Tensor, Tensor]:
        """Return states (B, L, H) below the fitted layers, and their mask (B, L)."""
        if not self._kept:
            return self._compute(places)
        longest = int(self.lengths[places].max())
        first = self._kept[int(places[0])]
        states = torch.zeros((len(places), longest, first.shape[1]), device=first.device)
        for row, place in enumerate(places):
            states[row, : self.lengths[place]] = self._kept[int(place)]
        return states, self._mask(places, longest)

    def batches(self, order: npt.NDArray[np.int64], size: int) -> Iterator[npt.NDArray[np.int64]]:
        """Yield the places in `order`, so many at a time."""
        for start in range(0, len(order), size):
            yield order[start : start + size]

    @torch.no_grad()
    def _compute(self, places: npt.NDArray[np.int64]) -> tuple[Tensor, Tensor]:
        longest = int(self.lengths[places].max())
        ids = torch.tensor([self._ids[place] + [PAD] * (longest - len(self._ids[place])) for place in places])
        mask = self._mask(places, longest)
        return self._engine.below(ids.to(mask.device), mask, self._below).float().clone(), mask

    def _mask(self, places: npt.NDArray[np.int64], longest: int) -> Tensor:
        return (torch.arange(longest) < torch.from_numpy(self.lengths[places])[:, None]).to(self._engine.device)


class Upper:
    """Upper layers as parameters."""

    def __init__(self, engine: Engine, weights: Sequence[dict[str, Tensor]]) -> None:
        self._engine = engine
        self.weights = [
            {name: nn.Parameter(value.clone().to(engine.device)) for name, value in layer.items()} for layer in weights
        ]
        self._layers: list[Layer] = [
            layer_of(layer, plain_product, torch.float32, engine.device) for layer in self.weights
        ]

    def means(self, states: Tensor, mask: Tensor) -> Tensor:
        """Return the mean token (B, H), float32, after the layers."""
        with torch.autocast(self._engine.device, torch.bfloat16, enabled=available()[0] in ("cuda", "bf16")):
            found = self._engine.run(states, mask, self._layers, attend_for_training).float()
        weights = mask.unsqueeze(-1).float()
        return (found * weights).sum(1) / weights.sum(1)


def attend_for_training(qkv: Tensor, packing: Packing) -> Tensor:
    """Return attention as batched products: with a much quicker backward pass on a CPU than torch's kernel."""
    _, _, heads, size = qkv.shape
    rows, length = packing.rows, packing.length
    query, key, value = packing.unpack(qkv).permute(2, 0, 3, 1, 4).reshape(3, rows * heads, length, size)
    scores = torch.bmm(query, key.transpose(1, 2)).view(rows, heads, length, length)
    chances = scores.masked_fill(~packing.mask[:, None, None, :], MASKED).softmax(-1).view(-1, length, length)
    mixed = torch.bmm(chances.to(value.dtype), value).view(rows, heads, length, size)
    return packing.pack(mixed.transpose(1, 2).flatten(2))


def fit_linear(means: Tensor, targets: Tensor, topics: int, exclusive: bool, decay: float = 3e-4) -> Linear:
    """Return the regularised logistic regression of targets on means (N, H), softmax if exclusive, by L-BFGS."""
    spread, centre = torch.std_mean(means, dim=0)
    found = Linear(
        torch.zeros((topics, means.shape[1]), device=means.device, requires_grad=True),
        torch.zeros(topics, device=means.device, requires_grad=True),
        centre,
        spread.nan_to_num(1.0).clamp(min=1e-4),
    )
    solver = torch.optim.LBFGS([found.weight, found.bias], max_iter=120, history_size=10, line_search_fn="strong_wolfe")

    def objective() -> Tensor:
        solver.zero_grad()
        loss = topic_loss(found(means), targets, exclusive, 0.0) + decay * found.weight.square().sum()
        loss.backward()  # type: ignore[no-untyped-call]
        return loss

    solver.step(objective)  # type: ignore[no-untyped-call]
    return found


def topic_loss(logits: Tensor, targets: Tensor, exclusive: bool, smoothing: float) -> Tensor:
    """Return cross entropy over topics if exclusive, else the summed binary ones; mean over rows."""
    if exclusive:
        return functional.cross_entropy(logits, targets, label_smoothing=smoothing)
    return functional.binary_cross_entropy_with_logits(logits, targets, reduction="none").sum(1).mean()


def tune(
    texts: Texts, upper: Upper, linear: Linear, targets: Tensor, rows: npt.NDArray[np.int64], exclusive: bool,
    seconds: float, seed: int,
) -> None:  # fmt: skip
    """Fit `upper` and `linear` in place, for at most so many seconds; they end as their averages over steps."""
    draw = np.random.default_rng(seed)
    torch.manual_seed(seed)
    own = [parameter for layer in upper.weights for parameter in layer.values()]
    head = [linear.weight, linear.bias]
    solver = torch.optim.AdamW(
        [{"params": own, "lr": LEARNING_RATES[0]}, {"params": head, "lr": LEARNING_RATES[1]}], weight_decay=0.01
    )
    average = [parameter.detach().clone() for parameter in (*own, *head)]
    each = -(-len(rows) // BATCH)
    steps = max(EPOCHS * each, STEPS_AT_LEAST)
    begun, done = time.perf_counter(), 0
    with tqdm(total=steps, desc="fit topics", disable=None, leave=False) as progress:
        while done < steps:
            for batch in _shuffled(rows, texts.lengths, draw):
                passed = max(done / steps, (time.perf_counter() - begun) / seconds)
                if passed >= 1:
                    done = steps
                    break
                pace = min(1.0, (passed + 1e-3) / WARM_UP) * (1 - passed)
                for group, rate in zip(solver.param_groups, LEARNING_RATES, strict=True):
                    group["lr"] = rate * pace
                states, mask = texts.states(batch)
                means = upper.means(functional.dropout(states, DROPPED), mask)
                loss = topic_loss(linear(functional.dropout(means, DROPPED)), targets[batch], exclusive, SMOOTHING)
                solver.zero_grad()
                loss.backward()  # type: ignore[no-untyped-call]
                torch.nn.utils.clip_grad_norm_([*own, *head], 1.0)
                solver.step()
                kept = min(AVERAGING, (1 + done) / (10 + done))
                with torch.no_grad():
                    for mean, parameter in zip(average, (*own, *head), strict=True):
                        mean.lerp_(parameter, 1 - kept)
                done += 1
                progress.update()
    with torch.no_grad():
        for mean, parameter in zip(average, (*own, *head), strict=True):
            parameter.copy_(mean)


def all_means(texts: Texts, upper: Upper, rows: npt.NDArray[np.int64]) -> Tensor:
    """Return the mean tokens (N, H) of the rows, in their order."""
    order = np.argsort(texts.lengths[rows], kind="stable")
    with torch.no_grad():
        found = torch.cat([upper.means(*texts.states(batch)) for batch in texts.batches(rows[order], 64)])
    back = torch.empty_like(found)
    back[torch.from_numpy(order)] = found
    return back


def upper_weights(engine: Engine, state: Mapping[str, Tensor], below: int) -> list[dict[str, Tensor]]:
    """Return the shipped weights of the layers from `below` up."""
    return [layer_weights(state, place, engine.config) for place in range(below, engine.config.layers)]


def _shuffled(
    rows: npt.NDArray[np.int64], lengths: npt.NDArray[np.int64], draw: np.random.Generator
) -> list[npt.NDArray[np.int64]]:
    """Return batches in random order, each of like lengths, no two epochs the same."""
    order = draw.permutation(rows)
    groups = []
    for start in range(0, len(order), BATCH * 16):
        some = order[start : start + BATCH * 16]
        some = some[np.argsort(lengths[some], kind="stable")]
        groups += [some[begin : begin + BATCH] for begin in range(0, len(some), BATCH)]
    return [groups[place] for place in draw.permutation(len(groups))]
