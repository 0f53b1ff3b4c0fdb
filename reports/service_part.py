"""The service desk's week: how fast, how well, how often customers come back, and which products they ask about."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from reports.charts import range_mark
from reports.prose import Writer
from reports.quoting import plain, safe_url, shorten
from reports.tiles import Tile
from reports.wording import known

MEASURES = ("first_response", "handling", "resolution", "resolved", "contacts", "contacts_per_order")
TIMES = ("first_response", "handling", "resolution")
#: What a number rests on, where that is not contacts.
UNITS = {"contacts_per_order": "service.orders", "resolution": "service.solved"}
SURGES, REPEATS, CONTACTS = 8, 8, 6


@dataclass(frozen=True, slots=True)
class Surge:
    """A product about which more or fewer customers ask than usual."""

    product: str
    verdict: str
    sentence: str
    interval: str


@dataclass(frozen=True, slots=True)
class Repeat:
    """A topic about which customers come back; `days` is the median from one contact to the next."""

    name: str
    share: str
    interval: str
    customers: str
    days: str


@dataclass(frozen=True, slots=True)
class RepeatContact:
    """A customer who came back about the same topic, by the last contact."""

    topic: str
    count: str
    days: str
    state: str
    text: str
    facts: tuple[str, ...]
    url: str | None


def service_tiles(writer: Writer) -> list[Tile]:
    """One tile for each measure of service that a source has, with the week before beside it.

    One that rests on fewer than k customers says so, and one on too few values for an interval, too.
    """
    frame, tables = writer.tables.service, writer.tables
    frame = frame[(frame["kind"] == "all") & (frame["withheld"] | frame["value"].notna())]
    found = []
    for measure in MEASURES:
        rows = frame[frame["measure"] == measure].set_index("week")
        if tables.week not in rows.index:
            continue
        row = {str(name): cell for name, cell in rows.loc[tables.week].items()}
        earlier = rows[(rows.index < tables.week) & ~rows["withheld"]].sort_index()
        found.append(_tile(writer, measure, row, float(earlier["value"].iloc[-1]) if len(earlier) else None))
    return found


def _tile(writer: Writer, measure: str, row: dict[str, Any], before: float | None) -> Tile:
    words = writer.words
    title = words.say(f"service.{measure}")
    if bool(row["withheld"]):
        return Tile(measure, title, "–", "", words.say("score.withheld"), "", "too_few", "", None)
    value, mark = float(row["value"]), None
    interval = words.say("service.no_interval") if measure in TIMES else ""
    if known(row["low"]) and known(row["high"]):
        low, high = float(row["low"]), float(row["high"])
        interval = words.say("score.interval", low=_shown(writer, measure, low), high=_shown(writer, measure, high))
        top = 1.0 if measure == "resolved" else max(high, before or 0.0) * 1.1
        mark = range_mark(low, value, high, top, f"{title} {_shown(writer, measure, value)}, {interval}", before)
    counted = words.say(UNITS.get(measure, "service.n"), count=int(row["n"]))
    counted = "" if measure == "contacts" else counted
    if known(row["p90"]):
        counted = f"{words.say('service.p90', value=words.duration(row['p90']))} · {counted}"
    delta = words.say("service.before", value=_shown(writer, measure, before)) if before is not None else ""
    return Tile(measure, title, _shown(writer, measure, value), "", interval, counted, "none",
                delta, mark)  # fmt: skip


def _shown(writer: Writer, measure: str, value: float) -> str:
    words = writer.words
    if measure in TIMES:
        return words.duration(value)
    if measure == "resolved":
        return words.percent(value)
    return words.number(value, 2 if measure == "contacts_per_order" else 0)


def surges(writer: Writer) -> list[Surge]:
    """Products whose enquiries surely rose or fell, the strongest rise first."""
    frame, words = writer.tables.surges, writer.words
    frame = frame[frame["verdict"].isin(["up", "down"]) & ~frame["withheld"] & frame["ratio"].notna()]
    found = []
    for row in frame.sort_values(["ratio", "product"], ascending=[False, True]).head(SURGES).to_dict("records"):
        product = shorten(plain(str(row["product"])), 60)
        facts = [float(row[name]) for name in ("n", "expected", "ratio", "low", "high") if known(row[name])]
        said = writer.write(
            f"surge.{row['verdict']}", facts, (product,), count=int(row["n"]), product=product,
            expected=words.number(row["expected"], 1), ratio=words.number(row["ratio"], 1),
        )  # fmt: skip
        interval = writer.write(
            "surge.interval", facts, (), low=words.number(row["low"], 1), high=words.number(row["high"], 1)
        )
        if said:
            found.append(Surge(product, str(row["verdict"]), said, interval))
    return found


def repeats(writer: Writer) -> list[Repeat]:
    """Topics by how many customers came back about them."""
    words, frame = writer.words, writer.tables.repeats
    frame = frame[~frame["withheld"] & (frame["repeaters"].fillna(0) > 0)]
    frame = frame.sort_values(["repeaters", "topic"], ascending=[False, True]).head(REPEATS)
    return [
        Repeat(
            name=writer.topic(str(row["topic"])),
            share=words.percent(row["share"]),
            interval=words.say("score.interval", low=words.percent(row["low"]), high=words.percent(row["high"])),
            customers=words.say("table.of_total", n=int(row["repeaters"]), total=int(row["customers"])),
            days=words.number(row["days"], 1),
        )
        for row in frame.to_dict("records")
    ]


def repeat_contacts(writer: Writer) -> tuple[list[RepeatContact], int]:
    """The customers who came back most often, by the words of the last contact, and how many more there are."""
    words, frame = writer.words, writer.tables.repeat_contacts
    found = []
    for row in frame.head(CONTACTS).to_dict("records"):
        resolved = row["resolved"]
        state = "unknown" if resolved is None or pd.isna(resolved) else "solved" if resolved else "open"
        facts = tuple(
            words.fact(kind, shorten(plain(str(row[kind])), 40)) for kind in ("channel", "product")
            if isinstance(row[kind], str) and row[kind]
        )  # fmt: skip
        days = f"{writer.day(row['first'])} – {writer.day(row['last'])}"
        found.append(
            RepeatContact(writer.topic(str(row["topic"])), words.say("repeat.count", count=int(row["contacts"])), days,
                          words.say(f"repeat.{state}"), shorten(plain(str(row["text"])), 220), facts,
                          safe_url(row["url"]))
        )  # fmt: skip
    return found, max(len(frame) - CONTACTS, 0)
