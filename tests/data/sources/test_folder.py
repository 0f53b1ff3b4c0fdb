"""The drop folder reads what people really export, and says exactly which row it could not read."""

import csv
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from data.records import RawFeedback, Reject
from data.sources import BadSource, Pull, build
from data.sources.folder import FolderNotFound

MAPPING = {
    "columns": {
        "source_id": "id",
        "occurred_at": "时间",
        "text": "评论",
        "score": "评分",
        "customer_id": "客户",
        "carrier": "快递",
    },
    "constants": {"channel": "survey", "scale": "nps"},
    "time_zone": "Asia/Shanghai",
}
HEADER = ["id", "时间", "评论", "评分", "客户", "快递"]
ROWS = [
    ["r1", "2026/11/3 9:05", "送货很快，包装也好，下次还买", "9", "C1", "蓝鹤"],
    ["r2", "2026-11-04 23:30:00", "客服不理人，\n等了三天没有回复", "2", "C2", "-"],
]


def source(folder: Path, mapping: dict[str, Any] = MAPPING) -> Any:
    return build({"name": "surveys", "kind": "folder", "path": str(folder), "mapping": mapping}, folder)


def pull(folder: Path, cursor: str | None = None) -> tuple[list[RawFeedback], list[Reject], str]:
    pulled = Pull(source(folder), cursor)
    items = list(pulled)
    assert pulled.cursor is not None
    feedback = [item for item in items if isinstance(item, RawFeedback)]
    return feedback, [item for item in items if isinstance(item, Reject)], pulled.cursor


def write_csv(path: Path, rows: list[list[str]], encoding: str = "utf-8", delimiter: str = ",") -> None:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows([HEADER, *rows])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_csv_is_read_in_any_encoding_that_offices_use(tmp_path: Path, encoding: str) -> None:
    """Excel in China writes GB18030, and nobody who exports a file knows its encoding."""
    write_csv(tmp_path / "a.csv", ROWS, encoding)
    feedback, rejects, _ = pull(tmp_path)
    assert [item.text for item in feedback] == [row[2] for row in ROWS]
    assert not rejects


def test_a_big5_csv_is_not_mistaken_for_gb18030(tmp_path: Path) -> None:
    """Both codecs decode each other's bytes without an error; the wrong one gives nonsense that nobody notices."""
    texts = ["宅配很快,包裝完整,下次還會再買", "客服態度不好,等了三天都沒有回覆,很失望"]
    rows = [["t1", "2026-11-03", texts[0], "9", "C1", "島行"], ["t2", "2026-11-03", texts[1], "1", "C2", "島行"]]
    with (tmp_path / "a.csv").open("w", encoding="big5", newline="") as file:
        csv.writer(file).writerows([["id", "time", "comment", "score", "customer", "carrier"], *rows])
    columns = dict(zip(MAPPING["columns"], ["id", "time", "comment", "score", "customer", "carrier"], strict=True))
    items = list(Pull(source(tmp_path, {**MAPPING, "columns": columns}), None))
    assert [item.text for item in items if isinstance(item, RawFeedback)] == texts


def test_every_kind_of_file_gives_the_same_feedback(tmp_path: Path) -> None:
    """A team that changes its export from CSV to XLSX must not see its numbers move."""
    found = []
    frame = pd.DataFrame(ROWS, columns=HEADER)
    writers = {
        "a.csv": lambda path: write_csv(path, ROWS),
        "a.tsv": lambda path: write_csv(path, ROWS, delimiter="\t"),
        "a.xlsx": lambda path: frame.to_excel(path, index=False),
        "a.jsonl": lambda path: frame.to_json(path, orient="records", lines=True, force_ascii=False),
        "a.parquet": lambda path: frame.to_parquet(path),
    }
    for name, write in writers.items():
        folder = tmp_path / name.replace(".", "_")
        folder.mkdir()
        write(folder / name)
        feedback, rejects, _ = pull(folder)
        assert not rejects, name
        found.append([(item.source_id, item.occurred_at, item.text, item.score, item.carrier) for item in feedback])
    assert all(rows == found[0] for rows in found)


