"""A topic's numbers as they were published: this week's share and feelings, and the weeks before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pandas as pd
from markupsafe import Markup

from data.errors import EarshotError
from data.records import Sentiment
from data.site import Site
from reports.charts import SENTIMENTS, range_mark, sentiment_bar, sparkline, trend
from reports.desk.desk import Desk
from reports.desk.pages import DeskWords
from reports.findings import Change
from reports.topic_table import note, tested
from reports.week import conform
from reports.wording import known


@dataclass(frozen=True, slots=True)
class WeekCount:
    """A topic in one week; share, low and high are null where nothing was counted or the week is withheld."""

    week: str
    n: int
    total: int
    share: float | None
    low: float | None
    high: float | None
    feelings: tuple[tuple[Sentiment, int], ...]


@dataclass(frozen=True, slots=True)
class TopicLine:
    """A topic of a week, ready to show. `verdict` and `note` are those of reports.topic_table.TopicRow."""

    topic: str
    name: str
    team: str
    now: WeekCount
    history: tuple[WeekCount, ...]
    interval: str
    range: Markup
    feeling: Markup
    spark: Markup
    verdict: str
    note: str


def too_small(site: Site, week: str, k: int) -> bool:
    """Whether so few customers spoke in a week that nothing of it is shown."""
    coverage = site.table(week, "coverage")
    return not len(coverage) or int(coverage["customers"].iloc[0]) < k


def topic_lines(desk: Desk, words: DeskWords, week: str, topics: Sequence[str]) -> list[TopicLine]:
    """A line for each of these topics, the most mentioned first. Raises NotPublished."""
    frame = desk.site.table(week, "topics")
    frame = frame[frame["topic"].isin(list(topics))]
    changes = _changes(desk.site, week)
    top = float(frame[frame["week"] == week]["high"].max()) if len(frame) else 1.0
    lines = [
        _line(desk, words, str(topic), rows.sort_values("week"), top if known(top) else 1.0, changes.get(str(topic)))
        for topic, rows in frame.groupby("topic", sort=False)
    ]
    return sorted(lines, key=lambda line: (-line.now.n, topics.index(line.topic)))


def chart(words: DeskWords, line: TopicLine) -> Markup | None:
    """The topic's share over the weeks with axes and interval; None with fewer than three weeks to show."""
    if sum(one.share is not None for one in line.history) < 3:
        return None
    points = tuple((one.week.partition("-")[2], one.share, one.low, one.high) for one in line.history)
    return _drawn(points, words.say("table.trend_title", topic=line.name))


@lru_cache(maxsize=128)
def _drawn(points: tuple[tuple[str, float | None, float | None, float | None], ...], label: str) -> Markup:
    return trend([dict(zip(("week", "share", "low", "high"), point, strict=True)) for point in points], label)


def _line(desk: Desk, words: DeskWords, topic: str, rows: pd.DataFrame, top: float, change: Change | None) -> TopicLine:
    history = tuple(_count(row) for row in rows.to_dict("records"))
    now, name = history[-1], desk.taxonomy.name(topic, words.language)
    low, high = words.percent(now.low), words.percent(now.high)
    interval = words.say("table.range", share=words.percent(now.share), low=low, high=high)
    counts: dict[Sentiment, float] = {label: float(n) for label, n in now.feelings}
    shares = {label: words.percent(counts[label] / now.n if now.n else None, 0) for label in SENTIMENTS}
    told = change if any(one.total for one in history[:-1]) else None
    spark = words.say("table.sparkline", topic=name, weeks=len(history), share=words.percent(now.share))
    return TopicLine(
        topic=topic,
        name=name,
        team=desk.taxonomy[topic].team,
        now=now,
        history=history,
        interval=words.say("score.interval", low=low, high=high),
        range=range_mark(now.low or 0.0, now.share or 0.0, now.high or 0.0, top, interval),
        feeling=sentiment_bar(counts, words.say("table.feelings", **shares)),
        spark=sparkline([one.share for one in history], spark),
        verdict=told.mark if told else "",
        note=note(words, told) if told else "",
    )


def _count(row: Mapping[Any, Any]) -> WeekCount:
    def number(name: str) -> float | None:
        return float(row[name]) if known(row[name]) else None

    feelings = tuple((label, int(number(label) or 0)) for label in SENTIMENTS)
    return WeekCount(
        str(row["week"]), int(number("n") or 0), int(number("total") or 0), number("share"), number("low"),
        number("high"), feelings,
    )  # fmt: skip


def _changes(site: Site, week: str) -> dict[str, Change]:
    try:
        changes = site.table(week, "changes")
    except EarshotError:
        return {}
    # A week that an older Earshot published may lack a column.
    return tested(conform("changes", changes))
