"""What the bench compares is comparable: like texts, counted operations, a process of its own."""

from pathlib import Path

import torch

from models.bench import Bench
from models.bench_texts import comments, spread, transcript
from models.calibration import Calibration
from models.checkpoint import save
from models.labels import SENTIMENTS
from models.limits import encoder_operations, probe, product_limit
from models.network import NetworkConfig
from models.rivals import same_checkpoint
from tests.models.tiny import tiny_network, tiny_tokenizer


def test_no_two_comments_are_alike() -> None:
    """The cache would answer for a repeated one, and the bench would flatter us."""
    assert len(set(comments(500))) == 500
    assert comments(20) == comments(20)
    assert len(transcript(10_000)) == 10_000


def test_a_sample_has_the_spread_of_all() -> None:
    """The slow rival reads a few texts only: they must be neither the short nor the long ones."""
    texts = comments(400)
    mean = sum(map(len, texts)) / len(texts)
    some = spread(texts, 50)
    assert len(some) == 50
    assert abs(sum(map(len, some)) / 50 - mean) < 0.1 * mean
    assert spread(texts[:3], 10) == sorted(texts[:3], key=len)


def test_operations_are_those_of_the_matrices() -> None:
    """Counted by hand for one layer: six matrices of 2 x 3 and two products of attention."""
    config = NetworkConfig(vocabulary=9, hidden=2, layers=1, attention_heads=1, inner=3, positions=8)
    one_token = 2 * (4 * 2 * 2 + 2 * 2 * 3) + 4 * 1 * 2
    assert encoder_operations(config, [1]) == one_token
    assert encoder_operations(config, [1, 1]) == 2 * one_token


def test_the_limit_is_positive_and_leaves_the_threads_alone() -> None:
    """Measuring must not slow down what comes after it."""
    before = torch.get_num_threads()
    assert product_limit(torch.float32, 1, seconds=0.01) > 0
    assert torch.get_num_threads() == before


def test_a_probe_reads_every_text_in_a_process_of_its_own(tmp_path: Path) -> None:
    """Cold start and peak memory are those of a fresh process, imports included."""
    save(tmp_path, tiny_network(), tiny_tokenizer(), Calibration(), {})
    found = probe(tmp_path, "fp32", ["the box was late", "very\nbad"])
    assert found.texts == 2
    assert found.seconds > 0
    assert 20e6 < found.peak < 4e9


def test_the_same_checkpoint_runs_in_the_usual_pipeline(tmp_path: Path) -> None:
    """The rival must read what we read, or the ratio would mean nothing."""
    save(tmp_path, tiny_network(), tiny_tokenizer(), Calibration(), {})
    said = same_checkpoint(tmp_path)(["the box was late", "好"])
    assert [entry["label"] in SENTIMENTS for entry in said] == [True, True]


def test_the_report_names_every_bar() -> None:
    """Nobody should have to compute a ratio from it."""
    report = Bench("bf16", 2, 10, 400, 0.5, 0.9, 0.06, 0.04, 2e12, 1.2e12, 9.0, 600.0, 700_000_000, 2.5).markdown()
    for part in (
        "20 texts a second",
        "encoder 90.0%",
        "0.60 of the measured",
        "9.0 times",
        "600 times",
        "0.70 GB",
        "2.5 s",
    ):
        assert part in report
