"""Each version of a feedback is stored once, an edit is a new version, and nothing is read twice."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pandas as pd
import pyarrow.parquet as pq
import pytest

from data.feedback_store import Counts, documents, feedback_records, feedback_rows, save_feedback, unanalysed
from data.frames import completed
from data.lake import Lake
from data.records import Clause, Document, Feedback, Turn
from data.tables import FEEDBACK

W45, W46 = "2026-W45", "2026-W46"
MONDAY = datetime(2026, 11, 16, 6, tzinfo=UTC)


def feedback(feedback_id: str = "f1", version: str = "v1", week: str = W46, **facts: object) -> Feedback:
    plain = Feedback(
        feedback_id=feedback_id,
        version=version,
        source="reviews",
        source_id=feedback_id.upper(),
        channel="review",
        week=week,
        occurred_at=MONDAY - timedelta(days=4),
        ingested_at=MONDAY,
        text="电池不行。快递很快！",
        language="zh-Hans",
    )
    return replace(plain, **facts)  # type: ignore[arg-type]


CALL = feedback(
    "call",
    text="Where is my parcel?\nI'll check, <NAME>.",
    language="en",
    turns=(Turn("customer", 0, 19, 0.5), Turn("agent", 20, 38)),
    customer_key="c1",
    score=2.0,
    scale="csat",
    product="P1",
    order_key="o1",
    carrier="SF",
    region="华东",
    plan="pro",
    customer_value=99.5,
    agent="A7",
    resolved=False,
    solved_at=MONDAY,
    url="https://example.com/1",
    redactions={"PHONE": 2, "NAME": 1},
)


def clauses_of(item: Feedback) -> list[Clause]:
    return [
        Clause(item.feedback_id, item.version, position, start, start + 5, item.language)
        for position, start in enumerate((0, 5))
    ]


def save(lake: Lake, *items: Feedback, week: str | None = W46) -> Counts:
    return save_feedback(lake, items, [clause for item in items for clause in clauses_of(item)], week=week)


def prints(lake: Lake) -> list[str]:
    return [lake.fingerprint(table, week) for table in ("feedback", "clauses") for week in (W45, W46)]


def test_a_record_comes_back_as_it_went_in(lake: Lake) -> None:
    """Turns, missing facts, redactions and all; from Arrow and from pandas."""
    items = [CALL, feedback()]
    save(lake, *items)
    assert list(feedback_records(lake.read_arrow("feedback"))) == items
    assert list(feedback_records(lake.read("feedback"))) == items
    assert feedback_rows([]).num_rows == 0


def test_saving_twice_changes_no_byte(lake: Lake) -> None:
    """A second run of a week pulls everything again; the first time it came in is kept."""
    assert save(lake, feedback(), CALL) == Counts(new=2)
    before = prints(lake)
    later = [replace(item, ingested_at=MONDAY + timedelta(days=7)) for item in (CALL, feedback())]
    assert save(lake, *later) == Counts(unchanged=2)
    assert prints(lake) == before


def test_the_order_of_feedback_changes_no_byte(lake: Lake, tmp_path: object) -> None:
    """Files come in any order."""
    items = [feedback(f"f{n}") for n in range(5)]
    save(lake, *items)
    other = Lake(lake.root.with_name("other"))
    save(other, *items[::-1])
    assert prints(lake) == prints(other)


def test_an_edit_is_a_new_version_and_the_current_one(lake: Lake) -> None:
    """Both are kept; reports and models see the new one."""
    save(lake, feedback())
    edited = feedback(version="v0", text="电池换了，好了。", ingested_at=MONDAY + timedelta(days=1))
    assert save(lake, edited) == Counts(updated=1)
    assert len(lake.read("feedback")) == 2
    assert lake.current_feedback(W46)["version"].tolist() == ["v0"]


def test_weeks_stored_before_there_were_solved_times_are_read_and_added_to(lake: Lake) -> None:
    """An update of Earshot must not cost a company its history, nor store it twice."""
    open_yet = replace(CALL, solved_at=None)
    save(lake, open_yet, feedback())
    part = lake.root / "feedback" / f"week={W46}" / "part-0.parquet"
    with pq.ParquetFile(part) as file:
        older = file.read().drop_columns(["solved_at"])
    pq.write_table(older, part)
    assert list(feedback_records(lake.read_arrow("feedback"))) == [open_yet, feedback()]
    asked = completed(lake.query_arrow("SELECT * FROM feedback ORDER BY feedback_id"), FEEDBACK)
    assert list(feedback_records(asked)) == [open_yet, feedback()]
    assert save(lake, open_yet, feedback()) == Counts(unchanged=2)
    assert save(lake, replace(CALL, version="v2", ingested_at=MONDAY + timedelta(days=1))) == Counts(updated=1)
    assert lake.current_feedback(W46, ["solved_at"])["solved_at"].notna().tolist() == [True, False]


def test_an_edit_may_move_a_feedback_to_another_week(lake: Lake) -> None:
    """The source mended the date: it must not count in both weeks."""
    save(lake, feedback())
    moved = feedback(version="v2", week=W45, ingested_at=MONDAY + timedelta(days=1))
    assert save(lake, moved) == Counts(updated=1, late=1)
    assert lake.current_feedback(W46).empty
    assert lake.current_feedback([W45, W46], ["week"])["week"].tolist() == [W45]


def test_late_feedback_is_counted_once(lake: Lake) -> None:
    """The report says how much of an earlier week came in only now."""
    assert save(lake, feedback("f1", week=W45), feedback("f2")) == Counts(new=2, late=1)
    assert save(lake, feedback("f1", week=W45)) == Counts(unchanged=1)
    assert save(lake, feedback("f3", week=W45), week=None) == Counts(new=1)


def test_the_same_version_twice_in_one_pull_is_a_duplicate(lake: Lake) -> None:
    """Two exports that overlap; of both the one that came in first counts. All counts add up to what was given."""
    later = feedback(ingested_at=MONDAY + timedelta(hours=1))
    edit = feedback(version="v2", ingested_at=MONDAY + timedelta(hours=2))
    assert save(lake, later, feedback(), edit) == Counts(new=1, updated=1, duplicates=1)
    assert lake.read("feedback", columns=["ingested_at"])["ingested_at"].min() == MONDAY


def test_nothing_is_no_trouble(lake: Lake) -> None:
    """The holiday week in which nobody wrote."""
    assert save(lake) == Counts()
    assert list(documents(lake, W46)) == []
    assert lake.weeks("feedback") == []


def test_clauses_of_a_killed_run_are_replaced(lake: Lake) -> None:
    """Clauses go first; if the run dies before the feedback does, the next one leaves only its own."""
    item = feedback()
    save(lake, item)
    lake.replace("feedback", W46, lake.read("feedback", []))
    assert save_feedback(lake, [item], clauses_of(item)[:1]) == Counts(new=1)
    (document,) = documents(lake, W46)
    assert document.clauses == tuple(clauses_of(item)[:1])


def test_a_document_has_its_own_clauses_and_turns(lake: Lake) -> None:
    """And only those of the current version."""
    save(lake, CALL, feedback())
    edited = feedback(version="v2", ingested_at=MONDAY + timedelta(days=1))
    save(lake, edited)
    call, comment = documents(lake, W46)
    assert call == Document("call", "v1", CALL.text, "en", CALL.turns, tuple(clauses_of(CALL)))
    assert (comment.version, comment.clauses) == ("v2", tuple(clauses_of(edited)))


@pytest.mark.parametrize(("revision", "left"), [("r1", ["f2"]), ("r2", ["f1", "f2"])])
def test_what_a_revision_has_read_is_not_read_again(lake: Lake, revision: str, left: list[str]) -> None:
    """Unchanged text is analysed once; a new revision reads everything anew."""
    save(lake, feedback("f1"), feedback("f2"))
    facts: dict[str, object] = dict.fromkeys(lake.read("predictions").columns, 0)
    facts |= {"feedback_id": "f1", "version": "v1", "revision": "r1", "week": W46, "sentiment": "neg", "kind": "other"}
    frame = pd.DataFrame([facts | {"abstained": False}])
    lake.merge("predictions", frame)
    assert [document.feedback_id for document in unanalysed(lake, W46, revision)] == left
