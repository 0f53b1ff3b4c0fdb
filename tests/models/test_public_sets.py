"""Public sets are measured on rows that training never sees, among the sentiments they tell apart."""

import gzip
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from models import corpus, public_sets
from models.corpus import Row, SeenTexts, public_rows
from models.public_sets import held_out, right
from models.public_sets import public_sets as measure
from tests.models.opinions import Opinionated, opinion


def row(text: str, sentiment: str, among: tuple[str, ...] = ("pos", "neg")) -> Row:
    return Row(text, "airline", "en", sentiment=sentiment, among=among)


def test_only_what_a_set_tells_apart_is_compared() -> None:
    """A set without neutral must not punish a model that knows neutral: the likelier of the two counts."""
    said = opinion(sentiment="neu", scores={"pos": 0.2, "neg": 0.1, "mix": 0.0, "neu": 0.7})
    rows = [row("a", "pos"), row("a", "neg"), row("a", "neu", ("pos", "neg", "neu"))]
    assert right(rows, [said] * 3).tolist() == [True, False, True]


def test_macro_recall_weighs_each_label_the_same() -> None:
    """Nine of ten are positive; saying so always is worth one half."""
    rows = [row(str(n), "pos" if n else "neg") for n in range(10)]
    found = measure({"airline": rows}, Opinionated(lambda _: opinion(sentiment="pos")))
    figures = found.sets["airline"]
    assert figures.accuracy.value == pytest.approx(0.9)
    assert figures.macro_recall.value == pytest.approx(0.5)
    assert figures.accuracy.low <= 0.9 <= figures.accuracy.high
    assert "| en_airline_tweets | two-way | 10 | 0.900" in found.markdown()
    assert found.as_dict()["sets"]["airline"]["accuracy"]["n"] == 10


def test_the_rows_are_those_that_training_holds_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Measured on other rows, a model would be asked what it was taught."""
    few = {"waimai": replace(corpus.SOURCES["waimai"], held_out=6)}
    monkeypatch.setattr(corpus, "SOURCES", few)
    monkeypatch.setattr(public_sets, "SETS", ("waimai",))
    (tmp_path / "gold").mkdir()
    (tmp_path / "public").mkdir()
    line = {"id": "1", "lang": "en", "text": "", "s": "neg", "t": [], "k": "other", "c": 0, "e": 0, "u": 0}
    texts = {name: f"the courier of the {name} part threw my parcel over the fence" for name in ("train", "dev")}
    for name, text in texts.items():
        (tmp_path / "gold" / f"{name}.jsonl").write_text(json.dumps(line | {"text": text}) + "\n", encoding="utf-8")
    records = [{"text": f"评论第{n}条", "lang": "zh-Hans", "label": "positive"} for n in range(20)]
    records += [{"text": text, "lang": "en", "label": "negative"} for text in texts.values()]
    with gzip.open(tmp_path / "public" / "zh_waimai_10k.jsonl.gz", "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
    kept = held_out(tmp_path, tmp_path / "cache")
    trained, expected = public_rows("waimai", tmp_path, tmp_path / "cache", SeenTexts([texts["train"]], [texts["dev"]]))
    assert kept == {"waimai": expected}
    assert not {one.text for one in kept["waimai"]} & ({one.text for one in trained} | set(texts.values()))
    assert held_out(tmp_path, tmp_path / "cache", most=2)["waimai"] == expected[:2]
    assert np.all([one.sentiment == "pos" for one in expected])
