"""Turn the analysed feedback of a week, and of the weeks before, into the numbers of the report."""

from collections.abc import Sequence

import pandas as pd

from data.actions import Action
from data.articles import Article
from data.records import Flag
from data.taxonomy import Taxonomy
from data.theme_records import Theme
from reports.actions import actions_table
from reports.changes import changes_table
from reports.cohorts import cohorts_table, cross_table
from reports.counted import count, trend_weeks
from reports.coverage import coverage_table, quarantine_table
from reports.drifting import drifts_table
from reports.drivers import drivers_table
from reports.mix import mix_tables
from reports.questions import questions_table
from reports.repeats import repeats_tables
from reports.risk_cases import case_reasons_table, cases_table
from reports.rows import rows_table
from reports.scores import mismatches_table, scores_table, sentiment_table
from reports.service import hours_table, service_table
from reports.surges import surges_table
from reports.themes import theme_quotes_table, themes_table
from reports.topics import topics_table
from reports.verbatims import verbatims_table
from reports.week import Intake, ReportSettings, WeekTables


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
    actions: Sequence[Action] = (),
    themes: Sequence[Theme] = (),
    articles: Sequence[Article] = (),
) -> WeekTables:
    """Return all numbers of one week; the order of the input rows changes none of them.

    The frames follow the schemas of data.tables and hold current versions only, for the report week and as many weeks
    before as there are (`trend_weeks` names them; other weeks are ignored). Of `feedback`, only the report week's
    `text` is used; of `clauses` only the report week's rows; what is not used may be null. `themes` (of the ledger) are
    quoted from earlier weeks, too, where these have their text. `articles` are those of the knowledge base.
    Raises BadWeek and MixedRevisions.
    """
    settings, intake = settings or ReportSettings(), intake or Intake()
    counted = count(feedback, predictions, mentions, taxonomy.ids, trend_weeks(week, settings.history_weeks))
    changes = changes_table(counted, settings)
    mix, mix_parts = mix_tables(counted, changes, settings)
    repeats, repeat_contacts = repeats_tables(counted, settings.k)
    return WeekTables(
        week=week,
        weeks=counted.weeks,
        taxonomy=taxonomy,
        settings=settings,
        topics=topics_table(counted, settings.k),
        cohorts=cohorts_table(counted, settings.k),
        scores=scores_table(counted, settings.k),
        sentiment=sentiment_table(counted, settings.k),
        changes=changes,
        cross=cross_table(counted, settings.k),
        verbatims=verbatims_table(counted, clauses, settings),
        coverage=coverage_table(counted, int((feedback["week"] == week).sum()), intake),
        quarantine=quarantine_table(intake),
        rows=rows_table(counted, settings.k),
        cases=cases_table(flags, week),
        case_reasons=case_reasons_table(flags, week),
        drivers=drivers_table(counted, settings, taxonomy.version),
        themes=themes_table(themes, week, settings.k),
        theme_quotes=theme_quotes_table(themes, feedback, clauses, week, settings.k),
        mismatches=mismatches_table(counted, settings.k),
        drifts=drifts_table(counted, changes, settings),
        mix=mix,
        mix_parts=mix_parts,
        actions=actions_table(counted, actions, settings),
        service=service_table(counted, settings.k, settings.zone),
        surges=surges_table(counted, settings),
        hours=hours_table(counted, settings.zone, settings.k),
        repeats=repeats,
        repeat_contacts=repeat_contacts,
        questions=questions_table(counted, settings.k, articles),
    )
