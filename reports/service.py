"""How well customers were served: waiting, handling, solving, contacts an order, by week and group."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from scipy import stats

from reports.cohorts import blank, group_codes
from reports.counted import Codes, Counted, customers_by
from reports.intervals import Numbers, wilson
from reports.scores import with_everyone
from reports.week import conform

KINDS = ("all", "channel", "product", "region")
MEASURES = ("contacts", "first_response", "handling", "resolved", "contacts_per_order")


def service_table(counted: Counted, k: int) -> pd.DataFrame:
    """Return the table SERVICE; a measure that no source gives has no rows."""
    feedback = counted.feedback
    if "contact" not in feedback or not feedback["contact"].any():
        return conform("service")
    contacts = with_everyone(feedback[feedback["contact"]])
    parts = [part for kind in KINDS for part in _of_kind(counted, contacts, kind)]
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


def _of_kind(counted: Counted, contacts: pd.DataFrame, kind: str) -> Iterator[pd.DataFrame]:
    known = contacts[contacts[kind].notna()]
    codes, groups = group_codes(known, ["week", kind])
    size = len(groups)
    head = pd.DataFrame(
        {
            "week": np.asarray(counted.weeks, dtype=object)[groups["week"]],
            "order": groups["week"],
            "kind": kind,
            "cohort": groups[kind],
        }
    )
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
        solved = np.bincount(codes[there & (known["resolved"] == 1).to_numpy()], minlength=size)
        with np.errstate(divide="ignore", invalid="ignore"):
            yield _measure(head, "resolved", known[there], codes[there], said, solved / said, *wilson(solved, said))
    there = (known["order"] >= 0).to_numpy()
    if there.any():
        orders = customers_by(codes[there], known["order"].to_numpy()[there], size)
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = np.bincount(codes[there], minlength=size) / orders
        yield _measure(head, "contacts_per_order", known[there], codes[there], orders, ratio)


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
