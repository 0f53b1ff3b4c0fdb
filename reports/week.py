"""The numbers of one week: what the editions render and what the BI tables hold.

Counting rules, everywhere: a feedback is counted when its current version was analysed, is in a language we read and
the model did not abstain; the others stand in `coverage` only. A feedback without a customer key counts as a customer
of its own. A group of fewer than `k` customers is withheld: the group keeps its row, `withheld` is true and its numbers
are null. The group is everyone in the cut (say, all customers of one carrier), whether or not they mention the topic.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from data.taxonomy import Taxonomy
from reports.detail_schemas import DETAIL_SCHEMAS, Schema

#: Customer facts by which groups are cut, in the order they are shown. "all" is everyone.
COHORT_KINDS = ("product", "carrier", "region", "channel", "plan")

#: One row per week x topic, for the report week and up to 12 weeks before (weeks without any counted feedback have
#: total 0 and null shares). n: counted feedback that mentions the topic, total: counted feedback of the week, share
#: = n/total with its Wilson 95 % interval low..high; pos, neg, mix, neu: of the n, by sentiment towards the topic;
#: customers: distinct customers among the n; score: mean score (0-100, normalised by scale) of the score_n
#: responses that mention it, null below k customers.
TOPICS: Schema = {
    "week": "str", "topic": "str", "n": "int64", "total": "int64", "share": "float64", "low": "float64",
    "high": "float64", "pos": "int64", "neg": "int64", "mix": "int64", "neu": "int64", "customers": "int64",
    "score": "float64", "score_n": "int64",
}  # fmt: skip

#: One row per topic x cohort kind x cohort of the report week. total: counted feedback of the cohort, n: of these,
#: how many mention the topic, neg: of the n, how many negatively; share = n/total, Wilson 95 %. customers: of the
#: cohort.
COHORTS: Schema = {
    "week": "str", "topic": "str", "kind": "str", "cohort": "str", "n": "Int64", "total": "Int64", "share": "float64",
    "low": "float64", "high": "float64", "neg": "Int64", "customers": "Int64", "withheld": "bool",
}  # fmt: skip

#: One row per week x cohort kind (or "all") x cohort x score scale (nps, csat, ces, stars). mean, low, high on the
#: scale's own points (Student t 95 %, customers as clusters; null interval below two customers); n: responses;
#: mean_100: the mean on 0-100. promoters (9-10), detractors (0-6) and nps (percentage points, -100..100) are null
#: unless the scale is nps.
SCORES: Schema = {
    "week": "str", "kind": "str", "cohort": "str", "scale": "str", "n": "Int64", "mean": "float64", "low": "float64",
    "high": "float64", "mean_100": "float64", "promoters": "Int64", "detractors": "Int64", "nps": "float64",
    "nps_low": "float64", "nps_high": "float64", "customers": "Int64", "withheld": "bool",
}  # fmt: skip

#: One row per week x cohort kind (or "all") x cohort. n: counted feedback; pos, neg, mix, neu: of the n, by
#: sentiment of the whole feedback; *_share = part/n, *_low..*_high Wilson 95 %.
SENTIMENT: Schema = {
    "week": "str", "kind": "str", "cohort": "str", "n": "Int64", "customers": "Int64",
    **dict.fromkeys(("pos", "neg", "mix", "neu"), "Int64"),
    **{f"{label}_{part}": "float64" for label in ("pos", "neg", "mix", "neu") for part in ("share", "low", "high")},
    "withheld": "bool",
}  # fmt: skip

#: One row per tested hypothesis about the report week. family: volume, sentiment, score, cohort (share of a group's
#: customers who mention a topic), cohort_mood (negative share of a group's customers), drift (of shares) or mood_drift
#: (of negative shares and scores). topic: null for "the whole feedback". kind, cohort: "all" unless family is one of
#: groups. scale: null unless a score. versus: "baseline" (the pooled weeks before, 8 by default), "previous" (the
#: week before) or "trend" (the weeks before a drift began; its p is that of the drift, see DRIFTS). metric: what is
#: compared, unique with topic, kind, cohort and scale: share (of customers who mention the topic), negative (share of
#: negative mentions among the customers who mention it; of negative feedback if topic is null), score (mean on the
#: scale's own points), nps (-100..100), each with "_vs_previous" or "_vs_trend" added when versus is that. One customer
#: counts once per topic and week, with the first feedback. n: customers in this week's numerator (share, negative)
#: or with a score (score, nps); total: its denominator; *_before: the same, before. value, baseline: this week's
#: and the earlier share or mean; effect = value - baseline with its 95 % interval low..high (week-to-week
#: overdispersion included); p; q: Benjamini-Hochberg within the family, comparisons weighted (reports.changes.WEIGHT);
#: verdict: up, down, none (no change beyond chance; the interval says what may hide), or too_few (half the interval is
#: wider than a large change; p and q are null when there was nothing to test). needed: with too_few, about how many
#: customers (or scores) a week instead of total would do; null where it cannot be worked out.
CHANGES: Schema = {
    "family": "str", "topic": "str", "kind": "str", "cohort": "str", "scale": "str", "metric": "str", "versus": "str",
    "n": "int64", "n_before": "int64", "total": "int64", "total_before": "int64", "value": "float64",
    "baseline": "float64", "effect": "float64", "low": "float64", "high": "float64", "p": "float64", "q": "float64",
    "verdict": "str", "needed": "Int64",
}  # fmt: skip

#: One row per cell of a heat map of the report week: topic x row cohort x column cohort. row_kind, column_kind:
#: (carrier, region) or (product, all: column is "all"). total: counted feedback of row x column, n, neg: of these,
#: mentions of the topic and negative ones. Only cells with feedback.
CROSS: Schema = {
    "week": "str", "topic": "str", "row_kind": "str", "row": "str", "column_kind": "str", "column": "str", "n": "Int64",
    "total": "Int64", "neg": "Int64", "share": "float64", "customers": "Int64", "withheld": "bool",
}  # fmt: skip

#: One row per topic x sentiment towards it x rank (1 is shown first, at most three) of the report week. text: the
#: redacted sentence or clauses around the evidence; the evidence is text[start:end]. similar: how many feedback say
#: nearly the same (this one included). product, carrier, region are null where that group is withheld.
VERBATIMS: Schema = {
    "week": "str", "topic": "str", "sentiment": "str", "rank": "int64", "feedback_id": "str",
    "occurred_at": "datetime64[us, UTC]", "channel": "str", "product": "str", "carrier": "str", "region": "str",
    "score": "float64", "scale": "str", "text": "str", "start": "int64", "end": "int64", "similar": "int64",
    "url": "str",
}  # fmt: skip

#: One row: what the report week's numbers rest on. pulled, new, updated, late, rejected, duplicates: of the run
#: (see Intake). feedback: current feedback of the week; analysed: of these, read by the model; abstained,
#: other_language: of the analysed, left out of all shares (a feedback that is both counts as other_language);
#: counted: what remains; outside_taxonomy: mentions in the counted feedback of topics that the taxonomy does not
#: have, left out; customers: distinct, of the counted; untagged: counted feedback without any topic; repeated:
#: counted feedback whose text another counted feedback had first (campaigns, copies); tokens, tokens_read,
#: share_read: tokens of the analysed feedback and how many the model saw; restated: earlier weeks that changed
#: since they were reported, space separated; partial: the week is not over yet; revision: of the model;
#: left_out: customers who were flagged, but for whom the teams had no room in the queue.
COVERAGE: Schema = {
    "week": "str", "pulled": "int64", "new": "int64", "updated": "int64", "late": "int64", "rejected": "int64",
    "duplicates": "int64", "feedback": "int64", "analysed": "int64", "abstained": "int64", "other_language": "int64",
    "counted": "int64", "customers": "int64", "untagged": "int64", "outside_taxonomy": "int64", "repeated": "int64",
    "tokens": "int64", "tokens_read": "int64", "share_read": "float64", "restated": "str", "partial": "bool",
    "revision": "str", "left_out": "Int64",
}  # fmt: skip

#: One row per source x reason for which rows stand in quarantine.
QUARANTINE: Schema = {"source": "str", "reason": "str", "n": "int64"}

#: One row per counted feedback x topic of the report week (topic null and one row if it has none): the rows behind
#: every number. sentiment: of the whole feedback; topic_sentiment: towards the topic; topic_score: calibrated
#: probability of the mention; start, end: the evidence in text, null without a topic. product, carrier, region,
#: plan are null where that group is withheld.
ROWS: Schema = {
    "week": "str", "feedback_id": "str", "occurred_at": "datetime64[us, UTC]", "channel": "str", "source": "str",
    "language": "str", "product": "str", "carrier": "str", "region": "str", "plan": "str", "score": "float64",
    "scale": "str", "sentiment": "str", "topic": "str", "topic_sentiment": "str", "topic_score": "float64",
    "text": "str", "start": "Int64", "end": "Int64", "url": "str",
}  # fmt: skip

#: One row per customer flagged in the report week, highest risk first. For managers only. value is shown beside
#: risk, never mixed in. reasons: JSON list of {"rule", "weight", "feedback_id", "occurred_at", "verbatim"}; the
#: same as CASE_REASONS.
CASES: Schema = {
    "week": "str", "customer_key": "str", "level": "str", "risk": "float64", "value": "float64", "reasons": "str",
    "opened": "str", "expires": "str",
}  # fmt: skip

#: One row per flagged customer x reason, in the order of the case's reasons (position counts from 0). Managers
#: only.
CASE_REASONS: Schema = {
    "week": "str", "customer_key": "str", "position": "int64", "rule": "str", "weight": "float64", "feedback_id": "str",
    "occurred_at": "datetime64[us, UTC]", "verbatim": "str",
}  # fmt: skip

#: One row per topic x score scale, over the report week and the baseline weeks. Responses that mention the topic
#: negatively (n_with) against those that don't (n_without): mean scores on 0-100, effect = mean_with - mean_without
#: with bootstrap 95 % interval low..high; share = n_with/(n_with + n_without); impact = effect x share: points of
#: the mean that go with these mentions. verdict: lowers, raises, none, or not_enough (then the numbers but n_* are
#: null). adjusted (low, high): the same effect with all other topics held equal (least squares on all topics at once);
#: lowers and raises need both intervals off zero. rank: by adjusted x share within the scale, 1 harms most;
#: rank_low..rank_high: its 95 % range over the bootstrap, stability: share of draws in which the rank moves by at most
#: one. formula: of effect and impact; revision, taxonomy: versions of the model and the topics. Not a cause.
DRIVERS: Schema = {
    "week": "str", "topic": "str", "scale": "str", "n_with": "int64", "n_without": "int64", "share": "float64",
    "mean_with": "float64", "mean_without": "float64", "effect": "float64", "low": "float64", "high": "float64",
    "impact": "float64", "impact_low": "float64", "impact_high": "float64", "verdict": "str", "adjusted": "float64",
    "adjusted_low": "float64", "adjusted_high": "float64", "rank": "Int64", "rank_low": "float64",
    "rank_high": "float64", "stability": "float64", "formula": "str", "revision": "str", "taxonomy": "int64",
}  # fmt: skip

#: One row per theme that was found in the four weeks up to the report week and that nobody decided about, most
#: customers first. n, customers, sources, weeks: distinct feedback, customers, sources and weeks, copies of a text
#: counted once; name: its distinctive words (name_*: as said in that language, null if not said in it); event, growth
#: and team: see data.theme_records.ThemeWeek. Never below k customers.
THEMES: Schema = {
    "week": "str", "theme": "str", "name": "str", "name_en": "str", "name_zh_hans": "str", "name_zh_hant": "str",
    "n": "int64", "customers": "int64", "sources": "int64", "weeks": "int64", "first_week": "str", "event": "str",
    "growth": "str", "team": "str", "status": "str",
}  # fmt: skip

#: One row per theme x rank (at most three): customers' words that stand for it; text, start, end as in VERBATIMS.
THEME_QUOTES: Schema = {
    "week": "str", "theme": "str", "rank": "int64", "feedback_id": "str", "occurred_at": "datetime64[us, UTC]",
    "channel": "str", "language": "str", "text": "str", "start": "int64", "end": "int64", "url": "str",
}  # fmt: skip

#: One row per response of the report week whose words and score disagree: low score with praise, high score with
#: blame. normal: the score on 0-100; direction: "score_too_low" (words pos, normal <= 25) or "score_too_high"
#: (words neg, normal >= 75).
MISMATCHES: Schema = {
    "week": "str", "feedback_id": "str", "occurred_at": "datetime64[us, UTC]", "channel": "str", "score": "float64",
    "scale": "str", "normal": "float64", "sentiment": "str", "direction": "str", "text": "str", "url": "str",
}  # fmt: skip

#: Every table by the name of its field in WeekTables and of its file under tables/.
SCHEMAS: Mapping[str, Schema] = {
    "topics": TOPICS, "cohorts": COHORTS, "scores": SCORES, "sentiment": SENTIMENT, "changes": CHANGES, "cross": CROSS,
    "verbatims": VERBATIMS, "coverage": COVERAGE, "quarantine": QUARANTINE, "rows": ROWS, "cases": CASES,
    "case_reasons": CASE_REASONS, "drivers": DRIVERS, "themes": THEMES, "theme_quotes": THEME_QUOTES,
    "mismatches": MISMATCHES,
    **DETAIL_SCHEMAS,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ReportSettings:
    """How a week is counted and tested.

    k: smallest group shown, in customers. baseline_weeks: weeks pooled before the report week. history_weeks: weeks in
    the trend, report week included. false_rate: share of quiet weeks that may show any false change at all; divided
    among the families of tests, see reports.changes.BUDGET. min_share, min_negative (differences of shares) and
    min_score (points of 100): smaller effects are never called a change; min_drift: the same for a share that drifts.
    zone: the business time zone.
    """

    k: int = 5
    baseline_weeks: int = 8
    history_weeks: int = 13
    false_rate: float = 0.10
    min_share: float = 0.01
    min_negative: float = 0.05
    min_score: float = 3.0
    min_drift: float = 0.005
    verbatims: int = 3
    zone: str = "UTC"
    seed: int = 20261121


@dataclass(frozen=True, slots=True)
class Intake:
    """What the run pulled for the report week, as the flow counted it; see COVERAGE.

    quarantine: rows by (source, reason).
    """

    pulled: int = 0
    new: int = 0
    updated: int = 0
    late: int = 0
    rejected: int = 0
    duplicates: int = 0
    restated: tuple[str, ...] = ()
    partial: bool = False
    quarantine: Mapping[tuple[str, str], int] = field(default_factory=dict)
    left_out: int = 0


def conform(table: str, frame: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return the frame with exactly the columns, order and dtypes of SCHEMAS[table] and a fresh index.

    Columns that the frame lacks are null (so only nullable ones may lack). None gives the empty table.
    """
    schema = SCHEMAS[table]
    if frame is None:
        return pd.DataFrame({column: pd.Series(dtype=dtype) for column, dtype in schema.items()})
    return frame.reindex(columns=list(schema)).astype(dict(schema)).reset_index(drop=True)


