"""The table of topics: share with interval, feeling, thirteen weeks, and whether it changed."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
from markupsafe import Markup

from data.records import Sentiment
from reports.charts import SENTIMENTS, range_mark, sentiment_bar, sparkline, trend
from reports.findings import Change, changes_of
from reports.prose import Writer, reach
from reports.wording import Words, known


@dataclass(frozen=True, slots=True)
class TopicRow:
    """One topic of the report week, ready to show. `verdict` is Change.mark, "" without history; `note` the
    interval of the difference, or how many customers would do where there are too few.
    """

    topic: str
    name: str
    owner: str
    share: str
    interval: str
    range: Markup
    n: int
    feeling: Markup
    negative: str
    spark: Markup
    verdict: str
    note: str


def topic_rows(writer: Writer, topics: Sequence[str]) -> list[TopicRow]:
    """A row for each of `topics` mentioned in the report week, the largest first."""
    tables, words = writer.tables, writer.words
    frame = tables.topics[tables.topics["topic"].isin(list(topics))]
    now = frame[(frame["week"] == tables.week) & (frame["n"] > 0)].sort_values(["n", "topic"], ascending=[False, True])
    top = float(now["high"].max()) if len(now) else 1.0
    by_topic = {str(topic): rows.set_index("week") for topic, rows in frame.groupby("topic")}
    changes, compared = tested(tables.changes), writer.baseline_weeks() > 0
    rows = []
    for row in now.to_dict("records"):
        topic, name = str(row["topic"]), writer.topic(str(row["topic"]))
        share, low, high = float(row["share"]), float(row["low"]), float(row["high"])
        history = by_topic[topic].reindex(list(tables.weeks))
        before = history.iloc[:-1].tail(tables.settings.baseline_weeks)
        total = float(before["total"].sum())
        interval = words.say(
            "table.range", share=words.percent(share), low=words.percent(low), high=words.percent(high)
        )
        counts: dict[Sentiment, float] = {label: float(row[label]) for label in SENTIMENTS}
        shares = {label: words.percent(counts[label] / float(row["n"]), 0) for label in SENTIMENTS}
        rows.append(
            TopicRow(
                topic=topic,
                name=name,
                owner=words.name("team", tables.taxonomy[topic].team),
                share=words.percent(share),
                interval=words.say("score.interval", low=words.percent(low), high=words.percent(high)),
                range=range_mark(low, share, high, top, interval, float(before["n"].sum()) / total if total else None),
                n=int(row["n"]),
                feeling=sentiment_bar(counts, words.say("table.feelings", **shares)),
                negative=words.say("table.negative", share=shares["neg"]),
                spark=sparkline(
                    [float(value) if known(value) else None for value in history["share"]],
                    words.say("table.sparkline", topic=name, weeks=len(tables.weeks), share=words.percent(share)),
                ),
                verdict=changes[topic].mark if topic in changes else "",
                note=note(words, changes[topic]) if topic in changes and compared else "",
            )
        )
    return rows


def not_mentioned(writer: Writer, topics: Sequence[str]) -> list[str]:
    """Names of those of `topics` that nobody mentioned in the report week."""
    frame = writer.tables.topics
    there = set(frame[(frame["week"] == writer.tables.week) & (frame["n"] > 0)]["topic"])
    return [writer.topic(topic) for topic in topics if topic not in there]


def trend_of(writer: Writer, topic: str) -> Markup | None:
    """The figure of a topic's share over the weeks; None with fewer than three weeks to show."""
    tables = writer.tables
    history = tables.topics[tables.topics["topic"] == topic].set_index("week").reindex(list(tables.weeks))
    if int(history["share"].notna().sum()) < 3:
        return None
    points = [
        {
            "week": str(week).partition("-")[2],
            **{name: float(row[name]) if known(row[name]) else None for name in ("share", "low", "high")},
        }
        for week, row in zip(history.index, history.to_dict("records"), strict=True)
    ]
    before = history.iloc[:-1].tail(tables.settings.baseline_weeks)
    total = float(before["total"].sum())
    label = writer.words.say("table.trend_title", topic=writer.topic(topic))
    return trend(points, label, float(before["n"].sum()) / total if total else None)


def tested(changes: pd.DataFrame) -> dict[str, Change]:
    """What a table CHANGES says of each topic's share among everyone, against the weeks before, by topic."""
    rows = changes[(changes["metric"] == "share") & (changes["kind"] == "all")]
    return {one.topic: one for one in changes_of(rows) if one.topic}


def note(words: Words, change: Change) -> str:
    """What stands beside the verdict: the interval of the difference, or how many customers a week would do."""
    if change.mark != "too_few":
        return reach(words, change)
    return "" if change.needed is None else words.say("table.needed", needed=words.number(change.needed))
