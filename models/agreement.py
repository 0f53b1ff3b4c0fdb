"""Check that every engine says the same of the same text."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from data.records import Document
from models.analyser import SHIPPED, Analyser
from models.engine import available
from models.same_labels import shares_equal, table
from models.tallies import Figure

REFERENCE = "fp32"
GOAL = 0.995


@dataclass(frozen=True)
class Agreement:
    """How alike the engines of this machine read: engine -> label -> share equal to fp32's."""

    revision: str
    texts: int
    equal: Mapping[str, Mapping[str, Figure]]

    def as_dict(self) -> dict[str, Any]:
        """Return the figures."""
        return asdict(self)

    def markdown(self) -> str:
        """Return the report for people."""
        below = [name for name, figures in self.equal.items() if figures["labels"].value < GOAL]
        verdict = f"below {GOAL}: {', '.join(below)}" if below else f"all at or above {GOAL}"
        head = f"# Engines compared with {REFERENCE} on {self.texts} texts, revision {self.revision}"
        return "\n".join([head, "", f"Equal labels: {verdict}.", "", *table(self.equal)]) + "\n"


def engines_agree(
    documents: Sequence[Document],
    folder: Path = SHIPPED,
    engines: Sequence[str] | None = None,
    threads: int | None = None,
) -> Agreement:
    """Return how alike the engines read the documents; `engines` defaults to all that this machine offers.

    One engine is held in memory at a time. Raises EngineNotAvailable, and what Analyser.load raises.
    """
    chosen = [name for name in engines or available() if name != REFERENCE]
    reference = Analyser.load(folder, REFERENCE, threads)
    expected = list(reference.analyse(documents))
    equal = {
        name: shares_equal(expected, list(Analyser.load(folder, name, threads).analyse(documents))) for name in chosen
    }
    return Agreement(reference.revision, len(documents), equal)
