"""Turn the analysed feedback of a week, and of the weeks before, into the numbers of the report."""

from collections.abc import Sequence

import pandas as pd

from data.records import Flag
from data.taxonomy import Taxonomy
from reports.changes import changes_table
from reports.cohorts import cohorts_table, cross_table
from reports.counted import count, trend_weeks
from reports.coverage import coverage_table, quarantine_table
from reports.drivers import drivers_table
from reports.risk_cases import case_reasons_table, cases_table
from reports.rows import rows_table
from reports.scores import mismatches_table, scores_table, sentiment_table
from reports.topics import topics_table
from reports.verbatims import verbatims_table
from reports.week import Intake, ReportSettings, WeekTables, conform


def build_week(
    feedback: pd.DataFrame,
    predictions: pd.DataFrame,
    mentions: pd.DataFrame,
    clauses: pd.DataFrame,
    flags: Sequence[Flag],
    taxonomy: Taxonomy,
    week: str,
    intake: Intake | None = None,
    settings: ReportSettings | None = None,
) -> WeekTables:
    """Return all numbers of one week; the order of the input rows changes none of them.

    The frames follow the schemas of data.tables and hold current versions only, for the report week and as many weeks
    before as there are (`trend_weeks` names them; other weeks are ignored). Of `feedback`, only the report week's
    `text` is used and `turns` never; of `clauses` only the report week's rows; what is not used may be null.
    Raises BadWeek and MixedRevisions.
    """
    settings, intake = settings or ReportSettings(), intake or Intake()
    counted = count(feedback, predictions, mentions, taxonomy.ids, trend_weeks(week, settings.history_weeks))
    return WeekTables(
        week=week,
        weeks=counted.weeks,
        taxonomy=taxonomy,
        settings=settings,
        topics=topics_table(counted, settings.k),
        cohorts=cohorts_table(counted, settings.k),
        scores=scores_table(counted, settings.k),
        sentiment=sentiment_table(counted, settings.k),
        changes=changes_table(counted, settings),
        cross=cross_table(counted, settings.k),
        verbatims=verbatims_table(counted, clauses, settings),
        coverage=coverage_table(counted, int((feedback["week"] == week).sum()), intake),
        quarantine=quarantine_table(intake),
        rows=rows_table(counted, settings.k),
        cases=cases_table(flags, week),
        case_reasons=case_reasons_table(flags, week),
        drivers=drivers_table(counted, settings, taxonomy.version),
        themes=conform("themes"),
        mismatches=mismatches_table(counted),
        drifts=conform("drifts"),
        mix=conform("mix"),
        mix_parts=conform("mix_parts"),
        actions=conform("actions"),
        service=conform("service"),
        surges=conform("surges"),
        hours=conform("hours"),
        repeats=conform("repeats"),
        repeat_contacts=conform("repeat_contacts"),
        questions=conform("questions"),
    )
