"""How well customers were served: waiting, handling, solving, contacts an order, by week and group."""

from collections.abc import Iterator, Mapping
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from scipy import stats

from data.weeks import shift, starts
from reports.cohorts import blank, group_codes
from reports.counted import Codes, Counted, customers_by
from reports.intervals import Numbers, wilson
from reports.scores import with_everyone
from reports.week import conform

KINDS = ("all", "channel", "product", "region")
MEASURES = ("contacts", "first_response", "handling", "resolution", "resolved", "contacts_per_order")


def service_table(
    counted: Counted, k: int, zone: str = "UTC", by_week: Mapping[str, str] | None = None
) -> pd.DataFrame:
    """Return the table SERVICE; a measure that no source gives has no rows.

    by_week: the period of each ISO week in `zone`, where the periods are not weeks themselves.
    """
    feedback = counted.feedback
    if "contact" not in feedback or not feedback["contact"].any():
        return conform("service")
    contacts = with_everyone(feedback[feedback["contact"]])
    solved = _when_solved(counted, contacts, zone, by_week or {week: week for week in counted.weeks})
    parts = [part for kind in KINDS for part in _of_kind(counted, contacts, solved, kind)]
    table = pd.concat(parts, ignore_index=True)
    table = blank(table.assign(withheld=table["customers"] < k), ("n", "value", "low", "high", "p90", "customers"))
    order = {name: place for place, name in enumerate(MEASURES)}
    table = table.assign(place=table["measure"].map(order)).sort_values(["order", "place", "cohort"], kind="stable")
    return conform("service", pd.concat([table[table["kind"] == kind] for kind in KINDS], ignore_index=True))


def hours_table(counted: Counted, zone: str, k: int) -> pd.DataFrame:
    """Return the table HOURS: contacts of the trend weeks by hour of the week in `zone`."""
    feedback = counted.feedback
    if "contact" not in feedback or not feedback["contact"].any():
        return conform("hours")
    contacts = feedback[feedback["contact"]]
    local = pd.to_datetime(contacts["at"], unit="us", utc=True).dt.tz_convert(zone)
    cell: Codes = (local.dt.day_of_week * 24 + local.dt.hour).to_numpy().astype(np.int64)
    n, weeks = np.bincount(cell, minlength=168), contacts["week"].nunique()
    table = pd.DataFrame(
        {
            "weekday": np.arange(168) // 24,
            "hour": np.arange(168) % 24,
            "n": n,
            "per_week": n / weeks,
            "now": np.bincount(cell[(contacts["week"] == counted.last).to_numpy()], minlength=168),
            "customers": customers_by(cell, contacts["customer"].to_numpy(), 168),
        }
    )
    # An empty hour hides nobody.
    table["withheld"] = (table["customers"] < k) & (table["n"] > 0)
    return conform("hours", blank(table, ("n", "per_week", "now", "customers")))


def _when_solved(counted: Counted, contacts: pd.DataFrame, zone: str, by_week: Mapping[str, str]) -> pd.DataFrame:
    """Return the contacts that were solved in the later half of the trend, `week` being the period of that moment.

    By the period in which they came in, the newest would always look quick: what takes long is not solved yet. The
    earlier half is left out because what had waited long then came in before the trend began.
    """
    weeks = sorted(by_week)
    edges = [starts(week, ZoneInfo(zone)).timestamp() for week in (*weeks, shift(weeks[-1], 1))]
    found = contacts[contacts["resolution"].notna()]
    place = np.searchsorted(edges, (found["at"] / 1e6 + found["resolution"]).to_numpy(), side="right")
    # Before the first edge and after the last there is no period.
    names = pd.Index(["", *(by_week[week] for week in weeks), ""])
    period = pd.Index(counted.weeks).get_indexer(names)[place]
    return found.assign(week=period)[period >= len(counted.weeks) // 2]


def _of_kind(counted: Counted, contacts: pd.DataFrame, solved: pd.DataFrame, kind: str) -> Iterator[pd.DataFrame]:
    known = contacts[contacts[kind].notna()]
    head, codes = _groups(counted, known, kind)
    size = len(head)
    n = np.bincount(codes, minlength=size)
    yield _measure(head, "contacts", known, codes, n, n.astype(np.float64))
    for name in ("first_response", "handling"):
        there = known[name].notna().to_numpy()
        if there.any():
            value, low, high, p90 = _medians(known[name].to_numpy(dtype=np.float64)[there], codes[there], size)
            counts = np.bincount(codes[there], minlength=size)
            yield _measure(head, name, known[there], codes[there], counts, value, low, high, p90)
    there = known["resolved"].notna().to_numpy()
    if there.any():
        said = np.bincount(codes[there], minlength=size)
        good = np.bincount(codes[there & (known["resolved"] == 1).to_numpy()], minlength=size)
        with np.errstate(divide="ignore", invalid="ignore"):
            yield _measure(head, "resolved", known[there], codes[there], said, good / said, *wilson(good, said))
    there = (known["order"] >= 0).to_numpy()
    if there.any():
        orders = customers_by(codes[there], known["order"].to_numpy()[there], size)
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = np.bincount(codes[there], minlength=size) / orders
        yield _measure(head, "contacts_per_order", known[there], codes[there], orders, ratio)
    closed = solved[solved[kind].notna()]
    if len(closed):
        head, codes = _groups(counted, closed, kind)
        value, low, high, p90 = _medians(closed["resolution"].to_numpy(dtype=np.float64), codes, len(head))
        n = np.bincount(codes, minlength=len(head))
        yield _measure(head, "resolution", closed, codes, n, value, low, high, p90)


def _groups(counted: Counted, rows: pd.DataFrame, kind: str) -> tuple[pd.DataFrame, Codes]:
    """Return what names each group of week x `kind`, and the group of each row."""
    codes, groups = group_codes(rows, ["week", kind])
    names = np.asarray(counted.weeks, dtype=object)[groups["week"]]
    head = {"week": names, "order": groups["week"], "kind": kind, "cohort": groups[kind]}
    return pd.DataFrame(head), codes


def _measure(
    head: pd.DataFrame,
    name: str,
    rows: pd.DataFrame,
    codes: Codes,
    n: Codes,
    value: Numbers,
    low: Numbers | float = np.nan,
    high: Numbers | float = np.nan,
    p90: Numbers | float = np.nan,
) -> pd.DataFrame:
    people = customers_by(codes, rows["customer"].to_numpy(), len(head))
    columns = {"measure": name, "n": n, "value": value, "low": low, "high": high, "p90": p90, "customers": people}
    return head.assign(**columns)[n > 0]


def _medians(values: Numbers, codes: Codes, size: int) -> tuple[Numbers, Numbers, Numbers, Numbers]:
    """Return median, its 95 % interval (order statistics by the binomial distribution) and the 90 % quantile."""
    order = np.lexsort((values, codes))
    values = values[order]
    n = np.bincount(codes, minlength=size)
    ends = np.cumsum(n)
    result = np.full((4, size), np.nan)
    for group in np.flatnonzero(n):
        own = values[ends[group] - n[group] : ends[group]]
        result[0, group], result[3, group] = np.median(own), np.quantile(own, 0.9)
        below = int(stats.binom.ppf(0.025, len(own), 0.5))
        if len(own) >= 6:  # below six values no pair of them covers the median in 95 of 100 cases
            result[1, group], result[2, group] = own[max(below - 1, 0)], own[min(len(own) - below, len(own) - 1)]
    return result[0], result[1], result[2], result[3]
