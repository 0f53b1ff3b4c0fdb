"""Each edition reaches each target once, and a failure is recorded, not lost."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from data import outbox
from data.database import Database, open_database
from data.outbox import Delivery
from reports.publishing.delivery import content_hash, deliver
from reports.publishing.port import Publication, Publisher, PublishError, Receipt

WEEK = "2026-W46"


class Refused(PublishError):
    lasting = True


class Shelf(Publisher):
    """A publisher that keeps what it gets, after failing as often as told."""

    def __init__(self, errors: list[Exception] | None = None) -> None:
        self.got: list[Publication] = []
        self.errors = errors or []

    @property
    def name(self) -> str:
        return "shelf"

    def publish(self, publication: Publication) -> Receipt:
        if self.errors:
            raise self.errors.pop(0)
        self.got.append(publication)
        return Receipt(f"shelf {len(self.got)}")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with open_database(tmp_path / "earshot.db") as opened:
        yield opened


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "product.html"
    path.write_text("<p>one</p>")
    return path


def compose(delivery: Delivery) -> Publication:
    return Publication(
        edition=delivery.edition,
        team=delivery.edition,
        week=delivery.week,
        language="en",
        subject="Report",
        html=delivery.paths[0],
        text="Report",
        key=delivery.key,
    )


def ask(database: Database, page: Path, target: str = "shelf", edition: str = "product") -> bool:
    return outbox.enqueue(
        database, week=WEEK, edition=edition, target=target, content_hash=content_hash([page]), paths=[page]
    )


def test_a_second_run_sends_nothing_twice(database: Database, page: Path) -> None:
    """The weekly job may be run as often as one likes."""
    shelf = Shelf()
    assert ask(database, page)
    (outcome,) = deliver(database, {"shelf": shelf}, compose)
    assert outcome.receipt == Receipt("shelf 1")
    assert not ask(database, page)
    assert deliver(database, {"shelf": shelf}, compose) == []
    assert len(shelf.got) == 1
    assert outbox.counts(database) == {"sent": 1}


def test_a_changed_edition_is_sent_again(database: Database, page: Path) -> None:
    """A restated week reaches the team."""
    shelf = Shelf()
    ask(database, page)
    deliver(database, {"shelf": shelf}, compose)
    page.write_text("<p>two</p>")
    assert ask(database, page)
    deliver(database, {"shelf": shelf}, compose)
    assert len({publication.key for publication in shelf.got}) == 2


def test_a_failure_is_tried_again_later(database: Database, page: Path) -> None:
    """The mail server rests on Monday mornings."""
    shelf = Shelf([PublishError("down")])
    ask(database, page)
    (outcome,) = deliver(database, {"shelf": shelf}, compose)
    assert outcome.error == "down"
    assert outcome.retry_at is not None
    assert deliver(database, {"shelf": shelf}, compose) == []
    (second,) = deliver(database, {"shelf": shelf}, compose, now=datetime.now(UTC) + timedelta(hours=1))
    assert second.receipt is not None
    assert second.delivery.key == outcome.delivery.key


def test_a_lasting_failure_is_not_tried_again(database: Database, page: Path) -> None:
    """A wrong password would lock the account."""
    ask(database, page)
    (outcome,) = deliver(database, {"shelf": Shelf([Refused("wrong password")])}, compose)
    assert outcome.retry_at is None
    assert outbox.counts(database) == {"failed": 1}


def test_one_failure_keeps_nothing_else_back(database: Database, page: Path) -> None:
    """Also a bug in a publisher; its text may quote a customer, so it is not recorded."""
    shelf = Shelf([ValueError("my phone is 13800138000")])
    ask(database, page, edition="logistics")
    ask(database, page, edition="product")
    first, second = deliver(database, {"shelf": shelf}, compose)
    assert first.error == "ValueError while publishing 'logistics' to 'shelf'."
    assert second.receipt is not None


def test_files_that_changed_since_are_not_sent(database: Database, page: Path) -> None:
    """What is sent is what was asked for, or nothing."""
    shelf = Shelf()
    ask(database, page)
    page.write_text("<p>tampered</p>")
    (outcome,) = deliver(database, {"shelf": shelf}, compose)
    assert outcome.error is not None
    assert "written anew" in outcome.error
    assert not shelf.got


def test_missing_files_and_unknown_targets_are_named(database: Database, page: Path) -> None:
    """The operator reads the outbox, not a stack trace."""
    ask(database, page, target="gone")
    (unknown,) = deliver(database, {"shelf": Shelf()}, compose)
    assert "'gone'" in str(unknown.error)
    ask(database, page)
    page.unlink()
    (missing,) = deliver(database, {"shelf": Shelf()}, compose)
    assert "product.html" in str(missing.error)
