"""What the week's numbers rest on: what was pulled, read, counted, and what was left out and why."""

import pandas as pd

from reports.counted import Counted
from reports.duplicates import plain
from reports.week import Intake, conform


def coverage_table(counted: Counted, feedback: int, intake: Intake) -> pd.DataFrame:
    """Return the table COVERAGE; `feedback` is the number of current feedback of the week, read or not."""
    read, current = counted.read, counted.current()
    other = read["language"] == "other"
    abstained = read["abstained"].astype(bool) & ~other
    tokens, tokens_read = int(read["tokens"].sum()), int(read["tokens_read"].sum())
    tagged = counted.current_mentions()["row"].nunique()
    row = {
        "week": counted.weeks[-1],
        "pulled": intake.pulled,
        "new": intake.new,
        "updated": intake.updated,
        "late": intake.late,
        "rejected": intake.rejected,
        "duplicates": intake.duplicates,
        "feedback": feedback,
        "analysed": len(read),
        "abstained": int(abstained.sum()),
        "other_language": int(other.sum()),
        "counted": len(current),
        "customers": current["customer"].nunique(),
        "untagged": len(current) - tagged,
        "outside_taxonomy": counted.outside_taxonomy,
        "repeated": int(current["text"].map(plain).duplicated().sum()),
        "tokens": tokens,
        "tokens_read": tokens_read,
        "share_read": tokens_read / tokens if tokens else None,
        "restated": " ".join(intake.restated),
        "partial": intake.partial,
        "revision": " ".join(sorted(read["revision"].unique())),
        "left_out": intake.left_out,
    }
    return conform("coverage", pd.DataFrame([row]))


def quarantine_table(intake: Intake) -> pd.DataFrame:
    """Return the table QUARANTINE, sorted by source and reason."""
    rows = [(source, reason, n) for (source, reason), n in sorted(intake.quarantine.items())]
    return conform("quarantine", pd.DataFrame(rows, columns=["source", "reason", "n"]))
