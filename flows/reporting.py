"""Turn a week's readings into numbers and editions: steps 6, 7 and 9 of a comment's way."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from data import quarantine, runs, weeks
from data.actions import Action, BadActions, load_actions
from data.analysis_store import readings
from data.articles import Article, BadArticles, files_of, load_articles
from data.records import Flag
from data.tables import TABLES
from data.theme_records import Theme
from data.verdicts import left_out
from flows.flagging import flags_of
from flows.house import House
from flows.ingest import duplicates_of
from flows.polish import polisher_of
from flows.themes import discover_week
from reports import editions
from reports.aggregation import build_week
from reports.export import run_facts, write_tables
from reports.week import Intake, ReportSettings

ROOM = Path(editions.__file__).parent
#: What the bytes of a report depend on: files of the room, and settings.
CODE = {".py", ".yaml", ".html", ".css"}
SHOWN = {"company", "language", "time_zone", "teams", "small_group", "baseline_weeks", "pdf", "polish"}


@dataclass(frozen=True)
class Report:
    """The finished report of a week: its folder, the page that links the editions, and what it rests on."""

    week: str
    folder: Path
    index: Path
    summary: str
    coverage: Mapping[str, Any]
    taxonomy_version: int
    notes: tuple[str, ...]


def report_week(house: House, week: str, revision: str) -> Report:
    """Write the editions and tables of a week, unless nothing that they rest on has changed since they were written."""
    settings = house.settings
    history = weeks.span(weeks.shift(week, 1 - settings.history_weeks), week)
    flags = flags_of(house, week, revision)
    intake = intake_of(house, week, history)
    themes = discover_week(house, week, revision)
    print_ = _fingerprint(house, week, history, revision, flags, intake, themes)
    folder = settings.site / week
    before = runs.begin(house.database, week)
    kept = before.counts if before and before.fingerprint == print_ and _complete(folder, before.counts) else None
    if kept is None:
        kept = _write(house, week, history, revision, flags, intake, themes, folder)
        kept["first_reported"] = (before.counts if before else {}).get("first_reported") or datetime.now(
            UTC
        ).isoformat()
    runs.finish(
        house.database,
        week,
        fingerprint=print_,
        counts=kept,
        revisions={"model": revision, "taxonomy": house.taxonomy.version},
    )
    return Report(
        week=week,
        folder=folder,
        index=folder / "index.html",
        summary=str(kept["summary"]),
        coverage=kept["coverage"],
        taxonomy_version=house.taxonomy.version,
        notes=tuple(kept["notes"]),
    )


def intake_of(house: House, week: str, history: Sequence[str]) -> Intake:
    """How the feedback of a week came in, from what is stored: running the week again gives the same."""
    versions = house.lake.read("feedback", week, ["feedback_id", "version", "ingested_at"])
    feedback, duplicates = versions["feedback_id"].nunique(), duplicates_of(house, week)
    rejects = quarantine.counts_by_reason(house.database)
    reported = _first_reported(house)
    late = int((versions["ingested_at"] > reported[week]).sum()) if week in reported else 0
    return Intake(
        pulled=len(versions) + duplicates + sum(rejects.values()),
        new=feedback,
        updated=len(versions) - feedback,
        late=late,
        rejected=sum(rejects.values()),
        duplicates=duplicates,
        restated=tuple(each for each in restated_weeks(house, history) if each != week),
        partial=datetime.now(UTC) < weeks.starts(weeks.shift(week, 1), house.settings.zone),
        quarantine=rejects,
        left_out=left_out(house.database, week),
    )


def restated_weeks(house: House, wanted: Sequence[str]) -> tuple[str, ...]:
    """Those of some weeks whose feedback changed after they were first reported."""
    reported = _first_reported(house)
    return tuple(week for week in wanted if week in reported and _changed(house, week, reported[week]))


def _first_reported(house: House) -> dict[str, datetime]:
    return {
        manifest.week: datetime.fromisoformat(manifest.counts["first_reported"])
        for manifest in runs.manifests(house.database)
        if "first_reported" in manifest.counts
    }


def _changed(house: House, week: str, since: datetime) -> bool:
    return bool((house.lake.read("feedback", week, ["ingested_at"])["ingested_at"] > since).any())


def _write(
    house: House,
    week: str,
    history: Sequence[str],
    revision: str,
    flags: Sequence[Flag],
    intake: Intake,
    themes: Sequence[Theme],
    folder: Path,
) -> dict[str, Any]:
    settings = house.settings
    actions, problems = _actions(house)
    articles, unread = _articles(house)
    read = readings(house.lake, history, revision)
    tables = build_week(
        read.feedback,
        read.predictions,
        read.mentions,
        read.clauses,
        flags,
        house.taxonomy,
        week,
        intake,
        ReportSettings(
            k=settings.small_group,
            baseline_weeks=settings.baseline_weeks,
            history_weeks=settings.history_weeks,
            zone=settings.time_zone,
        ),
        actions,
        themes=themes,
        articles=articles,
    )
    folder.mkdir(parents=True, exist_ok=True)
    write_tables(tables, folder / "tables")
    made = editions.build_editions(
        tables,
        folder,
        company=settings.company,
        zone=settings.zone,
        languages={team: settings.language_of(team) for team in (*house.taxonomy.teams, editions.MANAGERS)},
        pdf=settings.pdf == "auto",
        polisher=polisher_of(settings),
    )
    return {
        "coverage": run_facts(tables),
        "summary": made.summary,
        "notes": [*made.notes, *problems, *unread],
        "files": {path.relative_to(folder).as_posix(): _hash(path) for path in _outputs(folder)},
    }


def _actions(house: House) -> tuple[tuple[Action, ...], tuple[str, ...]]:
    """What the teams did, and what is wrong with their file: a bad file costs its section, not the report."""
    if house.settings.actions is None:
        return (), ()
    try:
        return load_actions(house.settings.actions, house.taxonomy.ids)
    except BadActions as error:
        return (), (str(error),)


def _articles(house: House) -> tuple[tuple[Article, ...], tuple[str, ...]]:
    """The knowledge base, and what is wrong with it: bad articles cost their check, not the report."""
    if house.settings.articles is None:
        return (), ()
    try:
        return load_articles(house.settings.articles), ()
    except BadArticles as error:
        return (), (str(error),)


def _outputs(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "run.json")


def _complete(folder: Path, counts: Mapping[str, Any]) -> bool:
    files: Mapping[str, str] = counts.get("files", {})
    return bool(files) and all(
        (folder / name).is_file() and _hash(folder / name) == kept for name, kept in files.items()
    )


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _fingerprint(
    house: House,
    week: str,
    history: Sequence[str],
    revision: str,
    flags: Sequence[Flag],
    intake: Intake,
    themes: Sequence[Theme],
) -> str:
    """A hash of everything that the bytes of a report depend on: rows, flags, settings, taxonomy and our own code."""
    settings = house.settings
    parts = [
        week,
        revision,
        repr(flags),
        repr(intake),
        repr(themes),
        settings.model_dump_json(include=SHOWN),
        house.taxonomy.path.read_text(encoding="utf-8"),
        _hash(settings.actions) if settings.actions and settings.actions.is_file() else "",
        *(f"{file.name} {_hash(file)}" for file in (files_of(settings.articles) if settings.articles else ())),
        *(house.lake.fingerprint(table, each) for table in sorted(TABLES) for each in history),
        *(
            _hash(path)
            for path in sorted(ROOM.rglob("*"))
            if path.suffix in {".py", ".yaml", ".html", ".css", ".jinja"}
        ),
    ]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
