"""A text's scores are its own: not its neighbours', not its padding's, not its windows'."""

from pathlib import Path

import numpy as np
import pytest
import torch

from models.calibration import Calibration
from models.checkpoint import Stored, read, save
from models.engine import Engine, available
from models.gathering import Gathering, attention_scores
from models.reading import HEADS, Logits, Reader, Tokens
from tests.models.tiny import tiny_network, tiny_tokenizer

EXACT = 1e-5


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Stored:
    """Return a tiny checkpoint with random weights."""
    folder: Path = tmp_path_factory.mktemp("checkpoint")
    save(folder, tiny_network(), tiny_tokenizer(), Calibration(), {})
    return read(folder)


def reader(stored: Stored, engine: str = "fp32", threads: int = 1) -> Reader:
    """Return a reader of the checkpoint."""
    return Reader(Engine(stored, engine, threads), stored.heads())


def texts(lengths: list[int], seed: int = 0) -> list[Tokens]:
    """Return texts of random tokens, cut into clauses of five."""
    draw = np.random.default_rng(seed)
    return [
        Tokens(
            draw.integers(4, 80, length).astype(np.int32),
            [(start, min(start + 5, length)) for start in range(0, length, 5)],
        )
        for length in lengths
    ]


def apart(one: Logits | None, other: Logits | None) -> float:
    """Return the largest difference between two readings."""
    assert one is not None
    assert other is not None
    assert one.clauses.keys() == other.clauses.keys()
    pairs = [(one.heads[name], other.heads[name]) for name in HEADS]
    pairs += [(one.evidence, other.evidence), *((one.clauses[number], other.clauses[number]) for number in one.clauses)]
    return max(float(np.abs(left - right).max()) for left, right in pairs)


def test_neighbours_and_order_change_nothing(stored: Stored) -> None:
    """The same comment must get the same labels in any week's file, at any place in it."""
    waiting = texts([3, 17, 40, 9, 61, 1, 130])
    together = reader(stored).read(waiting)
    backwards = reader(stored, threads=2).read(waiting[::-1])[::-1]
    for place, text in enumerate(waiting):
        assert apart(together[place], reader(stored).read([text])[0]) <= EXACT
        assert apart(together[place], backwards[place]) <= EXACT


def test_windows_are_pooled_as_one_text(stored: Stored) -> None:
    """Over the same states, running sums by window give what the heads give for all tokens at once."""
    draw = torch.Generator().manual_seed(1)
    states = torch.randn(1, 90, stored.config.hidden, generator=draw)
    heads = stored.heads()
    mask = torch.ones(1, 90, dtype=torch.bool)
    with torch.inference_mode():
        scores, _ = attention_scores(heads, states, mask, None, states)
        whole = heads.heads(states, mask)
        running = Gathering(states[0, :30], scores[0, :30])
        running.add(Gathering(states[0, 30:31], scores[0, 30:31]))
        running.add(Gathering(states[0, 31:], scores[0, 31:]))
        pooled = running.outputs(heads)
    for name in HEADS:
        assert torch.allclose(getattr(whole, name), getattr(pooled, name), atol=EXACT), name


def test_every_token_of_a_long_text_is_read(stored: Stored) -> None:
    """A decisive sentence at the end of a long call must count: changing the last token changes the scores."""
    (text,) = texts([500])
    changed = Tokens(np.concatenate([text.ids[:-1], [text.ids[-1] % 70 + 5]]).astype(np.int32), text.clauses)
    first, second = reader(stored).read([text, changed])
    assert first is not None
    assert first.read == 500
    assert len(first.evidence) == 500
    assert sorted(first.clauses) == list(range(100))
    assert apart(first, second) > EXACT


def test_a_clause_is_read_as_the_heads_would_with_its_mask(stored: Stored) -> None:
    """Clause sentiment is the same head on fewer tokens, not another opinion."""
    (text,) = texts([20])
    engine = Engine(stored, "fp32", 1)
    found = Reader(engine, stored.heads()).read([text])[0]
    assert found is not None
    ids = torch.tensor([[0, *text.ids.tolist(), 2]])
    states, _ = engine.encode(ids, torch.ones_like(ids, dtype=torch.bool))
    for number, (first, last) in enumerate(text.clauses):
        mask = torch.zeros_like(ids, dtype=torch.bool)
        mask[0, first + 1 : last + 1] = True
        with torch.inference_mode():
            expected = stored.heads().heads(states, mask).sentiment[0].numpy()
        assert np.abs(found.clauses[number] - expected).max() <= EXACT


def test_a_text_without_tokens_has_no_logits(stored: Stored) -> None:
    """Nothing was said, so nothing is made up."""
    assert reader(stored).read([Tokens(np.zeros(0, np.int32))]) == [None]


@pytest.mark.parametrize("engine", [name for name in available() if name != "cuda"])
def test_engines_agree(stored: Stored, engine: str) -> None:
    """A laptop with another processor must not see other labels: scores differ by rounding only."""
    waiting = texts([5, 23, 60, 200], seed=3)
    for one, other in zip(reader(stored).read(waiting), reader(stored, engine).read(waiting), strict=True):
        assert one is not None
        assert other is not None
        for name in HEADS:
            assert np.abs(one.heads[name] - other.heads[name]).max() < 0.15, name


@pytest.mark.skipif("bf16" not in available(), reason="this processor has no 16-bit matrix product")
def test_sixteen_bit_scores_do_not_depend_on_neighbours(stored: Stored) -> None:
    """Rounding must not make a label depend on what else was in the file."""
    waiting = texts([3, 17, 40, 9, 61, 1, 130])
    together = reader(stored, "bf16").read(waiting)
    for place, text in enumerate(waiting):
        assert apart(together[place], reader(stored, "bf16").read([text])[0]) <= EXACT
