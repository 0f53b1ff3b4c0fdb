"""The weekly job from the command line: run it, then say in a few lines what came out and where it lies."""

from pathlib import Path
from typing import Any

import typer
from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings

from data.errors import EarshotError
from flows.settings import Settings
from flows.weekly import weekly


class IncompleteRun(EarshotError):
    """The week was reported, but not everything that was asked for could be done."""


def run_weekly(week: str | None, until: str | None, config: Path | None) -> None:
    """Run the flow here and print the outcome; raises IncompleteRun when a source or a delivery failed."""
    settings = Settings.load(config)
    if not settings.sources:
        typer.secho("No sources in the settings: only what is stored already is reported.", fg="yellow", err=True)
    typer.secho("Starting (Prefect's own small server needs some seconds) ...", fg="bright_black", err=True)
    # The heartbeat is for servers that watch many runs; here it would cost a second at the end of each flow.
    with temporary_settings(updates={PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
        log = weekly(week=week, until=until, config=str(config) if config else None)
    for line in outcome(log, settings.site / str(log["week"])):
        typer.echo(line)
    failed = [f"{entry['source']}: {entry['failed']}" for entry in log["sources"] if entry["failed"]]
    failed += list(log["published"]["failed"])
    if failed:
        raise IncompleteRun("; ".join(failed))


def outcome(log: dict[str, Any], folder: Path) -> list[str]:
    """What a person wants to know right after a run."""
    report = log["in_report"]
    seconds = sum(step["seconds"] for step in log["steps"].values())
    lines = [
        "",
        f"Week {log['week']} of {log['company']}: {report['counted']} feedback counted of {report['feedback']}, "
        f"{report['cases']} customers in the queue ({log['risk'].get('left_out', 0)} more left out), "
        f"changes that are more than chance: {report['changes']['up'] + report['changes']['down']}.",
        f"  pulled {log['pulled']} (new {log['new']}, updated {log['updated']}, duplicates {log['duplicates']}, "
        f"rejected {log['rejected']}), analysed {log['analysed']} with model {log['revisions']['model']}",
        f"  {seconds:.1f} s, peak memory {log['peak_mb']:.0f} MB; delivered {log['published']['sent']}",
        f"  Reports: {folder / 'index.html'}",
    ]
    lines += [f"    {page.name}" for page in sorted(folder.glob("*.html")) if page.name != "index.html"]
    return lines
