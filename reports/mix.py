"""Did a number change because groups changed their size (mix), or because the groups themselves changed (rate)?"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from reports.cohorts import NEGATIVE
from reports.counted import Codes, Counted, first_of_customer
from reports.intervals import Numbers
from reports.scores import nps_points
from reports.week import ReportSettings, conform
from reports.window import Window, window_of

KINDS = ("channel", "product", "region")
UNKNOWN, SMALL = "(unknown)", "(small)"
LABELS = ("family", "topic", "scale", "metric", "versus")


@dataclass(frozen=True, slots=True)
class _Units:
    """What a change was counted on: rows of the window's feedback, one a customer and week, each with its value."""

    row: Codes
    week: Codes
    value: Numbers


def mix_tables(counted: Counted, changes: pd.DataFrame, settings: ReportSettings) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the tables MIX and MIX_PARTS for the changes that were found against the baseline or the week before.

    With weights w and levels r of the groups, now and before: mix = sum of (w - w_before) x (r + r_before)/2, rate =
    sum of (r - r_before) x (w + w_before)/2; they add up to the effect (Kitagawa 1955). A group without anybody in
    one period counts as having had the level of its other period.
    """
    found = changes[
        changes["verdict"].isin(["up", "down"]) & (changes["kind"] == "all") & (changes["versus"] != "trend")
    ]
    window = window_of(counted, max(counted.last - settings.baseline_weeks, 0))
    heads, parts = [], []
    for change in found.to_dict("records"):
        units = _units(window, change)
        last = window.weeks - 1
        first = last - 1 if change["versus"] == "previous" else 0
        labels = {name: change[name] for name in LABELS}
        for kind in KINDS:
            groups = _groups(window, units, kind, first, settings.k)
            if groups.empty:
                continue
            mix, rate, effect = (float(groups[name].sum()) for name in ("mix", "rate", "effect"))
            value = float((groups["weight"] * groups["level"]).sum())
            row = {**labels, "kind": kind, "value": value, "baseline": value - effect, "effect": effect}
            heads.append(
                {**row, "mix": mix, "rate": rate, "mostly_mix": mix * effect > 0 and 2 * abs(mix) >= abs(effect)}
            )
            parts.append(groups.assign(**labels, kind=kind))
    week = counted.weeks[-1]
    if not heads:
        return conform("mix"), conform("mix_parts")
    return (
        conform("mix", pd.DataFrame(heads).assign(week=week)),
        conform("mix_parts", _blank(pd.concat(parts, ignore_index=True)).assign(week=week)),
    )


def _units(window: Window, change: Mapping[Hashable, Any]) -> _Units:
    """One row a customer and week, as the change itself was counted; see reports.window."""
    feedback, metric = window.feedback, str(change["metric"]).removesuffix("_vs_previous")
    topic = change["topic"]
    place = window.topics.index(topic) if isinstance(topic, str) else -1
    mentions = window.mentions[window.mentions["topic"] == place]
    if metric == "share" or (metric == "negative" and place < 0):
        row = first_of_customer(feedback["week"].to_numpy(), feedback["customer"].to_numpy())
        week = feedback["week"].to_numpy()[row]
        if place < 0:
            return _Units(row, week, (feedback["sentiment"].to_numpy()[row] == NEGATIVE).astype(np.float64))
        size = int(feedback["customer"].max()) + 1
        said = mentions["week"].to_numpy() * size + mentions["customer"].to_numpy()
        return _Units(row, week, np.isin(week * size + feedback["customer"].to_numpy()[row], said).astype(np.float64))
    if metric == "negative":
        first = first_of_customer(mentions["week"].to_numpy(), mentions["customer"].to_numpy())
        chosen = mentions.iloc[first]
        bad = (chosen["sentiment"].to_numpy() == NEGATIVE).astype(np.float64)
        return _Units(chosen["row"].to_numpy(), chosen["week"].to_numpy(), bad)
    rows = np.arange(len(feedback)) if place < 0 else mentions["row"].to_numpy()
    scored = feedback.iloc[rows]
    rows = rows[((scored["scale"] == change["scale"]) & scored["normal"].notna()).to_numpy()]
    scored = feedback.iloc[rows]
    rows = rows[first_of_customer(scored["week"].to_numpy(), scored["customer"].to_numpy())]
    scored = feedback.iloc[rows]
    values = nps_points(scored["score"]) if metric == "nps" else scored["score"]
    return _Units(rows, scored["week"].to_numpy(), values.to_numpy(dtype=np.float64))


def _groups(window: Window, units: _Units, kind: str, first: int, k: int) -> pd.DataFrame:
    last = window.weeks - 1
    facts = window.feedback[kind].iloc[units.row].astype(object)
    frame = pd.DataFrame({"cohort": facts.where(facts.notna(), UNKNOWN).to_numpy(), "value": units.value})
    frame["now"] = units.week == last
    frame["customer"] = window.feedback["customer"].to_numpy()[units.row]
    frame = frame[(units.week >= first) & (units.week <= last)]
    if not (frame["now"].any() and (~frame["now"]).any()):
        return frame.head(0)
    people = frame.groupby(["cohort", "now"])["customer"].nunique().unstack(fill_value=0)
    small = set(people.index[(people.min(axis=1) < k) & (people.index != UNKNOWN)])
    frame["cohort"] = frame["cohort"].where(~frame["cohort"].isin(small), SMALL)
    people = frame.groupby(["cohort", "now"])["customer"].nunique().unstack(fill_value=0)
    cells = frame.groupby(["cohort", "now"])["value"].agg(["sum", "size"]).astype("float64").unstack(fill_value=0.0)
    sums, sizes = cells["sum"], cells["size"]
    weight, weight_before = sizes[True] / sizes[True].sum(), sizes[False] / sizes[False].sum()
    level, level_before = sums[True] / sizes[True], sums[False] / sizes[False]
    level, level_before = level.fillna(level_before), level_before.fillna(level)
    table = pd.DataFrame(
        {"weight": weight, "weight_before": weight_before, "level": level, "level_before": level_before}
    )
    table["mix"] = (weight - weight_before) * (level + level_before) / 2
    table["rate"] = (level - level_before) * (weight + weight_before) / 2
    table["effect"] = weight * level - weight_before * level_before
    table["customers"] = people[True]
    return table.assign(withheld=_hidden(people.min(axis=1).to_numpy(), k)).reset_index(names="cohort")


def _hidden(people: Codes, k: int) -> list[bool]:
    """Return which groups are withheld: those below k, and the smallest other one if a single one is."""
    hidden = people < k
    if hidden.sum() == 1 and len(people) > 1:
        hidden[int(np.argmin(np.where(hidden, people.max() + 1, people)))] = True
    return [bool(each) for each in hidden]


def _blank(parts: pd.DataFrame) -> pd.DataFrame:
    numbers = ("weight", "weight_before", "level", "level_before", "mix", "rate")
    parts = parts.assign(customers=parts["customers"].astype("Int64"))
    return parts.assign(**{name: parts[name].mask(parts["withheld"]) for name in (*numbers, "customers")})
