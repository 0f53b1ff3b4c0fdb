"""Open the transactional database: cases, vault, outbox, audit, cursors, quarantine and run manifests.

SQLite by default (write-ahead log, one writer at a time, foreign keys on), PostgreSQL by URL.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DatabaseError, NoSuchModuleError
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from data import desk_schema, learning_schema, score_schema, theme_schema  # noqa: F401 - so that every table is known everywhere
from data.errors import EarshotError

MIGRATIONS = Path(__file__).with_name("migrations")
BUSY_SECONDS = 30
#: Any number will do, as long as every Earshot takes the same one before it migrates a PostgreSQL database.
MIGRATION_LOCK = 4_607_182


class DatabaseUnavailable(EarshotError):
    """The database cannot be opened."""


class DatabaseTooNew(EarshotError):
    """The database was migrated by a newer Earshot than this one."""


class Database:
    """An open database, safe to share between threads. `read()` and `write()` give sessions; `close()` ends it."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._writer = engine.execution_options(earshot_writes=True)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that sees one state of the database and keeps nothing."""
        with Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session that commits when the block ends, and undoes everything when it raises."""
        with Session(self._writer, expire_on_commit=False) as session, session.begin():
            yield session

    def close(self) -> None:
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_database(url: str | Path) -> Database:
    """Open the database at an SQLAlchemy URL (or an SQLite path), create it if needed, and bring it up to date.

    Several processes may do this at once: one migrates, the others wait. Raises DatabaseUnavailable or DatabaseTooNew.
    """
    place = _url(url)
    engine = _engine(place)
    try:
        with engine.connect() as connection:
            ready = _revision(connection) == _scripts().get_current_head()
        if not ready:
            with engine.execution_options(earshot_writes=True).begin() as connection:
                _migrate(connection)
    except DatabaseError as error:
        engine.dispose()
        raise DatabaseUnavailable(
            f"The database {_shown(place)} cannot be opened: {error.orig}. Check the path or URL and its rights."
        ) from error
    except CommandError as error:
        engine.dispose()
        raise DatabaseTooNew(
            f"The database {_shown(place)} was last opened by a newer Earshot ({error}). Update this one."
        ) from error
    except BaseException:
        engine.dispose()
        raise
    return Database(engine)


def migration_config() -> Config:
    """Alembic's configuration for the migrations that ship with this room; needs no alembic.ini."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _migrate(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
    config = migration_config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(migration_config())


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _url(url: str | Path) -> URL:
    if isinstance(url, Path) or "://" not in url:
        Path(url).parent.mkdir(parents=True, exist_ok=True)
        return URL.create("sqlite", database=str(url))
    try:
        place = make_url(url)
        place.get_dialect()
    except (ArgumentError, NoSuchModuleError) as error:
        # Not the URL itself: it may hold a password.
        raise DatabaseUnavailable(
            "The database URL cannot be understood. Examples: sqlite:///var/earshot.db, postgresql+psycopg://host/name."
        ) from error
    if place.get_backend_name() == "sqlite" and place.database and place.database != ":memory:":
        Path(place.database).parent.mkdir(parents=True, exist_ok=True)
    return place


def _shown(place: URL) -> str:
    return place.render_as_string(hide_password=True)


def _engine(place: URL) -> Engine:
    if place.get_backend_name() != "sqlite":
        try:
            return create_engine(place, pool_pre_ping=True, hide_parameters=True)
        except ImportError as error:
            raise DatabaseUnavailable(
                f"The driver for {_shown(place)} is not installed ({error.name}). Install it in the environment."
            ) from error
    # Parameters hold customers' words, and errors go to logs.
    arguments: dict[str, Any] = {
        "connect_args": {"timeout": BUSY_SECONDS, "check_same_thread": False},
        "hide_parameters": True,
    }
    if not place.database or place.database == ":memory:":
        arguments["poolclass"] = StaticPool
    engine = create_engine(place, **arguments)

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        # The driver must not begin transactions by itself: it would begin them as readers (see _begin).
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A reader that turns writer fails at once when another wrote in between, whatever the timeout; so writers
        # say so from the start and queue.
        writes = connection.get_execution_options().get("earshot_writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine
