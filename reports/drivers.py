"""Which complaints go with lower scores, by how much, and how sure that is. Association, not cause."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from reports.cohorts import NEGATIVE
from reports.counted import Counted
from reports.intervals import Numbers
from reports.week import ReportSettings, conform

ENOUGH = 10  # customers needed on each side
DRAWS = 1000
BLOCKS = 4000  # more customers than this are resampled in as many random blocks: the same spread, less work


def drivers_table(counted: Counted, settings: ReportSettings, taxonomy: int = 1) -> pd.DataFrame:
    """Return the table DRIVERS: by scale, then strongest harm first (not_enough last), then in taxonomy order.

    effect = mean score (0-100) of responses with a negative mention of the topic - mean of those without;
    impact = effect x share of responses with it. Intervals: percentiles of a bootstrap that resamples customers, with a
    fixed seed.
    """
    recent = counted.feedback["week"] >= counted.last - settings.baseline_weeks
    responses = counted.feedback[recent & counted.feedback["normal"].notna()]
    bad = counted.mentions[counted.mentions["sentiment"] == NEGATIVE]
    parts = [
        _of_scale(counted, str(scale), responses[responses["scale"] == scale], bad, settings.seed)
        for scale in sorted(responses["scale"].unique())
    ]
    if not parts:
        return conform("drivers")
    return conform("drivers", pd.concat(parts, ignore_index=True).assign(taxonomy=taxonomy))


def _of_scale(counted: Counted, scale: str, responses: pd.DataFrame, bad: pd.DataFrame, seed: int) -> pd.DataFrame:
    topics = len(counted.topics)
    place = pd.Series(np.arange(len(responses)), index=responses.index)
    own = bad[bad["row"].isin(place.index)]
    shape = (len(responses), topics)
    said = sparse.csr_array((np.ones(len(own)), (place[own["row"]].to_numpy(), own["topic"].to_numpy())), shape=shape)
    customers, block = np.unique(responses["customer"], return_inverse=True)
    score = responses["normal"].to_numpy(dtype=np.float64)
    with_n, with_sum = _by_block(block, said, len(customers)), _by_block(block, said * score[:, None], len(customers))
    all_n = np.bincount(block, minlength=len(customers)).astype(np.float64)
    all_sum = np.bincount(block, weights=score, minlength=len(customers))
    enough = ((with_n > 0).sum(axis=0) >= ENOUGH) & ((with_n < all_n[:, None]).sum(axis=0) >= ENOUGH)
    sums = np.column_stack([with_n, with_sum, all_n, all_sum])
    point = _effects(sums.sum(axis=0)[None, :], topics)
    low, high = np.full((2, topics), np.nan), np.full((2, topics), np.nan)
    if enough.any():
        draws = np.concatenate([_effects(totals, topics)[:, :2, enough] for totals in _resampled(sums, seed)])
        low[:, enough], high[:, enough] = np.nanpercentile(draws, [2.5, 97.5], axis=0)
    n_with = with_n.sum(axis=0)
    table = pd.DataFrame(
        {
            "week": counted.weeks[-1],
            "topic": np.asarray(counted.topics, dtype=object),
            "scale": scale,
            "n_with": n_with.astype(np.int64),
            "n_without": (all_n.sum() - n_with).astype(np.int64),
            "share": n_with / all_n.sum(),
            "mean_with": point[0, 2],
            "mean_without": point[0, 3],
            "effect": point[0, 0],
            "low": low[0],
            "high": high[0],
            "impact": point[0, 1],
            "impact_low": low[1],
            "impact_high": high[1],
        }
    )
    table.loc[~enough, list(table.columns[5:])] = np.nan
    side = np.select([~enough, high[0] < 0, low[0] > 0], ["not_enough", "lowers", "raises"], "none")
    table["verdict"] = side
    return table.sort_values("impact", kind="stable", na_position="last")


def _by_block(block: npt.NDArray[np.intp], values: sparse.csr_array, size: int) -> Numbers:
    pick = sparse.csr_array((np.ones(len(block)), (block, np.arange(len(block)))), shape=(size, len(block)))
    result: Numbers = (pick @ values).toarray()
    return result


def _resampled(sums: Numbers, seed: int) -> Iterator[Numbers]:
    """Yield totals of resampled customers, a hundred draws at a time."""
    random = np.random.default_rng(seed)
    if len(sums) > BLOCKS:
        block = random.permutation(len(sums)) % BLOCKS
        folded = np.zeros((BLOCKS, sums.shape[1]))
        np.add.at(folded, block, sums)
        sums = folded
    for _ in range(DRAWS // 100):
        yield random.multinomial(len(sums), np.full(len(sums), 1 / len(sums)), size=100) @ sums


def _effects(totals: Numbers, topics: int) -> Numbers:
    """Return effect, impact, mean_with and mean_without (draws x 4 x topics) of summed counts and scores."""
    with_n, with_sum = totals[:, :topics], totals[:, topics : 2 * topics]
    all_n, all_sum = totals[:, -2:-1], totals[:, -1:]
    with np.errstate(divide="ignore", invalid="ignore"):
        mean_with, mean_without = with_sum / with_n, (all_sum - with_sum) / (all_n - with_n)
        effect = mean_with - mean_without
        return np.stack([effect, effect * with_n / all_n, mean_with, mean_without], axis=1)
