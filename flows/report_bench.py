"""Measure how long the whole report of a large company takes after analysis, and how much memory."""

import json
import resource
import tempfile
import time
from pathlib import Path

from data.taxonomy import load
from reports.aggregation import build_week
from reports.editions import build_editions
from reports.export import write_tables
from reports.large_company import draw_company

WEEK = "2026-W46"
GIGABYTE = 2**20  # ru_maxrss counts kilobytes


def bench_report(per_week: int = 100_000, output: Path | None = None) -> str:
    """Return the figures as a table: seconds by the clock and of processor by step, peak memory of the process.

    Peak memory includes drawing the company. With `output`, the figures go there as JSON.
    """
    taxonomy = load()
    company = draw_company(taxonomy, WEEK, per_week)
    steps: list[tuple[str, float, float]] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        start = (time.perf_counter(), time.process_time())

        def done(step: str) -> None:
            nonlocal start
            now = (time.perf_counter(), time.process_time())
            steps.append((step, now[0] - start[0], now[1] - start[1]))
            start = now

        frames = (company.feedback, company.predictions, company.mentions, company.clauses)
        tables = build_week(*frames, [], taxonomy, WEEK)
        done("numbers")
        write_tables(tables, folder / "tables")
        done("tables as files")
        build_editions(tables, folder, company="Large", languages={})
        done("editions")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / GIGABYTE
    if output:
        figures = {step: {"seconds": clock, "cpu_seconds": cpu} for step, clock, cpu in steps}
        facts = {
            "feedback": len(company.feedback),
            "mentions": len(company.mentions),
            "peak_gb": peak,
            "steps": figures,
        }
        output.write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")
    lines = [f"{len(company.feedback):,} feedback in 13 weeks, {len(company.mentions):,} mentions", ""]
    lines += ["| step | seconds | processor seconds |", "|---|---|---|"]
    lines += [f"| {step} | {clock:.1f} | {cpu:.1f} |" for step, clock, cpu in steps]
    lines += [f"| all | {sum(step[1] for step in steps):.1f} | {sum(step[2] for step in steps):.1f} |", ""]
    return "\n".join([*lines, f"Peak memory {peak:.2f} GB (drawing the company included)."])
