"""Put together what one pass of training reads: gold, public and taught rows, and the network it starts from."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from models.base import load_base
from models.corpus import SOURCES, Row, SeenTexts, contrast_rows, gold_rows, public_rows
from models.network import FeedbackNetwork, NetworkConfig
from models.recipe import Stage
from models.selftraining import unlabelled
from models.tokens import FeedbackTokenizer, count_pieces, trimmed


@dataclass(frozen=True)
class Corpus:
    """Gold and public rows as training sees them; `held_out` are the public sets' own validation parts."""

    gold: list[Row]
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
    return Corpus(
        gold=[*gold, *contrast_rows()],
        dev=dev,
        public={name: rows for name, (rows, _) in parts.items()},
        unlabelled=unlabelled(data, cache, seen, random.Random(0)),
        held_out={name: held for name, (_, held) in parts.items()},
    )


def start_network(
    weights: Path | str, tokenizer: Path | None, corpus: Corpus, size: int
) -> tuple[FeedbackNetwork, FeedbackTokenizer]:
    """Return the base encoder with a vocabulary cut to the corpus, and fresh heads."""
    base = load_base(weights, tokenizer)
    texts = [row.text for rows in corpus.public.values() for row in rows] + [row.text for row in corpus.gold] * 5
    small, order = trimmed(base.tokenizer_json, count_pieces(base.tokenizer_json, texts), size)
    network = FeedbackNetwork(NetworkConfig(vocabulary=len(small)))
    state = {name: value for name, value in base.encoder.state_dict().items() if "pooler" not in name}
    state["embeddings.word_embeddings.weight"] = state["embeddings.word_embeddings.weight"][order]
    network.encoder.load_state_dict(state, strict=False)
    return network, small


def mixture(corpus: Corpus, stage: Stage, taught_rows: Sequence[Row], rng: random.Random) -> list[Row]:
    """Return the rows of one pass: gold, taught rows and each public set repeated (or sampled) as the stage says."""
    rows = _repeated(corpus.gold, stage.gold, rng)
    rows += rng.sample(list(taught_rows), min(stage.taught, len(taught_rows)))
    for name, public in corpus.public.items():
        rows += _repeated(public, stage.public * SOURCES[name].repeat, rng)
    return rows


def _repeated(rows: Sequence[Row], times: float, rng: random.Random) -> list[Row]:
    whole, rest = int(times), times - int(times)
    return [*rows] * whole + rng.sample(list(rows), int(rest * len(rows)))
