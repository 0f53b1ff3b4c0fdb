"""A whole training run in small: from a base encoder to a checkpoint that loads, killed and started again."""

import gzip
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from models import mixing, train
from models.attention import train_with_products
from models.base import Base
from models.checkpoint import load
from models.corpus import SOURCES
from models.labels import TOPICS
from models.optimising import Average
from models.recipe import Recipe, Stage, rate_at
from tests.models.tiny import tiny_network, tokenizer_json

STAGE = Stage("gold", passes=2, gold=1.0, public=1.0, intents=1.0, longest=32, tokens=200, rate=1e-3, head_rate=1e-2)
RECIPE = Recipe(vocabulary=90, blend=(0.5, 0.5), stages=(STAGE, replace(STAGE, name="taught", taught=4)))
TEXTS = ("the delivery was late", "good box", "快递很慢了", "好", "送货差", "the box was bad")


def write_data(folder: Path) -> None:
    """Write a data folder with the sets that the small run reads."""

    def gold(number: int) -> dict[str, Any]:
        text = f"{TEXTS[number % 6]} {number}"
        return {"id": str(number), "lang": ("en", "zh-Hans", "zh-Hant")[number % 3], "context": "", "text": text,
                "s": "neg",
                "t": [[TOPICS[number % 22], "neg", text[:3]]], "k": "complaint", "c": number % 3, "e": number % 2,
                "u": number % 2}  # fmt: skip

    (folder / "gold").mkdir(parents=True)
    (folder / "public").mkdir()
    for name, numbers in (("train", range(24)), ("dev", range(100, 112))):
        lines = [json.dumps(gold(number), ensure_ascii=False) for number in numbers]
        (folder / "gold" / f"{name}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    sets: dict[str, list[dict[str, Any]]] = {
        "zh_waimai_10k": [{"text": f"好送货{n}号", "lang": "zh-Hans", "label": "positive"} for n in range(20)],
        "zh_eprstmt": [{"id": n, "text": f"快递差了点{n}", "lang": "zh-Hans", "split": "unlabeled"} for n in range(9)],
        "en_comcast": [{"text": f"the box was late {n}", "lang": "en"} for n in range(5)],
        "en_multidogo": [{"conv": str(n % 3), "text": f"good delivery {n}", "lang": "en"} for n in range(9)],
        "zh_jddc_satisfaction": [{"turns": [{"user": "快递很慢很慢", "system": ""}, {"user": "好的", "system": ""}]}],
    }
    for name, records in sets.items():
        with gzip.open(folder / "public" / f"{name}.jsonl.gz", "wt", encoding="utf-8") as file:
            file.writelines(json.dumps(record, ensure_ascii=False) + "\n" for record in records)


@pytest.fixture
def small_world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a data folder, one public set and a tiny base encoder."""
    write_data(tmp_path / "data")
    few = {"waimai": replace(SOURCES["waimai"], held_out=5)}
    monkeypatch.setattr(mixing, "SOURCES", few)
    monkeypatch.setattr("models.corpus.SOURCES", few)
    monkeypatch.setattr(train, "MEASURED", ("waimai",))
    monkeypatch.setattr(mixing, "load_base", lambda *_: Base(tiny_network().encoder, tokenizer_json(), "tiny"))
    return tmp_path


def test_training_ends_in_a_checkpoint_and_can_be_resumed(small_world: Path) -> None:
    """A run of an hour will be killed sometimes; started again it goes on, and a finished run only measures."""
    arguments: dict[str, Any] = {"work": small_world / "work", "recipe": RECIPE, "save_every": 0.0}
    figures = train.train(small_world / "data", small_world / "out", **arguments)
    assert {"sentiment", "topics_f1", "kind", "churn_f1", "waimai_accuracy"} <= set(figures)
    first = load(small_world / "out")
    assert first.manifest["about"]["recipe"]["seed"] == RECIPE.seed
    again = train.train(small_world / "data", small_world / "again", **arguments)
    assert load(small_world / "again").revision == first.revision
    assert again == figures
    assert (small_world / "work" / "log.jsonl").read_text(encoding="utf-8").count("\n") >= 4


def test_products_and_fused_attention_agree() -> None:
    """Training attends by plain products, inference by the fused kernel: the same numbers."""
    network = tiny_network()
    ids = torch.randint(4, 80, (3, 12))
    mask = torch.ones_like(ids)
    mask[1, 7:] = 0
    with torch.inference_mode():
        before = network.encode(ids, mask)
        train_with_products(network)
        after = network.encode(ids, mask)
    assert torch.allclose(before[mask.bool()], after[mask.bool()], atol=1e-4)


def test_the_rate_rises_and_falls() -> None:
    """Warm-up protects the base weights from the fresh heads' first gradients."""
    shares = [rate_at(done / 100, STAGE) for done in range(101)]
    assert shares.index(max(shares)) == 5
    assert shares[0] < 0.1
    assert abs(shares[-1] - STAGE.final) < 1e-9


def test_the_average_follows_the_weights() -> None:
    """After many equal steps the average is the weights; its start is forgotten."""
    network = tiny_network()
    average = Average(network, keep=0.9)
    with torch.no_grad():
        network.comment.dense.bias.fill_(3.0)
    for _ in range(200):
        average.update(network)
    assert torch.allclose(average.values["comment.dense.bias"], torch.tensor(3.0), atol=1e-3)
