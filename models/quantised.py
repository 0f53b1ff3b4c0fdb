"""A matrix product in 8-bit integers, for processors without a 16-bit one.

Each row of states has a scale of its own (so that no comment's numbers depend on its neighbours in a batch), each
output of the weight too: the "W8A8, per token, per channel" scheme of Dettmers et al. 2022 (arXiv:2208.07339) without
its outlier part.
"""

import torch
from torch import Tensor

from models.encoder import Product

LARGEST = 127.0


def quantised_product(weight: Tensor, bias: Tensor) -> Product:
    """Return the product of float32 rows with `weight` (out, in), computed on int8 with int32 sums, plus `bias`."""
    scales = weight.abs().amax(dim=1).clamp(min=1e-12) / LARGEST
    whole = torch.round(weight / scales.unsqueeze(1)).to(torch.int8).t().contiguous().t()
    transposed = whole.t()

    def product(states: Tensor, onto: Tensor | None) -> Tensor:
        reach = states.abs().amax(dim=1, keepdim=True).clamp(min=1e-12) / LARGEST
        sums = torch._int_mm(torch.round(states / reach).to(torch.int8), transposed)
        found = torch.addcmul(bias, sums.float().mul_(reach), scales)
        return found if onto is None else found.add_(onto)

    return product
