"""Keep where clauses lie in a model's space, so that a week's clauses are placed once and not in each of four runs."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from data.lake import Lake
from data.tables import CLAUSE_VECTORS
from data.theme_records import ClauseKey

Floats = npt.NDArray[np.float32]
_KEPT = "<f2"


def save_vectors(lake: Lake, week: str, revision: str, placed: Iterable[tuple[str, str, Mapping[int, Floats]]]) -> int:
    """Store the vectors of a week's clauses: (feedback id, version, vector by position); return how many are new."""
    rows = [
        (feedback_id, version, revision, week, position, vector.astype(_KEPT).tobytes())
        for feedback_id, version, vectors in placed
        for position, vector in sorted(vectors.items())
    ]
    if not rows:
        return 0
    columns = [
        pa.array(column, field.type) for column, field in zip(zip(*rows, strict=True), CLAUSE_VECTORS, strict=True)
    ]
    return lake.merge("clause_vectors", pa.Table.from_arrays(columns, schema=CLAUSE_VECTORS)).new


def vectors_of(lake: Lake, weeks: Sequence[str], revision: str) -> dict[ClauseKey, Floats]:
    """Return the vectors (H,) that a revision gave to the clauses of some weeks."""
    rows = lake.read_arrow("clause_vectors", weeks)
    rows = rows.filter(pc.equal(rows["revision"], revision))
    columns = (rows[name].to_pylist() for name in ("week", "feedback_id", "version", "position", "vector"))
    return {
        ClauseKey(week, feedback_id, version, position): np.frombuffer(vector, _KEPT).astype(np.float32)
        for week, feedback_id, version, position, vector in zip(*columns, strict=True)
    }
