"""Numbers by groups of customers: product, carrier, region, channel, plan; small groups withheld."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from reports.counted import SENTIMENTS, Codes, Counted, customers_by
from reports.intervals import wilson
from reports.week import COHORT_KINDS, conform

NEGATIVE = SENTIMENTS.index("neg")


def cohorts_table(counted: Counted, k: int) -> pd.DataFrame:
    """Return the table COHORTS: every topic x cohort that has feedback in the report week."""
    parts = []
    for kind in COHORT_KINDS:
        cells = _cells(counted, [kind], k)
        parts.append(cells.assign(kind=kind).rename(columns={kind: "cohort"}))
    table = pd.concat(parts, ignore_index=True)
    table["low"], table["high"] = wilson(
        table["n"].to_numpy(dtype="float64", na_value=np.nan), table["total"].to_numpy(dtype="float64", na_value=np.nan)
    )
    return conform("cohorts", table.assign(week=counted.weeks[-1]))


def cross_table(counted: Counted, k: int) -> pd.DataFrame:
    """Return the table CROSS: topic by carrier x region, and topic by product."""
    carriers = _cells(counted, ["carrier", "region"], k).rename(columns={"carrier": "row", "region": "column"})
    products = _cells(counted, ["product"], k).rename(columns={"product": "row"})
    carriers = carriers.assign(row_kind="carrier", column_kind="region")
    products = products.assign(row_kind="product", column_kind="all", column="all")
    return conform("cross", pd.concat([carriers, products], ignore_index=True).assign(week=counted.weeks[-1]))


def withheld(counted: Counted, kind: str, k: int) -> set[str]:
    """Return the cohorts of a kind with fewer than k customers in the report week."""
    current = counted.current()
    people = current.groupby(kind, observed=True)["customer"].nunique()
    return set(people.index[people < k])


def mask_small(frame: pd.DataFrame, counted: Counted, kinds: Sequence[str], k: int) -> pd.DataFrame:
    """Return the frame with each cohort fact set to null where its group is withheld, as plain strings."""
    hidden = {kind: withheld(counted, kind, k) for kind in kinds}
    plain = {kind: frame[kind].astype("str") for kind in kinds}
    return frame.assign(**{kind: plain[kind].where(~plain[kind].isin(hidden[kind])) for kind in kinds})


def group_codes(frame: pd.DataFrame, kinds: Sequence[str]) -> tuple[Codes, pd.DataFrame]:
    """Return each row's group number (-1 where a fact is null) and the groups' facts in ascending order."""
    levels = [pd.factorize(frame[kind], sort=True) for kind in kinds]
    key = np.zeros(len(frame), dtype=np.int64)
    complete = np.ones(len(frame), dtype=bool)
    for codes, values in levels:
        key = key * max(len(values), 1) + codes
        complete &= codes >= 0
    found, inverse = np.unique(key[complete], return_inverse=True)
    groups: dict[str, npt.ArrayLike] = {}
    rest = found
    for kind, (_, values) in reversed(list(zip(kinds, levels, strict=True))):
        groups[kind] = np.asarray(values)[rest % max(len(values), 1)]
        rest = rest // max(len(values), 1)
    codes = np.full(len(frame), -1, dtype=np.int64)
    codes[complete] = inverse
    return codes, pd.DataFrame({kind: groups[kind] for kind in kinds})


def _cells(counted: Counted, kinds: Sequence[str], k: int) -> pd.DataFrame:
    current, mentions, topics = counted.current(), counted.current_mentions(), len(counted.topics)
    codes, groups = group_codes(current, kinds)
    inside = codes >= 0
    total = np.bincount(codes[inside], minlength=len(groups))
    people = customers_by(codes[inside], current["customer"].to_numpy()[inside], len(groups))
    # The report week lies at the end of the sorted feedback, so a row's place in it is a subtraction.
    own = codes[mentions["row"].to_numpy() - len(counted.feedback) + len(current)]
    near = own >= 0
    cell = own[near] * topics + mentions["topic"].to_numpy()[near]
    size = len(groups) * topics
    table = groups.loc[np.repeat(np.arange(len(groups)), topics)].reset_index(drop=True)
    table["topic"] = np.tile(np.asarray(counted.topics, dtype=object), len(groups))
    table["n"] = np.bincount(cell, minlength=size)
    table["neg"] = np.bincount(cell[mentions["sentiment"].to_numpy()[near] == NEGATIVE], minlength=size)
    table["total"] = np.repeat(total, topics)
    table["customers"] = np.repeat(people, topics)
    table["share"] = table["n"] / table["total"]
    table["withheld"] = table["customers"] < k
    return blank(table, ("n", "neg", "total", "customers", "share"))


def blank(table: pd.DataFrame, numbers: Sequence[str]) -> pd.DataFrame:
    """Return the table with the numbers of withheld rows null (counts as nullable integers)."""
    counts = {name: table[name].astype("Int64" if table[name].dtype.kind == "i" else "float64") for name in numbers}
    return table.assign(**{name: column.mask(table["withheld"]) for name, column in counts.items()})
