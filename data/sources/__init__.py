"""Where feedback comes from: one module a kind of source, all behind one port.

A source turns whatever a system holds into `RawFeedback` and says `Reject` for every row it cannot read; its quirks
end here. `SOURCES` names every kind. To add one: a module with a class like `FolderSource`, a line in the dict, and a
test (CONTRIBUTING, "Add a source").
"""

from collections.abc import Callable, Generator, Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

from data.errors import EarshotError
from data.records import RawFeedback, Reject
from data.sources.folder import FolderSource
from data.sources.sql import SqlSource
from data.sources.transcripts import TranscriptSource

Item = RawFeedback | Reject


class BadSource(EarshotError):
    """A source in the configuration cannot be used as it is written."""


class Source(Protocol):
    """A place that feedback is pulled from. `name` is unique in a configuration."""

    @property
    def name(self) -> str: ...

    def pull(self, cursor: str | None) -> Generator[Item, None, str]:
        """Yield everything new or possibly changed since `cursor` (None: everything there is); return the new cursor.

        The caller stores the items first and the cursor last, so that a killed pull is repeated, not lost. Raises
        EarshotError when the source cannot be reached at all.
        """
        ...


class Pull:
    """Iterates one pull of a source and keeps the cursor that it ends with.

    `cursor` is None until the iteration is complete.
    """

    def __init__(self, source: Source, cursor: str | None) -> None:
        self.cursor: str | None = None
        self._generator = source.pull(cursor)

    def __iter__(self) -> Iterator[Item]:
        self.cursor = yield from self._generator


SOURCES: Mapping[str, Callable[[str, Mapping[str, Any], Path], Source]] = {
    "folder": FolderSource.from_config,
    "transcripts": TranscriptSource.from_config,
    "sql": SqlSource.from_config,
}


def build(config: Mapping[str, Any], base: Path) -> Source:
    """Make the source that one entry under `sources:` describes; relative paths start at `base`.

    Raises BadSource when the name or kind is missing or unknown, or an option of that kind is wrong.
    """
    name, kind = config.get("name"), str(config.get("kind"))
    if not name:
        raise BadSource(f"A source without `name`: {sorted(config)}. Give each source a unique name.")
    if kind not in SOURCES:
        raise BadSource(f"Source {name!r} has kind {kind!r}. Kinds: {', '.join(SOURCES)}.")
    try:
        return SOURCES[kind](str(name), config, base)
    except (KeyError, TypeError, ValueError) as error:
        raise BadSource(f"Source {name!r} of kind {kind!r}: {error!s} is missing or not understood.") from error
