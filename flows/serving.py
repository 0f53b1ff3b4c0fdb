"""Stay up and run the weekly job on its schedule."""

from pathlib import Path

from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.schedules import Cron
from prefect.types.entrypoint import EntrypointType

from flows.settings import DEFAULT_CONFIG, Settings
from flows.weekly import weekly


def serve_weekly(config: Path | None) -> None:
    """Serve the deployment `weekly/weekly` until stopped.

    At most one run at a time: a run that falls due while another is running waits for it, because each run reports the
    week that had ended when it was scheduled. Missed weeks are run with `weekly --from --to`.
    """
    path = (config or DEFAULT_CONFIG).resolve()
    settings = Settings.load(path)
    weekly.serve(
        name="weekly",
        schedules=[Cron(settings.schedule, timezone=settings.time_zone)],
        parameters={"config": str(path)},
        global_limit=ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.ENQUEUE),
        description=f"The weekly voice-of-customer job of {settings.company}",
        tags=["earshot"],
        entrypoint_type=EntrypointType.MODULE_PATH,
    )
