"""What theme discovery reads: the customers' clauses of four weeks, each with its place and who said it."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data.theme_records import ClauseKey

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Said:
    """A customer's clause.

    words: its content words as (form, written), see nlp.words; topics: what the feedback speaks of that the taxonomy
    has; topic: the one that this clause shows, None if it shows none; vector: (H,), at length 1.
    """

    key: ClauseKey
    text: str
    language: str
    customer: str
    source: str
    words: tuple[tuple[str, str], ...]
    topics: tuple[str, ...]
    topic: str | None
    vector: Floats
