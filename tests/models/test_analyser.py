"""From documents to analyses: in order, whole, once, and with words that are really there."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from data.records import Clause, Document, Turn
from models import analyser as module
from models.analyser import Analyser
from models.calibration import Calibration
from models.checkpoint import save
from models.labels import TOPICS
from models.reading import Logits, Reader, Tokens
from tests.models.tiny import tiny_network, tiny_tokenizer

#: Every topic passes, so that every text has evidence to check.
EAGER = Calibration(topic_thresholds=dict.fromkeys(TOPICS, 0.0), abstain_below=0.2)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a tiny checkpoint whose topics are all present everywhere."""
    made: Path = tmp_path_factory.mktemp("checkpoint")
    save(made, tiny_network(), tiny_tokenizer(), EAGER, {})
    return made


class CountingReader(Reader):
    """A reader that counts the texts it is given."""

    seen = 0

    def read(self, texts: Sequence[Tokens]) -> list[Logits | None]:
        CountingReader.seen += len(texts)
        return super().read(texts)


def comment(text: str, number: int = 0) -> Document:
    """Return a comment of one clause a sentence."""
    clauses, start = [], 0
    for position, sentence in enumerate(text.split(". ")):
        end = min(start + len(sentence) + 2, len(text))
        clauses.append(Clause(f"f{number}", "v", position, start, end, "en"))
        start = end
    return Document(f"f{number}", "v", text, "en", (), tuple(clauses))


def test_evidence_is_the_customers_own_words(folder: Path) -> None:
    """Managers read the quotation: it must lie in the customer's turn and be trimmed to words."""
    text = "The box was late, sorry.\nvery bad box, the delivery was late\nbye"
    turns = (Turn("agent", 0, 24), Turn("customer", 25, 60), Turn("agent", 61, 64))
    (found,) = Analyser.load(folder, "fp32", 1).analyse([Document("f1", "v", text, "en", turns)])
    assert len(found.mentions) == len(TOPICS)
    for mention in found.mentions:
        assert 25 <= mention.start < mention.end <= 60
        assert text[mention.start : mention.end].strip(" ,.") == text[mention.start : mention.end]
    assert found.tokens == found.tokens_read > 0


def test_agents_words_change_no_label(folder: Path) -> None:
    """What the agent says is context, never the customer's verdict."""
    reader = Analyser.load(folder, "fp32", 1)
    quiet = Document("f1", "v", "the box\nok", "en", (Turn("customer", 0, 7), Turn("agent", 8, 10)))
    loud = Document("f1", "v", "the box\nnever late", "en", (Turn("customer", 0, 7), Turn("agent", 8, 18)))
    assert list(reader.analyse([quiet])) == list(reader.analyse([loud]))


def test_analyses_come_in_order_and_independent_of_each_other(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However the stream is cut into chunks, each feedback gets its own labels."""
    documents = [
        comment(text, number) for number, text in enumerate(["bad box. good delivery", "", "late", "很好", "..."] * 4)
    ]
    whole = list(Analyser.load(folder, "fp32", 1).analyse(documents))
    monkeypatch.setattr(module, "DOCUMENTS_AT_ONCE", 3)
    pieces = list(Analyser.load(folder, "fp32", 2).analyse(iter(documents)))
    assert [analysis.feedback_id for analysis in whole] == [document.feedback_id for document in documents]
    for one, other in zip(whole, pieces, strict=True):
        assert one.sentiment == other.sentiment
        assert one.scores == pytest.approx(other.scores, abs=1e-5)
        assert [mention.topic for mention in one.mentions] == [mention.topic for mention in other.mentions]


def test_equal_text_is_read_once(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Duplicates inside a run, and unchanged text in a later one, cost nothing."""
    monkeypatch.setattr(module, "Reader", CountingReader)
    CountingReader.seen = 0
    documents = [comment("bad box", number) for number in range(5)] + [comment("good box", 9)]
    first = list(Analyser.load(folder, "fp32", 1, cache=tmp_path / "c.db").analyse(documents))
    assert CountingReader.seen == 2
    second = list(Analyser.load(folder, "fp32", 1, cache=tmp_path / "c.db").analyse(documents))
    assert CountingReader.seen == 2
    assert first == second


@pytest.mark.parametrize("text", ["", "   ", "...", "！？"])
def test_nothing_said_abstains(folder: Path, text: str) -> None:
    """Empty and symbol-only feedback is counted as abstained, not guessed."""
    (found,) = Analyser.load(folder, "fp32", 1).analyse([Document("f1", "v", text, "other")])
    assert (found.abstained, found.sentiment, found.mentions, found.tokens) == (True, "neu", (), 0)
    assert sum(found.scores.values()) == 1


def test_a_transcript_of_a_hundred_thousand_characters_is_read_whole(folder: Path) -> None:
    """No silent truncation: the share of text read is 1."""
    text = ("the delivery was late. " * 5_000)[:100_000]
    (found,) = Analyser.load(folder, "fp32", 1).analyse([comment(text)])
    assert found.tokens == found.tokens_read > 10_000
    assert len(found.clauses) == len(comment(text).clauses)


def test_each_clause_has_its_reading(folder: Path) -> None:
    """One clause is the comment itself; several are read one by one, with scores that are probabilities."""
    reader = Analyser.load(folder, "fp32", 1)
    (single,) = reader.analyse([comment("bad box")])
    assert [(clause.position, clause.sentiment) for clause in single.clauses] == [(0, single.sentiment)]
    (several,) = reader.analyse([comment("bad box. good delivery. late")])
    assert [clause.position for clause in several.clauses] == [0, 1, 2]
    assert all(0.25 <= clause.score <= 1 for clause in several.clauses)
