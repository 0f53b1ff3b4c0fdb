"""The tables of the lake: one Arrow schema each, beginning with what a row is."""

from collections.abc import Mapping

import pyarrow as pa

TIME = pa.timestamp("us", tz="UTC")

#: One row per feedback version. `turns` is empty for a comment. The current version of a feedback is the one with the
#: latest `ingested_at`. Partitioned by `week` of `occurred_at`.
FEEDBACK = pa.schema(
    [
        ("feedback_id", pa.string()),
        ("version", pa.string()),
        ("source", pa.string()),
        ("source_id", pa.string()),
        ("channel", pa.string()),
        ("week", pa.string()),
        ("occurred_at", TIME),
        ("ingested_at", TIME),
        ("text", pa.string()),
        ("language", pa.string()),
        (
            "turns",
            pa.list_(
                pa.struct([("speaker", pa.string()), ("start", pa.int32()), ("end", pa.int32()), ("at", pa.float64())])
            ),
        ),
        ("customer_key", pa.string()),
        ("score", pa.float64()),
        ("scale", pa.string()),
        ("product", pa.string()),
        ("order_key", pa.string()),
        ("carrier", pa.string()),
        ("region", pa.string()),
        ("plan", pa.string()),
        ("customer_value", pa.float64()),
        ("agent", pa.string()),
        ("resolved", pa.bool_()),
        ("solved_at", TIME),
        ("url", pa.string()),
        ("redactions", pa.map_(pa.string(), pa.int32())),
    ]
)

#: One row per clause of a feedback version; `start` and `end` are characters of `feedback.text`.
CLAUSES = pa.schema(
    [
        ("feedback_id", pa.string()),
        ("version", pa.string()),
        ("week", pa.string()),
        ("position", pa.int32()),
        ("start", pa.int32()),
        ("end", pa.int32()),
        ("language", pa.string()),
        ("speaker", pa.string()),
    ]
)

#: One row per feedback version x model revision: the labels of the whole feedback.
PREDICTIONS = pa.schema(
    [
        ("feedback_id", pa.string()),
        ("version", pa.string()),
        ("revision", pa.string()),
        ("week", pa.string()),
        ("sentiment", pa.string()),
        ("pos", pa.float32()),
        ("neg", pa.float32()),
        ("mix", pa.float32()),
        ("neu", pa.float32()),
        ("kind", pa.string()),
        ("kind_score", pa.float32()),
        ("churn", pa.int8()),
        ("churn_score", pa.float32()),
        ("escalation", pa.int8()),
        ("escalation_score", pa.float32()),
        ("urgent", pa.int8()),
        ("urgent_score", pa.float32()),
        ("abstained", pa.bool_()),
        ("tokens", pa.int32()),
        ("tokens_read", pa.int32()),
    ]
)

#: One row per feedback version x model revision x topic that it speaks of. `start` and `end` (characters of
#: `feedback.text`) are the evidence; `clause` is the position of the clause that holds it, null if none does.
MENTIONS = pa.schema(
    [
        ("feedback_id", pa.string()),
        ("version", pa.string()),
        ("revision", pa.string()),
        ("week", pa.string()),
        ("topic", pa.string()),
        ("sentiment", pa.string()),
        ("score", pa.float32()),
        ("start", pa.int32()),
        ("end", pa.int32()),
        ("clause", pa.int32()),
    ]
)

#: One row per customer clause x model revision: its sentiment.
CLAUSE_PREDICTIONS = pa.schema(
    [
        ("feedback_id", pa.string()),
        ("version", pa.string()),
        ("revision", pa.string()),
        ("week", pa.string()),
        ("position", pa.int32()),
        ("sentiment", pa.string()),
        ("score", pa.float32()),
    ]
)

#: One row per customer clause x model revision that theme discovery reads (what no topic covers, and some that one
#: does, at most some thousands a week): its place in the model's space, as 16-bit floats, little-endian.
CLAUSE_VECTORS = pa.schema(
    [
        ("feedback_id", pa.string()),
        ("version", pa.string()),
        ("revision", pa.string()),
        ("week", pa.string()),
        ("position", pa.int32()),
        ("vector", pa.binary()),
    ]
)

#: Every table of the lake by name. All are partitioned by week.
TABLES: Mapping[str, pa.Schema] = {
    "feedback": FEEDBACK,
    "clauses": CLAUSES,
    "predictions": PREDICTIONS,
    "mentions": MENTIONS,
    "clause_predictions": CLAUSE_PREDICTIONS,
    "clause_vectors": CLAUSE_VECTORS,
}

#: What tells the rows of a table apart. Rows are kept in this order, so that the same rows give the same bytes.
KEYS: Mapping[str, tuple[str, ...]] = {
    "feedback": ("feedback_id", "version"),
    "clauses": ("feedback_id", "version", "position"),
    "predictions": ("feedback_id", "version", "revision"),
    "mentions": ("feedback_id", "version", "revision", "topic"),
    "clause_predictions": ("feedback_id", "version", "revision", "position"),
    "clause_vectors": ("feedback_id", "version", "revision", "position"),
}
