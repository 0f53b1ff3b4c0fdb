"""Keep feedback and its clauses in the lake, each version once, and hand out what still has to be read."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from data.lake import Lake
from data.merging import index_of, isin
from data.records import Clause, Document, Feedback, Turn
from data.tables import CLAUSES, FEEDBACK

VERSION = ["feedback_id", "version"]
_DOCUMENT = [*VERSION, "text", "language", "turns"]


@dataclass(frozen=True, slots=True)
class Counts:
    """What came in, in feedback versions.

    `new` feedback, `updated` feedback (a version not seen before of feedback that was), `unchanged` versions and
    `duplicates` (the same version twice in what was given) add up to all that was given. `late` of the new and updated
    ones occurred in a week before the one being run.
    """

    new: int = 0
    updated: int = 0
    unchanged: int = 0
    late: int = 0
    duplicates: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.new + other.new,
            self.updated + other.updated,
            self.unchanged + other.unchanged,
            self.late + other.late,
            self.duplicates + other.duplicates,
        )


def save_feedback(
    lake: Lake, feedbacks: Sequence[Feedback], clauses: Iterable[Clause], *, week: str | None = None
) -> Counts:
    """Store the versions that the lake does not have, with their clauses; `week` is the one being run.

    A version that it has is left as it is, with the time at which it first came in, so that saving again changes no
    byte. Of two equal versions the one that came in first counts. Clauses go first: a version in `feedback` is whole.
    """
    rows = feedback_rows(feedbacks).sort_by([(name, "ascending") for name in (*VERSION, "ingested_at")])
    repeated = index_of(rows, VERSION).duplicated()
    rows = rows.filter(pa.array(~repeated))
    with lake.writing("save feedback"):
        known = _known(lake, rows)
        seen = isin(rows, known.select(VERSION))
        fresh = rows.filter(pa.array(~seen))
        _save_clauses(lake, fresh, clauses)
        lake.merge("feedback", fresh)
    ids = fresh["feedback_id"].to_pandas()
    new = int(ids[~ids.isin(known["feedback_id"].to_pandas())].nunique())
    late = pc.sum(pc.less(fresh["week"], week)).as_py() or 0 if week else 0
    return Counts(new, fresh.num_rows - new, int(seen.sum()), late, int(repeated.sum()))


def documents(lake: Lake, week: str) -> Iterator[Document]:
    """What models read of the current versions of a week, with their clauses, in the order of their ids."""
    return _documents(lake, week, lake.current_feedback_arrow(week, _DOCUMENT))


def unanalysed(lake: Lake, week: str, revision: str) -> Iterator[Document]:
    """The documents of a week that a model revision has not read yet, in the order of their ids."""
    read = lake.read_arrow("predictions", week, [*VERSION, "revision"])
    read = read.filter(pc.equal(read["revision"], revision)).select(VERSION)
    current = lake.current_feedback_arrow(week, _DOCUMENT)
    return _documents(lake, week, current.filter(pa.array(~isin(current, read))))


def feedback_rows(feedbacks: Sequence[Feedback]) -> pa.Table:
    """Feedback as rows of the table `feedback`, in the same order."""
    columns = [pa.array(_column(feedbacks, field.name), field.type) for field in FEEDBACK]
    return pa.Table.from_arrays(columns, schema=FEEDBACK)


def feedback_records(rows: pa.Table | pd.DataFrame) -> Iterator[Feedback]:
    """Rows of the table `feedback` as records, in the same order."""
    if isinstance(rows, pd.DataFrame):
        rows = pa.Table.from_pandas(rows, schema=FEEDBACK, preserve_index=False)
    names = rows.column_names
    for values in zip(*(rows[name].to_pylist() for name in names), strict=True):
        row = dict(zip(names, values, strict=True))
        row["turns"] = tuple(Turn(**turn) for turn in row["turns"] or ())
        row["redactions"] = dict(row["redactions"] or ())
        yield Feedback(**row)


def _column(feedbacks: Sequence[Feedback], name: str) -> list[object]:
    if name == "turns":
        return [
            [{"speaker": t.speaker, "start": t.start, "end": t.end, "at": t.at} for t in feedback.turns]
            for feedback in feedbacks
        ]
    if name == "redactions":
        return [sorted(feedback.redactions.items()) for feedback in feedbacks]
    return [getattr(feedback, name) for feedback in feedbacks]


def _known(lake: Lake, rows: pa.Table) -> pa.Table:
    """All versions, of all weeks, of the feedback in `rows`."""
    return lake.query_arrow(
        "SELECT DISTINCT feedback_id, version FROM feedback WHERE feedback_id IN (SELECT feedback_id FROM given)",
        given=rows.select(["feedback_id"]),
    ).cast(pa.schema([FEEDBACK.field(name) for name in VERSION]))


def _save_clauses(lake: Lake, fresh: pa.Table, clauses: Iterable[Clause]) -> None:
    versions = zip(*(fresh[name].to_pylist() for name in VERSION), strict=True)
    weeks = dict(zip(versions, fresh["week"].to_pylist(), strict=True))
    wanted = [clause for clause in clauses if (clause.feedback_id, clause.version) in weeks]
    rows = pa.Table.from_arrays(
        [
            pa.array([weeks[clause.feedback_id, clause.version] for clause in wanted], field.type)
            if field.name == "week"
            else pa.array([getattr(clause, field.name) for clause in wanted], field.type)
            for field in CLAUSES
        ],
        schema=CLAUSES,
    )
    for week in sorted(set(weeks.values())):
        owners = fresh.filter(pc.equal(fresh["week"], week)).select(VERSION)
        lake.settle("clauses", week, owners, rows.filter(pc.equal(rows["week"], week)))


def _documents(lake: Lake, week: str, rows: pa.Table) -> Iterator[Document]:
    clauses = lake.read_arrow("clauses", week)
    clauses = clauses.filter(pa.array(isin(clauses, rows.select(VERSION)))).drop_columns(["week"])
    names = clauses.column_names
    records = (
        Clause(**dict(zip(names, values, strict=True)))
        for values in zip(*(clauses[name].to_pylist() for name in names), strict=True)
    )
    # Rows of the lake are in the order of their keys, so those of a version stand together.
    by_version = {key: tuple(group) for key, group in groupby(records, lambda c: (c.feedback_id, c.version))}
    for feedback_id, version, text, language, turns in zip(*(rows[n].to_pylist() for n in _DOCUMENT), strict=True):
        yield Document(
            feedback_id=feedback_id,
            version=version,
            text=text,
            language=language,
            turns=tuple(Turn(**turn) for turn in turns or ()),
            clauses=by_version.pop((feedback_id, version), ()),
        )
