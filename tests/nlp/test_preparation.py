"""What is stored holds no personal data, and every offset leads back to what was said."""

import hashlib
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from data.records import Identity, Origin, RawFeedback, RawTurn
from nlp.preparation import Keys, Prepared, prepare, prepare_text

NOW = datetime(2026, 11, 16, 6, 0, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")


class PlainKeys(Keys):
    """Keys without a secret: enough where nothing is stored."""

    def customer_key(self, source_customer_id: str) -> str:
        return self._key("c", source_customer_id)

    def order_key(self, order_id: str) -> str:
        return self._key("o", order_id)

    def feedback_id(self, source: str, source_id: str) -> str:
        return self._key(source, source_id)

    def _key(self, *parts: str) -> str:
        return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:24]


def prepared(text: str = "", at: datetime = NOW, **facts: Any) -> Prepared:
    raw = RawFeedback(
        source="surveys",
        source_id="r1",
        channel="survey",
        occurred_at=at,
        origin=Origin("a.csv", 2),
        text=text,
        **facts,
    )
    return prepare(raw, PlainKeys(), SHANGHAI, NOW)


def test_what_the_source_knows_of_a_customer_is_taken_out_of_the_text() -> None:
    """No recogniser can know that "Fern" is a name; the source does."""
    identity = Identity("C-1042", "Fern Hollis", "fern@example.com", "+44 7700 900123")
    told = "It's Fern again (fern@example.com). Order 88-2213 was late. Fern Hollis, C-1042"
    feedback = prepared(told, identity=identity, order_id="88-2213").feedback
    for secret in ("Fern", "Hollis", "example.com", "88-2213", "C-1042"):
        assert secret not in feedback.text
    assert "was late" in feedback.text


def test_an_answer_to_may_i_have_your_name_is_redacted() -> None:
    """In a transcript the cue stands in the agent's turn."""
    turns = (RawTurn("agent", "May I have your name, please?"), RawTurn("customer", "John Smith"))
    assert "John" not in prepared(turns=turns).feedback.text


def test_each_turn_keeps_its_speaker_and_its_span() -> None:
    """An agent's apology must not be read as the customer's anger."""
    turns = (
        RawTurn("agent", "Sorry for the terrible experience"),
        RawTurn("customer", "<b>It is fine</b> now. Thanks!"),
    )
    made = prepared(turns=turns)
    spans = [made.feedback.text[turn.start : turn.end] for turn in made.feedback.turns]
    assert spans == ["Sorry for the terrible experience", "It is fine now. Thanks!"]
    for clause in made.clauses:
        (holder,) = [t for t in made.feedback.turns if t.start <= clause.start and clause.end <= t.end]
        assert holder.speaker == clause.speaker


def test_the_version_follows_the_content_and_not_the_time_of_the_pull() -> None:
    """Pulled again, the same comment is the same version; an edited one is not."""
    assert prepared("很好").feedback.version == prepared("很好").feedback.version
    assert prepared("很好").feedback.version != prepared("不好").feedback.version
    assert prepared("很好", score=9.0, scale="nps").feedback.version != prepared("很好").feedback.version
    assert prepared("很好").feedback.feedback_id == prepared("不好").feedback.feedback_id


def test_a_solved_time_is_an_edit_and_its_absence_changes_no_version() -> None:
    """What was stored before sources told when it was solved must not come in again as edited."""
    assert prepared("很好").feedback.version == "c4edfd4c3ec7cd17c66a50ca"
    solved = prepared("很好", solved_at=NOW).feedback
    assert solved.solved_at == NOW
    assert solved.version != prepared("很好").feedback.version
    assert solved.feedback_id == prepared("很好").feedback.feedback_id


def test_the_week_is_that_of_the_business() -> None:
    """Sunday evening in London is Monday morning in Shanghai."""
    assert prepared("很好", datetime(2026, 11, 15, 18, 0, tzinfo=UTC)).feedback.week == "2026-W47"


def test_a_link_that_is_no_web_address_is_dropped() -> None:
    """Links are put into pages: `javascript:` must not get there."""
    assert prepared("很好", url="javascript:alert(1)").feedback.url is None
    assert prepared("很好", url="https://example.com/r/1").feedback.url == "https://example.com/r/1"


TEXTS = st.text(alphabet=st.sampled_from([*"很好慢不 的了，。！ab <>&;\n@1390-", "😡"]), max_size=40)


@given(TEXTS)
@settings(max_examples=80, deadline=None)
def test_every_clause_leads_back_into_the_input(text: str) -> None:
    """Evidence is shown to the caller in the caller's own text."""
    read = prepare_text(text)
    for clause in read.document.clauses:
        turn, start, end = read.to_input(clause.start, clause.end)
        assert turn == 0
        assert 0 <= start <= end <= len(text)
        if read.document.text == text:
            assert (start, end) == (clause.start, clause.end)


@given(st.lists(TEXTS, min_size=1, max_size=4))
@settings(max_examples=60, deadline=None)
def test_clauses_of_a_conversation_stay_inside_their_turns(texts: list[str]) -> None:
    """A clause over two turns would mix two speakers."""
    read = prepare_text(turns=[RawTurn("customer" if place % 2 else "agent", text) for place, text in enumerate(texts)])
    for clause in read.document.clauses:
        turn, _, end = read.to_input(clause.start, clause.end)
        assert clause.speaker == ("customer" if turn % 2 else "agent")
        assert end <= len(texts[turn])
