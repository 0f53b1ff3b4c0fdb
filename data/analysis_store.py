"""Keep what a model revision read, and join it with the feedback that it read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from data.errors import EarshotError
from data.feedback_store import VERSION
from data.frames import to_pandas
from data.lake import Lake
from data.merging import MergeCount, isin
from data.records import Analysis, Mention, Sentiment
from data.tables import CLAUSE_PREDICTIONS, MENTIONS, PREDICTIONS

_READING = [*VERSION, "revision"]
_SENTIMENTS: tuple[Sentiment, ...] = ("pos", "neg", "mix", "neu")
#: The clauses of a feedback version: position, start, end.
_Spans = dict[tuple[str, str], list[tuple[int, int, int]]]


class UnknownFeedback(EarshotError):
    """An analysis of a feedback version that the lake does not have."""


@dataclass(frozen=True, slots=True)
class Readings:
    """The current versions of some weeks and what one revision read in them: frames as in data/tables.py.

    `feedback` and `clauses` hold what the revision has not read, too.
    """

    feedback: pd.DataFrame
    clauses: pd.DataFrame
    predictions: pd.DataFrame
    mentions: pd.DataFrame
    clause_predictions: pd.DataFrame


def save_analyses(lake: Lake, analyses: Sequence[Analysis], week: str) -> MergeCount:
    """Store what was read in feedback of a week; return what that changed, in analyses.

    An analysis takes the place of an earlier one of the same version and revision, with all its mentions. Saving again
    changes no byte. Predictions go last: what is in `predictions` is whole. Raises UnknownFeedback.
    """
    predictions = _prediction_rows(analyses, week)
    strange = ~isin(predictions, lake.read_arrow("feedback", week, VERSION))
    if strange.any():
        example = predictions.filter(pa.array(strange))["feedback_id"][0].as_py()
        raise UnknownFeedback(
            f"{int(strange.sum())} analyses are of feedback versions that week {week} of the lake does not have, "
            f"{example} among them. Save the feedback first, and give the week that it has there."
        )
    owners = predictions.select(_READING)
    mentions = _mention_rows(analyses, week, _spans(lake, week, owners))
    with lake.writing(f"save analyses of {week}"):
        lake.settle("mentions", week, owners, mentions)
        lake.settle("clause_predictions", week, owners, _clause_rows(analyses, week))
        return lake.merge("predictions", predictions)


def readings(lake: Lake, weeks: Iterable[str] | str, revision: str) -> Readings:
    """Everything that reports and rules need of some weeks: current versions, read by one revision."""
    wanted = [weeks] if isinstance(weeks, str) else sorted(set(weeks))
    feedback = lake.current_feedback_arrow(wanted)
    current = feedback.select(VERSION)

    def theirs(table: str) -> pa.Table:
        rows = lake.read_arrow(table, wanted)
        if "revision" in rows.column_names:
            rows = rows.filter(pc.equal(rows["revision"], revision))
        return rows.filter(pa.array(isin(rows, current)))

    return Readings(
        feedback=to_pandas(feedback),
        clauses=to_pandas(theirs("clauses")),
        predictions=to_pandas(theirs("predictions")),
        mentions=to_pandas(theirs("mentions")),
        clause_predictions=to_pandas(theirs("clause_predictions")),
    )


def _prediction_rows(analyses: Sequence[Analysis], week: str) -> pa.Table:
    def column(name: str) -> list[object]:
        if name == "week":
            return [week] * len(analyses)
        if name in _SENTIMENTS:
            return [analysis.scores[name] for analysis in analyses]
        return [getattr(analysis, name) for analysis in analyses]

    return _table(PREDICTIONS, [column(field.name) for field in PREDICTIONS])


def _mention_rows(analyses: Sequence[Analysis], week: str, spans: _Spans) -> pa.Table:
    pairs = [(analysis, mention) for analysis in analyses for mention in analysis.mentions]
    return _table(
        MENTIONS,
        [
            *_reading_columns([analysis for analysis, _ in pairs], week),
            [mention.topic for _, mention in pairs],
            [mention.sentiment for _, mention in pairs],
            [mention.score for _, mention in pairs],
            [mention.start for _, mention in pairs],
            [mention.end for _, mention in pairs],
            [_holder(mention, spans.get((analysis.feedback_id, analysis.version), ())) for analysis, mention in pairs],
        ],
    )


def _clause_rows(analyses: Sequence[Analysis], week: str) -> pa.Table:
    pairs = [(analysis, clause) for analysis in analyses for clause in analysis.clauses]
    return _table(
        CLAUSE_PREDICTIONS,
        [
            *_reading_columns([analysis for analysis, _ in pairs], week),
            [clause.position for _, clause in pairs],
            [clause.sentiment for _, clause in pairs],
            [clause.score for _, clause in pairs],
        ],
    )


def _reading_columns(analyses: Sequence[Analysis], week: str) -> list[list[object]]:
    return [*([getattr(analysis, name) for analysis in analyses] for name in _READING), [week] * len(analyses)]


def _table(schema: pa.Schema, columns: Sequence[Sequence[object]]) -> pa.Table:
    arrays = [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)


def _spans(lake: Lake, week: str, owners: pa.Table) -> _Spans:
    columns = [*VERSION, "position", "start", "end"]
    rows = lake.read_arrow("clauses", week, columns)
    rows = rows.filter(pa.array(isin(rows, owners.select(VERSION))))
    spans: _Spans = {}
    for feedback_id, version, position, start, end in zip(*(rows[name].to_pylist() for name in columns), strict=True):
        spans.setdefault((feedback_id, version), []).append((position, start, end))
    return spans


def _holder(mention: Mention, clauses: Iterable[tuple[int, int, int]]) -> int | None:
    return next((at for at, start, end in clauses if start <= mention.start and mention.end <= end), None)
