"""What the weekly runs did, as they noted it themselves, and what the scheduler says of its runs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response

from data import quarantine, runs
from data.runs import Manifest
from reports.desk.desk import Desk
from reports.desk.flow_runs import FlowRun, NoScheduler, SilentScheduler
from reports.desk.pages import render
from reports.desk.visitor import TheDesk

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class WeekRun:
    """The latest run of a week: its counts, and its steps and sources as run.json has them (empty without one)."""

    week: str
    started: datetime
    seconds: float | None
    restated: int
    counts: Mapping[str, Any]
    model: str
    steps: Mapping[str, Mapping[str, float]]
    sources: tuple[Mapping[str, Any], ...]
    notes: tuple[str, ...]


@router.get("/runs")
def show(request: Request, desk: TheDesk) -> Response:
    """The runs of all weeks, newest first, the scheduler's latest runs, and what waits in quarantine."""
    found, without = _scheduled(desk)
    return render(
        request, "runs.html", weeks=[_week(desk, one) for one in reversed(runs.manifests(desk.database))],
        flow_runs=found, without=without, rejects=sorted(quarantine.counts_by_reason(desk.database).items()),
    )  # fmt: skip


def _scheduled(desk: Desk) -> tuple[list[FlowRun], str]:
    """The scheduler's runs, and the phrase that says why there are none."""
    if desk.flow_runs is None:
        return [], "works.no_scheduler"
    try:
        return list(desk.flow_runs()), "works.empty"
    except SilentScheduler:
        return [], "works.silent_scheduler"
    except NoScheduler:
        return [], "works.no_scheduler"


def _week(desk: Desk, one: Manifest) -> WeekRun:
    log = desk.site.run(one.week)
    coverage = one.counts.get("coverage", {})
    steps, sources, notes = log.get("steps"), log.get("sources"), log.get("notes")
    return WeekRun(
        week=one.week,
        started=one.started_at,
        seconds=(one.finished_at - one.started_at).total_seconds() if one.finished_at else None,
        restated=one.restated,
        counts=coverage if isinstance(coverage, dict) else {},
        model=str(one.revisions.get("model", "")),
        steps=steps if isinstance(steps, dict) else {},
        sources=tuple(each for each in sources if isinstance(each, dict)) if isinstance(sources, list) else (),
        notes=tuple(str(note) for note in notes) if isinstance(notes, list) else (),
    )
