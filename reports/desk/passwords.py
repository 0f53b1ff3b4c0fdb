"""Keep passwords so that nobody can read them, and check them without telling which accounts there are."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Semaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from data.errors import EarshotError

SHORTEST, LONGEST = 12, 200
#: Seconds that somebody waits for a turn.
PATIENCE = 5.0


class WeakPassword(EarshotError):
    """The password is too short, or too long to be looked at."""


class Busy(EarshotError):
    """Too many people are at the door at once."""


class Passwords:
    """Argon2id with the library's own cost (RFC 9106, low memory: 64 MiB, three passes), two at a time.

    Each check takes that memory, so a crowd at the door waits a moment and is then sent away (Busy), rather than fill
    the machine or hold up those who are inside.
    """

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._turns = Semaphore(2)
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

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._turns.acquire(timeout=PATIENCE):
            raise Busy("Too many people sign in at this moment. Try again in a minute.")
        try:
            yield
        finally:
            self._turns.release()
