"""Turn customers into keys, and keep who they are in a vault that only opens with a reason.

Keys are HMAC-SHA256 of the source's id, cut to 96 bits, each kind of key under a secret of its own (HKDF, RFC 5869), so
that a customer key and an order key of the same number differ. The vault seals identities with AES-256-GCM (NIST SP
800-38D) bound to their customer key, so that a row moved to another customer does not open.
"""

import hmac
import json
import os
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import select

from data import audit
from data.database import Database
from data.errors import EarshotError
from data.records import Identity
from data.schema import VaultRow

SECRET_BYTES = 32
KEY_CHARACTERS = 24
_NONCE_BYTES = 12
_FORMAT = b"\x01"
_AT_ONCE = 500


class BadSecret(EarshotError):
    """The file with the secret cannot be used."""


class UnknownCustomer(EarshotError):
    """The vault holds no identity under this customer key."""


class VaultSealed(EarshotError):
    """The vault holds the identity, but this secret does not open it."""


class KeyRing:
    """Everything that hangs on the one secret. Lose the secret and keys no longer match; leak it and they are names."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) != SECRET_BYTES:
            raise BadSecret(f"The secret has {len(secret)} bytes, {SECRET_BYTES} are needed.")
        self._derived = {kind: _derive(secret, kind) for kind in ("customer", "order", "feedback")}
        self._vault_key = _derive(secret, "vault")

    @classmethod
    def open(cls, path: Path) -> "KeyRing":
        """Read the secret at `path`, or make one there that only its owner may read."""
        if not path.exists():
            _create(path)
        try:
            mode = path.stat().st_mode & 0o777
            secret = path.read_bytes()
        except OSError as error:
            raise BadSecret(f"The secret at {path} cannot be read: {error.strerror}.") from error
        if mode & 0o077:
            raise BadSecret(f"The secret at {path} is open to others (mode {mode:o}). Run: chmod 600 {path}")
        if len(secret) != SECRET_BYTES:
            raise BadSecret(
                f"The secret at {path} has {len(secret)} bytes, {SECRET_BYTES} are needed. Put the right file back; "
                "a new secret would make every customer a new customer."
            )
        return cls(secret)

    def customer_key(self, source_customer_id: str) -> str:
        """The key of a customer, the same in every source that uses the same customer id; 24 hex characters."""
        return self._key("customer", source_customer_id.strip())

    def order_key(self, order_id: str) -> str:
        """The key of an order; 24 hex characters."""
        return self._key("order", order_id.strip())

    def feedback_id(self, source: str, source_id: str) -> str:
        """The id of a feedback, the same for all its versions; 24 hex characters."""
        return self._key("feedback", source, source_id)

    def cipher(self) -> AESGCM:
        """The cipher of the vault."""
        return AESGCM(self._vault_key)

    def __repr__(self) -> str:
        return "KeyRing(...)"

    def _key(self, kind: str, *parts: str) -> str:
        # Lengths go in front, so that ("ab", "c") and ("a", "bc") differ. Lone surrogates occur in broken exports.
        message = b"".join(
            len(part).to_bytes(4, "big") + part for part in (text.encode("utf-8", "surrogatepass") for text in parts)
        )
        return hmac.new(self._derived[kind], message, sha256).hexdigest()[:KEY_CHARACTERS]


class Vault:
    """The only place that knows who a customer is."""

    def __init__(self, database: Database, keyring: KeyRing) -> None:
        self._database = database
        self._keyring = keyring
        self._cipher = keyring.cipher()

    def store(self, identity: Identity) -> str:
        """Keep an identity and return its customer key. What is known already is kept where `identity` has None."""
        self.store_all([identity])
        return self._keyring.customer_key(identity.customer_id)

    def store_all(self, identities: Iterable[Identity]) -> Mapping[str, Identity]:
        """Keep many identities; return them by customer key as now known. Storing twice changes no row.

        Later identities of the same customer add to earlier ones; an erased customer stays erased (and is left out of
        what comes back), since sources are read again and again. Raises VaultSealed if the vault has another secret.
        """
        known: dict[str, Identity] = {}
        for identity in identities:
            key = self._keyring.customer_key(identity.customer_id)
            known[key] = _merged(known.get(key), identity)
        keys = sorted(known)
        for start in range(0, len(keys), _AT_ONCE):
            self._store_some({key: known[key] for key in keys[start : start + _AT_ONCE]}, known)
        return known

    def reveal(self, customer_key: str, actor: str, reason: str) -> Identity:
        """Who the customer is; the audit log keeps who asked and why, in the same transaction.

        Raises NoReason without actor and reason, UnknownCustomer, VaultSealed.
        """
        with self._database.write() as session:
            audit.note(session, actor, "reveal identity", customer_key, reason)
            row = session.get(VaultRow, customer_key)
            if row is None or not row.sealed:
                raise UnknownCustomer(f"The vault holds no identity for customer {customer_key}.")
            return self._opened(customer_key, row.sealed)

    def erase(self, customer_key: str, actor: str, reason: str) -> bool:
        """Forget who the customer is, for good; say whether anything was known. Feedback stays, without a name."""
        with self._database.write() as session:
            audit.note(session, actor, "erase identity", customer_key, reason)
            row = session.get(VaultRow, customer_key)
            known = row is not None and bool(row.sealed)
            if row is None:
                row = VaultRow(customer_key=customer_key)
                session.add(row)
            row.sealed, row.stored_at = b"", datetime.now(UTC)
            return known

    def _store_some(self, some: Mapping[str, Identity], known: dict[str, Identity]) -> None:
        now = datetime.now(UTC)
        with self._database.write() as session:
            query = select(VaultRow).where(VaultRow.customer_key.in_(some))
            rows = {row.customer_key: row for row in session.scalars(query)}
            for key, identity in some.items():
                row = rows.get(key)
                if row is None:
                    session.add(VaultRow(customer_key=key, sealed=self._sealed(key, identity), stored_at=now))
                    continue
                if not row.sealed:
                    del known[key]
                    continue
                before = self._opened(key, row.sealed)
                known[key] = _merged(before, identity)
                if known[key] != before:
                    row.sealed, row.stored_at = self._sealed(key, known[key]), now

    def _sealed(self, customer_key: str, identity: Identity) -> bytes:
        nonce = os.urandom(_NONCE_BYTES)
        plain = json.dumps(asdict(identity)).encode()
        return _FORMAT + nonce + self._cipher.encrypt(nonce, plain, customer_key.encode())

    def _opened(self, customer_key: str, sealed: bytes) -> Identity:
        nonce, body = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
        try:
            return Identity(**json.loads(self._cipher.decrypt(nonce, body, customer_key.encode())))
        except InvalidTag as error:
            raise VaultSealed(
                f"The identity of customer {customer_key} was sealed with another secret. Put the old secret file back."
            ) from error


def _merged(before: Identity | None, after: Identity) -> Identity:
    if before is None:
        return after
    return Identity(
        customer_id=after.customer_id,
        name=after.name or before.name,
        email=after.email or before.email,
        phone=after.phone or before.phone,
    )


def _derive(secret: bytes, kind: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"earshot {kind} v1".encode()).derive(secret)


def _create(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(SECRET_BYTES))
            file.flush()
            os.fsync(file.fileno())
        # A link never replaces: of two processes that start together, both end up with the first one's secret.
        os.link(beside, path)
    except FileExistsError:
        pass
    except OSError as error:
        raise BadSecret(f"A secret cannot be made at {path}: {error.strerror}.") from error
    finally:
        beside.unlink(missing_ok=True)
