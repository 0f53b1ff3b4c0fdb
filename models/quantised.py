"""A matrix product in 8-bit integers, for processors without a 16-bit one.

Each row of states has a scale of its own (so that no comment's numbers depend on its neighbours in a batch), each
output of the weight too: the "W8A8, per token, per channel" scheme of Dettmers et al. 2022 (arXiv:2208.07339). Their
outliers, a few huge numbers that leave the rest of a row almost no steps, are met without picking columns: each row
is written with two digits of 8 bits, the second for what the first rounded away.
"""

import torch
from torch import Tensor

from models.encoder import Product

LARGEST = 127.0
BASE = 254.0  # the first digit errs by half a step at most, which the second divides into 127


def quantised_product(weight: Tensor, bias: Tensor) -> Product:
    """Return the product of float32 rows with `weight` (out, in), computed on int8 with int32 sums, plus `bias`."""
    scales = weight.abs().amax(dim=1).clamp(min=1e-12) / LARGEST
    whole = torch.round(weight / scales.unsqueeze(1)).to(torch.int8).t().contiguous().t()
    transposed = whole.t()

    def product(states: Tensor, onto: Tensor | None) -> Tensor:
        reach = states.abs().amax(dim=1, keepdim=True).clamp(min=1e-12) / LARGEST
        steps = states / reach
        first = torch.round(steps)
        second = torch.round(steps.sub_(first).mul_(BASE))
        high, low = torch._int_mm(torch.cat([first, second]).to(torch.int8), transposed).float().chunk(2)
        found = torch.addcmul(bias, high.add_(low, alpha=1 / BASE).mul_(reach), scales)
        return found if onto is None else found.add_(onto)

    return product
