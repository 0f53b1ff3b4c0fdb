"""Say what is installed, configured and reachable."""

import platform
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from data import taxonomy
from data.database import open_database
from data.errors import EarshotError
from data.lake import Lake
from data.sources import Pull, build
from flows.settings import Settings

PACKAGES = ("torch", "transformers", "datasets", "spacy", "prefect", "pandas", "pyarrow", "duckdb", "sqlalchemy")


@dataclass(frozen=True)
class Finding:
    """One line of the examination; `wrong` means that a run would fail or miss something."""

    subject: str
    found: str
    wrong: bool = False

    def line(self) -> str:
        return f"{'✗' if self.wrong else '✓'} {self.subject}: {self.found}"


def examine(config: Path | None) -> list[Finding]:
    """Look at everything that a run needs; nothing is changed and nothing is pulled further than its first row."""
    findings = [Finding("Python", platform.python_version(), not platform.python_version().startswith("3.11"))]
    findings += [_package(name) for name in PACKAGES]
    try:
        settings = Settings.load(config)
    except EarshotError as error:
        findings.append(Finding("settings", str(error), wrong=True))
        settings = None
    if settings is None:
        return findings
    findings.append(Finding("settings", f"{settings.company}, {settings.time_zone}, reports in {settings.language}"))
    checks: list[tuple[str, Callable[[], str]]] = [
        ("taxonomy", lambda: f"{len(taxonomy.load(settings.taxonomy).topics)} topics from {settings.taxonomy}"),
        ("model", lambda: _model(settings)),
        ("lake", lambda: f"{len(Lake(settings.lake).weeks('feedback'))} weeks under {settings.lake}"),
        ("database", lambda: _database(settings)),
    ]
    for subject, check in checks:
        findings.append(_tried(subject, check))
    findings += list(_sources(settings))
    return findings


def _package(name: str) -> Finding:
    try:
        return Finding(name, version(name))
    except PackageNotFoundError:
        return Finding(name, "not installed; run `make setup`", wrong=True)


def _tried(subject: str, check: Callable[[], str]) -> Finding:
    try:
        return Finding(subject, check())
    except EarshotError as error:
        return Finding(subject, str(error), wrong=True)


def _model(settings: Settings) -> str:
    from models.analyser import Analyser

    analyser = Analyser.load(settings.model, engine=settings.engine)
    return f"revision {analyser.revision}, hashes agree, engine {analyser.engine.name}"


def _database(settings: Settings) -> str:
    with open_database(settings.database) as database:
        return f"{database.engine.dialect.name}, migrated"


def _sources(settings: Settings) -> Iterator[Finding]:
    if not settings.sources:
        yield Finding("sources", "none; add one under `sources` in the settings", wrong=True)
    for entry in settings.sources:
        name = f"source {entry.get('name')}"

        def first(entry: object = entry) -> str:
            pull = iter(Pull(build(entry, settings.base), None))  # type: ignore[arg-type]
            item = next(pull, None)
            return "reachable, empty" if item is None else f"reachable, first row is {type(item).__name__}"

        yield _tried(name, first)
