"""The engine suits the machine, says so when it cannot, and keeps the order of work."""

import pytest

from data.records import Analysis, Document
from models.analyser import Analyser
from models.bench_texts import comments
from models.engine import ENGINES, EngineNotAvailable, available, choose
from models.labels import TOPICS


def test_the_best_engine_that_runs_here_is_chosen() -> None:
    """Nobody should have to know what their processor offers; fp32 runs on any."""
    assert choose() == available()[0]
    assert "fp32" in available()
    assert set(available()) <= set(ENGINES)
    assert choose("fp32") == "fp32"


def test_an_engine_that_is_not_there_is_refused_by_name() -> None:
    """A wish that cannot be met is said at the start, with what can be had."""
    with pytest.raises(EngineNotAvailable, match="auto, cuda, bf16"):
        choose("abacus")
    if "cuda" not in available():
        with pytest.raises(EngineNotAvailable, match="offers: auto"):
            choose("cuda")


def labels(analysis: Analysis) -> dict[str, object]:
    """Return every decision of an analysis by name; of each shipped topic, whether it is there."""
    said = {mention.topic for mention in analysis.mentions}
    heads = {name: getattr(analysis, name) for name in ("sentiment", "kind", "churn", "escalation", "urgent")}
    return heads | {topic: topic in said for topic in TOPICS}


@pytest.mark.skipif("bf16" not in available(), reason="this processor has no 16-bit matrix product")
def test_sixteen_bits_say_what_thirty_two_say() -> None:
    """The shipped model must give a customer the same labels on every machine: at least 0.995 of the decisions."""
    documents = [Document(str(number), "v", text, "mixed") for number, text in enumerate(comments(60, seed=3))]
    exact, quick = (list(map(labels, Analyser.load(engine=name).analyse(documents))) for name in ("fp32", "bf16"))
    pairs = [(one[name], other[name]) for one, other in zip(exact, quick, strict=True) for name in one]
    assert sum(left == right for left, right in pairs) / len(pairs) >= 0.995
