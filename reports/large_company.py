"""A large company drawn at random, to measure how long a report takes."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.taxonomy import Taxonomy
from data.weeks import monday
from reports.counted import trend_weeks

WORDS = ("awful", "fine", "meh", "never again", "快递太慢了", "客服不理人")
SENTIMENTS = ("neg", "pos", "mix", "neu")
KINDS = ("complaint", "complaint", "praise", "praise", "other", "request", "question")
GROUPS = {
    "channel": ("survey", "review", "chat"),
    "product": tuple(f"P{number}" for number in range(40)),
    "carrier": tuple("ABCD"),
    "region": tuple("NSEWT"),
    "plan": ("free", "pro"),
    "language": ("en", "zh-Hans", "zh-Hant", "other"),
}


@dataclass(frozen=True, slots=True)
class LargeCompany:
    """Frames as reports.aggregation.build_week takes them; only the report week has texts, and no chat has turns."""

    feedback: pd.DataFrame
    predictions: pd.DataFrame
    mentions: pd.DataFrame
    clauses: pd.DataFrame


def draw_company(taxonomy: Taxonomy, week: str, per_week: int, weeks: int = 13, seed: int = 1) -> LargeCompany:
    """Return a company with `per_week` feedback, and 1.35 mentions each, in each of the weeks up to `week`."""
    random = np.random.default_rng(seed)
    topics = np.asarray(taxonomy.ids, dtype=object)
    feedback, mentions = [], []
    for place, each in enumerate(trend_weeks(week, weeks)):
        said = _feedback(random, per_week, each, place * per_week)
        feedback.append(said if each == week else said.assign(text=None))
        cell = np.unique(random.integers(0, per_week * len(topics), int(per_week * 1.35)))
        mentions.append(
            pd.DataFrame(
                {
                    "feedback_id": said["feedback_id"].to_numpy()[cell // len(topics)],
                    "topic": topics[cell % len(topics)],
                    "sentiment": random.choice(SENTIMENTS, len(cell)),
                    "score": random.random(len(cell)),
                }
            ).assign(version="v1", start=0, end=30, clause=0)
        )
    joined = pd.concat(feedback, ignore_index=True)
    predictions = joined[["feedback_id", "version"]].assign(
        revision="r1",
        tokens=20,
        tokens_read=20,
        sentiment=random.choice(SENTIMENTS, len(joined)),
        kind=random.choice(KINDS, len(joined)),
        abstained=random.random(len(joined)) < 0.03,
    )
    clauses = joined.loc[joined["week"] == week, ["feedback_id", "version"]]
    clauses = clauses.assign(position=0, start=0, end=60, speaker="customer")
    return LargeCompany(joined, predictions, pd.concat(mentions, ignore_index=True), clauses)


def _feedback(random: np.random.Generator, n: int, week: str, first: int) -> pd.DataFrame:
    scored = random.random(n) < 0.6
    parcel = pd.Series(random.integers(0, 10**6, n)).astype("str")
    said = "Parcel " + parcel + " came late and nobody could say where it was, " + pd.Series(random.choice(WORDS, n))
    seconds = pd.to_timedelta(random.integers(0, 7 * 86400, n), unit="s")
    return pd.DataFrame(
        {
            "feedback_id": (pd.Series(np.arange(n)) + first).astype("str").str.zfill(12),
            "version": "v1",
            "source": "drop",
            "week": week,
            "occurred_at": pd.Timestamp(monday(week), tz="UTC") + seconds,
            "text": said,
            "url": None,
            "customer_key": "c" + pd.Series(random.integers(0, n * 3, n)).astype("str"),
            "score": np.where(scored, random.integers(1, 6, n), np.nan),
            "scale": pd.Series(scored).map({True: "stars", False: None}),
            "order_key": "o" + pd.Series(random.integers(0, n, n)).astype("str"),
            "resolved": pd.Series(random.random(n) < 0.8, dtype="boolean"),
            **{name: random.choice(values, n) for name, values in GROUPS.items()},
        }
    )
