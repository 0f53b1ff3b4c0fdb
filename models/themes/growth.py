"""Say whether something is said more often than it was."""

from collections.abc import Mapping, Sequence
from math import comb

#: A rise of less than this (new rate over old rate) is no emergence, however certain.
LEAST = 1.5


def rising(
    counts: Mapping[str, int], exposure: Mapping[str, int], weeks: Sequence[str], recent: int, false_rate: float
) -> bool:
    """Return whether the `recent` newest weeks have more than their share of the counts.

    counts: customers by week who said it; exposure: feedback read by week. Given their sum, the counts of the newest
    weeks are binomial with their share of the exposure if nothing has changed; the test is exact and one-sided
    (Przyborowski and Wilenski 1940). Without any earlier week nothing can be said to have grown.
    """
    newest, before = weeks[-recent:], weeks[:-recent]
    now, then = (sum(exposure.get(week, 0) for week in some) for some in (newest, before))
    if not now or not then:
        return False
    count, total = sum(counts.get(week, 0) for week in newest), sum(counts.get(week, 0) for week in weeks)
    chance = now / (now + then)
    if count * then < LEAST * (total - count) * now:
        return False
    return at_least(count, total, chance) <= false_rate


def at_least(count: int, total: int, chance: float) -> float:
    """Return the probability of `count` or more successes in `total` trials."""
    return sum(comb(total, hit) * chance**hit * (1 - chance) ** (total - hit) for hit in range(count, total + 1))
