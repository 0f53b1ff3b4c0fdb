"""The weekly job as a Prefect flow: pull, analyse, flag, report, publish."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from prefect import flow, runtime, task
from prefect.artifacts import create_link_artifact, create_markdown_artifact
from prefect.cache_policies import NO_CACHE

from data import weeks
from data.errors import EarshotError
from data.sources import build
from flows.analysis import Analysed, analyse_weeks
from flows.flagging import flag_week
from flows.house import open_house
from flows.ingest import Ingested, ingest
from flows.publishing import Published, publish_week
from flows.reporting import Report, report_week
from flows.run import RunLog
from flows.settings import Settings

#: A source or a target that does not answer is tried again after these seconds, give or take some jitter.
WAITS = [10.0, 20.0, 40.0]
JITTER = 0.3


def _settings(config: str | None) -> Settings:
    return Settings.load(Path(config) if config else None)


# Steps return small records and keep their own content-addressed state (cursors, revisions, fingerprints): what is done
# is not redone after a kill or on another server, so Prefect's own cache would only be a second truth.
@task(
    name="pull",
    task_run_name="pull {source}",
    cache_policy=NO_CACHE,
    retries=3,
    retry_delay_seconds=WAITS,
    retry_jitter_factor=JITTER,
)
def pull(config: str | None, source: str) -> Ingested:
    settings = _settings(config)
    entry = next(entry for entry in settings.sources if entry.get("name") == source)
    with open_house(settings) as house:
        return ingest(house, build(entry, settings.base))


@task(name="analyse", cache_policy=NO_CACHE, retries=1, retry_delay_seconds=5)
def analyse(config: str | None, wanted: list[str]) -> Analysed:
    with open_house(_settings(config)) as house:
        return analyse_weeks(house, wanted)


@task(name="flag", task_run_name="flag {week}", cache_policy=NO_CACHE, retries=1, retry_delay_seconds=5)
def flag(config: str | None, week: str, revision: str) -> Mapping[str, int]:
    with open_house(_settings(config)) as house:
        return flag_week(house, week, revision)


@task(name="report", task_run_name="report {week}", cache_policy=NO_CACHE, retries=1, retry_delay_seconds=5)
def report(config: str | None, week: str, revision: str) -> Report:
    with open_house(_settings(config)) as house:
        return report_week(house, week, revision)


@task(
    name="publish",
    task_run_name="publish {week}",
    cache_policy=NO_CACHE,
    retries=3,
    retry_delay_seconds=WAITS,
    retry_jitter_factor=JITTER,
)
def publish(config: str | None, week: str) -> Published:
    with open_house(_settings(config)) as house:
        return publish_week(house, week)


@flow(name="weekly")
def weekly(week: str | None = None, until: str | None = None, config: str | None = None) -> dict[str, Any]:
    """Run the weekly job for `week` (default: the last complete one), or for every week from `week` to `until`.

    Returns the run log of the last week. A source that cannot be reached is reported and stops nothing else.
    """
    settings = _settings(config)
    last = until or week or weeks.last_complete(_due(), settings.zone)
    wanted = weeks.span(week or last, last)
    if not wanted:
        raise weeks.BadWeek(f"{last} lies before {week}; the first week comes first.")
    log = RunLog()
    with log.step("pull"):
        pulled = [_pulled(config, str(entry.get("name"))) for entry in settings.sources]
    history = weeks.span(weeks.shift(wanted[0], -settings.history_weeks + 1), wanted[-1])
    with log.step("analyse"):
        analysed = analyse(config, history)
    result: dict[str, Any] = {}
    for each in wanted:
        with log.step("flag"):
            flagged = flag(config, each, analysed.revision)
        with log.step("report"):
            made = report(config, each, analysed.revision)
        with log.step("publish"):
            published = publish(config, each)
        result = log.write(settings, each, pulled, analysed, made, published, flagged)
        _artifacts(made)
    return result


def _due() -> datetime:
    """When this run was scheduled for: a run that starts late still reports the week it was meant for."""
    scheduled = runtime.flow_run.scheduled_start_time
    return datetime.now(UTC) if scheduled is None else datetime.fromisoformat(str(scheduled))


def _pulled(config: str | None, source: str) -> Ingested:
    try:
        pulled: Ingested = pull(config, source)
        return pulled
    except EarshotError as error:
        return Ingested(source=source, failed=str(error))


def _artifacts(made: Report) -> None:
    key = f"report-{made.week.lower()}"
    create_link_artifact(key=key, link=made.index.resolve().as_uri(), link_text=f"Editions of {made.week}")
    create_markdown_artifact(key=f"{key}-summary", markdown=made.summary)
