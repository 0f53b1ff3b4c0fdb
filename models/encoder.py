"""The encoder's forward pass, written for reading: packed matrices, attention without a mask, no bookkeeping for
training.

The same arithmetic as transformers' BertModel (post-norm, learned positions, exact GELU); tests hold the two against
each other.
"""

from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from models.network import NetworkConfig

EPSILON = 1e-12

#: A matrix product with its bias: rows (N, in) -> (N, out).
Product = Callable[[Tensor], Tensor]
#: Makes a product from a weight (out, in) and a bias (out,), both float32.
MakeProduct = Callable[[Tensor, Tensor], Product]
#: (B, L, 3, heads, size) queries, keys and values, and which tokens (B, L) are there -> (B * L, hidden).
Attention = Callable[[Tensor, Tensor], Tensor]


@dataclass(frozen=True)
class Layer:
    """One encoder layer, ready to run."""

    qkv: Product
    output: Product
    inner: Product
    outer: Product
    norms: tuple[tuple[Tensor, Tensor], tuple[Tensor, Tensor]]


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
        self._norm = _norm(table, "embeddings.LayerNorm", torch.float32, device)
        self._layers = [self._layer(table, f"encoder.layer.{place}.", make) for place in range(config.layers)]

    @classmethod
    def sharing(cls, other: "Encoder", attend: Attention) -> "Encoder":
        """Return an encoder with the weights of another one (not copied) and another way to attend."""
        twin = copy(other)
        twin._attend = attend
        return twin

    def __call__(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Return states (B, L, H), in this engine's floating type, of ids and mask (B, L); start and end marks
        included.
        """
        rows, length = ids.shape
        hidden, heads = self.config.hidden, self.config.attention_heads
        summed = self._words[ids].float() + self._places[:length]
        states = functional.layer_norm(summed, (hidden,), *self._norm, EPSILON).to(self._dtype).view(-1, hidden)
        for layer in self._layers:
            qkv = layer.qkv(states).view(rows, length, 3, heads, hidden // heads)
            states = layer.output(self._attend(qkv, mask)).add_(states)
            states = functional.layer_norm(states, (hidden,), *layer.norms[0], EPSILON)
            grown = layer.outer(functional.gelu(layer.inner(states))).add_(states)
            states = functional.layer_norm(grown, (hidden,), *layer.norms[1], EPSILON)
        return states.view(rows, length, hidden)

    def _layer(self, table: Mapping[str, Tensor], prefix: str, make: MakeProduct) -> Layer:
        def named(part: str, kind: str) -> Tensor:
            return table[f"{prefix}{part}.{kind}"].float().to(self._device)

        # Attention divides by the root of the head size: done once, in the queries' weights.
        scale = (self.config.hidden // self.config.attention_heads) ** -0.5
        joined = {
            kind: torch.cat(
                [
                    named("attention.self.query", kind) * scale,
                    named("attention.self.key", kind),
                    named("attention.self.value", kind),
                ]
            )
            for kind in ("weight", "bias")
        }
        return Layer(
            qkv=make(joined["weight"], joined["bias"]),
            output=make(named("attention.output.dense", "weight"), named("attention.output.dense", "bias")),
            inner=make(named("intermediate.dense", "weight"), named("intermediate.dense", "bias")),
            outer=make(named("output.dense", "weight"), named("output.dense", "bias")),
            norms=(
                _norm(table, f"{prefix}attention.output.LayerNorm", self._dtype, self._device),
                _norm(table, f"{prefix}output.LayerNorm", self._dtype, self._device),
            ),
        )


def attend_exactly(qkv: Tensor, mask: Tensor) -> Tensor:
    """Return attention by torch's own kernel; padding is masked."""
    rows, length, _, heads, size = qkv.shape
    query, key, value = qkv.permute(2, 0, 3, 1, 4)
    seen = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask[:, None, None, :], scale=1.0)
    return seen.transpose(1, 2).reshape(rows * length, heads * size)


def attend_packed(qkv: Tensor, mask: Tensor) -> Tensor:
    """Return attention as two batched products with a bare exponential between them.

    Padding drops out because its values, and its share of the divisor, are zero; there is no maximum to subtract and
    no mask to add, which at comment lengths is what costs most. An overflow (scores above 88) gives not-a-number,
    which the caller looks for.
    """
    rows, length, _, heads, size = qkv.shape
    query, key, value = qkv.permute(2, 0, 3, 1, 4).reshape(3, rows * heads, length, size)
    there = mask.to(qkv.dtype)[:, None, :, None].expand(rows, heads, length, 1).reshape(rows * heads, length, 1)
    weights = torch.bmm(query, key.transpose(1, 2)).exp_()
    summed = torch.bmm(weights, torch.cat([value * there, there], dim=-1)).view(rows, heads, length, size + 1)
    summed = summed.transpose(1, 2)
    return (summed[..., :size] / summed[..., size:]).reshape(rows * length, heads * size)


def _norm(table: Mapping[str, Tensor], name: str, dtype: torch.dtype, device: str) -> tuple[Tensor, Tensor]:
    return (table[f"{name}.weight"].to(device, dtype), table[f"{name}.bias"].to(device, dtype))
