"""Turn a week's readings into numbers and editions: steps 6, 7 and 9 of a comment's way."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from data import quarantine, weeks
from data.analysis_store import readings
from data.cases import flags_of
from flows.house import House
from flows.ingest import duplicates_of
from flows.manifest import reported_at, report_done
from reports.aggregation import build_week
from reports.counted import trend_weeks
from reports.editions import build_editions
from reports.tables import write_tables
from reports.week import Intake, ReportSettings, WeekTables


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
