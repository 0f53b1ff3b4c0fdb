"""How often each topic is mentioned, week by week, and in which mood."""

import numpy as np
import pandas as pd

from reports.counted import SENTIMENTS, Counted, customers_by
from reports.intervals import wilson
from reports.week import conform


def topics_table(counted: Counted, k: int) -> pd.DataFrame:
    """Return the table TOPICS: weeks oldest first, topics in the order of the taxonomy."""
    weeks, topics = len(counted.weeks), len(counted.topics)
    size = weeks * topics
    mentions = counted.mentions
    group = (mentions["week"] * topics + mentions["topic"]).to_numpy(dtype=np.int64)
    customer = mentions["customer"].to_numpy()
    n = np.bincount(group, minlength=size)
    total = np.repeat(np.bincount(counted.feedback["week"], minlength=weeks), topics)
    low, high = wilson(n, total)
    mood = np.bincount(group * len(SENTIMENTS) + mentions["sentiment"].to_numpy(), minlength=size * len(SENTIMENTS))
    normal = counted.feedback["normal"].to_numpy()[mentions["row"].to_numpy()]
    scored = ~np.isnan(normal)
    score_n = np.bincount(group[scored], minlength=size)
    with np.errstate(invalid="ignore", divide="ignore"):
        score = np.bincount(group[scored], weights=normal[scored], minlength=size) / score_n
        share = n / total
    moods = {str(label): mood.reshape(size, -1)[:, code] for code, label in enumerate(SENTIMENTS)}
    score[customers_by(group[scored], customer[scored], size) < k] = np.nan
    return conform(
        "topics",
        pd.DataFrame(
            {
                "week": np.repeat(np.asarray(counted.weeks, dtype=object), topics),
                "topic": np.tile(np.asarray(counted.topics, dtype=object), weeks),
                "n": n,
                "total": total,
                "share": share,
                "low": low,
                "high": high,
                **moods,
                "customers": customers_by(group, customer, size),
                "score": score,
                "score_n": score_n,
            }
        ),
    )
