"""The model reads the customer and nobody else, and what it finds leads back to the customer's own words."""

from hypothesis import given, settings
from hypothesis import strategies as st

from data.records import Clause, Document, Turn
from models.customer_text import customer_text, says_something

SPEAKERS = st.sampled_from(["customer", "agent", "system"])


def conversation(turns: list[tuple[str, str]]) -> Document:
    """Return a document of turns joined by newlines, as ingestion makes it."""
    text, places = "", []
    for speaker, said in turns:
        start = len(text) + bool(text)
        text = f"{text}\n{said}" if text else said
        places.append(Turn(speaker, start, start + len(said)))  # type: ignore[arg-type]
    return Document("f1", "v1", text, "en", tuple(places))


def test_agents_words_are_not_read() -> None:
    """An agent who says "sorry for the terrible delay" must not make the customer angry."""
    document = conversation(
        [("agent", "Sorry!"), ("customer", " where is it? "), ("system", "left"), ("customer", "ok")]
    )
    read = customer_text(document)
    assert read.text == "where is it? / ok"


@settings(max_examples=60, deadline=None)
@given(turns=st.lists(st.tuples(SPEAKERS, st.text("ab 好。", max_size=8)), max_size=6), data=st.data())
def test_every_place_leads_back_to_the_same_words(turns: list[tuple[str, str]], data: st.DataObject) -> None:
    """Evidence offsets point into the feedback as stored, for managers to check."""
    document = conversation(turns)
    read = customer_text(document)
    for piece in read.pieces:
        start = data.draw(st.integers(0, max(0, piece.length - 1)))
        end = data.draw(st.integers(start, piece.length))
        first, last = read.in_document(piece.read_at + start, piece.read_at + end)
        assert document.text[first:last] == read.text[piece.read_at + start : piece.read_at + end]


def test_clauses_of_customers_are_found_in_the_read_text() -> None:
    """A clause keeps its position number; agents' clauses are left out."""
    document = conversation([("agent", "Hello there."), ("customer", "Bad box. Good price.")])
    at = document.text.index("Bad")
    clauses = (
        Clause("f1", "v1", 0, 0, 12, "en", "agent"),
        Clause("f1", "v1", 1, at, at + 8, "en"),
        Clause("f1", "v1", 2, at + 9, at + 20, "en"),
    )
    read = customer_text(Document("f1", "v1", document.text, "en", document.turns, clauses))
    assert [(position, read.text[start:end]) for position, start, end in read.clauses] == [
        (1, "Bad box."),
        (2, "Good price."),
    ]


def test_pictures_speak_and_punctuation_does_not() -> None:
    """Emoji-only feedback is a verdict; a row of dots is not."""
    assert all(map(says_something, ["😡😡", "👍", "❤", "666", "ok", "好"]))
    assert not any(map(says_something, ["", " \n", "...", "！？", "-----", "/ /"]))
