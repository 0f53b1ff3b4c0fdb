"""One writer at a time for a folder, across processes; threads of one process share it and take turns.

The lock is the operating system's (filelock), so that it ends with the process that holds it, however that dies.
"""

import json
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from data.errors import EarshotError

#: A short write of another process is worth waiting for; a whole run is not.
WAIT_SECONDS = 10.0

_shared: dict[Path, "_Held"] = {}
_shared_guard = threading.Lock()


class LakeBusy(EarshotError):
    """Another process is writing."""


class _Held:
    """The lock of one folder in this process, and how many blocks are inside it."""

    def __init__(self, root: Path) -> None:
        # A thread other than the one that took it may be the last to let go.
        self.file = FileLock(root / ".writer.lock", thread_local=False)
        self.depth = 0
        self.guard = threading.Lock()
        self.turn = threading.RLock()


class WriterLock:
    """The right to write under `root`. Who holds it, since when and for what stands in `.writer.json`."""

    def __init__(self, root: Path) -> None:
        self._root = root.resolve()
        self._holder = self._root / ".writer.json"
        with _shared_guard:
            self._held = _shared.setdefault(self._root, _Held(self._root))

    @contextmanager
    def held(self, purpose: str, wait: float = WAIT_SECONDS) -> Iterator[None]:
        """Hold the lock for this process; inside another block of the same process it is held already.

        Raises LakeBusy, with the holder's name, when another process holds it for longer than `wait` seconds.
        """
        with self._held.guard:
            if self._held.depth == 0:
                self._take(purpose, wait)
            self._held.depth += 1
        try:
            yield
        finally:
            with self._held.guard:
                self._held.depth -= 1
                if self._held.depth == 0:
                    self._holder.unlink(missing_ok=True)
                    self._held.file.release()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """One thread at a time, for a read that decides a write."""
        with self._held.turn:
            yield

    def _take(self, purpose: str, wait: float) -> None:
        self._root.mkdir(parents=True, exist_ok=True)
        try:
            self._held.file.acquire(timeout=wait)
        except Timeout:
            raise LakeBusy(
                f"The lake {self._root} is being written by {self._who()}. Wait for it to end, or stop it."
            ) from None
        self._holder.write_text(
            json.dumps(
                {
                    "pid": os.getpid(),
                    "host": socket.gethostname(),
                    "since": datetime.now(UTC).isoformat(timespec="seconds"),
                    "purpose": purpose,
                }
            )
        )

    def _who(self) -> str:
        try:
            holder = json.loads(self._holder.read_text())
            return "process {pid} on {host} since {since} ({purpose})".format(**holder)
        except (OSError, ValueError, KeyError):
            return "another process"
