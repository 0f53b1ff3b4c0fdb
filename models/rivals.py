"""What a user would otherwise run, for comparison of speed: the usual pipelines, in their defaults.

Random weights where only the shape matters; the tokenizer is ours, so that all read equally many pieces.
"""

import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from models.checkpoint import load
from models.labels import SENTIMENTS, TOPICS
from models.tokens import SPECIALS

Rival = Callable[[Sequence[str]], Any]


def seconds_alone(make: Callable[[Path], Rival], folder: Path, texts: Sequence[str]) -> float:
    """Return how long a rival takes for the texts in a process of its own, after it was made and has read one text.

    Ours sets threads and memory to suit its engine; the rival gets what its user would get.
    """
    with ProcessPoolExecutor(1, get_context("spawn")) as process:
        return process.submit(_timed, make, folder, list(texts)).result()


def _timed(make: Callable[[Path], Rival], folder: Path, texts: Sequence[str]) -> float:
    rival = make(folder)
    rival(texts[:1])
    begun = time.perf_counter()
    rival(texts)
    return time.perf_counter() - begun


def same_checkpoint(folder: Path) -> Rival:
    """Return transformers' text-classification pipeline on the same encoder and vocabulary."""
    from transformers import BertForSequenceClassification, pipeline

    checkpoint = load(folder)
    config = checkpoint.network.config.encoder()
    config.id2label = dict(enumerate(SENTIMENTS))
    config.label2id = {label: place for place, label in enumerate(SENTIMENTS)}
    model = BertForSequenceClassification(config)
    model.bert.load_state_dict(checkpoint.network.encoder.state_dict(), strict=False)
    with tempfile.TemporaryDirectory() as work:
        model.save_pretrained(work)
        _tokenizer(folder).save_pretrained(work)
        made = pipeline("text-classification", model=work)
    return lambda texts: made(list(texts))


def usual_pair(folder: Path) -> Rival:
    """Return what most would pick: a multilingual DistilBERT-size sentiment pipeline, and zero-shot NLI for every
    topic.

    The second has the shape of mDeBERTa-v3-base (278 M parameters; He et al. 2021, arXiv:2111.09543).
    """
    from transformers import (
        DebertaV2Config,
        DebertaV2ForSequenceClassification,
        DistilBertConfig,
        DistilBertForSequenceClassification,
        pipeline,
    )

    tokenizer = _tokenizer(folder)
    small = DistilBertForSequenceClassification(DistilBertConfig(vocab_size=119_547, num_labels=3, pad_token_id=1))
    large = DebertaV2ForSequenceClassification(
        DebertaV2Config(
            vocab_size=251_000, hidden_size=768, num_hidden_layers=12, num_attention_heads=12, intermediate_size=3_072,
            max_position_embeddings=512, type_vocab_size=0, relative_attention=True, position_buckets=256,
            max_relative_positions=-1, norm_rel_ebd="layer_norm", share_att_key=True, pos_att_type=["p2c", "c2p"],
            position_biased_input=False, pad_token_id=1,
            id2label={0: "entailment", 1: "neutral", 2: "contradiction"},
            label2id={"entailment": 0, "neutral": 1, "contradiction": 2},
        )
    )  # fmt: skip
    sentiment = pipeline("text-classification", model=small.eval(), tokenizer=tokenizer)
    topics = pipeline("zero-shot-classification", model=large.eval(), tokenizer=tokenizer)
    labels = [topic.replace("_", " ") for topic in TOPICS]

    def both(texts: Sequence[str]) -> Any:
        return sentiment(list(texts)), topics(list(texts), labels, multi_label=True)

    return both


def _tokenizer(folder: Path) -> Any:
    from transformers import PreTrainedTokenizerFast

    start, pad, end, unknown = SPECIALS
    return PreTrainedTokenizerFast(
        tokenizer_file=str(folder / "tokenizer.json"), bos_token=start, cls_token=start, pad_token=pad, eos_token=end,
        sep_token=end, unk_token=unknown, model_max_length=512, model_input_names=["input_ids", "attention_mask"],
    )  # fmt: skip
