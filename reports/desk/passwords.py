"""Keep passwords so that nobody can read them, and check them without telling which accounts there are."""

from threading import Semaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from data.errors import EarshotError

SHORTEST, LONGEST = 12, 200


class WeakPassword(EarshotError):
    """The password is too short, or too long to be looked at."""


class Passwords:
    """Argon2id with the library's own cost (RFC 9106, low memory: 64 MiB, three passes), two at a time.

    Each check takes that memory, so a crowd at the door must wait rather than fill the machine.
    """

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._turns = Semaphore(2)
        self._nobody = self._hasher.hash("a password that nobody has")

    def hash(self, password: str) -> str:
        """The hash to keep. Raises WeakPassword."""
        if not SHORTEST <= len(password) <= LONGEST:
            raise WeakPassword(f"A password has {SHORTEST} to {LONGEST} characters; this one has {len(password)}.")
        with self._turns:
            return self._hasher.hash(password)

    def right(self, kept: str | None, password: str) -> bool:
        """Whether the password is that of a hash; without a hash it takes just as long and is False."""
        if len(password) > LONGEST:
            return False
        with self._turns:
            try:
                self._hasher.verify(kept or self._nobody, password)
            except (VerificationError, InvalidHashError):
                return False
        return kept is not None
