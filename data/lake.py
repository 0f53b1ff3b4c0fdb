"""The lake: tables of feedback as Parquet files, one folder a week, each replaced as a whole.

A partition is `<root>/<table>/week=2026-W46/part-0.parquet`. It is written beside, flushed to the disk and renamed, so
that a reader (or a killed run) finds the old bytes or the new ones, never half. The same rows give the same bytes,
whatever their order.
"""

import os
import re
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from data.asking import asking
from data.errors import EarshotError
from data.frames import BadRows, completed, schema_of, to_arrow, to_pandas
from data.lock import WriterLock
from data.merging import MergeCount, distinct, isin, upsert
from data.tables import KEYS, TABLES

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_WEEK = re.compile(r"\d{4}-W\d{2}")
_PART = "part-0.parquet"
#: Everything that decides the bytes of a file, in one place.
_WRITER: dict[str, Any] = {
    "compression": "zstd",
    "compression_level": 3,
    "row_group_size": 65_536,
    "version": "2.6",
    "data_page_version": "1.0",
    "use_dictionary": True,
    "write_statistics": True,
}
#: The current version of each feedback of `weeks`: the newest over all weeks, as an edit may move a feedback.
_CURRENT = """
    SELECT feedback_id, version FROM (
        SELECT feedback_id, version, week, row_number() OVER (
            PARTITION BY feedback_id ORDER BY ingested_at DESC, occurred_at DESC, version DESC) AS age
        FROM feedback
        WHERE feedback_id IN (SELECT feedback_id FROM feedback WHERE list_contains($weeks, week))
    ) WHERE age = 1 AND list_contains($weeks, week)
"""


class DamagedPartition(EarshotError):
    """A file of the lake cannot be read."""


class BadQuery(EarshotError):
    """SQL that the lake cannot answer."""


