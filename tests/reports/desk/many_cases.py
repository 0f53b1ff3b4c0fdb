"""Measure the first page of the queue with fifty thousand cases: `python -m tests.reports.desk.many_cases`."""

import argparse
import statistics
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert
from starlette.testclient import TestClient

from data.database import Database, open_database
from data.schema import CaseReasonRow, CaseRow
from reports.desk.app import create_app
from tests.reports.desk.conftest import Browser
from tests.reports.desk.made_cases import NOW, SAID, desk_in

ADDRESSES = (
    "/cases", "/cases?sort=value", "/cases?sort=age", "/cases?owner=me", "/cases?overdue=1", "/cases?status=closed",
    "/cases?level=high&language=zh-Hant&older=14", "/cases?outcome=1",
)  # fmt: skip


def fill_many(database: Database, count: int) -> None:
    """Put `count` cases straight into the tables, most of them unfinished, by turns for the teams."""
    teams, levels, statuses = ("logistics", "product", "service"), ("high", "medium", "low"), ("open",) * 7
    rows, reasons = [], []
    for number in range(count):
        case, said = f"{number:016x}", SAID[number % len(SAID)]
        status = (*statuses, "in_progress", "snoozed", "closed")[number % 10]
        rows.append(
            {
                "id": case, "customer_key": f"{number:024x}", "status": status, "level": levels[number * 7 % 3],
                "risk": (number * 7919 % 100_003) / 100_003, "value": float(number % 997) or None,
                "opened_week": "2026-W46", "week": "2026-W46", "opened": date(2026, 11, 16) - timedelta(number % 60),
                "expires": date(2027, 1, 31), "owner": "mia" if number % 50 == 0 else None, "due": None,
                "verdict": None,
                "team": teams[number % 3], "language": said[0], "updated_at": datetime.now(UTC), "lock": 1,
                "closed_on": date(2026, 10, 1) if status == "closed" else None,
            }
        )  # fmt: skip
        reasons.append(
            {
                "case_id": case, "rule": said[1], "feedback_id": case, "weight": 0.9, "occurred_at": NOW,
                "verbatim": said[2], "week": "2026-W46", "current": True,
            }
        )  # fmt: skip
    with database.write() as session:
        session.execute(insert(CaseRow), rows)
        session.execute(insert(CaseReasonRow), reasons)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=50_000)
    parser.add_argument("--times", type=int, default=10)
    parser.add_argument("--database", help="An empty PostgreSQL database by URL; SQLite in a folder if not given.")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = options.database or Path(folder) / "earshot.db"
        with open_database(place) as database:
            desk = desk_in(Path(folder), database)
            fill_many(database, options.cases)
            client: TestClient = Browser(create_app(desk), base_url="https://testserver")
            client.sign_in("mia")  # type: ignore[attr-defined]
            print(f"{options.cases} cases, {database.engine.dialect.name}; milliseconds, median of {options.times}")
            for address in ADDRESSES:
                walls, work = [], []
                client.get(address)
                for _ in range(options.times):
                    began, used = time.perf_counter(), time.process_time()
                    answer = client.get(address)
                    walls.append(time.perf_counter() - began)
                    work.append(time.process_time() - used)
                    assert answer.status_code == 200
                wall, cpu = (1000 * statistics.median(times) for times in (walls, work))
                print(f"{address:<50} wall {wall:7.1f}  cpu {cpu:7.1f}")


if __name__ == "__main__":
    main()
