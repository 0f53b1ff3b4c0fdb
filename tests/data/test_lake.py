"""The lake keeps rows whole, the same rows in the same bytes, and lets one process write."""

import os
import random
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.frames import BadRows, UnknownTable
from data.lake import BadQuery, DamagedPartition, Lake
from data.lock import LakeBusy, WriterLock
from data.merging import MergeCount
from data.tables import KEYS, TABLES

W46, W47 = "2026-W46", "2026-W47"


def rows(*keys: tuple[str, str, float], week: str = W46) -> pd.DataFrame:
    """Rows of clause_predictions: (feedback id, sentiment, score)."""
    return pd.DataFrame(
        {
            "feedback_id": pd.Series([key[0] for key in keys], dtype="str"),
            "version": "v1",
            "revision": "r1",
            "week": week,
            "position": 0,
            "sentiment": pd.Series([key[1] for key in keys], dtype="str"),
            "score": [key[2] for key in keys],
        }
    )


def part(lake: Lake, week: str = W46) -> Path:
    return lake.root / "clause_predictions" / f"week={week}" / "part-0.parquet"


def test_every_table_has_keys_and_weeks() -> None:
    """A table without them could not be merged, and whoever adds one must know."""
    for name, schema in TABLES.items():
        assert {*KEYS[name], "week"} <= set(schema.names)
    assert set(KEYS) == set(TABLES)


def test_what_is_stored_comes_back(lake: Lake) -> None:
    """By week and key, in the columns asked for."""
    lake.merge("clause_predictions", pd.concat([rows(("b", "neg", 0.5)), rows(("a", "pos", 0.25), week=W47)]))
    lake.merge("clause_predictions", rows(("a", "neu", 1.0)))
    assert lake.weeks("clause_predictions") == [W46, W47]
    everything = lake.read("clause_predictions", columns=["week", "feedback_id", "score"])
    assert everything.to_numpy().tolist() == [[W46, "a", 1.0], [W46, "b", 0.5], [W47, "a", 0.25]]
    assert len(lake.read("clause_predictions", [W47, "2026-W48"])) == 1


@pytest.mark.parametrize("table", sorted(TABLES))
def test_no_rows_have_the_types_of_rows(lake: Lake, table: str) -> None:
    """The first week of a company must not fail in a report because a column has no type."""
    empty = lake.read(table)
    assert list(empty.columns) == TABLES[table].names
    assert lake.query(f"SELECT * FROM {table}").columns.tolist() == TABLES[table].names


def test_types_do_not_depend_on_there_being_rows(lake: Lake) -> None:
    """Code that works on a full week works on an empty one."""
    lake.merge("clause_predictions", rows(("a", "neg", 0.5)))
    assert lake.read("clause_predictions").dtypes.equals(lake.read("clause_predictions", []).dtypes)


def test_only_touched_weeks_are_rewritten(lake: Lake) -> None:
    """A late comment about last week must not cost thirteen weeks of writing, nor touch their caches."""
    lake.merge("clause_predictions", pd.concat([rows(("a", "neg", 0.5)), rows(("a", "neg", 0.5), week=W47)]))
    before = part(lake).stat().st_mtime_ns
    count = lake.merge(
        "clause_predictions", pd.concat([rows(("a", "neg", 0.5)), rows(("a", "pos", 0.5), ("b", "neg", 1.0), week=W47)])
    )
    assert count == MergeCount(new=1, updated=1, unchanged=1)
    assert part(lake).stat().st_mtime_ns == before


def test_replacing_says_whether_anything_changed(lake: Lake) -> None:
    """And no rows means no partition."""
    assert lake.replace("clause_predictions", W46, rows(("a", "neg", 0.5)))
    assert not lake.replace("clause_predictions", W46, rows(("a", "neg", 0.5)))
    assert lake.replace("clause_predictions", W46, rows())
    assert not lake.replace("clause_predictions", W46, rows())
    assert lake.weeks("clause_predictions") == []


def test_settling_takes_away_what_an_owner_no_longer_has(lake: Lake) -> None:
    """A second reading of a feedback may find fewer topics; the old ones must not stay."""
    lake.replace("clause_predictions", W46, rows(("a", "neg", 0.5), ("b", "neg", 0.5)))
    owners = lake.read_arrow("clause_predictions", W46, ["feedback_id"]).slice(0, 1)
    assert lake.settle("clause_predictions", W46, owners, rows())
    assert lake.read("clause_predictions")["feedback_id"].tolist() == ["b"]
    assert not lake.settle("clause_predictions", W46, owners, rows())


