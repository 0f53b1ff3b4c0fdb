"""Fisher's exact test for many two-by-two tables at once."""

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln

from reports.intervals import Numbers

Counts = npt.NDArray[np.int64]
EQUAL = 1 + 1e-7  # tables this close in probability are equally likely but for rounding, as in R's fisher.test


def fisher(hits: Counts, n: Counts, hits_before: Counts, n_before: Counts) -> Numbers:
    """Return the two-sided p of each table (hits of n against hits_before of n_before): Fisher 1922.

    The sum of the probabilities of all tables with the same margins that are no likelier than the one found.
    """
    everyone, drawn = n + n_before, hits + hits_before
    # Turned so that both margins are the smaller ones, the cell runs from 0 to the smaller margin.
    few_rows, few_hits = n <= n_before, drawn <= everyone - drawn
    row = np.where(few_rows, n, n_before)
    column = np.where(few_hits, drawn, everyone - drawn)
    of_row = np.where(few_rows, hits, hits_before)
    cell = np.where(few_hits, of_row, row - of_row)
    highest = np.minimum(row, column)
    values = np.arange(int(highest.max(initial=0)) + 1)[None, :]
    inside = values <= highest[:, None]
    safe = np.where(inside, values, 0)
    chance = (
        _choose(row[:, None], safe)
        + _choose((everyone - row)[:, None], column[:, None] - safe)
        - _choose(everyone, column)[:, None]
    )
    chance = np.where(inside, np.exp(chance), 0.0)
    found = np.take_along_axis(chance, cell[:, None], axis=1)
    result: Numbers = np.minimum((chance * (chance <= found * EQUAL)).sum(axis=1), 1.0)
    return result


def _choose(n: Counts, k: Counts) -> Numbers:
    result: Numbers = gammaln(n + 1.0) - gammaln(k + 1.0) - gammaln(n - k + 1.0)
    return result
