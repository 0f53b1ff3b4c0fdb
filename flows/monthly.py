"""Write the monthly edition for management from the weeks as they stand now."""

from pathlib import Path

from flows.exporting import month_tables
from flows.house import open_house
from flows.polish import polisher_of
from flows.settings import Settings
from reports.export import write_frames
from reports.month import weeks_of
from reports.monthly import edition_tables, write_monthly
from reports.page import MANAGEMENT
from reports.week import ReportSettings


def write_month(config: Path | None, month: str) -> list[str]:
    """Write the edition of a month under var/site/<month>/; return lines that say where it is and what was left out.

    Raises NotReported when none of its weeks was reported, and BadMonth.
    """
    with open_house(Settings.load(config)) as house:
        settings = house.settings
        numbers = month_tables(house, month)
        folder = settings.site / numbers.month
        write_frames(numbers.frames, folder / "tables")
        weekly = [path for week in weeks_of(month) if (path := settings.site / week / "tables").is_dir()]
        shown = ReportSettings(k=settings.small_group, zone=settings.time_zone)
        files, notes = write_monthly(
            edition_tables(numbers, house.taxonomy, shown, weekly),
            folder,
            company=settings.company,
            language=settings.language_of(MANAGEMENT),
            zone=settings.zone,
            pdf=settings.pdf == "auto",
            polisher=polisher_of(settings),
        )
    missing = len(weeks_of(month)) - len(weekly)
    lines = [str(files.html), *notes]
    if missing:
        of = len(weeks_of(month))
        lines.append(f"{missing} of {of} weeks were not reported: their words and intake are missing.")
    return lines