def test_a_fingerprint_changes_with_the_rows_and_only_then(lake: Lake) -> None:
    """Finished work is found again by it."""
    none = lake.fingerprint("clause_predictions", W46)
    lake.replace("clause_predictions", W46, rows(("a", "neg", 0.5), ("b", "neg", 0.5)))
    one = lake.fingerprint("clause_predictions", W46)
    lake.replace("clause_predictions", W46, rows(("b", "neg", 0.5), ("a", "neg", 0.5)))
    assert lake.fingerprint("clause_predictions", W46) == one != none
    lake.merge("clause_predictions", rows(("a", "neg", 0.75)))
    assert lake.fingerprint("clause_predictions", W46) != one


def test_a_column_that_came_later_is_empty_in_older_files(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    """A new version of Earshot reads the weeks of the old one."""
    with monkeypatch.context() as older:
        schema = TABLES["clause_predictions"]
        older.setitem(TABLES, "clause_predictions", schema.remove(schema.get_field_index("score")))
        lake.merge("clause_predictions", rows(("a", "neg", 0.5)).drop(columns="score"))
    assert lake.read("clause_predictions")["score"].isna().all()


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        (rows(("a", "neg", 0.5)).drop(columns="score"), "lack the columns .*score"),
        (rows(("a", "neg", 0.5)).assign(text="secret words"), "unknown columns .*text"),
        (rows(("a", "neg", 0.5)).assign(score="secret words"), "do not fit"),
        (rows(("a", "neg", 0.5), ("a", "pos", 0.5)), "other content"),
        (rows(("a", "neg", 0.5), week="last week"), "not an ISO week"),
        (rows(("a", "neg", 0.5)).assign(week=None), "without a week"),
    ],
)
def test_rows_that_do_not_fit_are_refused_without_quoting_them(lake: Lake, bad: pd.DataFrame, says: str) -> None:
    """Errors go to logs, and logs hold no customer's words."""
    with pytest.raises(BadRows, match=says) as caught:
        lake.merge("clause_predictions", bad)
    assert "secret words" not in str(caught.value)
    assert lake.weeks("clause_predictions") == []


def test_rows_of_another_week_do_not_go_into_a_partition(lake: Lake) -> None:
    """They would be read twice or never."""
    with pytest.raises(BadRows, match=W47):
        lake.replace("clause_predictions", W46, rows(("a", "neg", 0.5), week=W47))


def test_unknown_tables_and_bad_queries_are_named(lake: Lake) -> None:
    """With what there is instead."""
    with pytest.raises(UnknownTable, match="clause_predictions, clause_vectors, clauses, feedback"):
        lake.read("comments")
    with pytest.raises(BadQuery, match="comments"):
        lake.query("SELECT * FROM comments")


def test_sql_sees_all_weeks_and_takes_parameters(lake: Lake) -> None:
    """The analysts' way in."""
    lake.merge("clause_predictions", pd.concat([rows(("a", "neg", 0.5)), rows(("b", "neg", 1.0), week=W47)]))
    answer = lake.query("SELECT sum(score) AS total FROM clause_predictions WHERE score > ?", [0.1])
    assert answer["total"].tolist() == [1.5]
    assert lake.query("select count(*) AS n from CLAUSE_PREDICTIONS")["n"].tolist() == [2]


def test_a_query_that_fails_on_a_value_does_not_quote_it(lake: Lake) -> None:
    """The database would put the customer's words into its message."""
    lake.merge("clause_predictions", rows(("secret words", "neg", 0.5)))
    with pytest.raises(BadQuery) as caught:
        lake.query("SELECT CAST(feedback_id AS INTEGER) FROM clause_predictions")
    assert "secret words" not in str(caught.value)


def test_a_damaged_file_is_named(lake: Lake) -> None:
    """With the way out: the week can be made again."""
    lake.merge("clause_predictions", rows(("a", "neg", 0.5)))
    part(lake).write_bytes(b"PAR1 not really")
    with pytest.raises(DamagedPartition, match="run the week again"):
        lake.read("clause_predictions")


