"""An analyser that says what a test tells it to."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from data.records import Analysis, Document, Mention
from models.analyser import Reads


def opinion(*mentions: Mention, **changed: Any) -> Analysis:
    """Return a neutral analysis that says nothing, with some fields changed; scores follow the sentiment."""
    sentiment = changed.get("sentiment", "neu")
    plain: dict[str, Any] = {
        "feedback_id": "1", "version": "v", "revision": "told", "sentiment": sentiment,
        "scores": {label: 0.85 if label == sentiment else 0.05 for label in ("pos", "neg", "mix", "neu")},
        "kind": "other", "kind_score": 0.9, "churn": 0, "churn_score": 0.0, "escalation": 0, "escalation_score": 0.0,
        "urgent": 0, "urgent_score": 0.0, "mentions": mentions, "clauses": (), "abstained": False, "tokens": 5,
        "tokens_read": 5,
    }  # fmt: skip
    return Analysis(**plain | changed)


class Opinionated(Reads):
    """An analyser that asks a function for its opinion of each document."""

    def __init__(self, think: Callable[[Document], Analysis], revision: str = "told") -> None:
        self._think, self._revision = think, revision

    @property
    def revision(self) -> str:
        return self._revision

    def analyse(self, documents: Iterable[Document]) -> Iterator[Analysis]:
        return map(self._think, documents)
