"""What a run did and what it cost: run.json."""

import json
import resource
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from flows.analysis import Analysed
from flows.ingest import Ingested
from flows.publishing import Published
from flows.reporting import Report
from flows.settings import Settings


class RunLog:
    """Seconds and peak memory of each step, in the order in which they ran."""

    def __init__(self) -> None:
        self._steps: dict[str, dict[str, float]] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Measure a step; a step that runs for several weeks adds up."""
        begun = time.perf_counter()
        try:
            yield
        finally:
            kept = self._steps.setdefault(name, {"seconds": 0.0, "peak_mb": 0.0})
            kept["seconds"] = round(kept["seconds"] + time.perf_counter() - begun, 3)
            kept["peak_mb"] = peak_mb()

    def write(
        self,
        settings: Settings,
        week: str,
        pulled: Sequence[Ingested],
        analysed: Analysed,
        made: Report,
        published: Published,
        flagged: Mapping[str, int] | None = None,
    ) -> dict[str, Any]:
        """Write run.json beside the editions of a week and return what it holds."""
        coverage: Mapping[str, Any] = made.coverage
        read = analysed.tokens_read / analysed.tokens if analysed.tokens else coverage["share_read"]
        log = {
            "week": week,
            "company": settings.company,
            "pulled": sum(entry.pulled for entry in pulled),
            "new": sum(entry.new for entry in pulled),
            "updated": sum(entry.updated for entry in pulled),
            "late": coverage["late"],
            "rejected": sum(entry.rejected for entry in pulled),
            "duplicates": sum(entry.duplicates for entry in pulled),
            "analysed": analysed.feedback,
            "abstained": coverage["abstained"],
            "share_read": read,
            "in_report": dict(coverage),
            "risk": dict(flagged or {}),
            "sources": [asdict(entry) for entry in pulled],
            "published": asdict(published),
            "revisions": {"model": analysed.revision, "taxonomy": made.taxonomy_version},
            "steps": self._steps,
            "peak_mb": peak_mb(),
            "notes": list(made.notes),
        }
        path: Path = made.folder / "run.json"
        beside = path.with_suffix(".tmp")
        beside.write_text(json.dumps(log, ensure_ascii=False, indent=2, default=str) + "\n", encoding="utf-8")
        beside.replace(path)
        return log


def peak_mb() -> float:
    """Peak resident memory of this process so far, in MB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1024 * 1024 if sys.platform == "darwin" else 1024), 1)
