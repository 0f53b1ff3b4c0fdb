"""What the scored conversations say about service: the mean of each question, and of each agent where enough were."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from scipy import stats

from data.conversation_scores import Score
from reports.risk_quality import LEAST


@dataclass(frozen=True, slots=True)
class Mark:
    """A mean from 1 to 5 with its 95 % interval and the conversations behind it; null where there are too few."""

    value: float | None
    low: float | None
    high: float | None
    n: int


@dataclass(frozen=True, slots=True)
class Line:
    """The marks of all, of a week, a channel or an agent, by question; `n` conversations were scored."""

    name: str
    n: int
    marks: Mapping[str, Mark]


def line(name: str, scores: Iterable[Score], questions: Iterable[str], least: int = LEAST) -> Line:
    """The means of some scores; those of several people for one conversation count as their mean."""
    ordered = sorted(scores, key=lambda one: (one.week, one.conversation))
    talks = [list(group) for _, group in groupby(ordered, key=lambda one: (one.week, one.conversation))]
    return Line(name, len(talks), {question: _mark(talks, question, least) for question in questions})


def by_agent(scores: Sequence[Score], questions: Sequence[str], k: int) -> list[Line]:
    """A line for each agent of whom at least `k` (and LEAST) conversations were scored, by name."""
    names = sorted({one.agent for one in scores if one.agent})
    lines = [line(name, [one for one in scores if one.agent == name], questions, max(k, LEAST)) for name in names]
    return [one for one in lines if one.n >= max(k, LEAST)]


def _mark(talks: Sequence[Sequence[Score]], question: str, least: int) -> Mark:
    """The mean weighted by 1 / chance (Hájek 1971), linearised variance, Student t with n - 1 degrees of freedom."""
    given = [(np.mean(marks), 1 / talk[0].chance) for talk in talks if (marks := _given(talk, question))]
    n = len(given)
    if n < max(least, 2):
        return Mark(None, None, None, n)
    values, weights = (np.array(column, dtype=np.float64) for column in zip(*given, strict=True))
    mean = float(np.average(values, weights=weights))
    spread = float((weights**2 * (values - mean) ** 2).sum() / weights.sum() ** 2) * n / (n - 1)
    half = float(stats.t.ppf(0.975, n - 1)) * spread**0.5
    return Mark(mean, max(1.0, mean - half), min(5.0, mean + half), n)


def _given(talk: Sequence[Score], question: str) -> list[int]:
    return [one.marks[question] for one in talk if question in one.marks]
