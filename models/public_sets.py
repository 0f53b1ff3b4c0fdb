"""Measure an analyser on the parts of the public sets that training never sees."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from data.records import Analysis, Document, Language
from models.analyser import Reads
from models.corpus import SOURCES, THREE, Row, SeenTexts, gold_rows, public_rows
from models.tallies import Figure, Tally, draws_of

#: The sets that tell sentiments apart.
SETS = ("shopping", "waimai", "chnsenticorp", "eprstmt", "tw_maps", "clothing", "airline", "tweeteval", "umsab")


@dataclass(frozen=True, slots=True)
class SetFigures:
    """One set: the sentiments it tells apart, accuracy and macro-recall among these, each with its interval."""

    among: tuple[str, ...]
    accuracy: Figure
    macro_recall: Figure


@dataclass(frozen=True)
class PublicSets:
    """The figures of each set, by name."""

    revision: str
    sets: Mapping[str, SetFigures]

    def as_dict(self) -> dict[str, Any]:
        """Return the figures."""
        return asdict(self)

    def markdown(self) -> str:
        """Return the report for people."""
        return "\n".join(_lines(self)) + "\n"


def held_out(data: Path, cache: Path, most: int | None = None) -> dict[str, list[Row]]:
    """Return the held-out rows with a sentiment of each set of a data folder, up to `most` each.

    They are chosen as in training (a hash of the text), so nothing here was trained on. Raises CorpusNotFound.
    """
    dev = gold_rows(data / "gold" / "dev.jsonl", cache)
    unseen = SeenTexts([], [row.text for row in dev])
    gold = [row for row in gold_rows(data / "gold" / "train.jsonl", cache) if not unseen.near(row.text)]
    seen = SeenTexts([row.text for row in gold], [row.text for row in dev])
    found = {}
    for name in SETS:
        _, rows = public_rows(name, data, cache, seen)
        found[name] = [row for row in rows if row.sentiment][:most]
    return {name: rows for name, rows in found.items() if rows}


def documents_of(rows: Sequence[Row]) -> list[Document]:
    """Return the rows as the analyser takes them."""
    return [
        Document(f"{row.source}-{place}", "public", row.text, cast(Language, row.language))
        for place, row in enumerate(rows)
    ]


def right(rows: Sequence[Row], found: Sequence[Analysis]) -> npt.NDArray[np.bool_]:
    """Return for each row whether the likeliest among the sentiments that its set tells apart is the right one."""
    scores = [cast(Mapping[str, float], said.scores) for said in found]
    return np.array(
        [max(row.among, key=said.__getitem__) == row.sentiment for row, said in zip(rows, scores, strict=True)]
    )


def public_sets(
    sets: Mapping[str, Sequence[Row]], analyser: Reads, prepare: Callable[[Document], Document] | None = None
) -> PublicSets:
    """Return accuracy and macro-recall on each set, from the scores as they are: nothing is tuned to a set."""
    figures = {}
    for name, rows in sets.items():
        documents = [prepare(document) if prepare else document for document in documents_of(rows)]
        figures[name] = _figures(rows, right(rows, list(analyser.analyse(documents))))
    return PublicSets(analyser.revision, figures)


def _figures(rows: Sequence[Row], hits: npt.NDArray[np.bool_]) -> SetFigures:
    draws = draws_of(len(rows))
    accuracy = Tally(hits.astype(float), np.ones(len(rows))).figure(np.arange(len(rows)), draws)
    assert accuracy is not None  # noqa: S101 - a set without rows is left out
    labels = np.array([row.sentiment for row in rows])
    recalls, drawn = [], []
    for label in sorted(set(labels)):
        inside = labels == label
        recalls.append(float(hits[inside].mean()))
        drawn.append((draws[:, inside] @ hits[inside]) / np.maximum(draws[:, inside].sum(1), 1))
    low, high = np.percentile(np.mean(drawn, axis=0), [2.5, 97.5])
    return SetFigures(rows[0].among, accuracy, Figure(float(np.mean(recalls)), float(low), float(high), len(rows)))


def _lines(found: PublicSets) -> Iterator[str]:
    yield f"# Public sets, the parts held out of training, revision {found.revision}"
    yield ""
    yield "Two-way: positive against negative; three-way: neutral too. From the scores as they are, 95 % bootstrap."
    yield from ("", "| set | | n | accuracy | macro-recall |", "|---|---|---|---|---|")
    for name, figures in found.sets.items():
        way = "three-way" if figures.among == THREE else "two-way"
        cells = [
            f"{one.value:.3f} ({one.low:.3f} to {one.high:.3f})" for one in (figures.accuracy, figures.macro_recall)
        ]
        yield f"| {SOURCES[name].file} | {way} | {figures.accuracy.n} | {cells[0]} | {cells[1]} |"
