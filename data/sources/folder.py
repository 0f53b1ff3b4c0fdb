"""The drop folder: people put exports into it, Earshot reads what is new."""

import hashlib
import json
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data.errors import EarshotError
from data.records import Origin, RawFeedback, Reject
from data.sources.mapping import BadRow, RowMapping
from data.sources.rows import SUFFIXES, BadFile, Row, read_rows


class FolderNotFound(EarshotError):
    """The folder of a source does not exist."""


@dataclass(frozen=True)
class FolderSource:
    """Every CSV, TSV, XLSX, JSONL and Parquet file of a folder (and below) that fits `pattern`, read by one mapping.

    The cursor is the content hash of each file that was read: an unchanged file is not read again, a changed one is
    read whole, and a changed mapping reads all of them again. Files are never moved or written.
    """

    name: str
    folder: Path
    mapping: RowMapping
    pattern: str = "*"

    @classmethod
    def from_config(cls, name: str, config: Mapping[str, Any], base: Path) -> "FolderSource":
        mapping = RowMapping.from_config(config["mapping"])
        return cls(name, base / str(config["path"]), mapping, str(config.get("pattern", "*")))

    def pull(self, cursor: str | None) -> Generator[RawFeedback | Reject, None, str]:
        if not self.folder.is_dir():
            raise FolderNotFound(f"Source {self.name!r}: no folder {self.folder}. Make it, or mend `path`.")
        state = json.loads(cursor) if cursor else {}
        known = state.get("files", {}) if state.get("mapping") == self.mapping.fingerprint else {}
        seen = {}
        for path in drop_files(self.folder, self.pattern, SUFFIXES):
            relative = path.relative_to(self.folder).as_posix()
            seen[relative] = file_hash(path)
            if known.get(relative) != seen[relative]:
                yield from self._read(path, relative)
        return json.dumps({"mapping": self.mapping.fingerprint, "files": seen}, sort_keys=True)

    def _read(self, path: Path, relative: str) -> Iterator[RawFeedback | Reject]:
        try:
            for number, row in read_rows(path):
                if number <= 2 and not isinstance(row, BadRow):
                    self._check_columns(row, relative)
                yield self._item(row, Origin(relative, number))
        except BadFile as error:
            yield Reject(self.name, Origin(relative), "file", str(error))

    def _check_columns(self, row: Row, relative: str) -> None:
        # JSON lines may leave out empty fields, so only the columns without which nothing can be read are checked.
        needed = ("occurred_at", "text" if "text" in self.mapping.columns else "turns")
        absent = [
            name
            for field in needed
            if (names := self.mapping.columns.get(field)) and not any(name in row for name in names)
            for name in names
        ]
        if absent:
            raise BadFile(
                f"{relative} has no column {', '.join(map(repr, absent))}; it has: {', '.join(map(str, row))}. "
                f"`python -m flows map {relative}` proposes a mapping."
            )

    def _item(self, row: Row | BadRow, origin: Origin) -> RawFeedback | Reject:
        try:
            if isinstance(row, BadRow):
                raise row
            return self.mapping.read(row, self.name, origin)
        except BadRow as error:
            return Reject(self.name, origin, error.reason, error.detail)


def drop_files(folder: Path, pattern: str, suffixes: tuple[str, ...]) -> list[Path]:
    """Files of a folder and below with one of `suffixes`, sorted; hidden and half-written ones (~$, .tmp) left out."""
    return sorted(
        path
        for path in folder.rglob(pattern)
        if path.is_file()
        and path.suffix.lower() in suffixes
        and not any(part.startswith((".", "~$")) for part in path.relative_to(folder).parts)
    )


def file_hash(path: Path) -> str:
    """SHA-256 of a file's bytes, first 32 hex digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:32]
