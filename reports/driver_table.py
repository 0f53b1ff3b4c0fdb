"""What goes with the score: topics whose complainers score lower (or higher) than the others."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from markupsafe import Markup

from reports.charts import range_mark
from reports.impact_chart import Point, impact_chart
from reports.prose import Writer
from reports.wording import known


@dataclass(frozen=True, slots=True)
class DriverRow:
    """One topic with enough responses to say something; `number` is its mark in the figure.

    `rank`: the range of its place by impact over the bootstrap.
    """

    number: int
    name: str
    effect: str
    interval: str
    range: Markup
    impact: str
    n: str
    share: str
    rank: str
    verdict: str
    verdict_name: str


@dataclass(frozen=True, slots=True)
class Drivers:
    """Rows by impact, the most harmful first, and the names of the topics with too few responses.

    All rows are of one `scale` (its name), the one with most responses; `others` says that there are more scales.
    """

    rows: tuple[DriverRow, ...] = ()
    not_enough: tuple[str, ...] = ()
    scale: str = ""
    others: bool = False
    figure: Markup | None = None
    formula: str = ""


def drivers(writer: Writer, topics: Sequence[str], limit: int = 12) -> Drivers:
    """The drivers among `topics`, at most `limit`."""
    words = writer.words
    frame = writer.tables.drivers
    frame = frame[frame["topic"].isin(list(topics))]
    scale = _main_scale(frame)
    others = bool(frame.loc[frame["scale"] != scale, "verdict"].isin(["lowers", "raises", "none"]).any())
    frame = frame[frame["scale"] == scale]
    enough = frame[(frame["verdict"] != "not_enough") & frame["effect"].notna()]
    enough = enough.assign(quiet=~enough["verdict"].isin(["lowers", "raises"])).sort_values(
        ["quiet", "impact", "topic"]
    )
    span = max(float(enough["low"].abs().max()), float(enough["high"].abs().max()), 1.0) if len(enough) else 1.0
    rows, points = [], []
    for number, row in enumerate(enough.head(limit).to_dict("records"), start=1):
        name = writer.topic(str(row["topic"]))
        effect, low, high = (words.signed(row[part]) for part in ("effect", "low", "high"))
        label = words.say("driver.effect_label", topic=name, effect=effect, low=low, high=high)
        drawn = range_mark(float(row["low"]), float(row["effect"]), float(row["high"]), span, label, 0.0, -span)
        rows.append(
            DriverRow(number, name, effect,
                      words.say("score.interval", low=low, high=high), drawn, words.signed(row["impact"], 2),
                      words.say("table.of_total", n=int(row["n_with"]), total=int(row["n_with"] + row["n_without"])),
                      words.percent(row["share"]), _rank(writer, row), str(row["verdict"]),
                      words.name("driver", row["verdict"]))
        )  # fmt: skip
        points.append(
            Point(number, float(row["share"]), float(row["effect"]), float(row["low"]), float(row["high"]),
                  str(row["verdict"]))
        )  # fmt: skip
    told = set(enough["topic"])
    short = [topic for topic in dict.fromkeys(frame["topic"].astype(str)) if topic not in told]
    figure = None
    if len(points) > 1:
        figure = impact_chart(points, words.say("impact.title"), words.say("impact.across"), words.say("impact.down"))
    formulas = [text for text in enough["formula"].dropna().astype(str).unique() if text]
    return Drivers(
        tuple(rows), tuple(writer.topic(topic) for topic in short), words.name("score", scale), others, figure,
        formulas[0] if formulas else "",
    )  # fmt: skip


def _rank(writer: Writer, row: Mapping[Hashable, Any]) -> str:
    low, high = row.get("rank_low"), row.get("rank_high")
    if not known(low) or not known(high):
        return ""
    return writer.words.say("impact.rank", low=round(float(low or 0)), high=round(float(high or 0)))


def _main_scale(frame: pd.DataFrame) -> str:
    sizes = (frame["n_with"] + frame["n_without"]).groupby(frame["scale"]).max()
    ranked = sorted(((-int(size), str(name)) for name, size in sizes.items()))
    return ranked[0][1] if ranked else ""
