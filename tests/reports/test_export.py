"""The tables on disk are complete, stable and harmless to open."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from data.records import Flag, Reason
from data.taxonomy import Taxonomy
from reports.aggregation import build_week
from reports.export import run_facts, write_tables
from reports.week import SCHEMAS, WeekTables

WEEK = "2026-W46"


@pytest.fixture(scope="module")
def tables(make_company: Callable[..., Any], taxonomy: Taxonomy) -> WeekTables:
    company = make_company(seed=6, per_week=60, weeks=3)
    company.feedback["text"] = '=HYPERLINK("http://evil.example")'
    reason = Reason("churn_intent", 0.6, "f1", datetime(2026, 11, 10, tzinfo=UTC), "我要退订")
    flags = [
        Flag("k2", WEEK, "medium", 0.4, None, (), date(2026, 11, 16), date(2026, 12, 14)),
        Flag("k1", WEEK, "high", 0.9, 120.0, (reason,), date(2026, 11, 16), date(2026, 12, 14)),
    ]
    frames = (company.feedback, company.predictions, company.mentions, company.clauses)
    return build_week(*frames, flags, taxonomy, WEEK)


def test_what_is_written_can_be_read_back(tables: WeekTables, tmp_path: Path) -> None:
    """BI tools read exactly what the report says."""
    written = write_tables(tables, tmp_path / "tables")
    assert {path.name for path in written} == {f"{name}.{kind}" for name in SCHEMAS for kind in ("parquet", "csv")}
    for name in SCHEMAS:
        again = pd.read_parquet(tmp_path / "tables" / f"{name}.parquet")
        pd.testing.assert_frame_equal(again, tables.table(name), check_dtype=False)
        assert list(again.columns) == list(SCHEMAS[name])


def test_the_same_tables_give_the_same_bytes(tables: WeekTables, tmp_path: Path) -> None:
    """A second run of a week changes nothing, so nothing is sent twice."""
    for path in write_tables(tables, tmp_path / "one"):
        again = tmp_path / "two" / path.name
        write_tables(tables, tmp_path / "two") if not again.exists() else None
        assert path.read_bytes() == again.read_bytes(), path.name
    assert not [path for path in (tmp_path / "one").iterdir() if path.name.startswith(".")]


def test_a_formula_in_a_text_does_not_run_in_a_spreadsheet(tables: WeekTables, tmp_path: Path) -> None:
    """Customers' texts are hostile until shown otherwise; numbers keep their minus."""
    write_tables(tables, tmp_path)
    rows = pd.read_csv(tmp_path / "rows.csv", encoding="utf-8-sig")
    assert rows["text"].str.startswith("'=").all()
    assert (pd.read_csv(tmp_path / "changes.csv", encoding="utf-8-sig")["effect"].dropna() < 0).any()


def test_chinese_opens_in_excel(tables: WeekTables, tmp_path: Path) -> None:
    """Without the byte order mark Excel shows mojibake."""
    write_tables(tables, tmp_path)
    assert (tmp_path / "cases.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert "我要退订" in (tmp_path / "case_reasons.csv").read_text(encoding="utf-8-sig")


def test_the_highest_risk_comes_first_whatever_its_value(tables: WeekTables) -> None:
    """Value is a second axis; a customer without one is not last for it."""
    assert tables.cases["customer_key"].tolist() == ["k1", "k2"]
    assert tables.case_reasons["rule"].tolist() == ["churn_intent"]


def test_run_facts_are_plain_values(tables: WeekTables) -> None:
    """They go into run.json as they are."""
    facts = run_facts(tables)
    assert facts["counted"] == len(tables.rows["feedback_id"].unique())
    assert facts["cases"] == 2
    assert all(isinstance(value, str | int | float | bool | dict | None) for value in facts.values())
