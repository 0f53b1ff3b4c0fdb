"""What customers ask again and again: draft cards for the knowledge base, with their own words."""

import hashlib
from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
from scipy.cluster import hierarchy
from scipy.spatial.distance import squareform

from data.articles import Article
from reports.answered import Knowledge
from reports.counted import Counted
from reports.duplicates import plain, similarities
from reports.excerpts import excerpt
from reports.intervals import Numbers
from reports.week import conform

ALIKE = 0.35  # mean Jaccard similarity of trigrams from which two groups of questions ask the same
CANDIDATES = 400  # latest questions of one topic and language that are compared with each other
EXAMPLES = 3
CARDS = 50


def questions_table(counted: Counted, k: int, articles: Sequence[Article] = ()) -> pd.DataFrame:
    """Return the table QUESTIONS: cards by customers, most first, at most 50; each with up to three examples.

    Questions (the model's kind) of four weeks, by topic and language, are joined by average linkage (Sokal and
    Michener 1958) of the similarity of their wording. The typical wording is the one most similar to the others.
    `article` names the article that answers the question already (reports.answered).
    """
    if "kind" not in counted.feedback:
        return conform("questions")
    recent = counted.feedback[counted.feedback["kind"].eq("question") & (counted.feedback["week"] >= counted.last - 3)]
    recent = recent.join(counted.details)
    recent = recent[recent["text"].notna()]
    if recent.empty:
        return conform("questions")
    said = counted.mentions[["row", "topic", "start", "end"]]
    asked = recent.merge(said, left_index=True, right_on="row", how="left")
    asked = asked.assign(topic=asked["topic"].fillna(-1).astype("int64")).reset_index(drop=True)
    knowledge = Knowledge(articles, asked["text"].drop_duplicates()) if articles else None
    cards: list[pd.DataFrame] = []
    for (topic, language), group in asked.groupby(["topic", "language"], sort=True):
        latest = group.sort_values(["at", "feedback_id"], kind="stable").tail(CANDIDATES).reset_index(drop=True)
        name = counted.topics[int(str(topic))] if int(str(topic)) >= 0 else None
        cards.extend(_cards(latest, name, str(language), k, knowledge))
    if not cards:
        return conform("questions")
    cards.sort(key=lambda card: (-int(card["customers"].iloc[0]), str(card["card"].iloc[0])))
    table = pd.concat(cards[:CARDS], ignore_index=True)
    return conform("questions", table.assign(week=counted.weeks[-1], channel=table["channel"].astype("str")))


def _cards(
    group: pd.DataFrame, topic: str | None, language: str, k: int, knowledge: Knowledge | None
) -> Iterator[pd.DataFrame]:
    words = [
        text if pd.isna(start) else excerpt(text, int(start), int(end), []).text
        for text, start, end in zip(group["text"], group["start"], group["end"], strict=True)
    ]
    words = [excerpt(text, 0, min(len(text), 1), []).text if topic is None else text for text in words]
    similarity = similarities(words)
    for members in _joined(similarity):
        customers = group["customer"].iloc[members].nunique()
        if customers < k:
            continue
        near = similarity[np.ix_(members, members)].mean(axis=1)
        ranked = [members[place] for place in np.argsort(-near, kind="stable")]
        chosen = _different(ranked, group)
        typical = words[ranked[0]]
        key = hashlib.sha256(f"{topic}\0{plain(typical)}".encode()).hexdigest()[:12]
        yield group.iloc[chosen].assign(
            card=key, topic=topic, language=language, question=typical, n=len(members), customers=customers,
            weeks=group["week"].iloc[members].nunique(), rank=np.arange(1, len(chosen) + 1),
            text=[words[place] for place in chosen],
            article=knowledge.answer([words[place] for place in members]) if knowledge else None,
        )  # fmt: skip


def _different(ranked: list[int], group: pd.DataFrame) -> list[int]:
    """The first examples, one a customer."""
    chosen: dict[int, int] = {}
    for place in ranked:
        chosen.setdefault(int(group["customer"].iloc[place]), place)
    return list(chosen.values())[:EXAMPLES]


def _joined(similarity: Numbers) -> list[list[int]]:
    """Return the groups of questions that are alike, members ascending, in the order of their first members."""
    if len(similarity) == 1:
        return [[0]]
    distance = squareform(1 - similarity, checks=False)
    labels = hierarchy.fcluster(hierarchy.linkage(distance, method="average"), 1 - ALIKE, criterion="distance")
    return [np.flatnonzero(labels == label).tolist() for label in dict.fromkeys(labels.tolist())]
