"""A network and tokenizer small enough for tests: random weights, real code."""

import json

import torch
from tokenizers import Tokenizer
from tokenizers.models import Unigram
from tokenizers.pre_tokenizers import Metaspace

from models.network import FeedbackNetwork, NetworkConfig
from models.tokens import FeedbackTokenizer

WORDS = [
    "▁",
    "▁the",
    "▁delivery",
    "▁was",
    "▁late",
    "▁good",
    "▁bad",
    "▁box",
    "很",
    "好",
    "差",
    "快递",
    "慢",
    "了",
    "送货",
    ",",
    "。",
]
LETTERS = [*"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.!?'/-"]
CONFIG = NetworkConfig(vocabulary=90, hidden=24, layers=2, attention_heads=2, inner=48, positions=64)


def tokenizer_json() -> str:
    """Return a tokenizer.json of the same make as the real one, with a few pieces."""
    pieces = [("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0)]
    pieces += [(piece, -float(3 + place / 10)) for place, piece in enumerate([*WORDS, *LETTERS])]
    backend = Tokenizer(Unigram(pieces, unk_id=3))
    backend.pre_tokenizer = Metaspace()
    content = json.loads(backend.to_str())
    content["added_tokens"] = [
        {"id": place, "content": name, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False,
         "special": True}
        for place, (name, _) in enumerate(pieces[:4])
    ]  # fmt: skip
    return json.dumps(content)


def tiny_tokenizer() -> FeedbackTokenizer:
    """Return the tokenizer of `tokenizer_json`."""
    return FeedbackTokenizer.from_json(tokenizer_json())


def tiny_network(seed: int = 0) -> FeedbackNetwork:
    """Return a random network in evaluation mode."""
    torch.manual_seed(seed)
    return FeedbackNetwork(CONFIG).eval()
