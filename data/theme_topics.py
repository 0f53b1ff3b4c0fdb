"""Turn a theme into what teaches a topic: a taxonomy that has it, and labelled examples."""

import json
import os
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from data import taxonomy as taxonomies
from data.analysis_store import readings
from data.errors import EarshotError
from data.lake import Lake
from data.taxonomy import BadTaxonomy, Taxonomy, Topic
from data.theme_records import ClauseKey

#: Feedback taken as examples of each topic that there is already, and how sure the model must be of it.
EACH, SURE = 150, 0.7
#: Weeks of feedback that examples of the other topics are taken from.
WEEKS = 13


class NoExamplesLeft(EarshotError):
    """The feedback of a theme is not in the lake any more."""


@dataclass(frozen=True, slots=True)
class Written:
    """How many examples were written: of accepted themes, and of the other topics."""

    of_themes: int
    of_others: int


def write_taxonomy(taxonomy: Taxonomy, topic: Topic, path: Path) -> Taxonomy:
    """Write the taxonomy file with one topic more (or the same topic again) to `path`; return what it then holds.

    A taxonomy that stands at `path` already, from a theme accepted before, is the one that is added to.
    """
    base = taxonomies.load(path) if path.is_file() else taxonomy
    raw: dict[str, Any] = yaml.safe_load(base.path.read_text(encoding="utf-8"))
    entry = {"id": topic.id, "names": dict(topic.names), "description": topic.description, "team": topic.team}
    if topic.parent is not None:
        if topic.parent not in base.groups:
            raise BadTaxonomy(f"There is no group {topic.parent!r}. Groups: {', '.join(base.groups) or 'none'}.")
        entry["parent"] = topic.parent
    raw["topics"] = [other for other in raw["topics"] if other.get("id") != topic.id] + [entry]
    _write(path, yaml.safe_dump(raw, allow_unicode=True, sort_keys=False, width=120))
    return replace(taxonomies.load(path), path=path)


def write_examples(
    lake: Lake, taxonomy: Taxonomy, themes: Mapping[str, Sequence[ClauseKey]], revision: str, path: Path
) -> Written:
    """Write one {"text", "labels"} line for each feedback of the themes (topic id -> members) and for known ones.

    A theme's feedback keeps the topics that the model found in it besides. Other topics are shown by the feedback that
    the model is surest of, EACH of them at most. Raises NoExamplesLeft.
    """
    wanted: dict[str, set[tuple[str, str]]] = {
        topic: {(key.feedback_id, key.version) for key in keys} for topic, keys in themes.items()
    }
    weeks = {key.week for keys in themes.values() for key in keys} | set(lake.weeks("feedback")[-WEEKS:])
    read = readings(lake, weeks, revision)
    texts = {
        (row["feedback_id"], row["version"]): _customer_text(row["text"], row["turns"])
        for row in read.feedback[["feedback_id", "version", "text", "turns"]].to_dict("records")
    }
    known = read.mentions[read.mentions["topic"].isin(taxonomy.ids)].sort_values(
        ["topic", "score", "feedback_id"], ascending=[True, False, True]
    )
    labels: dict[tuple[str, str], set[str]] = defaultdict(set)
    for feedback_id, version, topic in zip(known["feedback_id"], known["version"], known["topic"], strict=True):
        labels[feedback_id, version].add(topic)
    sure = known[known["score"] >= SURE].groupby("topic", sort=True).head(EACH)
    own = {key: topic for topic, keys in sorted(wanted.items()) for key in sorted(keys) if texts.get(key)}
    missing = sorted(set(themes) - set(own.values()))
    if missing:
        raise NoExamplesLeft(
            f"No feedback of theme topic {missing[0]!r} is in the lake any more; nothing to learn from."
        )
    for topic, keys in wanted.items():
        for key in keys & set(own):
            labels[key].add(topic)
    others = sorted(
        key for key in set(zip(sure["feedback_id"], sure["version"], strict=True)) - set(own) if texts.get(key)
    )
    lines = [
        json.dumps({"text": texts[key], "labels": sorted(labels[key])}, ensure_ascii=False)
        for key in [*sorted(own), *others]
    ]
    _write(path, "\n".join(lines) + "\n")
    return Written(len(own), len(others))


def _customer_text(text: str | None, turns: Iterable[Mapping[str, Any]] | None) -> str:
    said = [turn for turn in (turns if turns is not None else ()) if turn["speaker"] == "customer"]
    whole = text or ""
    return " / ".join(whole[turn["start"] : turn["end"]].strip() for turn in said) if said else whole.strip()


def _write(path: Path, text: str) -> None:
    """Write beside, then move into place, so that a reader finds the old file or the new one."""
    draft = path.with_name(f".{os.getpid()}.{path.name}")
    draft.write_text(text, encoding="utf-8", newline="\n")
    draft.replace(path)
