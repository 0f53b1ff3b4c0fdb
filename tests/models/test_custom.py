"""Topics of one's own are learnt from examples, found by `analyse`, and quoted with the words that show them."""

import json
from pathlib import Path

import pytest

from data.records import Document
from data.taxonomy import Taxonomy, load
from models.analyser import Analyser
from models.calibration import Calibration
from models.checkpoint import save
from models.custom import fit_topics
from models.examples import NoExamples, read_examples
from models.own_topics import OwnTopicsNotReadable
from tests.models.tiny import tiny_network, tiny_tokenizer

SAYINGS = {"lateness": ["late", "slow x", "was late", "late late"], "packing": ["box", "bad box", "the box", "box box"]}
FILLERS = ["the delivery", "good", "a b c", "was", "very z"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a tiny checkpoint."""
    made: Path = tmp_path_factory.mktemp("checkpoint")
    save(made, tiny_network(), tiny_tokenizer(), Calibration(), {})
    return made


@pytest.fixture(scope="module")
def taxonomy(tmp_path_factory: pytest.TempPathFactory) -> Taxonomy:
    """Return a taxonomy of two topics."""
    path: Path = tmp_path_factory.mktemp("taxonomy") / "topics.yaml"
    path.write_text("topics:\n- {id: lateness, names: Lateness}\n- {id: packing, names: Packing}\n")
    return load(path)


def examples(path: Path, key: str = "label") -> Path:
    """Write forty examples, each saying one thing among words that mean nothing."""
    rows = [
        {"text": f"{filler}, {saying}", key: topic if key == "label" else [topic]}
        for topic, sayings in SAYINGS.items()
        for saying in sayings
        for filler in FILLERS
    ]
    path.write_text("\n".join(map(json.dumps, rows)))
    return path


def test_examples_are_learnt_and_found(folder: Path, taxonomy: Taxonomy, tmp_path: Path) -> None:
    """fit-topics, then analyse: the new topics, and no others, with evidence from the text."""
    report = fit_topics(examples(tmp_path / "e.jsonl"), taxonomy, tmp_path / "topics", folder, seconds=4)
    assert (report.topics, report.examples, report.exclusive, list(report.refused)) == (2, 40, True, [])
    analyser = Analyser.load(folder, "fp32", 1, topics=tmp_path / "topics")
    assert list(analyser.topics) == ["lateness", "packing"]
    assert report.revision in analyser.revision
    texts = ["very good, late", "the delivery, bad box"]
    found = list(analyser.analyse(Document(str(n), "v", text, "en") for n, text in enumerate(texts)))
    assert [[mention.topic for mention in said.mentions] for said in found] == [["lateness"], ["packing"]]
    for said, text in zip(found, texts, strict=True):
        (mention,) = said.mentions
        assert text[mention.start : mention.end].strip()
        assert 0.5 < mention.score <= 1


def test_several_topics_of_one_text_are_possible(folder: Path, taxonomy: Taxonomy, tmp_path: Path) -> None:
    """With "labels", topics do not exclude each other, and a text may have none."""
    path = examples(tmp_path / "e.jsonl", "labels")
    with path.open("a") as file:
        for filler in FILLERS * 4:
            file.write("\n" + json.dumps({"text": f"{filler}, good", "labels": []}))
    report = fit_topics(path, taxonomy, tmp_path / "topics", folder, seconds=4)
    assert not report.exclusive
    analyser = Analyser.load(folder, "fp32", 1, topics=tmp_path / "topics")
    long = "the delivery was good. " * 60
    documents = [Document("1", "v", "good", "en"), Document("2", "v", long, "en")]
    assert all(said.tokens == said.tokens_read for said in analyser.analyse(documents))


def test_unusable_lines_are_listed_and_do_not_stop_the_rest(taxonomy: Taxonomy, tmp_path: Path) -> None:
    """A typo in one of ten thousand examples must be named, not swallowed, and not fatal; its text is not shown."""
    path = examples(tmp_path / "e.jsonl")
    path.write_text(
        path.read_text() + '\n{"text": "secret", "label": "lateness2"}\nnonsense\n{"text": " ", "label": "packing"}'
    )
    found = read_examples(path, taxonomy)
    assert len(found.rows) == 40
    assert [(refused.line, refused.reason.split()[0]) for refused in found.refused] == [
        (41, "topic"),
        (42, "not"),
        (43, "no"),
    ]
    assert "secret" not in str(found.refused)


def test_one_topic_is_not_enough(taxonomy: Taxonomy, tmp_path: Path) -> None:
    """There is nothing to tell apart, and the message says so."""
    path = tmp_path / "e.jsonl"
    path.write_text('{"text": "late", "label": "lateness"}\n{"text": "late", "label": "other"}')
    with pytest.raises(NoExamples, match=r"1 topics.*line 2, topic 'other'"):
        read_examples(path, taxonomy)


def test_topics_of_another_checkpoint_are_refused(folder: Path, taxonomy: Taxonomy, tmp_path: Path) -> None:
    """A head on other states would label nonsense; so would a damaged file."""
    fit_topics(examples(tmp_path / "e.jsonl"), taxonomy, tmp_path / "topics", folder, seconds=0.5)
    save(tmp_path / "other", tiny_network(seed=5), tiny_tokenizer(), Calibration(), {})
    with pytest.raises(OwnTopicsNotReadable, match="run fit-topics again"):
        Analyser.load(tmp_path / "other", "fp32", 1, topics=tmp_path / "topics")
    weights = tmp_path / "topics" / "topics.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"x")
    with pytest.raises(OwnTopicsNotReadable):
        Analyser.load(folder, "fp32", 1, topics=tmp_path / "topics")
