"""The signal of scores that keep falling, by a slope that one odd score cannot turn."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from itertools import combinations, pairwise
from statistics import fmean, median

from models.risk.heard import Heard
from models.risk.history import History, Signal
from models.risk.quoting import worst

#: Days with a score that are needed, and how many of the steps between them must go down: of 9, 9, 1 only one does,
#: which is one bad day and no fall.
DAYS, STEPS = 3, 2
#: The least fall that counts, the fall that counts in full, and the highest last score that still worries (all on 0..1:
#: a fall of 0.25 is 2.5 points of NPS or one star).
LEAST, FULL, LOW = 0.25, 0.5, 0.6


def falling_scores(history: History) -> Iterator[Signal]:
    """Scores fall from one to the next over at least three days, and the last is not good."""
    scored = [heard for heard in history.feedback if heard.score is not None]
    days: dict[date, list[float]] = defaultdict(list)
    for heard in scored:
        days[heard.occurred_at.date()].append(heard.score or 0.0)
    points = [(day, fmean(sorted(scores))) for day, scores in sorted(days.items())]
    steps = sum(after < before for (_, before), (_, after) in pairwise(points))
    if len(points) < DAYS or steps < STEPS or points[-1][1] > LOW:
        return
    drop = fall(points)
    if drop >= LEAST:
        told = _lowest_with_words(scored)
        yield Signal(told, min(1.0, drop / FULL), worst(told))


def fall(points: list[tuple[date, float]]) -> float:
    """How far scores fell from the first day to the last, along the Theil-Sen line (Theil 1950; Sen 1968).

    That line has the median slope of all pairs of points. 0 for fewer than two points, negative where scores rose.
    """
    if len(points) < 2:
        return 0.0
    slopes = [(after - before) / (late - early).days for (early, before), (late, after) in combinations(points, 2)]
    return -median(slopes) * (points[-1][0] - points[0][0]).days


def _lowest_with_words(scored: list[Heard]) -> Heard:
    """The latest feedback that brought the lowest score of the later half, and words with it."""
    later = scored[len(scored) // 2 :]
    return min(later, key=lambda heard: (not heard.text.strip(), heard.score, -heard.occurred_at.timestamp()))
