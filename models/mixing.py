"""Put together what one pass of training reads: gold, public and taught rows, and the network it starts from."""

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from models.annotations import annotated_rows, written_rows
from models.base import load_base
from models.corpus import SOURCES, Row, SeenTexts, contrast_rows, gold_rows, public_rows
from models.network import FeedbackNetwork, NetworkConfig
from models.progress import STATE
from models.recipe import Stage
from models.selftraining import sampled, unlabelled
from models.tokens import FeedbackTokenizer, count_pieces, trimmed


@dataclass(frozen=True)
class Corpus:
    """Gold and public rows as training sees them; `annotated` are labelled like gold by our own readers, `written`
    for this project; `held_out` are the public sets' own validation parts.
    """

    gold: list[Row]
    annotated: list[Row]
    written: list[Row]
    dev: list[Row]
    public: Mapping[str, list[Row]]
    unlabelled: list[Row]
    held_out: Mapping[str, list[Row]]

    def classes(self) -> dict[str, list[str]]:
        """Return the labels of every auxiliary head."""
        found: dict[str, set[str]] = {}
        for rows in self.public.values():
            for row in rows:
                for head, label in row.extra:
                    found.setdefault(head, set()).add(label)
        return {head: sorted(labels) for head, labels in sorted(found.items())}


def load_corpus(data: Path, cache: Path) -> Corpus:
    """Return all rows of a data folder; gold training rows that repeat a dev text are left out, as are public ones."""
    dev = gold_rows(data / "gold" / "dev.jsonl", cache)
    unseen = SeenTexts([], [row.text for row in dev])
    gold = [row for row in gold_rows(data / "gold" / "train.jsonl", cache) if not unseen.near(row.text)]
    seen = SeenTexts([row.text for row in gold], [row.text for row in dev])
    parts = {name: public_rows(name, data, cache, seen) for name in SOURCES}
    groups = unlabelled(data, cache)
    texts = [row for rows, _ in parts.values() for row in rows] + [row for rows in groups.values() for row in rows]
    return Corpus(
        gold=[*gold, *contrast_rows()],
        annotated=[row for row in annotated_rows(texts) if not unseen.near(row.text)],
        written=[row for row in written_rows() if not unseen.near(row.text)],
        dev=dev,
        public={name: rows for name, (rows, _) in parts.items()},
        unlabelled=sampled(groups, seen, random.Random(0)),
        held_out={name: held for name, (_, held) in parts.items()},
    )


def start_network(
    weights: Path | str, tokenizer: Path | None, corpus: Corpus, size: int
) -> tuple[FeedbackNetwork, FeedbackTokenizer]:
    """Return the base encoder with a vocabulary cut to the corpus, and fresh heads."""
    base = load_base(weights, tokenizer)
    texts = [row.text for rows in corpus.public.values() for row in rows] + [row.text for row in corpus.gold] * 5
    small, order = trimmed(base.tokenizer_json, count_pieces(base.tokenizer_json, texts), size)
    shape = base.encoder.config
    config = NetworkConfig(
        vocabulary=len(small), hidden=shape.hidden_size, layers=shape.num_hidden_layers,
        attention_heads=shape.num_attention_heads, inner=shape.intermediate_size,
        positions=shape.max_position_embeddings,
    )  # fmt: skip
    network = FeedbackNetwork(config)
    state = {name: value for name, value in base.encoder.state_dict().items() if "pooler" not in name}
    state["embeddings.word_embeddings.weight"] = state["embeddings.word_embeddings.weight"][order]
    network.encoder.load_state_dict(state, strict=False)
    return network, small


def keep_shape(work: Path, network: FeedbackNetwork, pieces: FeedbackTokenizer) -> None:
    """Keep what `resumed_network` needs, so that starting again does not read the base and count pieces again."""
    (work / "tokenizer.json").write_text(pieces.to_json(), encoding="utf-8")
    (work / "config.json").write_text(json.dumps(network.config.as_dict()), encoding="utf-8")


def resumed_network(work: Path) -> tuple[FeedbackNetwork, FeedbackTokenizer] | None:
    """Return a network without weights and its tokenizer where a run was begun before; its state has the weights."""
    if not (work / STATE).is_file() or not (work / "config.json").is_file():
        return None
    pieces = FeedbackTokenizer.from_json((work / "tokenizer.json").read_text(encoding="utf-8"))
    return FeedbackNetwork(NetworkConfig(**json.loads((work / "config.json").read_text(encoding="utf-8")))), pieces


def mixture(corpus: Corpus, stage: Stage, taught_rows: Sequence[Row], rng: random.Random) -> list[Row]:
    """Return the rows of one pass, of every kind, repeated (or sampled) as the stage says."""
    rows = _repeated(corpus.gold, stage.gold, rng) + _repeated(corpus.annotated, stage.annotated, rng)
    rows += _repeated(corpus.written, stage.written, rng)
    rows += rng.sample(list(taught_rows), min(stage.taught, len(taught_rows)))
    for name, public in corpus.public.items():
        source = SOURCES[name]
        rows += _repeated(public, (stage.intents if source.fine else stage.public) * source.repeat, rng)
    return rows


def _repeated(rows: Sequence[Row], times: float, rng: random.Random) -> list[Row]:
    whole, rest = int(times), times - int(times)
    return [*rows] * whole + rng.sample(list(rows), int(rest * len(rows)))
