"""Scores (NPS, CSAT, CES, stars) and sentiment of the whole feedback, for everyone and by group."""

import numpy as np
import pandas as pd

from data.records import SCALES
from reports.cohorts import blank, group_codes
from reports.counted import SENTIMENTS, Counted, customers_by
from reports.intervals import clustered_mean, wilson
from reports.week import COHORT_KINDS, conform

PROMOTER, DETRACTOR = 9, 6  # lowest score of a promoter, highest of a detractor (Reichheld 2003)


def nps_points(score: pd.Series) -> pd.Series:
    """Return 100 for a promoter, -100 for a detractor, 0 between: their mean is the NPS."""
    return 100.0 * ((score >= PROMOTER).astype("float64") - (score <= DETRACTOR).astype("float64"))


def scores_table(counted: Counted, k: int) -> pd.DataFrame:
    """Return the table SCORES; groups without any response of a scale have no row."""
    responses = with_everyone(counted.feedback[counted.feedback["normal"].notna()])
    parts = [_scores(counted, responses, kind, k) for kind in ("all", *COHORT_KINDS)]
    return conform("scores", pd.concat(parts, ignore_index=True))


def _scores(counted: Counted, responses: pd.DataFrame, kind: str, k: int) -> pd.DataFrame:
    codes, groups = group_codes(responses, ["week", kind, "scale"])
    inside = codes >= 0
    chosen, codes, size = responses[inside], codes[inside], len(groups)
    customer = chosen["customer"].to_numpy()
    mean, low, high = clustered_mean(chosen["score"].to_numpy(dtype=np.float64), codes, customer, size)
    nps, nps_low, nps_high = clustered_mean(nps_points(chosen["score"]).to_numpy(), codes, customer, size)
    is_nps = groups["scale"].eq("nps").to_numpy()
    bottom = groups["scale"].map({scale: bounds[0] for scale, bounds in SCALES.items()}).to_numpy(dtype=np.float64)
    top = groups["scale"].map({scale: bounds[1] for scale, bounds in SCALES.items()}).to_numpy(dtype=np.float64)
    table = pd.DataFrame(
        {
            "week": np.asarray(counted.weeks, dtype=object)[groups["week"]],
            "order": groups["week"],
            "kind": kind,
            "cohort": groups[kind],
            "scale": groups["scale"],
            "n": np.bincount(codes, minlength=size),
            "mean": mean,
            "low": np.clip(low, bottom, top),
            "high": np.clip(high, bottom, top),
            "mean_100": (mean - bottom) / (top - bottom) * 100,
            "nps": np.where(is_nps, nps, np.nan),
            "nps_low": np.where(is_nps, np.clip(nps_low, -100, 100), np.nan),
            "nps_high": np.where(is_nps, np.clip(nps_high, -100, 100), np.nan),
            "customers": customers_by(codes, customer, size),
        }
    ).assign(withheld=lambda frame: frame["customers"] < k)
    promoters = np.bincount(codes[(chosen["score"] >= PROMOTER).to_numpy()], minlength=size)
    detractors = np.bincount(codes[(chosen["score"] <= DETRACTOR).to_numpy()], minlength=size)
    table["promoters"] = pd.Series(promoters, dtype="Int64").where(is_nps)
    table["detractors"] = pd.Series(detractors, dtype="Int64").where(is_nps)
    numbers = ("n", "mean", "low", "high", "mean_100", "nps", "nps_low", "nps_high", "customers")
    table = blank(table, numbers)
    for name in ("promoters", "detractors"):
        table[name] = table[name].mask(table["withheld"])
    return table.sort_values(["order", "cohort", "scale"], ignore_index=True).drop(columns="order")


def sentiment_table(counted: Counted, k: int) -> pd.DataFrame:
    """Return the table SENTIMENT."""
    feedback = with_everyone(counted.feedback)
    return conform("sentiment", pd.concat([_sentiment(counted, feedback, kind, k) for kind in ("all", *COHORT_KINDS)]))


def _sentiment(counted: Counted, feedback: pd.DataFrame, kind: str, k: int) -> pd.DataFrame:
    codes, groups = group_codes(feedback, ["week", kind])
    inside = codes >= 0
    codes, size = codes[inside], len(groups)
    labels = feedback["sentiment"].to_numpy()[inside]
    counts = np.bincount(codes * len(SENTIMENTS) + labels, minlength=size * len(SENTIMENTS)).reshape(
        size, len(SENTIMENTS)
    )
    people = customers_by(codes, feedback["customer"].to_numpy()[inside], size)
    n = counts.sum(axis=1)
    table = pd.DataFrame(
        {
            "week": np.asarray(counted.weeks, dtype=object)[groups["week"]],
            "order": groups["week"],
            "kind": kind,
            "cohort": groups[kind],
            "n": n,
            "customers": people,
            "withheld": people < k,
        }
    )
    for code, label in enumerate(SENTIMENTS):
        low, high = wilson(counts[:, code], n)
        parts = {
            label: counts[:, code],
            f"{label}_share": counts[:, code] / n,
            f"{label}_low": low,
            f"{label}_high": high,
        }
        table = table.assign(**parts)
    numbers = [name for name in table.columns if name not in ("week", "order", "kind", "cohort", "withheld")]
    return blank(table, numbers).sort_values(["order", "cohort"], ignore_index=True).drop(columns="order")


def with_everyone(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with the cohort kind "all", of which everyone is a member."""
    return frame.assign(all=pd.Categorical.from_codes(np.zeros(len(frame), dtype=np.int64), pd.Index(["all"])))


def mismatches_table(counted: Counted, k: int) -> pd.DataFrame:
    """Return the table MISMATCHES: a very low score with praise, or a very high score with blame.

    Empty when the whole week has fewer than k customers, as for quotes.
    """
    current = counted.current()
    if current["customer"].nunique() < k:
        return conform("mismatches")
    words = current["sentiment"].to_numpy()
    too_low = (words == SENTIMENTS.index("pos")) & (current["normal"] <= 25)
    too_high = (words == SENTIMENTS.index("neg")) & (current["normal"] >= 75)
    chosen = current[too_low | too_high]
    return conform(
        "mismatches",
        chosen.assign(
            week=counted.weeks[-1],
            sentiment=np.asarray(SENTIMENTS, dtype=object)[chosen["sentiment"]],
            direction=np.where(too_low[too_low | too_high], "score_too_low", "score_too_high"),
        ),
    )
