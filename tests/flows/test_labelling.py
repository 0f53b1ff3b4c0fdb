"""`analyse` gives one line for each line, in order, with offsets into what the caller gave."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from data.records import Analysis, Document
from flows import labelling
from flows.labelling import NoInput, UntaughtTopics, analyse_file
from tests.flows.company import KeywordReader


class Labeller(KeywordReader):
    """The keyword reader with the topics it knows, loaded the way the shipped model is."""

    topics = ("delivery_speed", "damage_packaging", "app_website")

    @classmethod
    def load(cls, *_: Any, **__: Any) -> "Labeller":
        return cls()

    def analyse(self, documents: Iterable[Document]) -> Iterator[Analysis]:
        return super().analyse(documents)


@pytest.fixture(autouse=True)
def labeller(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(labelling, "Analyser", Labeller)


def analyse(folder: Path, *lines: Any, **options: Any) -> list[dict[str, Any]]:
    source, output = folder / "in.jsonl", folder / "out.jsonl"
    source.write_text("".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines), "utf-8")
    analyse_file(source, output, options.get("taxonomy"), None)
    return [json.loads(line) for line in output.read_text(encoding="utf-8").splitlines()]


def test_every_line_has_its_answer_in_the_same_order(tmp_path: Path) -> None:
    """Whoever joins the output with the input by position must be right."""
    shown = analyse(
        tmp_path,
        {"id": 7, "text": "物流太慢了"},
        "{not json",
        {"id": "b"},
        "[1]",
        {"id": "c", "turns": [{"speaker": "customer", "text": "my app is slow"}]},
        {"text": "包裝很好"},
    )
    assert [line.get("id", line.get("line")) for line in shown] == [7, 2, "b", 4, "c", 6]
    assert ["error" in line for line in shown] == [False, True, True, True, False, False]


def test_offsets_point_into_the_text_that_was_given(tmp_path: Path) -> None:
    """The model reads cleaned and redacted text; the caller knows only what was sent."""
    text = "<p>Call&nbsp;me at 13800138000!!!!!!!</p>   The Delivery was late"
    (line,) = analyse(tmp_path, {"id": 1, "text": text})
    (topic,) = line["topics"]
    assert text[topic["start"] : topic["end"]] == topic["evidence"] == "De"
    assert line["redactions"] == {"PHONE": 1}


def test_offsets_in_a_conversation_point_into_their_turn(tmp_path: Path) -> None:
    """A transcript has no single text that offsets could refer to."""
    turns = [{"speaker": "agent", "text": "Hello!"}, {"speaker": "customer", "text": "Well, the Delivery is late"}]
    (line,) = analyse(tmp_path, {"id": 1, "turns": turns})
    (topic,) = line["topics"]
    assert turns[topic["turn"]]["text"][topic["start"] : topic["end"]] == "De"


def test_personal_data_never_comes_back_in_the_evidence(tmp_path: Path) -> None:
    """The output of `analyse` is passed on to people who must not see it."""
    (line,) = analyse(tmp_path, {"id": 1, "text": "我的电话是13800138000，物流太慢了"})
    assert "13800138000" not in json.dumps(line, ensure_ascii=False)


def test_the_output_holds_every_promised_field(tmp_path: Path) -> None:
    """Others run this command and read its fields."""
    (line,) = analyse(tmp_path, {"id": 1, "text": "物流太慢了"})
    assert set(line) == {
        "id", "language", "sentiment", "sentiment_scores", "kind", "churn", "escalation", "urgent", "topics",
        "abstained", "redactions", "revision",
    }  # fmt: skip
    assert set(line["topics"][0]) == {"topic", "sentiment", "score", "evidence", "start", "end"}
    assert sum(line["sentiment_scores"].values()) == pytest.approx(1, abs=1e-3)


def test_a_taxonomy_limits_the_topics_and_unknown_ones_are_refused(tmp_path: Path) -> None:
    """A topic that the model was never taught must not look as if nobody spoke of it."""
    taxonomy = tmp_path / "topics.yaml"
    taxonomy.write_text("topics:\n  - {id: app_website, names: App}\n", encoding="utf-8")
    (line,) = analyse(tmp_path, {"id": 1, "text": "物流太慢了 app"}, taxonomy=taxonomy)
    assert [topic["topic"] for topic in line["topics"]] == ["app_website"]
    taxonomy.write_text("topics:\n  - {id: parking, names: Parking}\n", encoding="utf-8")
    with pytest.raises(UntaughtTopics, match="parking"):
        analyse(tmp_path, {"id": 1, "text": "x"}, taxonomy=taxonomy)


def test_an_empty_file_is_an_error_and_not_an_empty_result(tmp_path: Path) -> None:
    """An empty result would look like a week without feedback."""
    (tmp_path / "in.jsonl").write_text("")
    with pytest.raises(NoInput):
        analyse_file(tmp_path / "in.jsonl", tmp_path / "out.jsonl", None, None)
