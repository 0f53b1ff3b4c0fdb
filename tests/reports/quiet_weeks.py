"""Simulate weeks in which nothing happened, or one topic's share was multiplied, and count what the report would claim.

    python tests/reports/quiet_weeks.py --feedback 2000 --weeks 200
    python tests/reports/quiet_weeks.py --feedback 2000 --weeks 100 --boost 2
    python tests/reports/quiet_weeks.py --feedback 2000 --weeks 100 --drift 0.10

22 topics with shares of 2 to 11 % (the boosted or drifting one has 3 %), 20 products, 4 carriers, 5 regions, 3
channels, 2 plans, NPS or stars for 60 %, a question or request for 20 %, 13 weeks. `--correlation` makes the shares of
each week scatter (beta-binomial): 0.002 gives a week of 2,000 five times the variance of chance. `--drift` lets the
share grow by that much a week, and looks at each of the five reports after it began.
"""

import argparse

import numpy as np
import pandas as pd

from data.taxonomy import load
from reports.changes import changes_table
from reports.counted import Counted, normalised, trend_weeks
from reports.surges import surges_table
from reports.week import ReportSettings

TOPICS = load().ids
SHARES = np.asarray([0.03, *(0.02 + 0.1 * (topic % 7) / 7 for topic in range(1, len(TOPICS)))])
WEEKS = 13
DRIFTING = 5
GROUPS = {"product": 20, "carrier": 4, "region": 5, "channel": 3, "plan": 2}


def simulate(
    seed: int, feedback: int, correlation: float, boost: float, drift: float = 0.0, weeks: int = WEEKS
) -> Counted:
    """Return counted feedback of some weeks, drawn week by week from the same company."""
    random = np.random.default_rng(seed)
    frames, mentions, start = [], [], 0
    for week in range(weeks):
        n = int(random.poisson(feedback))
        shares = SHARES.copy()
        if correlation:
            shares = random.beta(SHARES * (1 / correlation - 1), (1 - SHARES) * (1 / correlation - 1))
        shares[0] *= boost if week == weeks - 1 else 1.0
        shares[0] *= (1 + drift) ** max(week - (weeks - 1 - DRIFTING), 0)
        row, topic = np.nonzero(random.random((n, len(TOPICS))) < shares)
        mood = random.choice(4, len(row), p=[0.3, 0.5, 0.1, 0.1])
        harm = np.bincount(row[mood == 1], minlength=n)
        is_nps = random.random(n) < 0.5
        nps = np.clip(np.round(random.normal(7.5 - 1.5 * harm, 2)), 0, 10)
        stars = np.clip(np.round(random.normal(4 - 0.7 * harm, 1)), 1, 5)
        scored = random.random(n) < 0.6
        customer = random.integers(0, n * 3, n)
        frame = {"week": np.full(n, week), "customer": customer, "sentiment": random.integers(0, 4, n)}
        frame["score"] = np.where(scored, np.where(is_nps, nps, stars), np.nan)
        frame |= {name: random.integers(0, size, n) for name, size in GROUPS.items()}
        frame["kind"] = random.choice(["complaint", "praise", "question", "request"], n, p=[0.4, 0.4, 0.1, 0.1])
        scale = np.where(scored, np.where(is_nps, "nps", "stars"), None)
        frames.append(pd.DataFrame(frame).assign(scale=scale))
        said = {"row": row + start, "week": np.full(len(row), week), "customer": customer[row], "topic": topic}
        mentions.append(pd.DataFrame(said).assign(sentiment=mood, score=1.0, start=0, end=1, clause=0))
        start += n
    joined = pd.concat(frames, ignore_index=True)
    joined["normal"] = normalised(joined["score"], joined["scale"])
    named = trend_weeks("2026-W46", weeks)
    return Counted(named, TOPICS, joined, pd.concat(mentions, ignore_index=True), joined[:0], joined[:0], 0)


def report_of(counted: Counted, first: int) -> Counted:
    """The counted feedback of WEEKS weeks from position `first` on, as that week's report sees it."""
    feedback = counted.feedback[counted.feedback["week"].between(first, first + WEEKS - 1)]
    mentions = counted.mentions[counted.mentions["week"].between(first, first + WEEKS - 1)]
    start = int(feedback.index.min())
    mentions = mentions.assign(week=mentions["week"] - first, row=mentions["row"] - start).reset_index(drop=True)
    feedback = feedback.assign(week=feedback["week"] - first).reset_index(drop=True)
    weeks = counted.weeks[first : first + WEEKS]
    return Counted(weeks, counted.topics, feedback, mentions, counted.details, counted.read, 0)


def drifts(given: argparse.Namespace) -> None:
    """Print in how many simulated companies the drifting topic was found by each of the weeks after it began."""
    reported = [0] * DRIFTING
    for seed in range(given.seed, given.seed + given.weeks):
        counted = simulate(seed, given.feedback, given.correlation, 1.0, given.drift, WEEKS + DRIFTING - 1)
        for week in range(DRIFTING):
            table = changes_table(report_of(counted, week), ReportSettings())
            up = table["verdict"].eq("up") & (table["topic"] == TOPICS[0]) & table["family"].isin(["volume", "drift"])
            if up.any():
                reported[week:] = [count + 1 for count in reported[week:]]
                break
    for week, count in enumerate(reported, start=1):
        print(f"found within {week} weeks of the drift's beginning: {count} of {given.weeks}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--feedback", type=int, default=2000, help="a week")
    parser.add_argument("--weeks", type=int, default=200, help="how many report weeks to simulate")
    parser.add_argument("--correlation", type=float, default=0.0)
    parser.add_argument("--boost", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=5000)
    parser.add_argument("--drift", type=float, default=0.0, help="growth of the first topic's share a week")
    given = parser.parse_args()
    if given.drift:
        drifts(given)
        return
    claimed, found, families = 0, 0, {}
    for seed in range(given.seed, given.seed + given.weeks):
        counted = simulate(seed, given.feedback, given.correlation, given.boost)
        table = changes_table(counted, ReportSettings())
        surges = surges_table(counted, ReportSettings()).assign(family="surge", topic=None, metric="surge")
        table = pd.concat([table, surges[["family", "topic", "metric", "verdict"]]], ignore_index=True)
        claims = table[table["verdict"].isin(["up", "down"])]
        boosted = (claims["topic"] == TOPICS[0]) & (given.boost != 1)
        found += bool((boosted & (claims["family"] == "volume") & (claims["metric"] == "share")).any())
        false = claims[~boosted]
        claimed += len(false) > 0
        for family in false["family"].unique():
            families[family] = families.get(family, 0) + 1
    print(f"weeks with any false change: {claimed} of {given.weeks} {families or ''}")
    if given.boost != 1:
        print(f"weeks in which the boosted topic was found: {found} of {given.weeks}")


if __name__ == "__main__":
    main()
