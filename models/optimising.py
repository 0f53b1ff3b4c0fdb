"""Step sizes and averages of training."""

import torch
from torch import Tensor, nn

from models.network import FeedbackNetwork
from models.recipe import Recipe, Stage


def parameter_groups(
    network: FeedbackNetwork, auxiliary: nn.Module, stage: Stage, recipe: Recipe
) -> list[dict[str, object]]:
    """Return optimiser groups: lower layers learn slower (Howard & Ruder 2018), biases and norms without weight
    decay.
    """
    groups: dict[tuple[float, float], list[Tensor]] = {}
    layers = network.config.layers
    for name, parameter in [*network.named_parameters(), *auxiliary.named_parameters()]:
        if "encoder.layer." in name:
            depth = layers - int(name.split("encoder.layer.")[1].split(".")[0])
            rate = stage.rate * recipe.layer_decay ** (depth - 1)
        elif name.startswith("encoder."):
            rate = stage.rate * recipe.layer_decay**layers
        else:
            rate = stage.head_rate
        decay = 0.0 if parameter.ndim < 2 else recipe.weight_decay
        groups.setdefault((rate, decay), []).append(parameter)
    return [{"params": values, "lr": rate, "weight_decay": decay} for (rate, decay), values in groups.items()]


class Average:
    """An exponential moving average of the weights, which reads better than any single step (Izmailov et al. 2018)."""

    def __init__(self, network: nn.Module, keep: float) -> None:
        self.keep = keep
        self.steps = 0
        self.values = {name: value.detach().clone() for name, value in network.state_dict().items()}

    @torch.no_grad()
    def update(self, network: nn.Module) -> None:
        """Take one step's weights in; the first steps count more, so that the start is forgotten."""
        self.steps += 1
        share = 1 - min(self.keep, self.steps / (self.steps + 10))
        current = network.state_dict()
        names = [name for name, value in current.items() if value.is_floating_point()]
        torch._foreach_lerp_([self.values[name] for name in names], [current[name] for name in names], share)
