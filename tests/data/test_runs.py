"""A week's manifest says what was counted, and whether a published week has changed since."""

from data import runs
from data.database import Database


def test_a_run_that_was_killed_is_not_finished(database: Database) -> None:
    """`doctor` and the next run must see that the last one did not end."""
    assert runs.begin(database, "2026-W46") is None
    before = runs.begin(database, "2026-W46")
    assert before is not None
    assert before.finished_at is None


def test_the_same_rows_are_no_restatement(database: Database) -> None:
    """Running a week again must not make the report say that it changed."""
    for fingerprint, restated in (("aa", 0), ("aa", 0), ("bb", 1), ("bb", 1), ("aa", 2)):
        runs.begin(database, "2026-W46")
        done = runs.finish(
            database, "2026-W46", fingerprint=fingerprint, counts={"pulled": 7}, revisions={"model": "r1"}
        )
        assert done.restated == restated
    assert runs.manifest(database, "2026-W46") == done
    assert (done.counts, done.revisions) == ({"pulled": 7}, {"model": "r1"})


def test_weeks_come_in_order(database: Database) -> None:
    """Weeks are run in any order when somebody fills a gap."""
    for week in ("2026-W46", "2025-W52", "2026-W02"):
        runs.finish(database, week, fingerprint="a", counts={}, revisions={})
    assert [manifest.week for manifest in runs.manifests(database)] == ["2025-W52", "2026-W02", "2026-W46"]
    assert runs.manifest(database, "2026-W03") is None