def test_a_naive_time_is_read_in_the_zone_of_the_mapping(tmp_path: Path) -> None:
    """Half past eleven at night in Shanghai is still the same day there; in UTC it may be another week."""
    write_csv(tmp_path / "a.csv", ROWS)
    feedback, _, _ = pull(tmp_path)
    assert feedback[1].occurred_at.isoformat() == "2026-11-04T15:30:00+00:00"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (["r3", "next Tuesday", "很好", "9", "C3", ""], "bad_time"),
        (["r3", "", "很好", "9", "C3", ""], "no_time"),
        (["r3", "2026-11-03", "  ", "9", "C3", ""], "no_text"),
        (["r3", "2026-11-03", "很好", "eleven", "C3", ""], "bad_number"),
        (["r3", "2026-11-03", "很好", "11", "C3", ""], "bad_score"),
        (["r3", "2026-11-03"], "columns"),
        (["r3", "2026-11-03", "很好", "9", "C3", "", "one", "two"], "columns"),
    ],
)
def test_a_bad_row_is_rejected_with_its_reason_and_stops_nothing(tmp_path: Path, row: list[str], reason: str) -> None:
    """One broken row in an export of thousands must not cost the week."""
    write_csv(tmp_path / "a.csv", [ROWS[0], row, ROWS[1]])
    feedback, rejects, _ = pull(tmp_path)
    assert [item.source_id for item in feedback] == ["r1", "r2"]
    assert [(reject.reason, reject.origin.place, reject.origin.row) for reject in rejects] == [(reason, "a.csv", 3)]


def test_a_reject_holds_none_of_the_words_of_its_row(tmp_path: Path) -> None:
    """Rejects are stored and logged before anything was redacted."""
    write_csv(tmp_path / "a.csv", [["r3", "someday", "call me at 13800138000", "9", "secret-name", "x"]])
    _, rejects, _ = pull(tmp_path)
    assert "13800138000" not in repr(rejects)
    assert "secret-name" not in repr(rejects)


def test_a_row_with_broken_bytes_is_rejected_alone(tmp_path: Path) -> None:
    """A file glued together from two encodings is common; the good part of it is still good."""
    path = tmp_path / "a.csv"
    write_csv(path, ROWS * 20)
    path.write_bytes(path.read_bytes() + b"r9,2026-11-03,bad \xff\xfe bytes,5,C9,x\n")
    feedback, rejects, _ = pull(tmp_path)
    assert len(feedback) == 40
    assert [reject.reason for reject in rejects] == ["encoding"]


@pytest.mark.parametrize("name", ["empty.csv", "broken.xlsx", "broken.parquet", "headless.csv", "other.csv"])
def test_a_file_that_cannot_be_read_is_one_reject_and_the_next_file_is_read(tmp_path: Path, name: str) -> None:
    """An empty or half-copied file lands in every drop folder some day."""
    content = {"headless.csv": b"\n\n", "other.csv": b"a,b\n1,2\n", "empty.csv": b""}.get(name, b"not what it says")
    (tmp_path / name).write_bytes(content)
    write_csv(tmp_path / "good.csv", ROWS)
    feedback, rejects, _ = pull(tmp_path)
    assert len(feedback) == 2
    assert [(reject.reason, reject.origin.place) for reject in rejects] == [("file", name)]


def test_a_missing_column_says_what_there_is_and_what_would_do(tmp_path: Path) -> None:
    """The person who renamed a column reads this message, not our code."""
    (tmp_path / "a.jsonl").write_text(json.dumps({"id": 1, "when": "2026-11-03", "words": "good"}))
    _, rejects, _ = pull(tmp_path)
    assert "'时间'" in rejects[0].detail
    assert "when" in rejects[0].detail
    assert "flows map" in rejects[0].detail


def test_an_unchanged_file_is_not_read_again_and_a_changed_one_is(tmp_path: Path) -> None:
    """A drop folder grows for years; each week reads what is new."""
    write_csv(tmp_path / "a.csv", ROWS)
    write_csv(tmp_path / "b.csv", ROWS[:1])
    _, _, cursor = pull(tmp_path)
    assert pull(tmp_path, cursor)[0] == []
    write_csv(tmp_path / "b.csv", ROWS)
    assert len(pull(tmp_path, cursor)[0]) == 2


def test_a_changed_mapping_reads_everything_again(tmp_path: Path) -> None:
    """Otherwise a mended mapping would apply to new files only and the old rejects would stay."""
    write_csv(tmp_path / "a.csv", ROWS)
    _, _, cursor = pull(tmp_path)
    mended = {**MAPPING, "constants": {"channel": "survey", "scale": "nps", "region": "East China"}}
    assert len(list(Pull(source(tmp_path, mended), cursor))) == 2


def test_a_missing_folder_and_a_bad_configuration_are_said_clearly(tmp_path: Path) -> None:
    """These are the first mistakes of everybody who connects a source."""
    with pytest.raises(FolderNotFound, match="Make it"):
        pull(tmp_path / "nowhere")
    with pytest.raises(BadSource, match="Kinds: folder"):
        build({"name": "x", "kind": "telepathy"}, tmp_path)
    with pytest.raises(BadSource, match="mapping"):
        build({"name": "x", "kind": "folder", "path": "."}, tmp_path)
