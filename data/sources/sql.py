"""Any SQL query: a database that holds feedback, read with a cursor and a look-back."""

import json
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from data.errors import EarshotError
from data.records import Origin, RawFeedback, Reject
from data.sources.mapping import BadRow, RowMapping
from data.sources.times import parse_time

BEGINNING = datetime(1990, 1, 1, tzinfo=UTC)


class DatabaseUnreachable(EarshotError):
    """The database of a source does not answer, or refuses the query."""


@dataclass(frozen=True)
class SqlSource:
    """The rows of `query`, which may use `:since`; `cursor_column` holds when a row was last changed.

    Each pull reads from `look_back` before the newest change that the last pull saw, because rows arrive late and out
    of order; rows seen before are recognised by their id and change nothing. `since` is given in `time_zone`, naive, as
    databases hold it.
    """

    name: str
    url: str
    query: str
    mapping: RowMapping
    cursor_column: str
    look_back: timedelta = timedelta(days=21)

    @classmethod
    def from_config(cls, name: str, config: Mapping[str, Any], base: Path) -> "SqlSource":
        url = str(config["url"])
        if url.startswith("sqlite:///") and not url.startswith("sqlite:////"):
            url = f"sqlite:///{(base / url.removeprefix('sqlite:///')).resolve()}"
        return cls(
            name,
            url,
            str(config["query"]),
            RowMapping.from_config(config["mapping"]),
            str(config["cursor_column"]),
            timedelta(days=float(config.get("look_back_days", 21))),
        )

    def pull(self, cursor: str | None) -> Generator[RawFeedback | Reject, None, str]:
        state = json.loads(cursor) if cursor else {}
        same = state.get("mapping") == self.mapping.fingerprint
        newest = datetime.fromisoformat(state["newest"]) if same else BEGINNING
        since = (newest - self.look_back if same else BEGINNING).astimezone(ZoneInfo(self.mapping.time_zone))
        try:
            target = make_url(self.url)
            if target.get_backend_name() == "sqlite" and not Path(target.database or "").is_file():
                raise DatabaseUnreachable(f"Source {self.name!r}: no SQLite file {target.database}.")
            engine = create_engine(target)
            with engine.connect() as connection:
                rows = connection.execution_options(stream_results=True, yield_per=1000).execute(
                    text(self.query), {"since": since.replace(tzinfo=None)} if ":since" in self.query else {}
                )
                for number, row in enumerate(rows.mappings(), start=1):
                    values = dict(row)
                    yield self._item(values, Origin(f"query of {self.name}", number))
                    newest = max(newest, self._changed(values, newest))
            engine.dispose()
        except (SQLAlchemyError, ArgumentError, ImportError) as error:
            # The driver's message may hold the URL with its password, so only its kind is told.
            raise DatabaseUnreachable(
                f"Source {self.name!r}: {type(error).__name__} from the database. Check its `url` and `query`."
            ) from error
        return json.dumps({"mapping": self.mapping.fingerprint, "newest": newest.isoformat()}, sort_keys=True)

    def _item(self, row: Mapping[str, Any], origin: Origin) -> RawFeedback | Reject:
        try:
            return self.mapping.read(row, self.name, origin)
        except BadRow as error:
            return Reject(self.name, origin, error.reason, error.detail)

    def _changed(self, row: Mapping[str, Any], otherwise: datetime) -> datetime:
        if self.cursor_column not in row:
            raise DatabaseUnreachable(
                f"Source {self.name!r}: the query gives no column {self.cursor_column!r}, which `cursor_column` names."
            )
        value = row[self.cursor_column]
        try:
            moment = parse_time(value, None) if value is not None else otherwise
        except ValueError:
            return otherwise
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=ZoneInfo(self.mapping.time_zone))
        return moment.astimezone(UTC)
