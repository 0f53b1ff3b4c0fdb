"""A clause has one place, whatever else is read with it and however long its comment is."""

from pathlib import Path

import numpy as np
import pytest

from data.records import Clause, Document
from models.analyser import Analyser
from models.checkpoint import save
from models.themes.vectors import Embedder
from tests.models.test_analyser import EAGER
from tests.models.tiny import tiny_network, tiny_tokenizer


@pytest.fixture(scope="module")
def embedder(tmp_path_factory: pytest.TempPathFactory) -> Embedder:
    made: Path = tmp_path_factory.mktemp("tiny")
    save(made, tiny_network(), tiny_tokenizer(), EAGER, {})
    return Embedder.of(Analyser.load(made, engine="fp32", threads=1))


def document(id_: str, *parts: str) -> Document:
    text, clauses = "", []
    for position, part in enumerate(parts):
        clauses.append(Clause(id_, "1", position, len(text), len(text) + len(part), "zh-Hans"))
        text += part
    return Document(id_, "1", text, "zh-Hans", (), tuple(clauses))


def test_a_vector_has_length_one_and_every_clause_has_one(embedder: Embedder) -> None:
    """Likeness is a cosine."""
    (found,) = embedder.vectors([document("a", "快递很慢，", "客服很好。")])
    assert set(found) == {0, 1}
    assert all(np.linalg.norm(vector) == pytest.approx(1.0, abs=1e-5) for vector in found.values())


def test_a_vector_does_not_depend_on_what_else_is_read(embedder: Embedder) -> None:
    """Rows in another order must give the same themes."""
    one, other = document("a", "快递很慢，", "客服很好。"), document("b", "很好" * 40)
    (alone,) = embedder.vectors([one])
    beside = list(embedder.vectors([other, one, other]))[1]
    assert all(np.allclose(alone[position], beside[position], atol=1e-5) for position in alone)


def test_a_long_conversation_has_a_vector_for_each_clause(embedder: Embedder) -> None:
    """Nothing is cut off silently."""
    (found,) = embedder.vectors([document("a", *["快递很慢，"] * 300)])
    assert set(found) == set(range(300))


def test_a_text_without_tokens_has_no_vector(embedder: Embedder) -> None:
    """Empty feedback must not stop the week."""
    assert list(embedder.vectors([document("a")])) == [{}]
