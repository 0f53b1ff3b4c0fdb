"""Keep a training run's state, so that a run that was killed goes on where it was (safetensors; never pickle)."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from models.optimising import Average

STATE = "state.safetensors"


@dataclass(frozen=True)
class Progress:
    """Where a run stands: stage and step to do next, weights, and the optimiser's moments by parameter number."""

    stage: int
    step: int
    average_steps: int
    parts: dict[str, dict[str, Tensor]]

    def restore(self, network: nn.Module, auxiliary: nn.Module, average: Average) -> None:
        """Put the weights back."""
        network.load_state_dict(self.parts["network"])
        auxiliary.load_state_dict(self.parts.get("auxiliary", {}))
        average.values, average.steps = self.parts["average"], self.average_steps

    def restore_optimizer(self, optimizer: torch.optim.Optimizer) -> None:
        """Put the moments back; learning rates are set anew at every step."""
        state: dict[int, dict[str, Tensor]] = {}
        for name, value in self.parts.get("optimizer", {}).items():
            number, _, moment = name.partition(".")
            state.setdefault(int(number), {})[moment] = value
        optimizer.load_state_dict({"state": state, "param_groups": optimizer.state_dict()["param_groups"]})


def keep(
    folder: Path, stage: int, step: int, network: nn.Module, auxiliary: nn.Module, average: Average,
    optimizer: torch.optim.Optimizer,
) -> None:  # fmt: skip
    """Write the state into the folder; a run killed meanwhile finds the state before."""
    parts: dict[str, dict[str, Tensor]] = {
        "network": network.state_dict(),
        "auxiliary": auxiliary.state_dict(),
        "average": average.values,
        "optimizer": {
            f"{number}.{name}": value
            for number, moments in optimizer.state_dict()["state"].items()
            for name, value in moments.items()
        },
    }
    tensors = {f"{part}/{name}": value.contiguous() for part, values in parts.items() for name, value in values.items()}
    numbers = {"stage": str(stage), "step": str(step), "average_steps": str(average.steps)}
    save_file(tensors, folder / f"{STATE}.part", metadata=numbers)
    (folder / f"{STATE}.part").replace(folder / STATE)


def keep_average(folder: Path, stage: int, average: Average) -> None:
    """Keep the average at the end of a stage, for `blended`."""
    save_file(
        {name: value.contiguous() for name, value in average.values.items()}, folder / f"average{stage}.safetensors"
    )


def stage_average(folder: Path, stage: int) -> dict[str, Tensor]:
    """Return the average that a stage ended with."""
    return load_file(folder / f"average{stage}.safetensors")


def blended(folder: Path, shares: Sequence[float]) -> dict[str, Tensor]:
    """Return the weighted mean of the stages' averages (model soups: Wortsman et al. 2022, arXiv:2203.05482)."""
    mixed: dict[str, Tensor] = {}
    for stage, share in enumerate(shares):
        if not share:
            continue
        for name, value in stage_average(folder, stage).items():
            mixed[name] = mixed[name] + share * value if name in mixed else share * value
    return mixed


def kept(folder: Path) -> Progress | None:
    """Return the state in the folder, or None where no run was begun."""
    if not (folder / STATE).is_file():
        return None
    parts: dict[str, dict[str, Tensor]] = {}
    with safe_open(folder / STATE, framework="pt") as file:
        numbers = file.metadata()
        for key in file.keys():  # noqa: SIM118 - the file is no mapping
            part, _, name = key.partition("/")
            parts.setdefault(part, {})[name] = file.get_tensor(key)
    return Progress(int(numbers["stage"]), int(numbers["step"]), int(numbers["average_steps"]), parts)
