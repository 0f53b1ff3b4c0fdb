"""Which feedback counts in the week's numbers, and how it is grouped by week, topic and customer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from data import weeks
from data.errors import EarshotError
from data.records import SCALES, Sentiment
from reports.week import COHORT_KINDS

SENTIMENTS: tuple[Sentiment, ...] = get_args(Sentiment)
Codes = npt.NDArray[np.int64]


class MixedRevisions(EarshotError):
    """A feedback has predictions of more than one model revision."""


@dataclass(frozen=True, slots=True)
class Counted:
    """The counted feedback of the trend weeks, sorted by time and id so that the order of the input changes nothing.

    feedback: one row per counted feedback, its index is 0..n-1: feedback_id, `week` (position in weeks), `customer`
    (number), `sentiment` (position in SENTIMENTS), score, scale, `normal` (score on 0-100) and the cohort facts.
    mentions: one row per counted feedback x topic: `row` (index in feedback), week, customer, `topic` (position in
    topics), sentiment, score, start, end, clause. read: analysed feedback of the report week, also the uncounted.
    """

    weeks: tuple[str, ...]
    topics: tuple[str, ...]
    feedback: pd.DataFrame
    mentions: pd.DataFrame
    read: pd.DataFrame
    outside_taxonomy: int

    @property
    def last(self) -> int:
        """Position of the report week."""
        return len(self.weeks) - 1

    def current(self) -> pd.DataFrame:
        """The counted feedback of the report week."""
        return self.feedback[self.feedback["week"] == self.last]

    def current_mentions(self) -> pd.DataFrame:
        """The mentions of the report week."""
        return self.mentions[self.mentions["week"] == self.last]


def trend_weeks(week: str, length: int) -> tuple[str, ...]:
    """Return the `length` ISO weeks that end with `week`, oldest first; raise data.weeks.BadWeek."""
    return tuple(weeks.span(weeks.shift(week, 1 - length), week))


def count(
    feedback: pd.DataFrame,
    predictions: pd.DataFrame,
    mentions: pd.DataFrame,
    topics: Sequence[str],
    weeks: Sequence[str],
) -> Counted:
    """Join current feedback with its predictions and mentions (schemas of data.tables) and keep what counts.

    Rows outside `weeks` are ignored. Raises MixedRevisions when a feedback version has predictions of two revisions.
    """
    keys = ["feedback_id", "version"]
    repeated = predictions.duplicated(keys)
    if repeated.any():
        example = predictions.loc[repeated, "feedback_id"].iloc[0]
        raise MixedRevisions(
            f"{int(repeated.sum())} feedback versions, {example} among them, have predictions of several revisions. "
            "Pass the predictions of one revision a version."
        )
    inside = feedback[feedback["week"].isin(weeks)]
    verdicts = predictions[[*keys, "revision", "sentiment", "abstained", "tokens", "tokens_read"]]
    read = inside.merge(verdicts, on=keys, how="inner", validate="one_to_one")
    read = read.sort_values(["occurred_at", "feedback_id"], ignore_index=True)
    read["week"] = _codes(read["week"], weeks)
    counts = ~read["abstained"].astype(bool) & (read["language"] != "other")
    counted = read[counts].reset_index(drop=True)
    owner = counted["customer_key"].where(counted["customer_key"].notna(), "feedback " + counted["feedback_id"])
    counted["customer"] = pd.factorize(owner)[0]
    counted["sentiment"] = _codes(counted["sentiment"], SENTIMENTS)
    counted["normal"] = normalised(counted["score"], counted["scale"])
    for kind in COHORT_KINDS:
        counted[kind] = counted[kind].astype("category")
    said = mentions.sort_values([*keys, "topic", "score"], ascending=[True, True, True, False], kind="stable")
    said = said.drop_duplicates([*keys, "topic"])
    index = counted[[*keys, "week", "customer"]].assign(row=counted.index.to_numpy())
    said = said.drop(columns=["week", "revision"], errors="ignore").merge(index, on=keys, how="inner")
    known = said["topic"].isin(topics)
    outside = int((~known & (said["week"] == len(weeks) - 1)).sum())
    said = said[known].copy()
    said["topic"] = _codes(said["topic"], topics)
    said["sentiment"] = _codes(said["sentiment"], SENTIMENTS)
    columns = ["row", "week", "customer", "topic", "sentiment", "score", "start", "end", "clause"]
    said = said[columns].sort_values(["row", "topic"], ignore_index=True)
    facts = [*keys, "source", "channel", "week", "occurred_at", "text", "language", *COHORT_KINDS[:3], "plan"]
    facts = [*facts, "score", "scale", "url", "customer", "sentiment", "normal"]
    latest = read[read["week"] == len(weeks) - 1]
    return Counted(tuple(weeks), tuple(topics), counted[facts], said, latest, outside)


def normalised(score: pd.Series, scale: pd.Series) -> pd.Series:
    """Return scores on 0-100: the lowest value of the scale is 0, the highest 100; null without score or scale."""
    low = scale.map({name: bounds[0] for name, bounds in SCALES.items()}).astype("float64")
    high = scale.map({name: bounds[1] for name, bounds in SCALES.items()}).astype("float64")
    return (score.astype("float64") - low) / (high - low) * 100


def first_of_customer(groups: Codes, customers: Codes) -> Codes:
    """Return the positions of each customer's first row in each group, in ascending order."""
    if not len(groups):
        return np.empty(0, dtype=np.int64)
    key = groups.astype(np.int64) * (int(customers.max()) + 1) + customers
    return np.sort(np.unique(key, return_index=True)[1])


def customers_by(groups: Codes, customers: Codes, size: int) -> Codes:
    """Return the number of distinct customers of each group 0..size-1."""
    return np.bincount(groups[first_of_customer(groups, customers)], minlength=size)


def _codes(values: pd.Series, names: Sequence[str]) -> Codes:
    return pd.Categorical(values, categories=list(names)).codes.astype(np.int64)
