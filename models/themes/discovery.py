"""Find what several customers say that no topic covers, and that they say more than before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn.cluster import AgglomerativeClustering

from models.themes.copies import copies
from models.themes.growth import rising
from models.themes.matching import Group
from models.themes.said import Said

Floats = npt.NDArray[np.float32]
Places = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Options:
    """How themes are told from noise; the figures behind the numbers are in docs/themes.md.

    window: weeks that are searched, of them the `recent` newest are the ones a theme must have grown in, against up
    to `history` weeks in all. k: distinct customers that a theme needs, copies of a text counted once. words: content
    words that a clause needs to say something. known: a clause as like to one that a topic covers is not news (mean
    cosine to the five nearest); own: as like to other customers' uncovered clauses it must be; margin: how much
    more than to the known ones. together: mean cosine within a theme. standing: a share of the feedback from which
    a gap is shown although it does not grow. most: clauses clustered at once, those with the clearest
    margin. false_rate: of the test of growth, for each candidate. probation: weeks after it was found in which a
    theme must go on proving its growth.
    """

    window: int = 4
    recent: int = 2
    history: int = 8
    k: int = 5
    neighbours: int = 5
    known: float = 0.66
    own: float = 0.45
    margin: float = -0.05
    together: float = 0.45
    standing: float = 0.08
    words: int = 2
    most: int = 6_000
    false_rate: float = 0.005
    probation: int = 2

    def rate(self, weeks: int) -> float:
        """Return the rate of the test of growth with so many weeks of history.

        With little history a group is compared with the very weeks it was picked from: chance looks like growth.
        """
        return self.false_rate if weeks - self.recent >= self.window else self.false_rate / 10


@dataclass(frozen=True, slots=True)
class Candidate:
    """A group, who says it (places in the clauses that were given, originals only), and whether it grows.

    counts: customers by week of the history who say the like.
    """

    group: Group
    originals: tuple[int, ...]
    rising: bool
    share: float
    counts: Mapping[str, int]


def candidates(
    clauses: Sequence[Said], weeks: Sequence[str], exposure: Mapping[str, int], options: Options
) -> list[Candidate]:
    """Return the groups of clauses of the window that at least k customers say, in two weeks or from two sources.

    `weeks` are those of the history, oldest first; `exposure` says how many feedback were read in each. The order of
    the clauses changes nothing. Places are those in `clauses`, which must be sorted by key.
    """
    if not clauses:
        return []
    vectors = centred(np.stack([said.vector for said in clauses]), [said.language for said in clauses])
    window = set(weeks[-options.window :])
    owner = _codes([said.customer for said in clauses])
    here = np.array([said.key.week in window for said in clauses])
    free = np.array([said.topic is None and len(said.words) >= options.words for said in clauses])
    open_, covered = np.flatnonzero(free & here), np.flatnonzero(~free & here & _shown(clauses))
    if len(open_) < options.k:
        return []
    known = _nearest(vectors, open_, covered, owner, options.neighbours)
    own = _nearest(vectors, open_, open_, owner, options.neighbours)
    news = (known < options.known) & (own > options.own) & (own - known > options.margin)
    places = _clearest(open_[news], (own - known)[news], options.most)
    if len(places) < options.k:
        return []
    labels = AgglomerativeClustering(
        n_clusters=None, metric="precomputed", linkage="average", distance_threshold=1 - options.together
    ).fit_predict(_distances(vectors[places]))
    found = []
    every = np.flatnonzero(free)
    rate = options.rate(len(weeks))
    for label in range(int(labels.max()) + 1):
        members = places[labels == label]
        repeated = copies([clauses[place].text for place in members])
        single = [int(place) for place, copy in zip(members, repeated, strict=True) if not copy]
        if not _enough([clauses[place] for place in single], options.k):
            continue
        centre = vectors[members].mean(axis=0)
        centre = centre / max(float(np.linalg.norm(centre)), 1e-9)
        # How often it was said before is counted by likeness to the centre: in the older weeks nothing was clustered.
        radius = float(np.quantile(vectors[members] @ centre, 0.25))
        near = every[vectors[every] @ centre >= radius]
        counts = _by_week(clauses, near, owner, weeks)
        grows = rising(counts, exposure, weeks, options.recent, rate)
        read = sum(exposure.get(week, 0) for week in window)
        share = len({clauses[place].key.feedback_id for place in members}) / max(read, 1)
        group = Group(frozenset(clauses[place].key for place in members), centre.astype(np.float32))
        found.append(Candidate(group, tuple(single), grows, share, counts))
    return sorted(found, key=lambda one: (-len(one.originals), min(one.group.members)))


def centred(vectors: Floats, languages: Sequence[str]) -> Floats:
    """Return the vectors less the mean of their language, at length 1: without it, languages lie apart.

    The mean of a language with few clauses leans on that of all.
    """
    overall = vectors.mean(axis=0)
    result = np.empty_like(vectors)
    tongue = np.array([language[:2] for language in languages])
    for each in sorted(set(tongue)):
        mine = tongue == each
        weight = mine.sum() / (mine.sum() + 20)
        result[mine] = vectors[mine] - (weight * vectors[mine].mean(axis=0) + (1 - weight) * overall)
    lengths = np.linalg.norm(result, axis=1, keepdims=True)
    return np.asarray(result / np.maximum(lengths, 1e-9), dtype=np.float32)


def _nearest(vectors: Floats, places: Places, others: Places, owner: Places, count: int) -> Floats:
    """Return the mean cosine of each place to its `count` nearest others by other customers; 0 if there are few."""
    result = np.zeros(len(places), dtype=np.float32)
    if len(others) <= count:
        return result
    for start in range(0, len(places), 1_024):
        some = places[start : start + 1_024]
        likeness = vectors[some] @ vectors[others].T
        likeness[owner[some][:, None] == owner[others][None, :]] = -1.0
        result[start : start + 1_024] = np.partition(likeness, -count, axis=1)[:, -count:].mean(axis=1)
    return result


def _distances(vectors: Floats) -> npt.NDArray[np.float64]:
    """Return the cosine distances of vectors of length 1; one matrix product is ten times as fast as scikit-learn's."""
    exact = vectors.astype(np.float64)
    distances: npt.NDArray[np.float64] = np.maximum(1.0 - exact @ exact.T, 0.0)
    np.fill_diagonal(distances, 0.0)
    return distances


def _clearest(places: Places, margin: Floats, most: int) -> Places:
    order = np.lexsort((places, -margin))[:most]
    return np.sort(places[order])


def _enough(said: Sequence[Said], k: int) -> bool:
    customers = {one.customer for one in said}
    spread = max(len({one.key.week for one in said}), len({one.source for one in said}))
    return len(customers) >= k and spread >= 2


def _by_week(clauses: Sequence[Said], places: Places, owner: Places, weeks: Sequence[str]) -> dict[str, int]:
    said = {(clauses[place].key.week, int(owner[place])) for place in places}
    return {week: sum(one == week for one, _ in said) for week in weeks}


def _shown(clauses: Sequence[Said]) -> npt.NDArray[np.bool_]:
    return np.array([said.topic is not None for said in clauses])


def _codes(names: Sequence[str]) -> Places:
    return np.unique(np.array(names), return_inverse=True)[1].astype(np.int64)
