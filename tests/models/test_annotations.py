"""Labels that are kept without their texts must find exactly their texts again."""

from pathlib import Path

from models.annotations import ANNOTATIONS, WRITTEN, annotated_rows, key, line, written_rows
from models.corpus import Row
from models.labels import KINDS, POLARITIES, SENTIMENTS, TOPICS

TEXT = "物流太慢了，客服也不理人"
LABELS = {
    "s": "neg", "k": "complaint", "c": 1, "e": 0, "u": 0,
    "t": [["delivery_speed", "neg", "物流太慢"], ["contact_response", "neg", "客服也不理人"]],
}  # fmt: skip


def test_labels_find_their_text_by_its_hash(tmp_path: Path) -> None:
    """Texts of others are never committed; their labels must still reach training."""
    path = tmp_path / "annotations.tsv"
    path.write_text("# a remark\n" + line(TEXT, LABELS) + "\n", encoding="utf-8")
    (row,) = annotated_rows([Row("另一条", "shopping", "zh-Hans"), Row(TEXT, "shopping", "zh-Hans")], path)
    assert (row.text, row.sentiment, row.kind, row.churn, row.all_topics) == (TEXT, "neg", "complaint", 1, True)
    assert [(topic, polarity, TEXT[start:end]) for topic, polarity, start, end in row.topics] == [
        ("delivery_speed", "neg", "物流太慢"), ("contact_response", "neg", "客服也不理人"),
    ]  # fmt: skip


def test_labels_of_a_text_that_is_not_there_teach_nothing(tmp_path: Path) -> None:
    """Someone may train with fewer public sets; nothing may break."""
    path = tmp_path / "annotations.tsv"
    path.write_text(line(TEXT, LABELS) + "\n", encoding="utf-8")
    assert annotated_rows([Row("另一条", "shopping", "zh-Hans")], path) == []


def test_a_line_does_not_hold_the_text() -> None:
    """The file ships; the words of the customers do not."""
    assert not set(line(TEXT, LABELS)) & set(TEXT)
    assert key(TEXT) != key(TEXT + " ")


def test_shipped_lines_use_the_labels_of_the_network() -> None:
    """A misspelt label would stop a training run after an hour."""
    for content in ANNOTATIONS.read_text(encoding="utf-8").splitlines():
        if content.startswith("#"):
            continue
        hashed, sentiment, kind, digits, *marks = content.split("\t")
        assert (len(hashed), len(digits), sentiment in SENTIMENTS, kind in KINDS) == (16, 3, True, True), content
        for mark in marks:
            topic, polarity, _ = mark.split(":")
            assert (topic in TOPICS, polarity in POLARITIES) == (True, True), content


def test_written_comments_are_whole() -> None:
    """Each comes with its evidence inside its text; reading them raises where it does not."""
    rows = written_rows(WRITTEN)
    assert {row.language for row in rows} == {"en", "zh-Hans", "zh-Hant"}
    assert all(row.sentiment in SENTIMENTS and row.kind in KINDS for row in rows)
    assert {topic for row in rows for topic, *_ in row.topics} == set(TOPICS)