class Lake:
    """Tables by week under one folder. Many may read at once; one process writes."""

    def __init__(self, root: Path | str) -> None:
        self.root = Path(root)
        self._lock = WriterLock(self.root)

    def writing(self, purpose: str) -> AbstractContextManager[None]:
        """Hold the lake for this process (all its threads) over several writes; raises LakeBusy if another does."""
        return self._lock.held(purpose)

    def weeks(self, table: str) -> list[str]:
        """The weeks that a table has rows for, in order."""
        schema_of(table)
        parts = (self.root / table).glob(f"week=*/{_PART}")
        return sorted(part.parent.name.removeprefix("week=") for part in parts)

    def read(
        self, table: str, weeks: Iterable[str] | str | None = None, columns: Sequence[str] | None = None
    ) -> pd.DataFrame:
        """The rows of some weeks (all if None), by week and key; an empty frame of the same types if there are none."""
        return to_pandas(self.read_arrow(table, weeks, columns))

    def read_arrow(
        self, table: str, weeks: Iterable[str] | str | None = None, columns: Sequence[str] | None = None
    ) -> pa.Table:
        """The same rows as `read`, as an Arrow table."""
        schema = schema_of(table)
        if columns is not None:
            schema = pa.schema([schema.field(name) for name in columns])
        wanted = self.weeks(table) if weeks is None else _in_order(weeks)
        parts = (self._read_part(table, week, schema) for week in wanted)
        return pa.concat_tables([schema.empty_table(), *(part for part in parts if part is not None)])

    def current_feedback(self, weeks: Iterable[str] | str, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """The current version of each feedback of some weeks. One that an edit moved elsewhere is not among them."""
        return to_pandas(self.current_feedback_arrow(weeks, columns))

    def current_feedback_arrow(self, weeks: Iterable[str] | str, columns: Sequence[str] | None = None) -> pa.Table:
        """The same as `current_feedback`, as an Arrow table."""
        wanted = _in_order(weeks)
        current = self.query_arrow(_CURRENT, {"weeks": wanted})
        names = list(columns or TABLES["feedback"].names)
        rows = self.read_arrow("feedback", wanted, [*names, *({"feedback_id", "version"} - set(names))])
        # A version is a hash over all of the content, with the week among it, so that the pair names one row.
        return rows.filter(pa.array(isin(rows, current))).select(names)

    def replace(self, table: str, week: str, rows: pd.DataFrame | pa.Table) -> bool:
        """Make these the rows of a week, and say whether that changed anything. Without rows the partition goes."""
        target = self._path(table, week)
        arrow = _sorted(table, distinct(to_arrow(table, rows), KEYS[table]))
        if strange := _weeks_of(arrow, table) - {week}:
            raise BadRows(f"Rows of {', '.join(sorted(strange))} cannot go to the partition {week} of {table!r}.")
        with self._lock.held(f"replace {table} {week}"), self._lock.turn():
            before = self._read_part(table, week, schema_of(table))
            if before is None and not arrow.num_rows:
                return False
            if before is not None and before.equals(arrow):
                return False
            if arrow.num_rows:
                _write(arrow, target)
            else:
                target.unlink()
            return True

    def merge(self, table: str, rows: pd.DataFrame | pa.Table, keys: Sequence[str] | None = None) -> MergeCount:
        """Add rows, or put them in the place of those with the same key and week. Only touched weeks are rewritten.

        `keys` are by default those of the table (data/tables.py). Merging the same rows again changes no byte. Raises
        BadRows when two of the rows have the same key and other content.
        """
        arrow = to_arrow(table, rows)
        keys = list(keys or KEYS[table])
        count = MergeCount()
        with self._lock.held(f"merge into {table}"), self._lock.turn():
            for week in sorted(_weeks_of(arrow, table)):
                incoming = distinct(arrow.filter(pc.equal(arrow["week"], week)), keys)
                done, merged = upsert(self.read_arrow(table, week), incoming, keys)
                count += done
                if done.new or done.updated:
                    _write(_sorted(table, merged), self._path(table, week))
        return count

    def settle(self, table: str, week: str, owners: pa.Table, rows: pd.DataFrame | pa.Table) -> bool:
        """Make these the rows of some owners in a week, in the place of all they had; say if that changed anything.

        `owners` has one row per owner; its columns are columns of the table (all clauses of a feedback version, say).
        """
        arrow = to_arrow(table, rows)
        with self._lock.held(f"settle {table} {week}"), self._lock.turn():
            existing = self.read_arrow(table, week)
            theirs = isin(existing, owners)
            return self.replace(table, week, pa.concat_tables([existing.filter(pa.array(~theirs)), arrow]))

    def query(self, sql: str, parameters: object = None, **given: pa.Table) -> pd.DataFrame:
        """The answer to SQL (DuckDB) over views named like the tables; `?` or `$name` take parameters.

        Tables `given` can be asked under their names too. Raises BadQuery.
        """
        return to_pandas(self.query_arrow(sql, parameters, **given))

    def query_arrow(self, sql: str, parameters: object = None, **given: pa.Table) -> pa.Table:
        """The same as `query`, as an Arrow table."""
        # Imported here: what never asks starts faster.
        import duckdb

        with asking() as connection:
            try:
                for table in TABLES:
                    if re.search(rf"\b{table}\b", sql, re.IGNORECASE):
                        self._make_view(connection, table)
                for name, rows in given.items():
                    connection.register(name, rows)
                answer = connection.sql(sql, params=parameters)
                return pa.table({}) if answer is None else answer.to_arrow_table()
            except (duckdb.ParserException, duckdb.BinderException, duckdb.CatalogException) as error:
                raise BadQuery(f"The lake cannot answer this query: {error}") from None
            except duckdb.Error as error:
                # Other errors may quote a value, and so a customer's words.
                raise BadQuery(f"The lake cannot answer this query ({type(error).__name__}).") from None

    def fingerprint(self, table: str, week: str) -> str:
        """A hash of a partition's bytes (SHA-256, hex); that of no bytes if there is no partition."""
        path = self._path(table, week)
        digest = sha256()
        if path.exists():
            with path.open("rb") as file:
                while block := file.read(1 << 20):
                    digest.update(block)
        return digest.hexdigest()

    def _make_view(self, connection: "DuckDBPyConnection", table: str) -> None:
        if self.weeks(table):
            files = str(self.root / table / "week=*" / _PART).replace("'", "''")
            place = f"read_parquet('{files}', hive_partitioning = false, union_by_name = true)"
        else:
            place = f"_no_{table}"
            connection.register(place, schema_of(table).empty_table())
        connection.execute(f"CREATE TEMP VIEW {table} AS SELECT * FROM {place}")  # noqa: S608

    def _read_part(self, table: str, week: str, schema: pa.Schema) -> pa.Table | None:
        path = self._path(table, week)
        try:
            with pq.ParquetFile(path) as file:
                rows = file.read(columns=schema.names)
        except FileNotFoundError:
            return None
        except (pa.ArrowInvalid, OSError) as error:
            raise DamagedPartition(
                f"{path} cannot be read as Parquet ({type(error).__name__}). Delete it and run the week again."
            ) from error
        return completed(rows, schema)

    def _path(self, table: str, week: str) -> Path:
        schema_of(table)
        if not _WEEK.fullmatch(week):
            raise BadRows(f"{week!r} is not an ISO week like 2026-W46.")
        return self.root / table / f"week={week}" / _PART


def _in_order(weeks: Iterable[str] | str) -> list[str]:
    return [weeks] if isinstance(weeks, str) else sorted(set(weeks))


def _weeks_of(rows: pa.Table, table: str) -> set[str]:
    weeks = set(pc.unique(rows["week"]).to_pylist())
    if None in weeks:
        raise BadRows(f"Rows for {table!r} without a week cannot be stored.")
    return weeks


def _sorted(table: str, rows: pa.Table) -> pa.Table:
    return rows.sort_by([(key, "ascending") for key in KEYS[table]]).combine_chunks()


def _write(rows: pa.Table, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    for stale in target.parent.glob(f".{_PART}.*"):
        stale.unlink(missing_ok=True)
    beside = target.with_name(f".{_PART}.{os.getpid()}")
    with beside.open("wb") as file:
        pq.write_table(rows, file, **_WRITER)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
