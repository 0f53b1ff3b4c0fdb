"""Measure `build_week` and `write_tables` on a large company: seconds and peak memory (drawing the company included).

python tests/reports/large_week.py --feedback 100000
"""

import argparse
import resource
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from data.taxonomy import load
from data.weeks import monday
from reports.aggregation import build_week
from reports.counted import trend_weeks
from reports.export import write_tables

WEEK = "2026-W46"
WORDS = ("awful", "fine", "meh", "never again", "快递太慢了", "客服不理人")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--feedback", type=int, default=100_000, help="a week, for 13 weeks")
    n = parser.parse_args().feedback
    random = np.random.default_rng(1)
    topics = np.asarray(load().ids, dtype=object)
    feedback, mentions = [], []
    for place, week in enumerate(trend_weeks(WEEK, 13)):
        ids = (pd.Series(np.arange(n)) + place * n).astype("str").str.zfill(12)
        scored = random.random(n) < 0.6
        parcel = pd.Series(random.integers(0, 10**6, n)).astype("str")
        said = (
            "Parcel " + parcel + " came late and nobody could say where it was, " + pd.Series(random.choice(WORDS, n))
        )
        cell = np.unique(random.integers(0, n * len(topics), int(n * 1.35)))
        facts = {"version": "v1", "source": "drop", "week": week, "text": said if week == WEEK else None, "url": None}
        groups = {
            "channel": ["survey", "review", "chat"],
            "product": [f"P{number}" for number in range(40)],
            "carrier": list("ABCD"),
            "region": list("NSEWT"),
            "plan": ["free", "pro"],
            "language": ["en", "zh-Hans", "zh-Hant", "other"],
        }
        facts |= {name: random.choice(values, n) for name, values in groups.items()}
        facts |= {"score": np.where(scored, random.integers(1, 6, n), np.nan), "scale": np.where(scored, "stars", None)}
        facts["occurred_at"] = pd.Timestamp(monday(week), tz="UTC") + pd.to_timedelta(
            random.integers(0, 7 * 86400, n), unit="s"
        )
        facts["customer_key"] = "c" + pd.Series(random.integers(0, n * 3, n)).astype("str")
        feedback.append(pd.DataFrame({"feedback_id": ids, **facts}))
        mention = {"feedback_id": ids.to_numpy()[cell // len(topics)], "topic": topics[cell % len(topics)]}
        mention |= {
            "sentiment": random.choice(["neg", "pos", "mix", "neu"], len(cell)),
            "score": random.random(len(cell)),
        }
        mentions.append(pd.DataFrame(mention).assign(version="v1", start=0, end=30, clause=0))
    joined = pd.concat(feedback, ignore_index=True)
    read = {
        "sentiment": random.choice(["neg", "pos", "mix", "neu"], len(joined)),
        "abstained": random.random(len(joined)) < 0.03,
    }
    predictions = joined[["feedback_id", "version"]].assign(revision="r1", tokens=20, tokens_read=20, **read)
    clauses = joined.loc[joined["week"] == WEEK, ["feedback_id", "version"]]
    clauses = clauses.assign(position=0, start=0, end=60, speaker="customer")
    said_all = pd.concat(mentions, ignore_index=True)
    del feedback, mentions
    clock, processor = time.perf_counter(), time.process_time()
    tables = build_week(joined, predictions, said_all, clauses, [], load(), WEEK)
    with tempfile.TemporaryDirectory() as folder:
        write_tables(tables, Path(folder))
    clock, processor = time.perf_counter() - clock, time.process_time() - processor
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(
        f"{len(joined):,} feedback, {len(said_all):,} mentions: "
        f"{clock:.1f} s ({processor:.1f} s CPU), peak {peak:.2f} GB"
    )


if __name__ == "__main__":
    main()
