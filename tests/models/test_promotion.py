"""A worse checkpoint is refused wherever it is worse, and a checkpoint that is as good is rarely refused."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from data.records import Analysis, Document, Mention
from models.corpus import Row
from models.promotion import Promotion, Sample, compare, compared
from models.tallies import Tally
from tests.models.opinions import Opinionated, opinion

LANGUAGES = ("en", "zh-Hans", "zh-Hant")
ROWS = 150


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    """Give a gold file: every text is a complaint about the price, every third one says that the customer leaves."""
    path = tmp_path / "gold.jsonl"
    rows: list[dict[str, Any]] = [
        {"id": str(n), "lang": LANGUAGES[n % 3], "text": "too dear", "s": "neg", "k": "complaint",
         "t": [["price_value", "neg", "dear"]], "c": 2 if n % 5 == 0 else 0, "e": int(n == 0), "u": 0}
        for n in range(ROWS)
    ]  # fmt: skip
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return path


def right(document: Document, **changed: Any) -> Analysis:
    """Return what is right of every row of the gold file."""
    leaves = 2 if int(document.feedback_id) % 5 == 0 else 0
    fields: dict[str, Any] = {"sentiment": "neg", "kind": "complaint", "churn": leaves} | changed
    return opinion(Mention("price_value", "neg", 0.9, 4, 8), **fields)


def against(gold: Path, candidate: Opinionated) -> Promotion:
    return compare(gold, Opinionated(right, "old"), candidate)


def test_the_same_checkpoint_is_not_worse_than_itself(gold: Path) -> None:
    """Nothing changed, nothing to refuse."""
    found = against(gold, Opinionated(right, "new"))
    assert not found.worse
    assert {one.change for one in found.comparisons} == {0.0}
    assert "Nothing got worse beyond noise." in found.markdown()


def test_one_language_that_got_worse_is_enough(gold: Path) -> None:
    """A gain overall must not be paid for by the readers of one script."""

    def think(document: Document) -> Analysis:
        lost = document.language == "zh-Hant" and int(document.feedback_id) % 2 == 0
        return right(document, sentiment="pos" if lost else "neg")

    found = against(gold, Opinionated(think, "new"))
    assert "language zh-Hant: sentiment accuracy" in found.worse
    assert not [one for one in found.worse if "zh-Hans" in one or "language en" in one or "kind" in one]
    assert "Not promoted." in found.markdown()
    assert found.as_dict()["worse"] == found.worse


def test_a_head_that_falls_silent_is_worse(gold: Path) -> None:
    """Missing every leaving customer keeps the accuracy of all other heads."""
    found = against(gold, Opinionated(lambda document: right(document, churn=0), "new"))
    assert "all: churn F1" in found.worse
    assert not [one for one in found.worse if "churn" not in one]


def test_few_counts_refuse_nothing_but_are_shown(gold: Path) -> None:
    """One threat that was missed is one threat: it is seen in the report and decides nothing."""
    before = Opinionated(lambda one: right(one, escalation=int(one.feedback_id == "0")), "old")
    found = compare(gold, before, Opinionated(right, "new"))
    shown = {(one.group, one.figure): one.verdict for one in found.comparisons}
    assert shown["all", "escalation F1"] == "too few"
    assert not found.worse


def test_public_sets_count_as_groups_of_their_own(gold: Path) -> None:
    """A network may forget published sets while the gold set does not notice."""
    rows = [Row(f"fine {n}", "airline", "en", sentiment="pos", among=("pos", "neg")) for n in range(60)]

    def think(document: Document) -> Analysis:
        return opinion(sentiment="pos") if document.version == "public" else right(document)

    found = compare(gold, Opinionated(think, "old"), Opinionated(right_or_neg, "new"), public={"airline": rows})
    assert found.worse == ["public airline: sentiment accuracy"]


def right_or_neg(document: Document) -> Analysis:
    """Return what is right of gold rows, and negative of all others."""
    return opinion(sentiment="neg") if document.version == "public" else right(document)


def test_two_checkpoints_of_the_same_quality_are_seldom_told_apart() -> None:
    """With many figures some look worse by chance; refusing for that would stop every training run."""
    draw = np.random.default_rng(3)
    refused = 0
    for _ in range(30):
        tallies = []
        for _ in range(2):
            made = {}
            for name in ("sentiment accuracy", "kind accuracy", "topics F1", "topic sentiment", "churn F1"):
                made[name] = Tally((draw.random(240) < 0.85).astype(float), np.ones(240))
            tallies.append(made)
        groups = {"all": np.arange(240)} | {f"language {n}": np.arange(n, 240, 3) for n in range(3)}
        refused += any(one.verdict == "worse" for one in compared([Sample(240, groups, *tallies)]))
    assert refused <= 5
