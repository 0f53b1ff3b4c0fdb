"""The encoder's forward pass, written for reading: packed matrices, attention without a mask, no bookkeeping for
training.

The same arithmetic as transformers' BertModel (post-norm, learned positions, exact GELU); tests hold the two against
each other.
"""

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from models.network import NetworkConfig
from models.packing import Packing

EPSILON = 1e-12

#: A matrix product with its bias, and on top of it other rows, if given: rows (N, in), (N, out) -> (N, out).
Product = Callable[[Tensor, Tensor | None], Tensor]
#: Makes a product from a weight (out, in) and a bias (out,), both float32.
MakeProduct = Callable[[Tensor, Tensor], Product]
#: (N, 3, heads, size) queries, keys and values of packed tokens, and where they lie -> (N, hidden).
Attention = Callable[[Tensor, Packing], Tensor]


#: The matrices of a layer, as `layer_weights` names them.
MATRICES = ("qkv", "output", "inner", "outer")
NORMS = ("first_norm", "second_norm")


@dataclass(frozen=True)
class Layer:
    """One encoder layer, ready to run."""

    qkv: Product
    output: Product
    inner: Product
    outer: Product
    first_norm: tuple[Tensor, Tensor]
    second_norm: tuple[Tensor, Tensor]


class Encoder:
    """Token states of padded ids. Built once; safe to call from several threads."""

    def __init__(
        self,
        config: NetworkConfig,
        state: Mapping[str, Tensor],
        make: MakeProduct,
        attend: Attention,
        dtype: torch.dtype,
        device: str = "cpu",
    ) -> None:
        """Take the weights from `state` (names of FeedbackNetwork), each matrix packed by `make`."""
        self.config, self._attend, self._dtype, self._device = config, attend, dtype, device
        table = {name.removeprefix("encoder."): value for name, value in state.items() if name.startswith("encoder.")}
        self._words = table["embeddings.word_embeddings.weight"].to(device)
        places = table["embeddings.position_embeddings.weight"].float()
        self._places = (places + table["embeddings.token_type_embeddings.weight"].float()[0]).to(device)
        self._norm = (
            table["embeddings.LayerNorm.weight"].to(device, torch.float32),
            table["embeddings.LayerNorm.bias"].to(device, torch.float32),
        )
        self.layers = [
            layer_of(layer_weights(state, place, config), make, dtype, device) for place in range(config.layers)
        ]

    def attending(self, attend: Attention) -> "Encoder":
        """Return an encoder with the same weights (not copied) and another way to attend."""
        twin = copy(self)
        twin._attend = attend
        return twin

    def __call__(self, ids: Tensor, mask: Tensor, branch: Sequence[Layer] = ()) -> tuple[Tensor, Tensor]:
        """Return states (B, L, H), in this engine's floating type, of ids and mask (B, L), marks included.

        A `branch` takes the place of as many upper layers; its states come second (else the same states again). The
        layers below are run once for both.
        """
        fork = len(self.layers) - len(branch)
        packing = Packing(mask, self.config.attention_heads)
        shared = self.run(self.embed(ids), packing, self.layers[:fork])
        states = self.run(shared, packing, self.layers[fork:])
        return states, self.run(shared, packing, branch) if branch else states

    def embed(self, ids: Tensor) -> Tensor:
        """Return what the first layer reads."""
        summed = self._words[ids].float() + self._places[: ids.shape[1]]
        return functional.layer_norm(summed, (self.config.hidden,), *self._norm, EPSILON).to(self._dtype)

    def run(self, states: Tensor, packing: Packing, layers: Sequence[Layer]) -> Tensor:
        """Return the states (B, L, H) after some layers; those of padding mean nothing."""
        hidden, heads = self.config.hidden, self.config.attention_heads
        states = packing.pack(states)
        for layer in layers:
            qkv = layer.qkv(states, None).view(-1, 3, heads, hidden // heads)
            states = layer.output(self._attend(qkv, packing), states)
            states = functional.layer_norm(states, (hidden,), *layer.first_norm, EPSILON)
            grown = layer.outer(functional.gelu(layer.inner(states, None)), states)
            states = functional.layer_norm(grown, (hidden,), *layer.second_norm, EPSILON)
        return packing.unpack(states)


def layer_weights(state: Mapping[str, Tensor], place: int, config: NetworkConfig) -> dict[str, Tensor]:
    """Return layer `place` of a checkpoint as `layer_of` takes it: "qkv.weight", "qkv.bias" and so on, float32.

    Queries, keys and values are one matrix; attention's division by the root of the head size is done here, in the
    queries' weights.
    """
    prefix = f"encoder.encoder.layer.{place}."
    scale = (config.hidden // config.attention_heads) ** -0.5
    names = {"output": "attention.output.dense", "inner": "intermediate.dense", "outer": "output.dense"}
    norms = {"first_norm": "attention.output.LayerNorm", "second_norm": "output.LayerNorm"}
    found = {}
    for kind in ("weight", "bias"):
        parts = [state[f"{prefix}attention.self.{part}.{kind}"].float() for part in ("query", "key", "value")]
        found[f"qkv.{kind}"] = torch.cat([parts[0] * scale, *parts[1:]])
        for name, original in (names | norms).items():
            found[f"{name}.{kind}"] = state[f"{prefix}{original}.{kind}"].float()
    return found


def layer_of(weights: Mapping[str, Tensor], make: MakeProduct, dtype: torch.dtype, device: str = "cpu") -> Layer:
    """Return a layer whose matrices are packed by `make`, its norms in `dtype`."""
    qkv, output, inner, outer = (
        make(weights[f"{name}.weight"].to(device), weights[f"{name}.bias"].to(device)) for name in MATRICES
    )
    first, second = (
        (weights[f"{name}.weight"].to(device, dtype), weights[f"{name}.bias"].to(device, dtype)) for name in NORMS
    )
    return Layer(qkv, output, inner, outer, first, second)


def plain_product(weight: Tensor, bias: Tensor) -> Product:
    """Return the product as torch computes it, in the type and on the device of the weight; gradients flow."""

    def product(states: Tensor, onto: Tensor | None) -> Tensor:
        found = functional.linear(states, weight, bias)
        return found if onto is None else found.add_(onto)

    return product


def attend_exactly(qkv: Tensor, packing: Packing) -> Tensor:
    """Return attention by torch's own kernel; padding is masked."""
    query, key, value = packing.unpack(qkv).permute(2, 0, 3, 1, 4)
    mask = packing.mask[:, None, None, :]
    seen = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask, scale=1.0)
    return packing.pack(seen.transpose(1, 2).flatten(2))


def attend_packed(qkv: Tensor, packing: Packing) -> Tensor:
    """Return attention as two batched products with a bare exponential between them; `qkv` is changed.

    Padding drops out because its values, and its share of the divisor, are zero; there is no maximum to subtract and
    no mask to add, which at comment lengths is what costs most. An overflow (scores above 88) gives not-a-number,
    which the caller looks for.
    """
    _, _, heads, size = qkv.shape
    qkv[-1] = 0  # what padding points to
    found = qkv.view(-1, size).index_select(0, packing.parts)
    query, key, value = found.view(3, packing.rows * heads, packing.length, size)
    there = packing.mask.to(qkv.dtype).repeat_interleave(heads, dim=0).unsqueeze(-1)
    weights = torch.bmm(query, key.transpose(1, 2)).exp_()
    summed = torch.bmm(weights, value).div_(torch.bmm(weights, there))
    return summed.view(-1, size).index_select(0, packing.joined).view(-1, heads * size)
