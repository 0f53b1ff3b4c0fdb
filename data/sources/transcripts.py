"""Transcripts of calls and chats: WebVTT, SRT and JSON turns, one conversation a file.

Facts about a call (time, customer, agent, score) stand in an index file beside the transcripts, as telephone systems
export it: any file that `rows` reads, one row a transcript, with a column that holds the file's name.
"""

import json
import re
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import webvtt
from webvtt.errors import MalformedCaptionError, MalformedFileError

from data.records import Origin, RawFeedback, RawTurn, Reject
from data.sources.encoding import SAMPLE, encoding_of
from data.sources.folder import FolderNotFound, drop_files, file_hash
from data.sources.mapping import BadRow, RowMapping, read_turns, speaker_of
from data.sources.rows import SUFFIXES as TABLES
from data.sources.rows import BadFile, Row, read_rows

SUFFIXES = (".vtt", ".srt", ".json")
#: "Agent: Good morning" at the start of a cue, where a transcript has no voice tags.
PREFIX = re.compile(r"^\s*([^\s:：][^:：\n]{0,30}?)\s*[:：]\s*(?=\S)")


@dataclass(frozen=True)
class TranscriptSource:
    """Every transcript of a folder; `index` (a file in it) gives the facts, `index_file` its column of file names.

    JSON transcripts may carry their facts themselves: {"turns": [...], ...} with the mapping's columns beside it. The
    cursor holds content hashes as the drop folder's does.
    """

    name: str
    folder: Path
    mapping: RowMapping
    index: str | None = None
    index_file: str = "file"

    @classmethod
    def from_config(cls, name: str, config: Mapping[str, Any], base: Path) -> "TranscriptSource":
        raw = dict(config["mapping"])
        raw["columns"] = {**raw.get("columns", {}), "turns": "turns"}
        return cls(
            name,
            base / str(config["path"]),
            RowMapping.from_config(raw),
            config.get("index"),
            str(config.get("index_file", "file")),
        )

    def pull(self, cursor: str | None) -> Generator[RawFeedback | Reject, None, str]:
        if not self.folder.is_dir():
            raise FolderNotFound(f"Source {self.name!r}: no folder {self.folder}. Make it, or mend `path`.")
        state = json.loads(cursor) if cursor else {}
        index_hash = file_hash(self.folder / self.index) if self.index and (self.folder / self.index).is_file() else ""
        stamp = f"{self.mapping.fingerprint}:{index_hash}"
        known = state.get("files", {}) if state.get("mapping") == stamp else {}
        facts = yield from self._facts()
        seen = {}
        for path in drop_files(self.folder, "*", SUFFIXES):
            relative = path.relative_to(self.folder).as_posix()
            if relative == self.index:
                continue
            seen[relative] = file_hash(path)
            if known.get(relative) != seen[relative]:
                yield self._item(path, relative, facts.get(relative, facts.get(path.name)))
        return json.dumps({"mapping": stamp, "files": seen}, sort_keys=True)

    def _facts(self) -> Generator[Reject, None, dict[str, Row]]:
        facts: dict[str, Row] = {}
        if self.index is None:
            return facts
        path = self.folder / self.index
        if not path.is_file() or path.suffix.lower() not in TABLES:
            yield Reject(self.name, Origin(self.index), "file", f"the index {self.index} is missing or no table")
            return facts
        try:
            for number, row in read_rows(path):
                if isinstance(row, BadRow):
                    yield Reject(self.name, Origin(self.index, number), row.reason, row.detail)
                elif row.get(self.index_file):
                    facts[str(row[self.index_file])] = row
        except BadFile as error:
            yield Reject(self.name, Origin(self.index), "file", str(error))
        return facts

    def _item(self, path: Path, relative: str, facts: Row | None) -> RawFeedback | Reject:
        origin = Origin(relative)
        try:
            row = dict(facts or {})
            if path.suffix.lower() == ".json":
                row |= _json(path)
                turns = read_turns(row["turns"], self.mapping.speakers)
            else:
                turns = tuple(_captions(path, self.mapping.speakers))
            if not turns:
                raise BadRow("no_text", "the transcript has no cue")
            if facts is None and not set(row) - {"turns"}:
                raise BadRow("no_facts", f"no row for this transcript in the index {self.index}")
            row["turns"] = [{"speaker": turn.speaker, "text": turn.text, "at": turn.at} for turn in turns]
            return self.mapping.read({self.index_file: relative, **row}, self.name, origin)
        except BadRow as error:
            return Reject(self.name, origin, error.reason, error.detail)


def _json(path: Path) -> dict[str, Any]:
    try:
        raw = json.loads(_decoded(path))
    except (json.JSONDecodeError, RecursionError) as error:
        raise BadRow("json", "the file is not JSON") from error
    if isinstance(raw, list):
        raw = {"turns": raw}
    if not isinstance(raw, dict) or "turns" not in raw:
        raise BadRow("json", 'the file has no list of "turns"')
    return raw


def _captions(path: Path, speakers: Mapping[str, str]) -> Iterator[RawTurn]:
    """Turns of a WebVTT or SRT file; consecutive cues of one speaker are one turn.

    The speaker is the voice tag `<v Name>`, else the word before a colon, else whoever spoke last.
    """
    text = _decoded(path)
    try:
        captions = webvtt.from_string(text) if path.suffix.lower() == ".vtt" else webvtt.from_string(_from_srt(text))
    except (MalformedFileError, MalformedCaptionError) as error:
        raise BadRow("captions", f"not a {path.suffix[1:]} file: {type(error).__name__}") from error
    current: list[str] = []
    speaker, since = "", 0.0
    for caption in captions.captions:
        said, who = caption.text, caption.voice or ""
        if not who and (match := PREFIX.match(said)):
            who, said = match.group(1), said[match.end() :]
        who = who or speaker
        if who != speaker and current:
            yield RawTurn(speaker_of(speaker, speakers), " ".join(current), since)
            current = []
        if not current:
            since = _in_seconds(caption.start)
        speaker = who
        current.append(" ".join(said.split("\n")).strip())
    if current:
        yield RawTurn(speaker_of(speaker, speakers), " ".join(current), since)


def _in_seconds(stamp: str) -> float:
    """Seconds of a "01:02:03.456" or "02:03.456"."""
    seconds = 0.0
    for part in stamp.split(":"):
        seconds = seconds * 60 + float(part)
    return seconds


def _from_srt(text: str) -> str:
    """SRT as WebVTT: commas in times become points, cue numbers may stay."""
    return "WEBVTT\n\n" + re.sub(r"(\d\d:\d\d:\d\d),(\d{3})", r"\1.\2", text.lstrip("\ufeff"))


def _decoded(path: Path) -> str:
    data = path.read_bytes()
    if not data.strip():
        raise BadRow("file", "the file is empty")
    codec = encoding_of(data[:SAMPLE])
    try:
        return data.decode(codec).replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise BadRow("encoding", f"bytes that are not {codec}") from error
