"""The rooms of one company, opened: lake, database, keys, vault and taxonomy."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from data import taxonomy
from data.database import Database, open_database
from data.identity import BadSecret, KeyRing, Vault
from data.lake import Lake
from data.taxonomy import Taxonomy
from flows.settings import Settings


@dataclass(frozen=True)
class House:
    """Everything a step needs, opened once a run."""

    settings: Settings
    lake: Lake
    database: Database
    keys: KeyRing
    vault: Vault
    taxonomy: Taxonomy


@contextmanager
def open_house(settings: Settings) -> Iterator[House]:
    """Open the company's rooms and close them again; makes what is not there yet."""
    settings.var.mkdir(parents=True, exist_ok=True)
    keys = _keys(settings)
    with open_database(settings.database) as database:
        yield House(
            settings=settings,
            lake=Lake(settings.lake),
            database=database,
            keys=keys,
            vault=Vault(database, keys),
            taxonomy=taxonomy.load(settings.taxonomy),
        )


def _keys(settings: Settings) -> KeyRing:
    if settings.secret_key is None:
        return KeyRing.open(settings.var / "secret.key")
    try:
        return KeyRing(bytes.fromhex(settings.secret_key))
    except ValueError as error:
        raise BadSecret("EARSHOT_SECRET_KEY is not 64 hexadecimal digits. `openssl rand -hex 32` makes one.") from error
