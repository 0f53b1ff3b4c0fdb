"""Keep one DuckDB per process for questions about Parquet files: opening one costs more than most questions."""

import atexit
import os
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_turn = Lock()
#: By process: a fork must not ask with its parent's.
_open: dict[int, "DuckDBPyConnection"] = {}


@contextmanager
def asking() -> Iterator["DuckDBPyConnection"]:
    """A connection for one question, in UTC, with temporary views of its own; safe in any thread."""
    with _shared().cursor() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        yield connection


def _shared() -> "DuckDBPyConnection":
    # Imported here: what never asks starts faster.
    import duckdb

    with _turn:
        here = os.getpid()
        if here not in _open:
            if not _open:
                # DuckDB reports leaks when it is still open at the very end.
                atexit.register(_close)
            _open[here] = duckdb.connect()
            # Files are replaced under the same names, and what they hold should not stay in memory.
            _open[here].execute("SET enable_external_file_cache = false")
        return _open[here]


def _close() -> None:
    with _turn:
        kept = _open.pop(os.getpid(), None)
        if kept is not None:
            kept.close()