ROWS = st.lists(
    st.tuples(st.sampled_from("abcdef"), st.sampled_from(["neg", "pos"]), st.sampled_from([0.0, 0.5, float("nan")])),
    unique_by=lambda row: row[0],
    max_size=6,
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=ROWS, second=ROWS, seed=st.integers(0, 99))
def test_merging_again_or_in_another_order_changes_no_byte(
    tmp_path_factory: pytest.TempPathFactory,
    first: list[tuple[str, str, float]],
    second: list[tuple[str, str, float]],
    seed: int,
) -> None:
    """A run that is repeated, or whose source gives its rows in another order, leaves the same lake."""
    prints = []
    for shuffled in (False, True):
        lake = Lake(tmp_path_factory.mktemp("lake"))
        for batch in (first, second):
            order = random.Random(seed).sample(batch, len(batch)) if shuffled else batch
            lake.merge("clause_predictions", rows(*order))
        before = lake.fingerprint("clause_predictions", W46)
        again = lake.merge("clause_predictions", rows(*second))
        assert again == MergeCount(unchanged=len(second))
        assert lake.fingerprint("clause_predictions", W46) == before
        prints.append(before)
    assert prints[0] == prints[1]


WRITER = """
    import sys
    from data.lake import Lake
    from tests_rows import rows
    lake = Lake(sys.argv[1])
    print("ready", flush=True)
    while True:
        for score in (0.25, 0.5):
            lake.replace("clause_predictions", "2026-W46", rows(score))
"""
WRITER_ROWS = """
    import pandas as pd
    def rows(score):
        n = 20_000
        return pd.DataFrame({"feedback_id": [f"f{i:06}" for i in range(n)], "version": "v1", "revision": "r1",
            "week": "2026-W46", "position": 0, "sentiment": "neg", "score": score})
"""


def test_a_killed_writer_leaves_the_old_rows_or_the_new(lake: Lake, tmp_path: Path) -> None:
    """kill -9 in the middle of replacing a partition: never half a file, and the next writer just goes on."""
    (tmp_path / "writer.py").write_text(textwrap.dedent(WRITER))
    (tmp_path / "tests_rows.py").write_text(textwrap.dedent(WRITER_ROWS))
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path.cwd()), str(tmp_path)])}
    wait = random.Random(46)
    for _ in range(2):
        writer = subprocess.Popen(
            [sys.executable, str(tmp_path / "writer.py"), str(lake.root)], stdout=subprocess.PIPE, env=environment
        )
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"ready\n"
        deadline = time.monotonic() + 60
        while not part(lake).exists() and time.monotonic() < deadline:
            time.sleep(0.005)
        time.sleep(wait.uniform(0.01, 0.15))
        writer.send_signal(signal.SIGKILL)
        writer.communicate(timeout=60)
        found = lake.read("clause_predictions", W46)
        assert len(found) == 20_000
        assert found["score"].nunique() == 1
    lake.replace("clause_predictions", W46, rows(("a", "neg", 0.5)))
    assert [path.name for path in part(lake).parent.iterdir()] == ["part-0.parquet"]


def test_a_second_writer_is_told_who_writes(lake: Lake, tmp_path: Path) -> None:
    """Two weekly runs at once: the second stops with the name of the first, and both data sets stay right."""
    code = f"""
        import time
        from data.lake import Lake
        with Lake({str(lake.root)!r}).writing("weekly 2026-W46"):
            print("held", flush=True)
            time.sleep(120)
    """
    holder = subprocess.Popen([sys.executable, "-c", textwrap.dedent(code)], stdout=subprocess.PIPE)
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with (
            pytest.raises(LakeBusy, match=rf"process {holder.pid} .*weekly 2026-W46"),
            WriterLock(lake.root).held("mine", wait=0.2),
        ):
            pass
        assert lake.read("clause_predictions").empty
    finally:
        holder.kill()
        holder.communicate(timeout=60)
    assert lake.merge("clause_predictions", rows(("a", "neg", 0.5))).new == 1


def test_threads_of_one_process_share_the_lock(lake: Lake) -> None:
    """The stages of a run write through lakes of their own while the run holds the lock."""
    with lake.writing("weekly 2026-W46"):
        other = Lake(lake.root)
        assert other.merge("clause_predictions", rows(("a", "neg", 0.5))).new == 1
        with other.writing("inside"):
            assert (lake.root / ".writer.json").exists()
    assert not (lake.root / ".writer.json").exists()
