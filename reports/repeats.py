"""Customers who had to come back about the same thing."""

import numpy as np
import pandas as pd

from reports.cohorts import blank, mask_small
from reports.counted import Counted
from reports.excerpts import excerpt
from reports.intervals import wilson
from reports.week import conform

DAYS = 28
DAY = 86_400_000_000  # microseconds


def repeats_tables(counted: Counted, k: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the tables REPEATS and REPEAT_CONTACTS.

    Contacts about a topic are the contacts (see reports.contact_facts) that mention it; customers without a key cannot
    be followed and count as not repeating.
    """
    if "contact" not in counted.feedback or not counted.feedback["contact"].any():
        return conform("repeats"), conform("repeat_contacts")
    said = counted.mentions[["row", "topic", "customer", "week"]]
    said = said[counted.feedback["contact"].to_numpy()[said["row"]]]
    said = said.assign(at=counted.feedback["at"].to_numpy()[said["row"]])
    now = said[said["week"] == counted.last]
    if now.empty:
        return conform("repeats"), conform("repeat_contacts")
    pair = ["topic", "customer"]
    last = now.groupby(pair)["at"].max().rename("last")
    recent = said.join(last, on=pair, how="inner")
    recent = recent[(recent["at"] <= recent["last"]) & (recent["at"] > recent["last"] - DAYS * DAY)]
    recent = recent.sort_values([*pair, "at", "row"], ignore_index=True)
    recent["gap"] = recent.groupby(pair)["at"].diff() / DAY
    people = recent.groupby(pair).agg(
        contacts=("row", "size"), first=("at", "min"), last=("at", "max"), row=("row", "last")
    )
    again = people[people["contacts"] > 1].reset_index()
    topics = np.arange(len(counted.topics))
    customers = people.reset_index().groupby("topic").size().reindex(topics, fill_value=0).to_numpy()
    grouped = again.groupby("topic")
    repeaters = grouped.size().reindex(topics, fill_value=0).to_numpy()
    low, high = wilson(repeaters, customers)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = repeaters / customers
    table = pd.DataFrame(
        {
            "topic": np.asarray(counted.topics, dtype=object),
            "customers": customers,
            "repeaters": repeaters,
            "share": share,
            "low": low,
            "high": high,
            "contacts": grouped["contacts"].sum().reindex(topics, fill_value=0).to_numpy(),
            "days": recent.groupby("topic")["gap"].median().reindex(topics).to_numpy(),
            "withheld": (customers < k) & (customers > 0),
        }
    )
    shown = again[~table["withheld"].to_numpy()[again["topic"]]]
    table = blank(table, ("customers", "repeaters", "share", "low", "high", "contacts", "days"))
    return conform("repeats", table.assign(week=counted.weeks[-1])), _contacts(counted, shown, k)


def _contacts(counted: Counted, again: pd.DataFrame, k: int) -> pd.DataFrame:
    if again.empty or counted.current()["customer"].nunique() < k:
        return conform("repeat_contacts")
    current = mask_small(counted.current(), counted, ("product",), k)
    said = counted.current_mentions().set_index(["row", "topic"])[["start", "end"]]
    table = again.sort_values(["contacts", "last", "topic", "row"], ascending=[False, False, True, True])
    table = table.join(current[["feedback_id", "channel", "product", "resolved", "text", "url"]], on="row")
    table = table.join(said, on=["row", "topic"])
    words = [
        excerpt(text, int(start), int(end), []).text
        for text, start, end in zip(table["text"], table["start"], table["end"], strict=True)
    ]
    return conform(
        "repeat_contacts",
        table.assign(
            week=counted.weeks[-1],
            text=words,
            topic=np.asarray(counted.topics, dtype=object)[table["topic"]],
            first=pd.to_datetime(table["first"], unit="us", utc=True),
            last=pd.to_datetime(table["last"], unit="us", utc=True),
            channel=table["channel"].astype("str"),
            resolved=table["resolved"].map({1.0: True, 0.0: False}),
        ),
    )
