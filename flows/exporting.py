"""Hand out a week's tables to BI tools, and build the tables of a month."""

from pathlib import Path

from data import runs, weeks
from data.analysis_store import readings
from data.errors import EarshotError
from flows.house import House, open_house
from flows.reporting import restated_weeks
from flows.settings import Settings
from reports.export import write_frames
from reports.hyper import write_hyper
from reports.month import MonthTables, build_month, trend_months, weeks_of
from reports.week import ReportSettings


class NotReported(EarshotError):
    """A month was asked for of which no week was reported."""


def export_tables(config: Path | None, week: str | None, month: str | None, hyper: bool) -> str:
    """Say where the tables of a week or month are; a month's are built first, `hyper` makes a Tableau file of a week's.

    Raises NotReported, NoTables, NoHyper, BadWeek and BadMonth.
    """
    if bool(week) == bool(month):
        raise NotReported("Say which: --week 2026-W46 or --month 2026-11.")
    if month:
        return str(_export_month(config, month))
    folder = Settings.load(config).site / weeks.shift(str(week), 0)
    if hyper:
        return str(write_hyper(folder / "tables", folder / f"{folder.name}.hyper"))
    if not (folder / "tables").is_dir():
        raise NotReported(f"No tables in {folder}. Run `python -m flows weekly --week {folder.name}` first.")
    return str(folder / "tables")


def _export_month(config: Path | None, month: str) -> Path:
    """Write the tables of a month from what the lake holds now; say where they are."""
    with open_house(Settings.load(config)) as house:
        tables = month_tables(house, month)
        folder = house.settings.site / tables.month / "tables"
        write_frames(tables.frames, folder)
        return folder


def month_tables(house: House, month: str) -> MonthTables:
    """Return the numbers of a month from what the lake holds now; raises NotReported and BadMonth."""
    wanted = [week for each in trend_months(month) for week in weeks_of(each)]
    read = readings(house.lake, wanted, _revision(house, weeks_of(month)))
    return build_month(
        read.feedback,
        read.predictions,
        read.mentions,
        house.taxonomy,
        month,
        restated=restated_weeks(house, weeks_of(month)),
        settings=ReportSettings(k=house.settings.small_group, zone=house.settings.time_zone),
    )


def _revision(house: House, wanted: tuple[str, ...]) -> str:
    """The model revision of the latest report of one of the weeks."""
    found = [
        each.revisions["model"] for each in runs.manifests(house.database) if each.week in wanted and each.revisions
    ]
    if not found:
        raise NotReported(f"None of {wanted[0]} to {wanted[-1]} was reported yet. Run `python -m flows weekly` first.")
    return str(found[-1])