@dataclass(frozen=True, slots=True)
class WeekTables:
    """All numbers of one report week; each frame follows SCHEMAS under its name.

    `weeks` are those of the trend, oldest first, the report week last.
    """

    week: str
    weeks: tuple[str, ...]
    taxonomy: Taxonomy
    settings: ReportSettings
    topics: pd.DataFrame
    cohorts: pd.DataFrame
    scores: pd.DataFrame
    sentiment: pd.DataFrame
    changes: pd.DataFrame
    cross: pd.DataFrame
    verbatims: pd.DataFrame
    coverage: pd.DataFrame
    quarantine: pd.DataFrame
    rows: pd.DataFrame
    cases: pd.DataFrame
    case_reasons: pd.DataFrame
    drivers: pd.DataFrame
    themes: pd.DataFrame
    theme_quotes: pd.DataFrame
    mismatches: pd.DataFrame
    drifts: pd.DataFrame
    mix: pd.DataFrame
    mix_parts: pd.DataFrame
    actions: pd.DataFrame
    service: pd.DataFrame
    surges: pd.DataFrame
    hours: pd.DataFrame
    repeats: pd.DataFrame
    repeat_contacts: pd.DataFrame
    questions: pd.DataFrame

    def table(self, name: str) -> pd.DataFrame:
        """The frame of SCHEMAS[name]."""
        frame: pd.DataFrame = getattr(self, name)
        return frame
