"""Keep a trained network in a folder that can be checked, and load it again without the network or pickle.

The folder: weights.safetensors (16-bit), tokenizer.json, config.json, calibration.json, and manifest.json with the
sha256 of each.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load as load_tensors
from safetensors.torch import save as save_tensors

from data.errors import EarshotError
from models.calibration import Calibration, from_dict
from models.network import FeedbackNetwork, NetworkConfig, ReadingHeads
from models.tokens import FeedbackTokenizer

PRETRAINED = Path(__file__).with_name("pretrained")
FILES = ("weights.safetensors", "tokenizer.json", "config.json", "calibration.json")


class CheckpointNotFound(EarshotError):
    """There is no checkpoint in the folder."""


class ModelHashMismatch(EarshotError):
    """A file of the checkpoint is not the one its manifest names."""


@dataclass(frozen=True)
class Checkpoint:
    """A network ready to read (evaluation mode, float32) with all it needs; `revision` is a short hash of the
    content.
    """

    network: FeedbackNetwork
    tokenizer: FeedbackTokenizer
    calibration: Calibration
    manifest: Mapping[str, Any]
    revision: str


def save(
    folder: Path,
    network: FeedbackNetwork,
    tokenizer: FeedbackTokenizer,
    calibration: Calibration,
    about: Mapping[str, Any],
) -> str:
    """Write the checkpoint and return its revision. `about` goes into the manifest (data, seed, measured figures)."""
    folder.mkdir(parents=True, exist_ok=True)
    state = {name: value.detach().to(torch.float16).contiguous() for name, value in network.state_dict().items()}
    content = {
        "weights.safetensors": save_tensors(state),
        "tokenizer.json": tokenizer.to_json().encode(),
        "config.json": _json(network.config.as_dict()),
        "calibration.json": _json(calibration.as_dict()),
    }
    for name, value in content.items():
        (folder / name).write_bytes(value)
    hashes = {name: hashlib.sha256(value).hexdigest() for name, value in content.items()}
    revision = revision_of(hashes)
    (folder / "manifest.json").write_bytes(_json({"revision": revision, "sha256": hashes, "about": dict(about)}))
    return revision


@dataclass(frozen=True)
class Stored:
    """What a checkpoint folder holds, checked but not built: `state` is the 16-bit weights by name."""

    config: NetworkConfig
    state: Mapping[str, torch.Tensor]
    tokenizer: FeedbackTokenizer
    calibration: Calibration
    manifest: Mapping[str, Any]
    revision: str

    def heads(self) -> ReadingHeads:
        """Return the heads alone (evaluation mode, float32), for an engine that has an encoder of its own."""
        with torch.random.fork_rng(devices=[]):  # not on "meta": its first use takes a second of imports
            heads = ReadingHeads(self.config)
        wanted = heads.state_dict()
        heads.load_state_dict({name: self.state[name].float() for name in wanted}, assign=True)
        return heads.eval().requires_grad_(False)


def read(folder: Path = PRETRAINED) -> Stored:
    """Return what is in `folder`, each file checked against the manifest.

    Raises CheckpointNotFound, or ModelHashMismatch when a file was changed, cut or exchanged.
    """
    try:
        manifest = json.loads((folder / "manifest.json").read_bytes())
        content = {name: (folder / name).read_bytes() for name in FILES}
    except FileNotFoundError as error:
        raise CheckpointNotFound(f"No checkpoint in {folder}: {Path(str(error.filename)).name} is missing.") from error
    except json.JSONDecodeError as error:
        raise ModelHashMismatch(f"{folder / 'manifest.json'} is not JSON: fetch the checkpoint again.") from error
    hashes = {name: hashlib.sha256(value).hexdigest() for name, value in content.items()}
    for name, found in hashes.items():
        expected = manifest.get("sha256", {}).get(name)
        if found != expected:
            raise ModelHashMismatch(
                f"{folder / name} has sha256 {found[:12]}..., the manifest says {str(expected)[:12]}...: "
                "fetch it again."
            )
    try:
        state = load_tensors(content["weights.safetensors"])
    except SafetensorError as error:
        raise ModelHashMismatch(f"{folder / 'weights.safetensors'} is not a safetensors file.") from error
    return Stored(
        config=NetworkConfig(**json.loads(content["config.json"])),
        state=state,
        tokenizer=FeedbackTokenizer.from_json(content["tokenizer.json"].decode()),
        calibration=from_dict(json.loads(content["calibration.json"])),
        manifest=manifest,
        revision=revision_of(hashes),
    )


def load(folder: Path = PRETRAINED, device: str = "cpu") -> Checkpoint:
    """Return the whole network in `folder`; raises as `read` does."""
    stored = read(folder)
    with torch.device("meta"):
        network = FeedbackNetwork(stored.config)
    network.load_state_dict({name: value.float() for name, value in stored.state.items()}, assign=True)
    for name, buffer in list(network.named_buffers()):
        _set_buffer(network, name, _fresh_buffer(name, buffer))
    return Checkpoint(
        network=network.to(device).eval().requires_grad_(False),
        tokenizer=stored.tokenizer,
        calibration=stored.calibration,
        manifest=stored.manifest,
        revision=stored.revision,
    )


def revision_of(hashes: Mapping[str, str]) -> str:
    """Return the short content hash that stands on every prediction: 12 hexadecimal digits."""
    lines = "\n".join(f"{name} {hashes[name]}" for name in sorted(hashes))
    return hashlib.sha256(lines.encode()).hexdigest()[:12]


def _fresh_buffer(name: str, buffer: torch.Tensor) -> torch.Tensor:
    # transformers keeps two buffers out of the state: positions 0, 1, 2 ... and token types, all 0.
    if name.endswith("position_ids"):
        return torch.arange(buffer.shape[-1]).expand(tuple(buffer.shape)).clone()
    return torch.zeros(tuple(buffer.shape), dtype=buffer.dtype)


def _set_buffer(network: FeedbackNetwork, name: str, value: torch.Tensor) -> None:
    owner, _, leaf = name.rpartition(".")
    network.get_submodule(owner).register_buffer(leaf, value, persistent=False)


def _json(content: Mapping[str, Any]) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
