"""Where it happens: topics by groups of customers as heat maps, small groups withheld."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from reports.prose import Writer
from reports.wording import known

ROWS, COLUMNS = 10, 8
#: Which cuts a team reads, first things first; other teams read the last line.
CUTS = {
    "logistics": ("carrier", "region", "product", "channel", "plan"),
    "product": ("product", "plan", "channel", "region"),
    "service": ("channel", "region", "product", "plan"),
    "": ("product", "carrier", "region", "channel", "plan"),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: what stands in it, how dark it is (0..1), the same in words, and whether it stands out."""

    text: str
    heat: float
    label: str
    above: bool = False
    withheld: bool = False


@dataclass(frozen=True, slots=True)
class HeatMap:
    """Topics (or groups) down, groups across. `sizes` are counted feedback by column, "" where withheld."""

    key: str
    title: str
    columns: tuple[str, ...]
    sizes: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]
    more: int
    withheld: bool


def heatmaps(writer: Writer, team: str, topics: Sequence[str], focus: Sequence[str] = ()) -> list[HeatMap]:
    """The maps of a team in its order, without those of one group; each topic of `focus` adds carrier by region."""
    found = []
    for kind in CUTS.get(team, CUTS[""]):
        drawn = _topics_by(writer, kind, topics)
        if drawn:
            found.append(drawn)
        if kind == "carrier" and team == "logistics":
            crossed = (_crossed(writer, topic) for topic in focus)
            found += [one for one in crossed if one]
    return found


def _topics_by(writer: Writer, kind: str, topics: Sequence[str]) -> HeatMap | None:
    frame = writer.tables.cohorts
    frame = frame[(frame["kind"] == kind) & frame["topic"].isin(list(topics))]
    order = _largest(frame, "cohort")
    if len(order) < 2:
        return None
    order, more = order[:COLUMNS], len(order) - COLUMNS
    overall = writer.tables.topics[writer.tables.topics["week"] == writer.tables.week]
    floors = dict(zip(overall["topic"], overall["high"], strict=True))
    named = overall[overall["topic"].isin(list(topics)) & (overall["n"] > 0)].sort_values(
        ["n", "topic"], ascending=[False, True]
    )
    shown = [str(topic) for topic in named["topic"].head(ROWS)]
    rows = frame[frame["topic"].isin(shown)]
    top, cells = _top(rows), _by(rows, "topic", "cohort")
    lines = tuple(
        (
            writer.topic(topic),
            tuple(_cell(writer, cells.get((topic, cohort)), top, floors.get(topic)) for cohort in order),
        )
        for topic in shown
    )
    if not lines:
        return None
    title = writer.words.name("kind_title", kind)
    sizes = _sizes(writer, frame, order)
    shown_names = tuple(writer.words.fact(kind, cohort) for cohort in order)
    return HeatMap(kind, title, shown_names, sizes, lines, max(more, 0), _any_withheld(lines))


def _crossed(writer: Writer, topic: str) -> HeatMap | None:
    frame = writer.tables.cross
    frame = frame[(frame["topic"] == topic) & (frame["row_kind"] == "carrier") & (frame["column_kind"] == "region")]
    columns, down = _largest(frame, "column"), _largest(frame, "row")
    if len(columns) < 2 or len(down) < 2:
        return None
    more = max(len(columns) - COLUMNS, 0)
    columns, down = columns[:COLUMNS], down[:ROWS]
    top, cells = _top(frame), _by(frame, "row", "column")
    lines = tuple(
        (line, tuple(_cell(writer, cells.get((line, column)), top, None) for column in columns)) for line in down
    )
    kinds = {name: writer.words.name("kind", name) for name in ("carrier", "region")}
    title = writer.words.say(
        "cohort.cross", topic=writer.topic(topic), row=kinds["carrier"], column=kinds["region"]
    )  # fmt: skip
    blank = tuple("" for _ in columns)
    names = tuple(writer.words.fact("region", column) for column in columns)
    return HeatMap("cross", title, names, blank, lines, more, _any_withheld(lines))


def _largest(frame: pd.DataFrame, column: str) -> list[str]:
    """Groups that may be shown, most feedback first, then the withheld ones by name."""
    sizes = frame.groupby(column)["total"].max().astype("float64").fillna(-1.0)
    order = sorted(((-float(size), str(name)) for name, size in sizes.items()))
    return [name for _, name in order]


def _top(rows: pd.DataFrame) -> float:
    """The share that is drawn darkest. Tiny groups jump: cells under 20 feedback do not set the scale if others can."""
    solid = rows[rows["total"].astype("float64").fillna(0.0) >= 20]["share"].max()
    top = solid if known(solid) and solid > 0 else rows["share"].max()
    return float(top) if known(top) and top > 0 else 1.0


def _by(frame: pd.DataFrame, down: str, across: str) -> dict[tuple[str, str], dict[str, Any]]:
    return {
        (str(row[down]), str(row[across])): {str(name): value for name, value in row.items()}
        for row in frame.to_dict("records")
    }


def _cell(writer: Writer, row: Mapping[str, Any] | None, top: float, floor: float | None) -> Cell:
    words = writer.words
    if row is None:
        return Cell("", 0.0, "–")
    if bool(row["withheld"]) or not known(row["share"]):
        k = writer.tables.settings.k
        return Cell(words.say("cohort.withheld", k=k), 0.0, words.say("cohort.withheld_note", k=k), withheld=True)
    share = float(row["share"])
    label = words.say("cohort.cell", share=words.percent(share), n=int(row["n"]), total=int(row["total"]))
    above = floor is not None and known(floor) and known(row.get("low")) and float(row["low"]) > floor
    if above:
        label += words.say("comma") + words.say("cohort.above")
    return Cell(words.percent(share, 0), min(share / top, 1.0), label, above)


def _sizes(writer: Writer, frame: pd.DataFrame, order: Sequence[str]) -> tuple[str, ...]:
    totals = dict(zip(frame["cohort"].astype(str), frame["total"].astype("float64"), strict=True))
    return tuple(f"n = {writer.words.number(totals[name])}" if known(totals[name]) else "" for name in order)


def _any_withheld(lines: tuple[tuple[str, tuple[Cell, ...]], ...]) -> bool:
    return any(cell.withheld for _, cells in lines for cell in cells)
