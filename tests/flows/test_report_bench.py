"""The speed of the report can be measured on any machine."""

import json
from pathlib import Path

from flows.report_bench import bench_report


def test_a_small_company_is_reported_and_measured(tmp_path: Path) -> None:
    """The same code with a hundred feedback a week: every step has its line, in the text and in the file."""
    told = bench_report(100, tmp_path / "report.json")
    assert all(step in told for step in ("numbers", "tables as files", "editions", "Peak memory"))
    figures = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert figures["feedback"] == 1300
    assert set(figures["steps"]) == {"numbers", "tables as files", "editions"}
