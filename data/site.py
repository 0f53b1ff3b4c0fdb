"""What was published: the editions and tables of each week, as they lie on disk."""

import json
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from data.errors import EarshotError

_WEEK, _MONTH = re.compile(r"\d{4}-W\d{2}"), re.compile(r"\d{4}-\d{2}")
_NAME = re.compile(r"[a-z][a-z0-9_]*")


class NotPublished(EarshotError):
    """There is no such week, edition or table."""


class Site:
    """The folder of all published weeks, read only. Tables that were read stay in memory until their file changes."""

    def __init__(self, root: Path | str) -> None:
        self.root = Path(root)

    def weeks(self) -> list[str]:
        """The published weeks, newest first."""
        return self._folders(_WEEK)

    def months(self) -> list[str]:
        """The months for which management has an edition, newest first."""
        return self._folders(_MONTH)

    def file(self, period: str, name: str) -> Path | None:
        """A file beside the editions of a week or month; None if there is none of that name."""
        if not (_WEEK.fullmatch(period) or _MONTH.fullmatch(period)) or Path(name).name != name or name[:1] == ".":
            return None
        path = self.root / period / name
        return path if path.is_file() else None

    def table(self, week: str, name: str, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """A table of a week, of some columns if given. It is shared: copy to change. Raises NotPublished."""
        path = self.root / week / "tables" / f"{name}.parquet"
        if not _WEEK.fullmatch(week) or not _NAME.fullmatch(name) or not path.is_file():
            raise NotPublished(f"No table {name!r} was published for week {week!r}. Run the week, or choose another.")
        return _read(path, self.stamp(week, name), tuple(columns) if columns is not None else None)

    def stamp(self, week: str, name: str) -> tuple[int, int]:
        """What tells one state of a table's file from another: its time and size; zeros without a file."""
        try:
            found = (self.root / week / "tables" / f"{name}.parquet").stat()
        except OSError:
            return 0, 0
        return found.st_mtime_ns, found.st_size

    def run(self, week: str) -> Mapping[str, Any]:
        """What run.json says about the latest run of a week; empty if there is none or it cannot be read."""
        path = self.file(week, "run.json")
        try:
            log = json.loads(path.read_text(encoding="utf-8")) if path else {}
        except (OSError, ValueError):
            return {}
        return log if isinstance(log, dict) else {}

    def _folders(self, kind: re.Pattern[str]) -> list[str]:
        if not self.root.is_dir():
            return []
        found = (path.name for path in self.root.iterdir() if kind.fullmatch(path.name) and path.is_dir())
        return sorted(found, reverse=True)


@lru_cache(maxsize=48)
def _read(path: Path, stamp: tuple[int, int], columns: tuple[str, ...] | None) -> pd.DataFrame:
    try:
        return pd.read_parquet(path, columns=None if columns is None else list(columns))
    except (OSError, ValueError) as error:
        # A reader names the week and table; what the file holds may be customers' words.
        raise NotPublished(f"{path.parent.parent.name}/{path.name} cannot be read ({type(error).__name__}).") from None
