"""Put new rows in the place of those with the same key, and say what that changed."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from data.frames import BadRows

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class MergeCount:
    """What a merge did, in rows: `new` keys, `updated` ones that had other content, and `unchanged` ones."""

    new: int = 0
    updated: int = 0
    unchanged: int = 0

    def __add__(self, other: "MergeCount") -> "MergeCount":
        return MergeCount(self.new + other.new, self.updated + other.updated, self.unchanged + other.unchanged)


def index_of(rows: pa.Table, keys: Sequence[str]) -> pd.MultiIndex:
    """The keys of the rows, to look rows up by."""
    return pd.MultiIndex.from_arrays([rows[key].to_pandas() for key in keys], names=list(keys))


def isin(rows: pa.Table, wanted: pa.Table) -> Mask:
    """Row by row, whether the columns of `wanted`, as they stand in `rows`, are one of its rows."""
    keys = wanted.column_names
    mask: Mask = index_of(rows, keys).isin(index_of(wanted, keys))
    return mask


def distinct(rows: pa.Table, keys: Sequence[str]) -> pa.Table:
    """The rows without repeats; raises BadRows when two have the same key and other content."""
    repeated = index_of(rows, keys).duplicated()
    if not repeated.any():
        return rows
    first, again = rows.filter(pa.array(~repeated)), rows.filter(pa.array(repeated))
    places = index_of(first, keys).get_indexer(index_of(again, keys))
    if differing(first.take(pa.array(places)), again).any():
        raise BadRows(f"Two rows to store have the same {', '.join(keys)} and other content.")
    return first


def upsert(existing: pa.Table, incoming: pa.Table, keys: Sequence[str]) -> tuple[MergeCount, pa.Table]:
    """What changed, and the existing rows with the incoming ones added or in their place, in no particular order."""
    places = index_of(existing, keys).get_indexer(index_of(incoming, keys))
    known = places >= 0
    changed = known.copy()
    changed[known] = differing(existing.take(pa.array(places[known])), incoming.filter(pa.array(known)))
    kept = np.ones(existing.num_rows, dtype=bool)
    kept[places[changed]] = False
    added = incoming.filter(pa.array(~known | changed))
    count = MergeCount(int((~known).sum()), int(changed.sum()), int((known & ~changed).sum()))
    return count, pa.concat_tables([existing.filter(pa.array(kept)), added])


def differing(before: pa.Table, after: pa.Table) -> Mask:
    """Row by row, whether two tables of the same length and columns differ. Nothing equals nothing."""
    differs = np.zeros(before.num_rows, dtype=bool)
    for name in before.column_names:
        left, right = before[name], after[name]
        if pa.types.is_nested(left.type):
            pairs = zip(left.to_pylist(), right.to_pylist(), strict=True)
            differs |= np.fromiter((a != b for a, b in pairs), dtype=bool, count=before.num_rows)
        else:
            unlike = pc.fill_null(pc.not_equal(left, right), False)
            one_missing = pc.not_equal(pc.is_null(left), pc.is_null(right))
            differs |= pc.or_(unlike, one_missing).to_numpy()
    return differs
