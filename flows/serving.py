"""Stay up, run the weekly job on its schedule and watch in between."""

from datetime import timedelta
from pathlib import Path

from prefect import serve
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.schedules import Cron, Interval
from prefect.types.entrypoint import EntrypointType

from flows.settings import DEFAULT_CONFIG, Settings
from flows.watch import watch
from flows.weekly import weekly


def serve_weekly(config: Path | None) -> None:
    """Serve the deployment `weekly/weekly`, and `watch/watch` every `watch_minutes` unless that is null, until stopped.

    At most one run of each at a time: a weekly run that falls due while another is running waits for it, because each
    run reports the week that had ended when it was scheduled; a round of watching that falls due meanwhile is left out.
    Missed weeks are run with `weekly --from --to`.
    """
    path = (config or DEFAULT_CONFIG).resolve()
    settings = Settings.load(path)
    deployments = [
        weekly.to_deployment(
            name="weekly",
            schedules=[Cron(settings.schedule, timezone=settings.time_zone)],
            parameters={"config": str(path)},
            concurrency_limit=ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.ENQUEUE),
            description=f"The weekly voice-of-customer job of {settings.company}",
            tags=["earshot"],
            entrypoint_type=EntrypointType.MODULE_PATH,
        )
    ]
    if settings.watch_minutes is not None:
        deployments.append(
            watch.to_deployment(
                name="watch",
                schedules=[Interval(timedelta(minutes=settings.watch_minutes))],
                parameters={"config": str(path)},
                concurrency_limit=ConcurrencyLimitConfig(
                    limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW
                ),
                description=f"Alarms of {settings.company} between the weekly runs",
                tags=["earshot"],
                entrypoint_type=EntrypointType.MODULE_PATH,
            )
        )
    serve(*deployments)  # type: ignore[arg-type]
