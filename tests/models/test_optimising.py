"""The average of weights must survive being written and read again."""

import torch
from torch import nn

from models.optimising import Average


def test_an_average_read_back_in_another_order_goes_on_all_the_same() -> None:
    """A file holds tensors in the order of their names; a run that was killed must go on with each weight's own."""
    torch.manual_seed(0)
    network = nn.Sequential(nn.Linear(3, 5), nn.Linear(5, 2))
    kept, read = Average(network, 0.9), Average(network, 0.9)
    read.values = dict(sorted(read.values.items(), reverse=True))
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.add_(1.0)
    kept.update(network)
    read.update(network)
    assert all(torch.equal(kept.values[name], read.values[name]) for name in kept.values)
