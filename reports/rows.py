"""The rows behind every number of the week."""

import numpy as np
import pandas as pd

from reports.cohorts import mask_small
from reports.counted import SENTIMENTS, Counted
from reports.week import conform


def rows_table(counted: Counted, k: int) -> pd.DataFrame:
    """Return the table ROWS, sorted by time, feedback and topic (in the order of the taxonomy)."""
    current = mask_small(counted.current(), counted, ("product", "carrier", "region", "plan"), k)
    labels = np.asarray(SENTIMENTS, dtype=object)
    current = current.assign(week=counted.weeks[-1], sentiment=labels[current["sentiment"]])
    mentions = counted.current_mentions()
    said = pd.DataFrame(
        {
            "row": mentions["row"],
            "topic": np.asarray(counted.topics, dtype=object)[mentions["topic"]],
            "topic_sentiment": labels[mentions["sentiment"]],
            "topic_score": mentions["score"],
            "start": mentions["start"],
            "end": mentions["end"],
        }
    )
    return conform("rows", current.merge(said, left_index=True, right_on="row", how="left"))
