"""Choose the words that show a topic, from the token scores of its head."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from data.records import Span

LIMIT = 4.0  # one very sure token must not outweigh a whole phrase


def best_span(scores: npt.NDArray[np.float32], offsets: Sequence[tuple[int, int]]) -> Span:
    """Return the contiguous stretch of text with the highest summed evidence (Kadane's maximum subarray).

    scores (L,) are the evidence logits of one topic, offsets the character spans of the same L pieces (without start
    and end marks). Where no piece is above 0, the best single piece. Raises ValueError when there is no piece.
    """
    if len(offsets) == 0:
        raise ValueError("No pieces to choose evidence from.")
    clipped = np.clip(scores[: len(offsets)], -LIMIT, LIMIT)
    best, first, last = -np.inf, 0, 0
    running, begin = 0.0, 0
    for index, score in enumerate(clipped):
        if running <= 0:
            running, begin = 0.0, index
        running += float(score)
        if running > best:
            best, first, last = running, begin, index
    return Span(offsets[first][0], offsets[last][1])
