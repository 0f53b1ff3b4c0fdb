"""What every publisher takes and gives back."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from data.errors import EarshotError


class PublishError(EarshotError):
    """An edition did not reach its target. `lasting`: trying again without a change would fail again."""

    lasting = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """One edition for one target. `text` is the short version (Markdown); `key` is the same on every attempt."""

    edition: str
    team: str
    week: str
    language: str
    subject: str
    html: Path
    text: str
    key: str
    attachments: tuple[Path, ...] = ()
    recipients: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof of delivery: the target's own id of it, and the recipients that the target refused while it took others."""

    reference: str
    refused: tuple[str, ...] = ()


class Publisher(Protocol):
    """Brings editions to one kind of place. The same key published twice leaves one copy where the place allows."""

    @property
    def name(self) -> str: ...

    def publish(self, publication: Publication) -> Receipt:
        """Deliver or raise a PublishError that says what was found and what would do."""
        ...
