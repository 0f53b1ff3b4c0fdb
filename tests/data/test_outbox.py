"""Each edition reaches each target once, whatever dies in between."""

from datetime import UTC, datetime, timedelta

import pytest

from data import outbox
from data.database import Database
from data.outbox import UnknownDelivery

LATER = datetime.now(UTC) + timedelta(days=3)


def put(database: Database, content: str = "aa", edition: str = "product", target: str = "email") -> bool:
    return outbox.enqueue(
        database, week="2026-W46", edition=edition, target=target, content_hash=content, paths=["product.html"]
    )


def test_a_second_run_of_a_week_sends_nothing_twice(database: Database) -> None:
    """The promise of the outbox: running again is safe."""
    assert put(database)
    (delivery,) = outbox.claim(database)
    outbox.sent(database, delivery, receipt="250 OK")
    assert not put(database)
    assert outbox.claim(database, now=LATER) == []
    assert outbox.counts(database) == {"sent": 1}


def test_each_target_gets_its_own_row(database: Database) -> None:
    """One team's broken mail server must not keep the folder of another waiting."""
    assert all(put(database, edition=edition, target=t) for edition in ("product", "service") for t in ("email", "dir"))
    assert len({delivery.key for delivery in outbox.claim(database)}) == 4


def test_a_restated_edition_is_new_and_supersedes_what_still_waits(database: Database) -> None:
    """Readers get the corrected report, and not the wrong one just before it."""
    put(database, "old")
    assert put(database, "new")
    (delivery,) = outbox.claim(database)
    assert delivery.content_hash == "new"
    assert outbox.counts(database) == {"sending": 1, "superseded": 1}


def test_going_back_to_an_earlier_content_is_sent_again(database: Database) -> None:
    """Otherwise the target would keep the version in between."""
    for content in ("a", "b", "a"):
        assert put(database, content)
        (delivery,) = outbox.claim(database)
        outbox.sent(database, delivery)
    assert outbox.counts(database) == {"sent": 3}
    assert len({delivery.key for delivery in outbox.deliveries(database)}) == 3


def test_what_one_process_sends_another_does_not_get(database: Database) -> None:
    """Two workers must not mail the same report."""
    put(database)
    assert len(outbox.claim(database)) == 1
    assert outbox.claim(database) == []


def test_a_failure_waits_longer_each_time_and_gives_up(database: Database) -> None:
    """A server that is down must not be hammered, and an operator must hear of it in the end."""
    put(database)
    now, waits = LATER, []
    for _ in range(outbox.MAX_ATTEMPTS - 1):
        (delivery,) = outbox.claim(database, now=now)
        before = datetime.now(UTC)
        again = outbox.failed(database, delivery, "server down")
        assert again is not None
        waits.append(round((again - before).total_seconds() / 60))
    assert waits == [1, 2, 4, 8]
    (delivery,) = outbox.claim(database, now=now)
    assert outbox.failed(database, delivery, "server down") is None
    (row,) = outbox.deliveries(database)
    assert (row.state, row.attempts, row.error) == ("failed", 5, "server down")
    assert not put(database)


def test_what_is_not_due_waits(database: Database) -> None:
    """The target said when to come back."""
    put(database)
    (delivery,) = outbox.claim(database)
    assert outbox.failed(database, delivery, "try later", retry_at=LATER) == LATER
    assert outbox.claim(database, now=LATER - timedelta(seconds=1)) == []
    assert [row.id for row in outbox.pending(database, "2026-W46")] == [delivery.id]
    assert len(outbox.claim(database, now=LATER)) == 1


def test_a_lasting_failure_is_not_tried_again_until_somebody_asks(database: Database) -> None:
    """A refused recipient stays refused until the address is mended."""
    put(database)
    (delivery,) = outbox.claim(database)
    assert outbox.failed(database, delivery, "no such mailbox", lasting=True) is None
    assert outbox.claim(database, now=LATER) == []
    outbox.retry(database, delivery.id)
    (again,) = outbox.claim(database)
    assert (again.key, again.attempts) == (delivery.key, 1)
    with pytest.raises(UnknownDelivery):
        outbox.retry(database, delivery.id)


def test_a_crash_while_sending_is_seen_and_tried_again(database: Database) -> None:
    """Nobody knows whether it arrived: it is shown, and sent again with the same key rather than lost."""
    put(database)
    (lost,) = outbox.claim(database)
    assert outbox.interrupted(database) == []
    (seen,) = outbox.interrupted(database, now=LATER)
    assert seen.id == lost.id
    (again,) = outbox.claim(database, now=LATER)
    assert (again.key, again.attempts) == (lost.key, 2)
    assert again.error is not None


def test_a_crash_is_tried_again_at_most_as_configured(database: Database) -> None:
    """A report that kills its sender must not do so for ever."""
    put(database)
    now = LATER
    for attempt in (1, 2):
        assert [row.attempts for row in outbox.claim(database, now=now, max_attempts=2)] == [attempt]
        now += timedelta(hours=1)
    assert outbox.claim(database, now=now, max_attempts=2) == []
    assert outbox.counts(database) == {"failed": 1}


def test_who_comes_back_after_the_lease_changes_nothing(database: Database) -> None:
    """A process that slept through its lease must not mark as sent what another is sending."""
    put(database)
    (slow,) = outbox.claim(database)
    (fast,) = outbox.claim(database, now=LATER)
    with pytest.raises(UnknownDelivery, match="another process"):
        outbox.sent(database, slow)
    outbox.sent(database, fast)
    with pytest.raises(UnknownDelivery):
        outbox.failed(database, fast, "too late")
