"""Read a batch without its padding: products and norms see only tokens, attention sees comments.

As in ByteTransformer (Zhai et al. 2022, arXiv:2210.03052), with plain torch.
"""

import torch
from torch import Tensor
from torch.nn import functional

#: Packed tokens are filled up to a multiple of this: every new shape costs the matrix library time and memory once.
STEP = 64


class Packing:
    """Where the tokens of a padded batch (B, L) lie when padding is left out.

    Packed places (N) are the tokens, in their order, then one or more stand-ins, whose states mean nothing; all padding
    points to the last. `mask` (B, L): which tokens are there; `padded` (N,): the padded place of each packed one (of a
    stand-in the first); `packed` (B * L,): the packed place of each padded one. For attention, which reads B * heads
    small matrices: `parts` (3 * B * heads * L,) places among the N * 3 * heads queries, keys and values of packed
    tokens, and `joined` (N * heads,) the way back.
    """

    def __init__(self, mask: Tensor, heads: int) -> None:
        tokens = mask.flatten().nonzero().squeeze(1)
        size = -(-(len(tokens) + 1) // STEP) * STEP
        self.mask = mask
        self.rows, self.length = mask.shape
        self.padded = functional.pad(tokens, (0, size - len(tokens)))
        self.packed = torch.full((mask.numel(),), size - 1, device=mask.device)
        self.packed[tokens] = torch.arange(len(tokens), device=mask.device)
        head = torch.arange(heads, device=mask.device)
        part = torch.arange(3, device=mask.device).view(3, 1, 1, 1) * heads + head.view(heads, 1)
        self.parts = (self.packed.view(self.rows, 1, self.length) * (3 * heads) + part).flatten()
        comment, place = self.padded // self.length, self.padded % self.length
        self.joined = ((comment.unsqueeze(1) * heads + head) * self.length + place.unsqueeze(1)).flatten()

    def pack(self, states: Tensor) -> Tensor:
        """Return the packed states (N, H) of padded ones, (B, L, H) or (B * L, H)."""
        return states.reshape(-1, states.shape[-1]).index_select(0, self.padded)

    def unpack(self, states: Tensor) -> Tensor:
        """Return the padded states (B, L, ...) of packed ones (N, ...)."""
        return states.index_select(0, self.packed).view(self.rows, self.length, *states.shape[1:])


class Padded(Packing):
    """The same with padding left in, for training: on the way back, gathering costs more than padding does."""

    def __init__(self, mask: Tensor) -> None:
        self.mask = mask
        self.rows, self.length = mask.shape

    def pack(self, states: Tensor) -> Tensor:
        """Return (B * L, H) of (B, L, H)."""
        return states.reshape(-1, states.shape[-1])

    def unpack(self, states: Tensor) -> Tensor:
        """Return (B, L, ...) of (B * L, ...)."""
        return states.view(self.rows, self.length, *states.shape[1:])
