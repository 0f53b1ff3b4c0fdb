"""A company drawn at random, in the shape of the lake's tables, for the tests of the numbers."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

from data.taxonomy import Taxonomy, load
from data.weeks import monday, shift

WEEK = "2026-W46"


KINDS = ("complaint", "praise", "question", "request", "other")


@dataclass(frozen=True)
class Company:
    """Frames as `build_week` takes them."""

    feedback: pd.DataFrame
    predictions: pd.DataFrame
    mentions: pd.DataFrame
    clauses: pd.DataFrame

    def shuffled(self, seed: int) -> "Company":
        frames = (self.feedback, self.predictions, self.mentions, self.clauses)
        return Company(*(frame.sample(frac=1, random_state=seed + place) for place, frame in enumerate(frames)))


@pytest.fixture(scope="session")
def taxonomy() -> Taxonomy:
    return load()


@pytest.fixture(scope="session")
def make_company(taxonomy: Taxonomy) -> Callable[..., Company]:
    """Draw a company: `per_week` feedback (Poisson) in each of `weeks` weeks up to WEEK, every week alike.

    share: of feedback that mentions a topic, for each topic. In the last week the first topic's share is multiplied by
    `boost`. correlation: of feedback within a week (beta-binomial). A negative mention costs 15 points of 100.
    """

    def make(
        seed: int = 0,
        per_week: int = 300,
        weeks: int = 9,
        share: float = 0.05,
        boost: float = 1.0,
        correlation: float = 0.0,
        repeat: float = 1.2,
    ) -> Company:
        random = np.random.default_rng(seed)
        ids = np.asarray(taxonomy.ids, dtype=object)
        feedback, mentions = [], []
        for back in range(weeks - 1, -1, -1):
            week = shift(WEEK, -back)
            n = int(random.poisson(per_week))
            shares = np.full(len(ids), share)
            if correlation:
                shares = random.beta(shares * (1 / correlation - 1), (1 - shares) * (1 / correlation - 1))
            shares[0] *= boost if back == 0 else 1.0
            row, topic = np.nonzero(random.random((n, len(ids))) < shares)
            mood = random.choice(["neg", "pos", "mix", "neu"], len(row), p=[0.5, 0.3, 0.1, 0.1])
            harm = 15 * np.bincount(row[mood == "neg"], minlength=n)
            name = np.asarray([f"{week}-{number:05}" for number in range(n)], dtype=object)
            is_nps = random.random(n) < 0.7
            points = np.clip(random.normal(70, 20, n) - harm, 0, 100)
            score = np.where(is_nps, np.round(points / 10), np.round(1 + points / 25))
            scored = random.random(n) < 0.7
            who = np.asarray(
                [f"c{number}" for number in random.integers(0, max(int(n / repeat), 1) * 4, n)], dtype=object
            )
            feedback.append(
                pd.DataFrame(
                    {
                        "feedback_id": name,
                        "version": "v1",
                        "source": "drop",
                        "channel": random.choice(["survey", "review", "chat"], n),
                        "week": week,
                        "occurred_at": pd.Timestamp(monday(week), tz="UTC")
                        + pd.to_timedelta(random.integers(0, 7 * 86400, n), unit="s"),
                        "text": [
                            f"order {number} came late, the box was open" for number in random.integers(0, 10**6, n)
                        ],
                        "language": random.choice(["en", "zh-Hans", "zh-Hant", "other"], n, p=[0.5, 0.3, 0.18, 0.02]),
                        "customer_key": np.where(random.random(n) < 0.9, who, None),
                        "score": np.where(scored, score, np.nan),
                        "scale": np.where(scored, np.where(is_nps, "nps", "stars"), None),
                        "product": random.choice(["kettle", "lamp", "radio"], n),
                        "carrier": random.choice(["north", "south"], n),
                        "region": random.choice(["coast", "hills"], n),
                        "plan": random.choice(["free", "pro"], n),
                        "url": None,
                    }
                )
            )
            mentions.append(
                pd.DataFrame(
                    {
                        "feedback_id": name[row],
                        "version": "v1",
                        "revision": "r1",
                        "week": week,
                        "topic": ids[topic],
                        "sentiment": mood,
                        "score": random.random(len(row)).astype("float32"),
                        "start": 0,
                        "end": 5,
                        "clause": 0,
                    }
                )
            )
        said = _as_contacts(pd.concat(feedback, ignore_index=True), np.random.default_rng(seed + 10**6))
        predictions = pd.DataFrame(
            {
                "feedback_id": said["feedback_id"],
                "version": "v1",
                "revision": "r1",
                "week": said["week"],
                "sentiment": random.choice(["neg", "pos", "mix", "neu"], len(said)),
                "abstained": random.random(len(said)) < 0.03,
                "tokens": 12,
                "tokens_read": 12,
                "kind": np.random.default_rng(seed + 10**7).choice(KINDS, len(said), p=[0.5, 0.2, 0.1, 0.1, 0.1]),
            }
        )
        clauses = pd.DataFrame(
            {
                "feedback_id": said["feedback_id"],
                "version": "v1",
                "week": said["week"],
                "position": 0,
                "start": 0,
                "end": said["text"].str.len(),
                "language": said["language"],
                "speaker": "customer",
            }
        )
        return Company(said, predictions, pd.concat(mentions, ignore_index=True), clauses)

    return make


def _as_contacts(said: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    """Give chats turns with times and an end, solved within two days if at all, and most feedback an order."""
    chat = (said["channel"] == "chat").to_numpy()
    waits = random.integers(10, 300, len(said))
    turns = [
        [
            {"speaker": "customer", "start": 0, "end": 5, "at": 0.0},
            {"speaker": "agent", "start": 6, "end": 9, "at": float(wait)},
            {"speaker": "customer", "start": 10, "end": 15, "at": float(wait) * 3},
        ]
        if each
        else []
        for each, wait in zip(chat, waits, strict=True)
    ]
    resolved = pd.Series(random.random(len(said)) < 0.8, dtype="boolean").mask(~chat)
    orders = np.asarray([f"o{number}" for number in random.integers(0, len(said), len(said))], dtype=object)
    solved = (said["occurred_at"] + pd.to_timedelta(waits * 600, unit="s")).where(resolved.fillna(False).astype(bool))
    orders = np.where(random.random(len(said)) < 0.8, orders, None)
    return said.assign(turns=turns, resolved=resolved, solved_at=solved, order_key=orders)
