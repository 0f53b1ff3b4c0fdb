"""Choose the customers' words to quote: three a finding, typical, not repeating each other, easy to read."""

import numpy as np
import pandas as pd

from reports.cohorts import mask_small
from reports.counted import SENTIMENTS, Codes, Counted
from reports.duplicates import groups, similarities
from reports.excerpts import LONG, SHORT, columns, excerpt
from reports.intervals import Numbers
from reports.week import ReportSettings, conform

CANDIDATES = 300  # most probable mentions looked at for one finding; `similar` counts among them
ALIKE = 0.3  # two quotes of one finding that share more trigrams than this say too much the same


def verbatims_table(counted: Counted, clauses: pd.DataFrame, settings: ReportSettings) -> pd.DataFrame:
    """Return the table VERBATIMS; empty when the whole week has fewer than k customers.

    A quote's worth is its mention's probability x how well its length reads x how typical it is (mean similarity to
    the other candidates). The best comes first; the next is the best of those by other customers that say something
    else (greedy, as maximal marginal relevance does: Carbonell and Goldstein 1998).
    """
    current, mentions = counted.current(), counted.current_mentions()
    if current["customer"].nunique() < settings.k:
        return conform("verbatims")
    mentions = mentions.sort_values(["topic", "sentiment", "score", "row"], ascending=[True, True, False, True])
    chosen = mentions.groupby(["topic", "sentiment"], sort=False).head(CANDIDATES)
    chosen = chosen.join(current[["feedback_id", "version", "text"]], on="row")
    spans = _spans(clauses, chosen)
    quotes = [
        excerpt(text, int(start), int(end), spans.get((feedback, version), []))
        for feedback, version, text, start, end in zip(
            chosen["feedback_id"], chosen["version"], chosen["text"], chosen["start"], chosen["end"], strict=True
        )
    ]
    chosen = chosen.assign(
        quote=[quote.text for quote in quotes],
        start=[quote.start for quote in quotes],
        end=[quote.end for quote in quotes],
    )
    picked = [
        _pick(finding.reset_index(drop=True), settings.verbatims)
        for _, finding in chosen.groupby(["topic", "sentiment"], sort=True)
    ]
    if not picked:
        return conform("verbatims")
    table = pd.concat(picked, ignore_index=True)
    facts = mask_small(current, counted, ("product", "carrier", "region"), settings.k)
    facts = facts[["occurred_at", "channel", "product", "carrier", "region", "score", "scale", "url"]]
    table = table.drop(columns=["score", "text"]).join(facts, on="row")
    return conform(
        "verbatims",
        table.assign(
            week=counted.weeks[-1],
            topic=np.asarray(counted.topics, dtype=object)[table["topic"]],
            sentiment=np.asarray(SENTIMENTS, dtype=object)[table["sentiment"]],
            text=table["quote"],
        ),
    )


def readability(width: int) -> float:
    """Return 1 for quotes of SHORT..LONG/1.5 columns, less for scraps and for long ones, never 0."""
    comfortable = LONG / 1.5
    if width < SHORT:
        return max(width / SHORT, 0.05)
    return 1.0 if width <= comfortable else max(comfortable / width, 0.05) ** 0.5


def _pick(finding: pd.DataFrame, most: int) -> pd.DataFrame:
    similarity = similarities(finding["quote"].tolist())
    leader = np.asarray(groups(similarity))
    repeats = np.bincount(leader, minlength=len(finding))[leader]
    ease = np.asarray([readability(columns(quote)) for quote in finding["quote"]])
    # The number of near copies makes a wording typical once, not once a copy.
    first = np.unique(leader)
    typical = similarity[:, first].mean(axis=1)
    worth = finding["score"].to_numpy(dtype=np.float64) * ease * (1 + typical / max(float(typical.max()), 1e-9))
    places = _greedy(worth, similarity, finding["customer"].to_numpy(dtype=np.int64), most)
    return finding.iloc[places].assign(rank=np.arange(1, len(places) + 1), similar=repeats[places])


def _greedy(worth: Numbers, similarity: Numbers, customer: Codes, most: int) -> list[int]:
    order = np.argsort(-worth, kind="stable")
    places: list[int] = []
    for place in order:
        if len(places) == most:
            break
        alike = any(similarity[place, other] >= ALIKE or customer[place] == customer[other] for other in places)
        if not alike:
            places.append(int(place))
    return places


def _spans(clauses: pd.DataFrame, chosen: pd.DataFrame) -> dict[tuple[str, str], list[tuple[int, int]]]:
    """Customer clauses by feedback version, in order; agents are never quoted."""
    wanted = clauses[clauses["feedback_id"].isin(chosen["feedback_id"].unique()) & (clauses["speaker"] == "customer")]
    wanted = wanted.sort_values(["feedback_id", "version", "position"])
    result: dict[tuple[str, str], list[tuple[int, int]]] = {}
    rows = zip(wanted["feedback_id"], wanted["version"], wanted["start"], wanted["end"], strict=True)
    for feedback, version, start, end in rows:
        result.setdefault((feedback, version), []).append((int(start), int(end)))
    return result
