"""Questions share one DuckDB in a process, and still do not get in each other's way."""

from concurrent.futures import ThreadPoolExecutor

import duckdb
import pytest

from data.asking import asking


def test_a_question_does_not_see_the_views_of_another() -> None:
    """Each lake makes views of its own under the same names; two at once must not read each other's customers."""
    with asking() as one, asking() as other:
        one.execute("CREATE TEMP VIEW feedback AS SELECT 1 AS n")
        other.execute("CREATE TEMP VIEW feedback AS SELECT 2 AS n")
        assert one.execute("SELECT n FROM feedback").fetchall() == [(1,)]
        assert other.execute("SELECT n FROM feedback").fetchall() == [(2,)]
    with asking() as later, pytest.raises(duckdb.CatalogException):
        later.execute("SELECT n FROM feedback")


def test_many_may_ask_at_once_and_all_in_utc() -> None:
    """The review answers from several threads; a time that follows the machine's zone would move a feedback's day."""

    def zone(number: int) -> tuple[int, str]:
        with asking() as connection:
            connection.execute(f"CREATE TEMP VIEW mine AS SELECT {number} AS n")
            row = connection.execute("SELECT n, current_setting('TimeZone') FROM mine").fetchone()
        assert row is not None
        return row[0], row[1]

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(zone, range(40))) == [(number, "UTC") for number in range(40)]
