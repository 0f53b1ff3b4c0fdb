"""Bring what waits in the outbox to its targets, each edition once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from data import outbox
from data.database import Database
from data.outbox import Delivery
from reports.publishing.port import Publication, Publisher, PublishError, Receipt


class EditionChanged(PublishError):
    """The files of an edition are not those that were to be delivered."""

    lasting = True


class UnknownTarget(PublishError):
    """The outbox names a target that the settings don't have."""

    lasting = True


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one delivery: a receipt, or an error and when it is tried again (None: not any more)."""

    delivery: Delivery
    receipt: Receipt | None = None
    error: str | None = None
    retry_at: datetime | None = None


def content_hash(paths: Sequence[Path]) -> str:
    """Return a hash of the files' names and bytes, for `outbox.enqueue`; `deliver` checks it."""
    digest = sha256()
    for path in sorted(paths, key=lambda path: path.name):
        digest.update(f"{path.name}\0{path.stat().st_size}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def deliver(
    database: Database,
    publishers: Mapping[str, Publisher],
    compose: Callable[[Delivery], Publication],
    *,
    now: datetime | None = None,
) -> list[Outcome]:
    """Publish everything that is due and record each result in the outbox at once; return the outcomes in order.

    `publishers` maps each target name in the outbox to its publisher; `compose` says what to send (its key should be
    the delivery's). A PublishError or a missing file is recorded and stops nothing else; a lasting one is not retried
    until somebody mends the cause and calls `outbox.retry`. Rows are claimed one at a time, so a run that is killed
    leaves at most one in doubt.
    """
    outcomes = []
    while claimed := outbox.claim(database, now=now, limit=1):
        delivery = claimed[0]
        try:
            receipt = _publish(delivery, publishers, compose)
        except PublishError as error:
            retry_at = outbox.failed(database, delivery, str(error), lasting=error.lasting)
            outcomes.append(Outcome(delivery, error=str(error), retry_at=retry_at))
        except Exception as error:
            # A bug in one publisher must not keep the other editions back. Its text may quote anything: only its kind.
            told = f"{type(error).__name__} while publishing {delivery.edition!r} to {delivery.target!r}."
            retry_at = outbox.failed(database, delivery, told)
            outcomes.append(Outcome(delivery, error=told, retry_at=retry_at))
        else:
            outbox.sent(database, delivery, receipt.reference)
            outcomes.append(Outcome(delivery, receipt=receipt))
    return outcomes


def _publish(
    delivery: Delivery, publishers: Mapping[str, Publisher], compose: Callable[[Delivery], Publication]
) -> Receipt:
    publisher = publishers.get(delivery.target)
    if publisher is None:
        known = ", ".join(sorted(publishers)) or "none"
        raise UnknownTarget(f"The settings have no target {delivery.target!r} (targets: {known}). Add it, then retry.")
    missing = [path.name for path in delivery.paths if not path.is_file()]
    if missing:
        raise EditionChanged(
            f"Files of edition {delivery.edition!r} are gone: {', '.join(missing)}. Run the week again."
        )
    if content_hash(delivery.paths) != delivery.content_hash:
        raise EditionChanged(f"Edition {delivery.edition!r} of {delivery.week} was written anew. Run the week again.")
    return publisher.publish(compose(delivery))
