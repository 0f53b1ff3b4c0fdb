"""Keep passwords so that nobody can read them, and check them without telling which accounts there are."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Semaphore
from typing import TypeVar

import anyio
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from data.errors import EarshotError

SHORTEST, LONGEST = 12, 200
#: What a hash costs: the least of the library's profiles that is not weaker than OWASP asks for (docs/review.md).
COST = RFC_9106_LOW_MEMORY
#: Checks at a time, seconds that somebody waits for a turn, and how many may wait at the door.
TURNS, PATIENCE, WAITING = 2, 60.0, 1000

T = TypeVar("T")


class WeakPassword(EarshotError):
    """The password is too short, or too long to be looked at."""


class Busy(EarshotError):
    """Too many people are at the door at once."""

    def __init__(self) -> None:
        super().__init__("Too many people sign in at this moment. Try again in a minute.")


class Passwords:
    """Argon2id at COST, TURNS at a time.

    Each check takes that memory, so the others wait, rather than fill the machine; who waits for PATIENCE is sent
    away (Busy).
    """

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher.from_parameters(COST)
        self._turns = Semaphore(TURNS)
        self._nobody = self._hasher.hash("a password that nobody has")

    def hash(self, password: str) -> str:
        """The hash to keep. Raises WeakPassword."""
        if not SHORTEST <= len(password) <= LONGEST:
            raise WeakPassword(f"A password has {SHORTEST} to {LONGEST} characters; this one has {len(password)}.")
        with self._turn():
            return self._hasher.hash(password)

    def right(self, kept: str | None, password: str) -> bool:
        """Whether the password is that of a hash; without a hash it takes just as long and is False."""
        if len(password) > LONGEST:
            return False
        with self._turn():
            try:
                self._hasher.verify(kept or self._nobody, password)
            except (VerificationError, InvalidHashError):
                return False
        return kept is not None

    def renewed(self, kept: str, password: str) -> str | None:
        """A new hash of a right password whose hash was made at another cost; None if it stays as it is."""
        if not self._hasher.check_needs_rehash(kept):
            return None
        with self._turn():
            return self._hasher.hash(password)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._turns.acquire(timeout=PATIENCE):
            raise Busy
        try:
            yield
        finally:
            self._turns.release()


class Door:
    """Lets people in who come to sign in: TURNS at a time, in the order they came.

    They wait outside of the threads that answer everybody else, so that a crowd here holds up nobody inside.
    """

    def __init__(self) -> None:
        self._turns = anyio.CapacityLimiter(TURNS)

    async def through(self, work: Callable[[], T]) -> T:
        """What `work` returns, done in a thread when its turn comes. Raises Busy after PATIENCE, or if WAITING wait."""
        if self._turns.statistics().tasks_waiting >= WAITING:
            raise Busy
        try:
            with anyio.fail_after(PATIENCE):
                await self._turns.acquire()
        except TimeoutError:
            raise Busy from None
        try:
            return await anyio.to_thread.run_sync(work)
        finally:
            self._turns.release()
