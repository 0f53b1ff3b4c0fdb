"""The weekly flow under Prefect: it runs without a server started by hand, and one dead source costs only itself."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings
from prefect.testing.utilities import prefect_test_harness

import flows.weekly
from data.errors import EarshotError
from data.weeks import BadWeek
from flows import analysis
from flows.console import outcome
from tests.flows.company import SETTINGS, KeywordReader, found

BROKEN = """
  - name: gone
    kind: folder
    path: nowhere
    mapping: {constants: {channel: survey}, columns: {occurred_at: at, text: text}}
"""


@pytest.fixture(scope="module", autouse=True)
def prefect() -> Iterator[None]:
    """One server and database of its own for this module; the heartbeat would cost a second a flow."""
    with (
        prefect_test_harness(server_startup_timeout=180),
        temporary_settings(updates={PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}),
    ):
        yield


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(analysis, "_loaded", lambda *_: KeywordReader())
    for name in ("pull", "analyse", "flag", "report", "publish"):
        step = getattr(flows.weekly, name)
        monkeypatch.setattr(flows.weekly, name, step.with_options(retries=0))


def weekly(**parameters: Any) -> dict[str, Any]:
    result: dict[str, Any] = flows.weekly.weekly(**parameters)
    return result


def test_the_flow_writes_every_promised_file(tmp_path: Path) -> None:
    """Others read these files by name."""
    log = weekly(week="2026-W46", config=str(found(tmp_path)))
    folder = tmp_path / "var" / "site" / "2026-W46"
    for team in ("product", "logistics", "service", "managers"):
        for suffix in ("html", "md", "xlsx"):
            assert (folder / f"{team}.{suffix}").stat().st_size > 0
    for table in ("topics", "changes", "drivers", "themes", "cases"):
        assert (folder / "tables" / f"{table}.parquet").is_file()
    assert json.loads((folder / "at_risk.json").read_text(encoding="utf-8"))
    kept = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    assert (kept["pulled"], kept["new"], kept["analysed"], kept["share_read"]) == (120, 120, 120, 1.0)
    assert set(kept["steps"]) == {"pull", "analyse", "flag", "report", "publish"}
    assert "120" in "\n".join(outcome(log, folder))


def test_a_source_that_is_gone_is_reported_and_stops_nothing(tmp_path: Path) -> None:
    """The survey tool is down on Monday; the other sources' week must still be told."""
    log = weekly(week="2026-W46", config=str(found(tmp_path, settings=SETTINGS + BROKEN)))
    assert [entry["failed"] is None for entry in log["sources"]] == [True, False]
    assert "nowhere" in log["sources"][1]["failed"]
    assert log["in_report"]["feedback"] == 12


def test_a_range_reports_each_of_its_weeks(tmp_path: Path) -> None:
    """After an outage the missed weeks are made up in one go."""
    weekly(week="2026-W44", until="2026-W46", config=str(found(tmp_path)))
    assert sorted(path.name for path in (tmp_path / "var" / "site").iterdir()) == ["2026-W44", "2026-W45", "2026-W46"]


def test_a_range_that_runs_backwards_is_refused(tmp_path: Path) -> None:
    """An empty range would look like a successful run."""
    with pytest.raises(BadWeek, match="before"):
        weekly(week="2026-W46", until="2026-W44", config=str(found(tmp_path)))


def test_a_week_that_is_none_is_refused(tmp_path: Path) -> None:
    """Weeks are typed by people."""
    with pytest.raises(EarshotError, match="2026-W46"):
        weekly(week="46/2026", config=str(found(tmp_path)))
