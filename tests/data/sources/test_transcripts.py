"""Transcripts keep who said what, whatever tool wrote them."""

import json
from pathlib import Path
from typing import Any

import pytest

from data.records import RawFeedback, Reject
from data.sources import Pull, build

MAPPING = {
    "columns": {"source_id": "call_id", "occurred_at": "started", "customer_id": "customer", "agent": "agent"},
    "constants": {"channel": "call"},
}
VTT = """WEBVTT

1
00:00:01.000 --> 00:00:03.000
<v Agent Lily>Good morning, Songbird.

2
00:00:03.500 --> 00:00:05.000
<v Customer>My parcel is lost.

00:00:05.000 --> 00:00:07.000
<v Customer>For the third time.
"""
SRT = """1
00:00:01,000 --> 00:00:03,000
客服：您好，请讲

2
00:00:03,500 --> 00:00:05,000
顾客：包裹丢了
"""


def pull(folder: Path, **options: Any) -> list[RawFeedback | Reject]:
    config = {"name": "calls", "kind": "transcripts", "path": str(folder), "index": "calls.csv", "mapping": MAPPING}
    return list(Pull(build({**config, **options}, folder), None))


def index(folder: Path, *names: str) -> None:
    lines = [f"{name},K{number},2026-11-03 10:00,C{number},Lily" for number, name in enumerate(names)]
    (folder / "calls.csv").write_text("\n".join(["file,call_id,started,customer,agent", *lines]))


def test_voice_tags_and_prefixes_tell_the_speakers(tmp_path: Path) -> None:
    """WebVTT has voice tags, SRT has "客服：" at the start of a line; both are the same conversation to us."""
    index(tmp_path, "a.vtt", "b.srt")
    (tmp_path / "a.vtt").write_text(VTT)
    (tmp_path / "b.srt").write_text(SRT, encoding="utf-8")
    first, second = pull(tmp_path)
    assert isinstance(first, RawFeedback)
    assert isinstance(second, RawFeedback)
    assert [(t.speaker, t.text) for t in first.turns] == [
        ("agent", "Good morning, Songbird."),
        ("customer", "My parcel is lost. For the third time."),
    ]
    assert [(t.speaker, t.text) for t in second.turns] == [("agent", "您好，请讲"), ("customer", "包裹丢了")]
    assert first.turns[1].at == 3.5
    assert first.source_id == "K0"


def test_json_turns_may_carry_their_own_facts(tmp_path: Path) -> None:
    """Chat exports hold everything in one file and need no index."""
    turns = [{"speaker": "user", "text": "refund please"}, {"speaker": "support", "text": "done", "at": 30}]
    body = {"call_id": "J1", "started": "2026-11-03T10:00:00Z", "customer": "C9", "turns": turns}
    (tmp_path / "chat.json").write_text(json.dumps(body))
    (item,) = pull(tmp_path, index=None)
    assert isinstance(item, RawFeedback)
    assert [turn.speaker for turn in item.turns] == ["customer", "agent"]
    assert item.identity is not None
    assert item.identity.customer_id == "C9"


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.vtt", "", "file"),
        ("a.vtt", "this is no caption file", "captions"),
        ("a.vtt", "WEBVTT\n\n", "no_text"),
        ("a.json", "{", "json"),
        ("a.json", '{"turns": "hello"}', "bad_turns"),
        ("stray.vtt", VTT, "no_facts"),
    ],
)
def test_a_broken_transcript_is_rejected_with_its_reason(tmp_path: Path, name: str, content: str, reason: str) -> None:
    """One call without speech must not stop the import of a thousand others."""
    index(tmp_path, "a.vtt", "a.json")
    (tmp_path / name).write_text(content)
    rejects = [item for item in pull(tmp_path) if isinstance(item, Reject)]
    assert [(reject.origin.place, reject.reason) for reject in rejects] == [(name, reason)]
