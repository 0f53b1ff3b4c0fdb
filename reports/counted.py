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
from reports.contact_facts import contact_facts
from reports.week import COHORT_KINDS

SENTIMENTS: tuple[Sentiment, ...] = get_args(Sentiment)
VERDICTS = ("revision", "sentiment", "abstained", "tokens", "tokens_read", "kind")
DETAILS = ("feedback_id", "version", "source", "occurred_at", "language", "text", "url")
DETAILED = 4
Codes = npt.NDArray[np.int64]


class MixedRevisions(EarshotError):
    """A feedback has predictions of more than one model revision."""


class NotCurrent(EarshotError):
    """A feedback comes in more than one version."""


@dataclass(frozen=True, slots=True)
class Counted:
    """The counted feedback of the trend weeks, sorted by week, time and id: the order of the input changes nothing.

    feedback: one row per counted feedback, its index is 0..n-1: `week` (position in weeks), `customer` (number),
    `sentiment` (position in SENTIMENTS), score, scale, `normal` (score on 0-100), the cohort facts (categories), kind
    where the model gave one, and what reports.contact_facts adds.
    mentions: one row per counted feedback x topic: `row` (index in feedback), week, customer, `topic` (position in
    topics), sentiment, score, start, end, clause. details: of the last DETAILED weeks, by index in feedback: ids,
    times, source, language, text (of earlier weeks it may be null), url. read: analysed feedback of the report week,
    also the uncounted.
    """

    weeks: tuple[str, ...]
    topics: tuple[str, ...]
    feedback: pd.DataFrame
    mentions: pd.DataFrame
    details: pd.DataFrame
    read: pd.DataFrame
    outside_taxonomy: int

    @property
    def last(self) -> int:
        """Position of the report week."""
        return len(self.weeks) - 1

    def current(self) -> pd.DataFrame:
        """The counted feedback of the report week, with its details."""
        return self.feedback[self.feedback["week"] == self.last].join(self.details)

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

    Rows outside `weeks` are ignored. Raises NotCurrent when a feedback has two versions, MixedRevisions when it has
    predictions of two revisions.
    """
    inside = feedback[feedback["week"].isin(weeks)]
    ids = pd.Index(inside["feedback_id"])
    if not ids.is_unique:
        example = ids[ids.duplicated()][0]
        raise NotCurrent(f"Feedback {example!r} comes in several versions. Pass the current version of each only.")
    versions = inside["version"].to_numpy()
    # Everything below speaks of feedback by its place in `inside`: strings are matched once, numbers from then on.
    place = _places(ids, versions, predictions)
    verdicts = predictions[[name for name in VERDICTS if name in predictions]][place >= 0]
    place = place[place >= 0]
    if len(np.unique(place)) < len(place):
        example = ids[place[pd.Series(place).duplicated()]][0]
        raise MixedRevisions(
            f"Feedback versions, {example!r} among them, have predictions of several revisions. "
            "Pass the predictions of one revision a version."
        )
    week = _codes(inside["week"], weeks)
    order = _by_time(week, inside["occurred_at"], ids, place)
    place, verdicts = place[order], verdicts.iloc[order].reset_index(drop=True)
    week = week[place]
    latest = week == len(weeks) - 1
    foreign = (inside["language"] == "other").to_numpy()[place]
    read = verdicts[latest].assign(language=inside["language"].to_numpy()[place[latest]])
    counts = ~verdicts["abstained"].to_numpy(dtype=bool) & ~foreign
    place, week, latest = place[counts], week[counts], latest[counts]
    said, outside = _mentions(mentions, ids, versions, place, topics)
    owner = inside["customer_key"].iloc[place]
    owner = owner.where(owner.notna(), "feedback " + inside["feedback_id"].iloc[place])
    light = inside[[*COHORT_KINDS, "score", "scale"]].iloc[place].reset_index(drop=True)
    light = light.astype(dict.fromkeys([*COHORT_KINDS, "scale"], "category")).assign(
        week=week,
        customer=pd.factorize(owner)[0],
        sentiment=_codes(verdicts["sentiment"], SENTIMENTS)[counts],
        normal=lambda frame: normalised(frame["score"], frame["scale"]),
    )
    light = light.assign(**contact_facts(inside, place))
    if "kind" in verdicts:
        light["kind"] = verdicts["kind"][counts].astype("category").to_numpy()
    said["week"], said["customer"] = week[said["row"]], light["customer"].to_numpy()[said["row"]]
    recent = week >= len(weeks) - DETAILED
    details = inside[list(DETAILS)].iloc[place[recent]].set_index(np.flatnonzero(recent))
    outside_now = int((week[outside] == len(weeks) - 1).sum())
    return Counted(tuple(weeks), tuple(topics), light, said, details, read, outside_now)


def _mentions(
    mentions: pd.DataFrame, ids: pd.Index, versions: npt.NDArray[np.object_], place: Codes, topics: Sequence[str]
) -> tuple[pd.DataFrame, Codes]:
    """Return the mentions of the feedback at `place`, and the rows that mention topics outside the taxonomy."""
    row = np.full(len(ids) + 1, -1, dtype=np.int64)  # the last element serves place -1: no such feedback
    row[place] = np.arange(len(place))
    own = row[_places(ids, versions, mentions)]
    topic = _codes(mentions["topic"], topics)
    known = (own >= 0) & (topic >= 0)
    said = mentions[["score", "start", "end", "clause"]][known].reset_index(drop=True)
    sentiment = _codes(mentions["sentiment"], SENTIMENTS)[known]
    said = said.assign(row=own[known], topic=topic[known], sentiment=sentiment)
    said = said.iloc[np.lexsort((said["start"], sentiment, -said["score"], said["topic"], said["row"]))]
    return said.drop_duplicates(["row", "topic"], ignore_index=True), own[(own >= 0) & (topic < 0)]


def _places(ids: pd.Index, versions: npt.NDArray[np.object_], frame: pd.DataFrame) -> Codes:
    """Return where each row's feedback version stands among the ids, -1 if it does not."""
    place = ids.get_indexer(pd.Index(frame["feedback_id"])).astype(np.int64)
    if len(ids):
        place[versions[place] != frame["version"].to_numpy()] = -1
    return place


def _by_time(week: Codes, moments: pd.Series, ids: pd.Index, place: Codes) -> Codes:
    """Return the order of the feedback at `place` by week, time and id."""
    time = moments.to_numpy(dtype="datetime64[us]").astype(np.int64)[place]
    rank = np.zeros(len(place), dtype=np.int64)
    tied = pd.Series(time).duplicated(keep=False).to_numpy()
    rank[tied] = pd.factorize(ids[place[tied]], sort=True)[0]  # sorting all ids would take longer than all the rest
    return np.lexsort((rank, time, week[place]))


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
    return np.flatnonzero(~pd.Series(key).duplicated())


def customers_by(groups: Codes, customers: Codes, size: int) -> Codes:
    """Return the number of distinct customers of each group 0..size-1."""
    return np.bincount(groups[first_of_customer(groups, customers)], minlength=size)


def _codes(values: pd.Series, names: Sequence[str]) -> Codes:
    return pd.Index(list(names)).get_indexer(pd.Index(values)).astype(np.int64)
