"""The engine suits the machine, says so when it cannot, and keeps the order of work."""

import pytest

from models.engine import ENGINES, EngineNotAvailable, available, choose


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
