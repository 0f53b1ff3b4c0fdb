"""The signals of scores, or of the mood, that keep falling, by a slope that one odd day cannot turn."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import combinations, pairwise
from statistics import fmean, median

from models.risk.heard import Heard
from models.risk.history import History, Signal
from models.risk.quoting import worst

#: Days with a score that are needed, and how many of the steps between them must go down: of 9, 9, 1 only one does,
#: which is one bad day and no fall.
DAYS, STEPS = 3, 2
#: What a mood is on the same 0..1.
MOODS: Mapping[str, float] = {"pos": 1.0, "neu": 0.7, "mix": 0.4, "neg": 0.0}
#: The least fall that counts, the fall that counts in full, and the highest last score that still worries (all on 0..1:
#: a fall of 0.25 is 2.5 points of NPS or one star).
LEAST, FULL, LOW = 0.25, 0.5, 0.6


def falling_scores(history: History) -> Iterator[Signal]:
    """Scores fall from one to the next over at least three days, and the last is not good."""
    scored = [heard for heard in history.feedback if heard.score is not None]
    drop = _steady_fall((heard.occurred_at.date(), heard.score or 0.0) for heard in scored)
    if drop >= LEAST:
        told = _lowest_with_words(scored)
        yield Signal(told, min(1.0, drop / FULL), worst(told))


def falling_mood(history: History) -> Iterator[Signal]:
    """The mood falls over at least three days and ends in displeasure, where no scores tell the same."""
    judging = [heard for heard in history.feedback if not heard.abstained]
    if sum(heard.score is not None for heard in judging) >= DAYS or not judging or not judging[-1].unhappy:
        return
    drop = _steady_fall((heard.occurred_at.date(), MOODS[heard.sentiment]) for heard in judging)
    if drop >= LEAST:
        yield Signal(judging[-1], min(1.0, drop / FULL), worst(judging[-1]))


def _steady_fall(marks: Iterable[tuple[date, float]]) -> float:
    """The fall over days, 0 where too few of the steps go down or the end is not low."""
    days: dict[date, list[float]] = defaultdict(list)
    for day, mark in marks:
        days[day].append(mark)
    points = [(day, fmean(sorted(found))) for day, found in sorted(days.items())]
    steps = sum(after < before for (_, before), (_, after) in pairwise(points))
    if len(points) < DAYS or steps < STEPS or points[-1][1] > LOW:
        return 0.0
    return fall(points)


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
