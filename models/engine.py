"""Choose how to compute from what the processor offers, and run the encoder on all its cores.

One thread a core, each with whole batches of its own: no barriers between threads, and a batch's arithmetic does not
depend on how many cores there are.
"""

import ctypes
import math
import os
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

import torch
from torch import Tensor
from torch.nn import functional

from data.errors import EarshotError
from models.checkpoint import Stored
from models.encoder import (
    Attention,
    Encoder,
    Layer,
    MakeProduct,
    Product,
    attend_exactly,
    attend_packed,
    layer_of,
    plain_product,
)
from models.packing import Packing, Padded
from models.quantised import quantised_product

ENGINES = ("cuda", "bf16", "int8", "fp32")
BUDGETS = {"cuda": 65_536, "bf16": 1_536, "int8": 1_536, "fp32": 1_536}  # padded tokens a batch
#: oneDNN splits long sums differently for 33 to 383 rows (measured, AMX): padding to this many keeps every sum the
#: same.
STEADY_ROWS = 384
LONG_SUM = 1_024

CORES = torch.get_num_threads()  # before anything changes it: one a physical core

Work = TypeVar("Work")
Done = TypeVar("Done")


class EngineNotAvailable(EarshotError):
    """The engine that was asked for cannot run on this machine."""


class Engine:
    """An encoder in the numeric type that suits the machine, and the threads to run it."""

    def __init__(self, stored: Stored, name: str = "auto", threads: int | None = None) -> None:
        """Pack the weights of a checkpoint for engine `name` (`choose` says which "auto" is) and `threads` cores.

        torch's own threads are switched off in this process: the engine has one of its own a core. Raises
        EngineNotAvailable.
        """
        self.name = choose(name)
        self.threads = 1 if self.name == "cuda" else max(1, threads or physical_cores())
        self.device = "cuda" if self.name == "cuda" else "cpu"
        if self.device == "cpu":
            torch.set_num_threads(1)
        self.budget = BUDGETS[self.name]
        self.config = stored.config
        self.dtype = torch.bfloat16 if self.name in ("cuda", "bf16") else torch.float32
        attend = attend_packed if self.name == "bf16" else attend_exactly
        self._encoder = Encoder(stored.config, stored.state, _PRODUCTS[self.name], attend, self.dtype, self.device)
        self._exact = self._encoder.attending(attend_exactly)

    @torch.inference_mode()
    def encode(self, ids: Tensor, mask: Tensor, branch: Sequence[Layer] = ()) -> tuple[Tensor, Tensor]:
        """Return states (B, L, H) of ids and mask (B, L), and those of a branch made by `pack` (else the same again).

        They are in the engine's floating type and on its device.
        """
        ids, mask = ids.to(self.device), mask.to(self.device)
        states, branched = self._encoder(ids, mask, branch)
        if self.name == "bf16" and not (_finite(states) and (branched is states or _finite(branched))):
            return self._exact(ids, mask, branch)
        return states, branched

    @torch.inference_mode()
    def below(self, ids: Tensor, mask: Tensor, count: int) -> Tensor:
        """Return the states (B, L, H) after the first `count` layers."""
        packing = Packing(mask, self.config.attention_heads)
        states = self._encoder.run(self._encoder.embed(ids), packing, self._encoder.layers[:count])
        if not _finite(states):
            states = self._exact.run(self._exact.embed(ids), packing, self._exact.layers[:count])
        return states

    def run(self, states: Tensor, mask: Tensor, layers: Sequence[Layer], attend: Attention) -> Tensor:
        """Return the states (B, L, H) after some layers that one brings along; gradients flow."""
        return self._encoder.attending(attend).run(states, Padded(mask), layers)

    def pack(self, weights: Mapping[str, Tensor]) -> Layer:
        """Return a layer of another network (weights as `layer_weights` names them) for this engine."""
        return layer_of(weights, _PRODUCTS[self.name], self.dtype, self.device)

    def map(self, work: Callable[[Work], Done], items: Iterable[Work]) -> Iterator[Done]:
        """Yield `work(item)` in order, computed on this engine's threads, few items ahead of what was taken."""
        if self.threads == 1:
            yield from map(work, items)
            return
        waiting: deque[Future[Done]] = deque()
        with ThreadPoolExecutor(self.threads, thread_name_prefix="earshot") as pool:
            for item in items:
                waiting.append(pool.submit(work, item))
                if len(waiting) > 2 * self.threads:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()


def choose(name: str = "auto") -> str:
    """Return the engine to use: `name` if it can run here; for "auto" the fastest one.

    CUDA if there is a device, bf16 with AMX or AVX512-BF16, otherwise fp32. Raises EngineNotAvailable.
    """
    offered = available()
    if name == "auto":
        return offered[0]
    if name not in ENGINES:
        raise EngineNotAvailable(f"There is no engine {name!r}. Engines: auto, {', '.join(ENGINES)}.")
    if name not in offered:
        raise EngineNotAvailable(f"This machine cannot run engine {name!r}. It offers: auto, {', '.join(offered)}.")
    return name


def available() -> tuple[str, ...]:
    """Return the engines that this machine can run at a gain, best first; fp32 runs everywhere.

    int8 comes last: its two digits a number keep 0.995 of the labels of fp32 (one digit: 0.989), and take what the
    shorter product saves.
    """
    found = ["cuda"] if torch.cuda.is_available() else []
    if torch.ops.mkldnn._is_mkldnn_bf16_supported() and (
        torch.cpu._is_amx_tile_supported() or torch.cpu._is_avx512_bf16_supported()
    ):
        found.append("bf16")
    return (*found, "fp32", "int8")


def physical_cores() -> int:
    """Return how many physical cores this process may use."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(allowed, CORES))


def _finite(states: Tensor) -> bool:
    """Whether no score overflowed: a sum is finite only where every part is."""
    return math.isfinite(states.sum(dtype=torch.float32))


def give_back() -> None:
    """Return freed memory to the system, where the C library can: batches of every shape leave it full of holes."""
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc has it, musl does not
        if trim is not None:
            trim(0)


def _packed_product(weight: Tensor, bias: Tensor) -> Product:
    """Return a bfloat16 product whose weight lies in the processor's own layout, found once, not at every call."""
    packed = torch.ops.mkldnn._reorder_linear_weight(weight.bfloat16(), 1024)
    added = bias.bfloat16()

    def product(states: Tensor, onto: Tensor | None) -> Tensor:
        rows, width = states.shape
        if width > LONG_SUM and rows < STEADY_ROWS:
            states = functional.pad(states, (0, 0, 0, STEADY_ROWS - rows))
            onto = None if onto is None else functional.pad(onto, (0, 0, 0, STEADY_ROWS - rows))
        result: Tensor
        if onto is None:
            result = torch.ops.mkldnn._linear_pointwise(states, packed, added, "none", [], "")
        else:
            result = torch.ops.mkldnn._linear_pointwise.binary(states, onto, packed, added, "add")
        return result[:rows]

    return product


def _plain_product(dtype: torch.dtype, device: str) -> MakeProduct:
    def make(weight: Tensor, bias: Tensor) -> Product:
        return plain_product(weight.to(device, dtype), bias.to(device, dtype))

    return make


_PRODUCTS: dict[str, MakeProduct] = {
    "cuda": _plain_product(torch.bfloat16, "cuda"),
    "bf16": _packed_product,
    "int8": quantised_product,
    "fp32": _plain_product(torch.float32, "cpu"),
}
