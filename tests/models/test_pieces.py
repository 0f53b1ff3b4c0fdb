"""Long texts are tokenised in stretches, without losing a character."""

import numpy as np

from models.pieces import AT_ONCE, pieces_of
from tests.models.tiny import tiny_tokenizer


def test_a_long_text_keeps_its_places() -> None:
    """Offsets lead to the same words beyond the first stretch, and every character that is not blank is covered."""
    sentence = "the delivery was late. very bad box. "
    text = sentence * (2 * AT_ONCE // len(sentence) + 3)
    ((ids, offsets),) = pieces_of(tiny_tokenizer(), [text])
    assert len(ids) == len(offsets)
    covered = np.zeros(len(text), bool)
    for start, end in offsets:
        covered[start:end] = True
    assert not "".join(text[place] for place in np.flatnonzero(~covered)).strip()
    assert (np.diff(offsets[:, 0]) >= 0).all()


def test_texts_keep_their_order_and_empty_ones_their_place() -> None:
    """A blank comment between two others must not shift their labels."""
    found = pieces_of(tiny_tokenizer(), ["the box", "", "很好"])
    assert [len(ids) > 0 for ids, _ in found] == [True, False, True]
    assert found[1][1].shape == (0, 2)
