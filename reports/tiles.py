"""The scores of the week as tiles: a large number, its interval, how many answers, and whether it moved."""

from dataclasses import dataclass

from markupsafe import Markup

from data.records import SCALES
from reports.charts import range_mark
from reports.findings import Change, changes_of
from reports.prose import Writer, reach
from reports.wording import known

#: Order of the tiles; NPS runs from -100 to 100, the others on their own points.
SCALE_ORDER = ("nps", "csat", "ces", "stars")


@dataclass(frozen=True, slots=True)
class Tile:
    """One number of the whole company, ready to show. `moved` is up, down, none or too_few."""

    key: str
    title: str
    value: str
    unit: str
    interval: str
    n: str
    moved: str
    delta: str
    mark: Markup | None


def tiles(writer: Writer) -> list[Tile]:
    """One tile for each score scale that has answers this week, and one for the share of negative feedback."""
    tables, words = writer.tables, writer.words
    changes = [
        change for change in changes_of(tables.changes)
        if change.topic is None and change.kind == "all" and change.versus == "baseline"
    ]  # fmt: skip
    found = []
    scores = tables.scores
    scores = scores[(scores["week"] == tables.week) & (scores["kind"] == "all")]
    for scale in SCALE_ORDER:
        rows = scores[scores["scale"] == scale].to_dict("records")
        if not rows:
            continue
        row, title = rows[0], words.say(f"score.{scale}")
        if bool(row["withheld"]) or not known(row["mean"]):
            found.append(Tile(scale, title, "–", "", words.say("score.withheld"), "", "too_few", "", None))
            continue
        if scale == "nps":
            value, low, high, bottom, top, digits = row["nps"], row["nps_low"], row["nps_high"], -100.0, 100.0, 0
            unit = ""
        else:
            value, low, high, digits = row["mean"], row["low"], row["high"], 2 if scale != "ces" else 1
            bottom, top = SCALES[scale]  # type: ignore[index]
            unit = words.say("score.of", top=top)
        change = next((one for one in changes if one.scale == scale and one.measure == "score"), None)
        found.append(_tile(writer, scale, title, value, low, high, bottom, top, digits, unit, int(row["n"]), change))
    return found + _negative(writer, changes)


def _tile(
    writer: Writer, key: str, title: str, value: float, low: float, high: float, bottom: float, top: float,
    digits: int, unit: str, n: int, change: Change | None,
) -> Tile:  # fmt: skip
    words = writer.words
    show = words.signed if key == "nps" else words.number
    interval, mark = "", None
    if known(low) and known(high):
        interval = words.say("score.interval", low=show(low, digits), high=show(high, digits))
        mark = range_mark(low, value, high, top, f"{title} {show(value, digits)}, {interval}", bottom=bottom)
    delta = _delta(writer, change, words.number(change.baseline, 1) if change else "")
    if key == "nps" and change and change.verdict in ("up", "down"):  # tested on the mean answer, not on NPS itself
        parts = {"baseline": words.number(change.baseline, 1), "value": words.number(change.value, 1)}
        delta = words.say(f"score.{change.verdict}_nps", **parts)
    elif key == "nps" and change and change.mark in ("none", "perhaps"):
        delta = words.say(
            "score.steady_nps" if change.mark == "none" else "score.perhaps_nps", range=reach(words, change)
        )
    return Tile(key, title, show(value, digits), unit, interval, words.say("score.n", count=n),
                change.verdict if change else "none", delta, mark)  # fmt: skip


def _negative(writer: Writer, changes: list[Change]) -> list[Tile]:
    tables, words = writer.tables, writer.words
    frame = tables.sentiment
    rows = frame[(frame["week"] == tables.week) & (frame["kind"] == "all")].to_dict("records")
    if not rows or bool(rows[0]["withheld"]) or not known(rows[0]["neg_share"]):
        return []
    row, title = rows[0], words.say("score.negative")
    low, high = float(row["neg_low"]), float(row["neg_high"])
    interval = words.say("score.interval", low=words.percent(low), high=words.percent(high))
    change = next((one for one in changes if one.measure == "negative"), None)
    mark = range_mark(low, float(row["neg_share"]), high, 1.0, f"{title} {words.percent(row['neg_share'])}, {interval}",
                      change.baseline if change else None)  # fmt: skip
    return [
        Tile("negative", title, words.percent(row["neg_share"]), "", interval,
             words.say("score.n_feedback", count=int(row["n"])), change.verdict if change else "none",
             _delta(writer, change, words.percent(change.baseline) if change else ""), mark)
    ]  # fmt: skip


def _delta(writer: Writer, change: Change | None, baseline: str) -> str:
    if change is None or writer.baseline_weeks() < 1:
        return writer.words.say("score.no_history")
    words = writer.words
    if change.verdict in ("up", "down"):
        return words.say(f"score.{change.verdict}", baseline=baseline)
    if change.mark in ("none", "perhaps"):
        key = "score.steady" if change.mark == "none" else "score.perhaps"
        return words.say(key, range=reach(words, change))
    if change.needed is None:
        return words.say("mark.too_few")
    return words.say("score.too_few", total=words.number(change.total), needed=words.number(change.needed))
