"""Rows become tensors without losing or inventing a label."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from models.batches import batched, collate, items, noised, place
from models.corpus import Row
from models.labels import POLARITIES, SENTIMENTS, TOPICS
from models.tokens import PAD
from tests.models.tiny import tiny_tokenizer

GOLD = Row(
    "the delivery was late", "gold", "en", sentiment="neg", topics=(("delivery_speed", "neg", 4, 21),), all_topics=True,
    kind="complaint", churn=0, escalation=0, urgent=0,
)  # fmt: skip
BINARY = Row("good box", "waimai", "en", sentiment="pos", among=("pos", "neg"), extra=(("stars", "5"),))


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60), st.integers(0, 1000))
def test_noise_keeps_the_length(text: str, seed: int) -> None:
    """Spans are placed on the clean text and read on the noised one."""
    if text.lower() == text or len(text.lower()) == len(text):
        assert len(noised(text, random.Random(seed))) == len(text)


def test_a_span_becomes_pieces_counted_after_the_start_mark() -> None:
    """Off by one, and the network would learn to quote the word before."""
    assert place([(0, 3), (3, 12), (12, 16)], 4, 12) == (2, 3)
    assert place([(0, 3), (3, 12), (12, 16)], 2, 13) == (1, 4)
    assert place([(0, 3)], 7, 9) is None
    assert place([(0, 3)], -1, -1) is None


def test_a_batch_holds_what_its_rows_know() -> None:
    """Unknown labels are marked as such, not guessed."""
    made = items([GOLD, BINARY], tiny_tokenizer(), 32, random.Random(0), noise=0.0)
    batch = collate(made, {"stars": ["1", "5"]})
    topic = TOPICS.index("delivery_speed")
    assert batch.topics[0, topic] == 1
    assert batch.topics_weight[0].min() == 1
    assert not batch.topics_weight[1].any()
    assert batch.polarity.tolist() == [[0, topic, POLARITIES.index("neg")]]
    assert batch.kind.tolist()[1] == batch.churn.tolist()[1] == -1
    assert batch.allowed[1].tolist() == [label in ("pos", "neg") for label in SENTIMENTS]
    assert abs(float(batch.sentiment[1].sum()) - 1) < 1e-6
    first, last = made[0].evidence[0][1:]
    assert batch.evidence[0, :, topic].nonzero().flatten().tolist() == list(range(first, last))
    rows, labels = batch.extra["stars"]
    assert (rows.tolist(), labels.tolist()) == ([1], [1])
    assert (batch.mask == (batch.ids != PAD)).all()


def test_long_texts_are_cut_with_both_marks() -> None:
    """Training reads a window; evidence beyond it is left out, not misplaced."""
    long = Row("good " * 50 + "bad", "gold", "en", topics=(("price_value", "neg", 250, 253),), all_topics=True)
    made = items([long], tiny_tokenizer(), 16, random.Random(0), noise=0.0)[0]
    assert len(made.ids) == 16
    assert not made.evidence


def test_every_row_comes_once_in_batches_of_the_size_asked() -> None:
    """A row lost in batching would be lost silently."""
    rows = [Row("good " * (1 + number % 9), "s", "en") for number in range(100)]
    made = items(rows, tiny_tokenizer(), 32, random.Random(0), noise=0.0)
    groups = batched(made, 60, random.Random(1))
    assert sorted(id(item) for group in groups for item in group) == sorted(id(item) for item in made)
    assert all(len(group) == 1 or len(group) * max(len(item.ids) for item in group) <= 60 + 5 * 9 for group in groups)
