"""Training reads only what it may: no dev text twice, no label that a source does not know."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from models.corpus import (
    CorpusNotFound,
    Row,
    SeenTexts,
    aspects,
    contrast_rows,
    gold_rows,
    public_rows,
    row_from,
    stars,
    three_way,
)
from models.labels import KINDS, SENTIMENTS

EVALUATED = "the courier threw my parcel over the fence and drove away"


def write(path: Path, records: list[dict[str, Any]]) -> None:
    """Write records as gzip'd JSON lines."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(record, ensure_ascii=False) + "\n" for record in records)


def test_texts_of_the_dev_set_are_found_in_any_dress() -> None:
    """A dev text seen in training, in whatever script, case or punctuation, would make every figure a lie."""
    seen = SeenTexts(["只出现一次"], ["這家店的服務真的非常好下次還會再來", EVALUATED])
    assert seen.near("这家店的服务真的非常好，下次还会再来！")
    assert seen.near(EVALUATED.upper() + "!!!")
    assert seen.near("Yesterday " + EVALUATED + ", can you believe it?")
    assert seen.near("只出现一次。")
    assert not seen.near("the courier was very kind to my parrot")


def test_public_rows_leave_out_gold_and_hold_out_the_same_part(tmp_path: Path) -> None:
    """Held-out rows are chosen by the text, so they stay held out in every run and on every machine."""
    records = [{"text": f"评论第{number}条内容很好", "lang": "zh-Hans", "label": "positive"} for number in range(900)]
    records += [{"text": EVALUATED, "lang": "en", "label": "negative"}]
    write(tmp_path / "public" / "zh_waimai_10k.jsonl.gz", records)
    seen = SeenTexts([], [EVALUATED])
    kept, held_out = public_rows("waimai", tmp_path, tmp_path / "cache", seen)
    assert (len(kept), len(held_out)) == (200, 700)
    assert not {row.text for row in kept} & {row.text for row in held_out}
    assert EVALUATED not in {row.text for row in [*kept, *held_out]}
    assert public_rows("waimai", tmp_path, tmp_path / "cache", seen)[1] == held_out


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """The message says which file and which option."""
    with pytest.raises(CorpusNotFound, match=r"dev\.jsonl.*--data"):
        gold_rows(tmp_path / "gold" / "dev.jsonl", tmp_path)


def test_gold_evidence_is_located(tmp_path: Path) -> None:
    """The evidence is a substring; training needs where it lies."""
    record = {"id": "x", "lang": "en", "context": "", "text": "Late again", "s": "neg",
              "k": "complaint", "c": 0, "e": 0, "u": 0,
              "t": [["delivery_speed", "neg", "again"]]}  # fmt: skip
    path = tmp_path / "gold.jsonl"
    path.write_text(json.dumps(record) + "\n", encoding="utf-8")
    assert gold_rows(path, tmp_path / "cache")[0].topics == (("delivery_speed", "neg", 5, 10),)


def test_three_stars_say_nothing_about_sentiment() -> None:
    """They may be mixed, lukewarm or plain; the gold set tells these apart, stars do not."""
    rows = [next(stars("s")({"text": "x", "lang": "en", "rating": rating})) for rating in (1, 3, 5)]
    assert [row.sentiment for row in rows] == ["neg", None, "pos"]


def test_airline_reasons_hint_at_topics_only_when_sure() -> None:
    """People who coded the reasons often disagreed."""
    record = {"text": "x", "lang": "en", "label": "negative", "topic": "Late Flight", "topic_confidence": 0.5}
    assert next(three_way("airline")(record)).topics == ()
    assert next(three_way("airline")(record | {"topic_confidence": 1.0})).topics[0][0] == "schedule_disruption"


@pytest.mark.parametrize(
    "record",
    [
        {"text": "good box", "template": "good $T$", "aspect": "box", "label": "positive"},
        {"text": "good box", "aspects": [["box", "positive"]]},
        {"text": "good box", "aspect": "box", "label": "positive"},
        {"text": "good box", "triplets": [{"aspect": "box", "opinion": "good", "polarity": "positive"}]},
    ],
)
def test_aspects_are_read_from_each_shape(record: dict[str, Any]) -> None:
    """Four public sets, four shapes, one meaning."""
    row = next(aspects("a")(record | {"lang": "en"}))
    assert row.aspects == ((5, 8, "pos"),)


def test_an_aspect_that_is_not_in_the_text_is_left_out() -> None:
    """A wrong span would teach a wrong judgement."""
    assert not list(aspects("a")({"text": "good box", "lang": "en", "aspect": "price", "label": "positive"}))


def test_contrast_pairs_are_well_formed() -> None:
    """Anyone can add a pair; a slip in a label must show here."""
    rows = contrast_rows()
    assert len({row.text for row in rows}) == len(rows) > 100
    assert all(row.sentiment in SENTIMENTS and row.kind in KINDS and row.churn in (0, 1, 2) for row in rows)


def test_rows_survive_json() -> None:
    """Taught rows are kept between runs."""
    row = Row(
        "x", "s", "en", topics=(("price_value", None, -1, -1),), aspects=((0, 1, "pos"),), soft_topics=(0.5, 0.25)
    )
    from dataclasses import asdict

    assert row_from(json.loads(json.dumps(asdict(row)))) == row
