"""Topics of your own on the shared encoder: a linear reading of the mean token, so that each token's part in it is
known.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load as load_tensors
from safetensors.torch import save as save_tensors
from torch import Tensor

from data.errors import EarshotError

WEIGHTS, MANIFEST = "topics.safetensors", "topics.json"


class OwnTopicsNotReadable(EarshotError):
    """The folder of fitted topics is missing, damaged, or made for another checkpoint."""


@dataclass(frozen=True)
class OwnTopics:
    """Fitted topics.

    `weight` (T, H) and `bias` (T,) read the mean of the token states; `layers` are the weights of upper encoder layers
    of their own, lowest first (empty: the shipped ones). `exclusive`: each text has exactly one topic; otherwise each
    topic whose probability passes its threshold. `revision` is a content hash, `base` the revision of the checkpoint
    below.
    """

    topics: tuple[str, ...]
    weight: Tensor
    bias: Tensor
    layers: tuple[Mapping[str, Tensor], ...]
    exclusive: bool
    temperature: float
    thresholds: tuple[float, ...]
    base: str
    revision: str = ""

    def on(self, device: str) -> "OwnTopics":
        """Return the same with the linear part on a device."""
        return replace(self, weight=self.weight.to(device), bias=self.bias.to(device))

    def evidence(self, states: Tensor, mask: Tensor) -> Tensor:
        """Return (B, L, T): what each token adds to a topic; the logits are their mean over tokens, plus the bias."""
        parts = states.float() @ self.weight.T
        return parts.masked_fill(~mask.unsqueeze(-1), 0.0)


def write(folder: Path, fitted: OwnTopics, about: Mapping[str, Any]) -> str:
    """Write fitted topics into a folder and return their revision. `about` (figures, seed) goes into the manifest."""
    folder.mkdir(parents=True, exist_ok=True)
    tensors = {"weight": fitted.weight, "bias": fitted.bias}
    for place, layer in enumerate(fitted.layers):
        tensors |= {f"layers.{place}.{name}": value for name, value in layer.items()}
    image = save_tensors({name: value.detach().to(torch.float16).contiguous() for name, value in tensors.items()})
    manifest: dict[str, Any] = {
        "topics": list(fitted.topics),
        "layers": len(fitted.layers),
        "exclusive": fitted.exclusive,
        "temperature": fitted.temperature,
        "thresholds": list(fitted.thresholds),
        "base": fitted.base,
        "sha256": hashlib.sha256(image).hexdigest(),
    }
    revision = _revision(manifest)
    (folder / WEIGHTS).write_bytes(image)
    content = json.dumps(manifest | {"revision": revision, "about": dict(about)}, ensure_ascii=False, indent=1)
    (folder / MANIFEST).write_text(content + "\n", encoding="utf-8")
    return revision


def read(folder: Path, base: str) -> OwnTopics:
    """Return the topics fitted into `folder` for the checkpoint of revision `base`; raise OwnTopicsNotReadable."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        image = (folder / WEIGHTS).read_bytes()
        if hashlib.sha256(image).hexdigest() != manifest["sha256"]:
            raise OwnTopicsNotReadable(f"{folder / WEIGHTS} is not the file its manifest names: run fit-topics again.")
        tensors = {name: value.float() for name, value in load_tensors(image).items()}
        found = OwnTopics(
            topics=tuple(manifest["topics"]),
            weight=tensors["weight"],
            bias=tensors["bias"],
            layers=tuple(_layer(tensors, place) for place in range(manifest["layers"])),
            exclusive=bool(manifest["exclusive"]),
            temperature=float(manifest["temperature"]),
            thresholds=tuple(manifest["thresholds"]),
            base=manifest["base"],
            revision=_revision(manifest),
        )
    except (OSError, ValueError, KeyError, TypeError, SafetensorError) as error:
        raise OwnTopicsNotReadable(f"No fitted topics in {folder} ({type(error).__name__}): run fit-topics.") from error
    if found.base != base:
        raise OwnTopicsNotReadable(
            f"The topics in {folder} were fitted on checkpoint {found.base}, this is {base}: run fit-topics again."
        )
    return found


def _layer(tensors: Mapping[str, Tensor], place: int) -> Mapping[str, Tensor]:
    prefix = f"layers.{place}."
    return {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}


def _revision(manifest: Mapping[str, Any]) -> str:
    kept = {name: value for name, value in manifest.items() if name not in ("revision", "about")}
    return hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()[:12]
