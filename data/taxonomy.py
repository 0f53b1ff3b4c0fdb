"""The taxonomy: which topics there are, what they are called, and which team owns them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from data.errors import EarshotError

SHIPPED = Path(__file__).with_name("taxonomy.yaml")
REPORT_LANGUAGES = ("en", "zh-Hans", "zh-Hant")


class BadTaxonomy(EarshotError):
    """The taxonomy file cannot be used as it is."""


class UnknownTopic(EarshotError):
    """A topic was asked for that the taxonomy does not have."""


@dataclass(frozen=True, slots=True)
class Topic:
    """A node of the taxonomy. `names` has one name for each report language."""

    id: str
    names: Mapping[str, str]
    description: str
    team: str
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """Topics in file order, and the names of their groups."""

    topics: tuple[Topic, ...]
    groups: Mapping[str, Mapping[str, str]]
    version: int
    path: Path

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(topic.id for topic in self.topics)

    @property
    def teams(self) -> tuple[str, ...]:
        """Teams that own a topic, in file order."""
        return tuple(dict.fromkeys(topic.team for topic in self.topics))

    def __getitem__(self, topic_id: str) -> Topic:
        for topic in self.topics:
            if topic.id == topic_id:
                return topic
        raise UnknownTopic(f"No topic {topic_id!r} in {self.path}. Topics: {', '.join(sorted(self.ids))}.")

    def name(self, topic_id: str, language: str) -> str:
        return self[topic_id].names[language]

    def of_team(self, team: str) -> tuple[Topic, ...]:
        return tuple(topic for topic in self.topics if topic.team == team)


def load(path: Path = SHIPPED) -> Taxonomy:
    """Read a taxonomy file; raise BadTaxonomy with the place and the mend when something is off."""
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise BadTaxonomy(f"{path} cannot be read as UTF-8 YAML: {error}") from error
    if not isinstance(raw, dict) or not isinstance(raw.get("topics"), list) or not raw["topics"]:
        raise BadTaxonomy(f"{path} has no list of `topics`. See docs/taxonomy.md for an example.")
    groups = {str(group["id"]): dict(group["names"]) for group in raw.get("groups", [])}
    topics = tuple(_topic(entry, groups, path) for entry in raw["topics"])
    repeated = {topic.id for topic in topics if sum(other.id == topic.id for other in topics) > 1}
    if repeated:
        raise BadTaxonomy(f"{path} has these topic ids more than once: {', '.join(sorted(repeated))}.")
    return Taxonomy(topics=topics, groups=groups, version=int(raw.get("version", 1)), path=path)


def _topic(entry: Any, groups: Mapping[str, Mapping[str, str]], path: Path) -> Topic:
    if not isinstance(entry, dict) or not entry.get("id"):
        raise BadTaxonomy(f"{path} has a topic without an `id`.")
    names = entry.get("names") or {}
    if isinstance(names, str):
        names = dict.fromkeys(REPORT_LANGUAGES, names)
    fallback = names.get("en") or next(iter(names.values()), entry["id"])
    parent = entry.get("parent")
    if parent is not None and groups and parent not in groups:
        raise BadTaxonomy(f"Topic {entry['id']!r} in {path} has parent {parent!r}, which is not among the groups.")
    return Topic(
        id=str(entry["id"]),
        names={language: str(names.get(language, fallback)) for language in REPORT_LANGUAGES},
        description=str(entry.get("description", "")),
        team=str(entry.get("team", "product")),
        parent=parent,
    )
