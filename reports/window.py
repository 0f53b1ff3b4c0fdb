"""A stretch of weeks as the tests see it: customers and scores by week, each customer once."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.records import SCALES
from reports.cohorts import NEGATIVE, group_codes
from reports.counted import Counted, customers_by, first_of_customer
from reports.intervals import Numbers
from reports.scores import nps_points


@dataclass(frozen=True, slots=True)
class Window:
    """Feedback and mentions of some weeks that end with the report week; `week` counts from the first of them."""

    topics: tuple[str, ...]
    weeks: int
    feedback: pd.DataFrame
    mentions: pd.DataFrame

    def people(self) -> Numbers:
        """Distinct customers by week."""
        frame = self.feedback
        return customers_by(frame["week"].to_numpy(), frame["customer"].to_numpy(), self.weeks).astype(np.float64)

    def unhappy(self) -> Numbers:
        """Customers by week whose first feedback was negative as a whole."""
        frame = self.feedback
        chosen = frame.iloc[first_of_customer(frame["week"].to_numpy(), frame["customer"].to_numpy())]
        bad = np.bincount(chosen.loc[chosen["sentiment"] == NEGATIVE, "week"], minlength=self.weeks)
        return bad.astype(np.float64)

    def topic_counts(self) -> tuple[Numbers, Numbers]:
        """Customers by topic x week, and those whose first mention of it was negative."""
        mentions, topics = self.mentions, len(self.topics)
        group = (mentions["week"] * topics + mentions["topic"]).to_numpy(dtype=np.int64)
        first = first_of_customer(group, mentions["customer"].to_numpy())
        bad = first[mentions["sentiment"].to_numpy()[first] == NEGATIVE]
        said, negative = (
            np.bincount(group[rows], minlength=self.weeks * topics).reshape(-1, topics).T.astype(np.float64)
            for rows in (first, bad)
        )
        return said, negative


@dataclass(frozen=True, slots=True)
class ScoreCells:
    """Scores of one metric (score or nps) by group x week, one a customer.

    topics (None for the whole feedback) and scales name the groups; variance is that of one score within its week;
    span is one point of 100 on the metric's own scale.
    """

    metric: str
    topics: list[str | None]
    scales: pd.Series
    n: Numbers
    sums: Numbers
    variance: Numbers
    span: Numbers


def window_of(counted: Counted, first: int) -> Window:
    """Return the weeks from position `first` to the report week."""
    feedback = counted.feedback[counted.feedback["week"] >= first]
    mentions = counted.mentions[counted.mentions["week"] >= first]
    return Window(
        counted.topics,
        counted.last - first + 1,
        feedback.assign(week=feedback["week"].astype("int64") - first).reset_index(drop=True),
        mentions.assign(week=mentions["week"].astype("int64") - first, row=mentions["row"] - int(feedback.index.min()))
        if len(feedback)
        else mentions,
    )


def score_cells(window: Window, by_topic: bool = True) -> Iterator[ScoreCells]:
    """Yield the scores of the whole feedback and, if asked for, of each topic, by scale; then the NPS of the whole."""
    scored = window.feedback[window.feedback["normal"].notna()]
    whole = scored[["week", "customer", "scale", "score"]].assign(topic=-1)
    frames = [whole]
    if by_topic:
        rows = window.mentions["row"].to_numpy()
        mentioned = window.feedback.loc[rows, ["scale", "score", "normal"]].reset_index(drop=True)
        mentioned = mentioned.join(window.mentions[["week", "customer", "topic"]].reset_index(drop=True))
        frames.append(mentioned[mentioned["normal"].notna()])
    yield from _cells(window, "score", pd.concat(frames, ignore_index=True))
    nps = whole[whole["scale"] == "nps"].assign(score=lambda part: nps_points(part["score"]))
    yield from _cells(window, "nps", nps)


def _cells(window: Window, metric: str, frame: pd.DataFrame) -> Iterator[ScoreCells]:
    if frame.empty:
        return
    codes, groups = group_codes(frame, ["scale", "topic"])
    cell = codes * window.weeks + frame["week"].to_numpy()
    first = first_of_customer(cell, frame["customer"].to_numpy())
    cell, score = cell[first], frame["score"].to_numpy(dtype=np.float64)[first]
    size = len(groups) * window.weeks
    n: Numbers = np.bincount(cell, minlength=size).astype(np.float64)
    sums: Numbers = np.bincount(cell, weights=score, minlength=size).astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        residuals = score - (sums / n)[cell]
        squares = np.bincount(cell, weights=residuals**2, minlength=size).reshape(-1, window.weeks).sum(axis=1)
        n, sums = n.reshape((-1, window.weeks)), sums.reshape((-1, window.weeks))
        variance = squares / (n.sum(axis=1) - (n > 0).sum(axis=1))
    span = groups["scale"].map({scale: high - low for scale, (low, high) in SCALES.items()}).to_numpy(np.float64) / 100
    if metric == "nps":
        span = np.full(len(groups), 2.0)
    step = 100.0 if metric == "nps" else 1.0
    variance = np.fmax(variance, step**2 / 12)  # a score stands for all feelings that round to it
    topics = [None if topic < 0 else window.topics[topic] for topic in groups["topic"]]
    yield ScoreCells(metric, topics, groups["scale"], n, sums, variance, span)
