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
FORMULA = "effect = mean(with complaint) - mean(without); impact = effect x n_with / (n_with + n_without); scores 0-100"
BLOCKS = 4000  # more customers than this are resampled in as many random blocks: the same spread, less work


def drivers_table(counted: Counted, settings: ReportSettings, taxonomy: int = 1) -> pd.DataFrame:
    """Return the table DRIVERS: by scale, then strongest harm first (not_enough last), then in taxonomy order.

    effect = mean score (0-100) of responses with a negative mention of the topic - mean of those without;
    impact = effect x share of responses with it; adjusted = the topic's coefficient in a least squares fit of the score
    on all topics with enough responses. Intervals and ranks: percentiles of a bootstrap that resamples customers, with
    a fixed seed.
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
    revision = " ".join(sorted(counted.read["revision"].unique())) if "revision" in counted.read else ""
    table = pd.concat(parts, ignore_index=True)
    return conform("drivers", table.assign(formula=FORMULA, revision=revision, taxonomy=taxonomy))


def _of_scale(counted: Counted, scale: str, responses: pd.DataFrame, bad: pd.DataFrame, seed: int) -> pd.DataFrame:
    topics = len(counted.topics)
    place = pd.Series(np.arange(len(responses)), index=responses.index)
    own = bad[bad["row"].isin(place.index)]
    shape = (len(responses), topics)
    said = sparse.csr_array((np.ones(len(own)), (place[own["row"]].to_numpy(), own["topic"].to_numpy())), shape=shape)
    customers, customer = np.unique(responses["customer"], return_inverse=True)
    score = responses["normal"].to_numpy(dtype=np.float64)
    with_n = (_by_block(customer, said, len(customers)) > 0).sum(axis=0)
    silent = _people_without(customer, said, len(customers))
    enough = (with_n >= ENOUGH) & (silent >= ENOUGH)
    random = np.random.default_rng(seed)
    block, size = customer, len(customers)
    if size > BLOCKS:
        block, size = (random.permutation(size) % BLOCKS)[customer], BLOCKS
    sums = _sums(block, size, said, score)
    total = sums.sum(axis=0)[None, :]
    point = _effects(total, topics)[0]
    table = pd.DataFrame(
        {
            "week": counted.weeks[-1],
            "topic": np.asarray(counted.topics, dtype=object),
            "scale": scale,
            "n_with": total[0, :topics].astype(np.int64),
            "n_without": (total[0, 2 * topics] - total[0, :topics]).astype(np.int64),
            "share": total[0, :topics] / total[0, 2 * topics],
            "mean_with": point[2],
            "mean_without": point[3],
            "effect": point[0],
            "impact": point[1],
        }
    )
    names = ("low", "high", "impact_low", "impact_high", "adjusted", "adjusted_low", "adjusted_high")
    table = table.assign(**dict.fromkeys((*names, "rank_low", "rank_high", "stability"), np.nan))
    rank = np.full(topics, np.nan)
    if enough.any():
        drawn = [_drawn(totals, topics, enough) for totals in _resampled(sums, random)]
        effect, impact, adjusted, ranks = (np.concatenate([part[at] for part in drawn]) for at in range(4))
        of_all = _drawn(total, topics, enough)
        rank[enough] = of_all[3][0]
        for name, draws in (("", effect), ("impact_", impact), ("adjusted_", adjusted), ("rank_", ranks)):
            ends = np.nanpercentile(draws, [2.5, 97.5], axis=0)
            table.loc[enough, [f"{name}low", f"{name}high"]] = ends.T
        table.loc[enough, "adjusted"] = of_all[2][0]
        table.loc[enough, "stability"] = (np.abs(ranks - rank[enough]) <= 1).mean(axis=0)
    numbers = [name for name in table.columns if name not in ("week", "topic", "scale", "n_with", "n_without")]
    table.loc[~enough, numbers] = np.nan
    lowers = (table["high"] < 0) & (table["adjusted_high"] < 0)
    raises = (table["low"] > 0) & (table["adjusted_low"] > 0)
    table["verdict"] = np.select([~enough, lowers, raises], ["not_enough", "lowers", "raises"], "none")
    table["rank"] = pd.Series(rank).astype("Int64")
    return table.sort_values("impact", kind="stable", na_position="last")


def _people_without(customer: npt.NDArray[np.intp], said: sparse.csr_array, size: int) -> npt.NDArray[np.int64]:
    """Return by topic how many customers have a response that does not mention it."""
    spoken = _by_block(customer, said, size)
    result: npt.NDArray[np.int64] = (spoken < np.bincount(customer, minlength=size)[:, None]).sum(axis=0)
    return result


def _sums(block: npt.NDArray[np.intp], size: int, said: sparse.csr_array, score: Numbers) -> Numbers:
    """Return by block: responses and score sums by topic, of all, and responses that mention both of two topics."""
    everyone = np.bincount(block, minlength=size).astype(np.float64)
    scores = np.bincount(block, weights=score, minlength=size)
    parts = [_by_block(block, said, size), _by_block(block, said * score[:, None], size), everyone[:, None]]
    columns = said.tocsc()
    both = [_by_block(block, said * columns[:, [topic]].toarray(), size) for topic in range(said.shape[1])]
    return np.column_stack([*parts, scores, *both])


def _by_block(block: npt.NDArray[np.intp], values: sparse.csr_array, size: int) -> Numbers:
    pick = sparse.csr_array((np.ones(len(block)), (block, np.arange(len(block)))), shape=(size, len(block)))
    result: Numbers = (pick @ values).toarray()
    return result


def _resampled(sums: Numbers, random: np.random.Generator) -> Iterator[Numbers]:
    """Yield totals of resampled customers, a hundred draws at a time."""
    for _ in range(DRAWS // 100):
        yield random.multinomial(len(sums), np.full(len(sums), 1 / len(sums)), size=100) @ sums


def _drawn(totals: Numbers, topics: int, enough: npt.NDArray[np.bool_]) -> tuple[Numbers, Numbers, Numbers, Numbers]:
    """Return effect, impact, adjusted effect and rank of the topics with enough responses, by draw."""
    found = _effects(totals, topics)[:, :2, enough]
    adjusted = _adjusted(totals, topics, enough)
    harm = adjusted * totals[:, :topics][:, enough]
    ranks: Numbers = np.argsort(np.argsort(harm, axis=1, kind="stable"), axis=1).astype(np.float64) + 1
    return found[:, 0], found[:, 1], adjusted, ranks


def _effects(totals: Numbers, topics: int) -> Numbers:
    """Return effect, impact, mean_with and mean_without (draws x 4 x topics) of summed counts and scores."""
    with_n, with_sum = totals[:, :topics], totals[:, topics : 2 * topics]
    all_n, all_sum = totals[:, [2 * topics]], totals[:, [2 * topics + 1]]
    with np.errstate(divide="ignore", invalid="ignore"):
        mean_with, mean_without = with_sum / with_n, (all_sum - with_sum) / (all_n - with_n)
        effect = mean_with - mean_without
        return np.stack([effect, effect * with_n / all_n, mean_with, mean_without], axis=1)


def _adjusted(totals: Numbers, topics: int, enough: npt.NDArray[np.bool_]) -> Numbers:
    """Return the least squares coefficients of the topics with enough responses (draws x topics)."""
    both = totals[:, 2 * topics + 2 :].reshape(len(totals), topics, topics)[:, enough][:, :, enough]
    size = int(enough.sum()) + 1
    products = np.empty((len(totals), size, size))
    products[:, 0, 0] = totals[:, 2 * topics]
    products[:, 0, 1:] = products[:, 1:, 0] = totals[:, :topics][:, enough]
    products[:, 1:, 1:] = both
    right = np.column_stack([totals[:, 2 * topics + 1], totals[:, topics : 2 * topics][:, enough]])
    # Two topics that always come together have no effect of their own; a breath of ridge shares it between them.
    products += np.eye(size) * 1e-6
    result: Numbers = np.linalg.solve(products, right[:, :, None])[:, 1:, 0].astype(np.float64)
    return result
