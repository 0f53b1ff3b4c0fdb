"""Try the model on written cases that are easy to get wrong, and say which it fails."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, get_args

import numpy as np

from data.errors import EarshotError
from data.records import Analysis, Document, Language, Turn
from models.analyser import Reads
from models.labels import KINDS, POLARITIES, SENTIMENTS, TOPICS
from models.tallies import Figure, Tally, draws_of

CASES = Path(__file__).with_name("hard_cases.tsv")
BETWEEN = " || "
SPEAKERS = {"[C]": "customer", "[A]": "agent"}
ALLOWED = {
    "sentiment": SENTIMENTS,
    "kind": KINDS,
    "churn": ("0", "1", "2"),
    "escalation": ("0", "1"),
    "urgent": ("0", "1"),
    "abstained": ("0", "1"),
}
TOPIC_CLAIM = re.compile(r"([+-])([a-z_]+)(?::([a-z]+))?")


class BadCase(EarshotError):
    """A line of the hard cases cannot be used."""


@dataclass(frozen=True, slots=True)
class HardCase:
    """One written case: what is read, and the claims that must hold of what is said (the file's head lists them)."""

    category: str
    document: Document
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tried:
    """How one case went: the claims that did not hold, each with what was said instead.

    `unsure`: every claim held but the analyser abstained although nothing asked for that; it does not count as passed.
    """

    id: str
    category: str
    language: str
    broken: tuple[str, ...]
    unsure: bool

    @property
    def passed(self) -> bool:
        """Whether all held, and was said with enough certainty to be counted."""
        return not self.broken and not self.unsure


@dataclass(frozen=True)
class HardCases:
    """How a revision did; `rates`: "all", "language en", "category sarcasm" -> share passed, with interval and n."""

    revision: str
    tried: tuple[Tried, ...]
    rates: dict[str, Figure]

    def as_dict(self) -> dict[str, Any]:
        """Return the rates, and the cases that were not passed."""
        failed = [asdict(case) for case in self.tried if not case.passed]
        return {"rates": {name: asdict(rate) for name, rate in self.rates.items()}, "failed": failed}

    def markdown(self) -> str:
        """Return the report for people, every failure in it."""
        return "\n".join(_lines(self)) + "\n"


def read_cases(path: Path = CASES) -> list[HardCase]:
    """Return the cases of a file; its first lines say what a line holds. Raises BadCase."""
    cases = []
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
        if not line or line.startswith("#"):
            continue
        columns = line.split("\t")
        if len(columns) != 5:
            raise BadCase(f"{path}, line {number} has {len(columns)} columns; 5 are expected.")
        name, category, language, text, claims = columns
        for claim in claims.split():
            if not _known(claim):
                raise BadCase(f"{path}, line {number} asks for {claim!r}, which is no label of ours.")
        if language not in get_args(Language) or not claims.strip():
            raise BadCase(f"{path}, line {number} has no claim, or a language other than {get_args(Language)}.")
        cases.append(HardCase(category, _document(name, text, language), tuple(claims.split())))
    repeated = len(cases) - len({case.document.feedback_id for case in cases})
    if repeated or not cases:
        raise BadCase(f"{path} holds no case, or the same id twice ({repeated} times).")
    return cases


def try_cases(
    analyser: Reads, cases: Sequence[HardCase], prepare: Callable[[Document], Document] | None = None
) -> HardCases:
    """Return how the analyser does on the cases; `prepare` may cut each document as the weekly run does."""
    documents = [prepare(case.document) if prepare else case.document for case in cases]
    tried = tuple(_tried(case, said) for case, said in zip(cases, analyser.analyse(documents), strict=True))
    passed = Tally(np.array([case.passed for case in tried], float), np.ones(len(tried)))
    groups: dict[str, list[int]] = {"all": list(range(len(tried)))}
    for name in ("language", "category"):
        for place, case in enumerate(tried):
            groups.setdefault(f"{name} {getattr(case, name)}", []).append(place)
    rates = {name: passed.figure(np.array(places), draws_of(len(places))) for name, places in groups.items()}
    return HardCases(analyser.revision, tried, {name: rate for name, rate in rates.items() if rate is not None})


def _document(name: str, text: str, language: Any) -> Document:
    if not text.startswith(tuple(SPEAKERS)):
        return Document(name, "hard", text, language)
    turns: list[Turn] = []
    said: list[str] = []
    at = 0
    for part in text.split(BETWEEN):
        speaker: Any = SPEAKERS[part[:3]]
        words = part[3:].strip()
        turns.append(Turn(speaker, at, at + len(words)))
        said.append(words)
        at += len(words) + 1
    return Document(name, "hard", "\n".join(said), language, tuple(turns))


def _known(claim: str) -> bool:
    topic = TOPIC_CLAIM.fullmatch(claim)
    if topic:
        return topic[2] in TOPICS and (topic[3] is None or topic[3] in POLARITIES)
    head, _, values = claim.partition("=")
    return head in ALLOWED and all(value in ALLOWED[head] for value in values.split("|"))


def _tried(case: HardCase, said: Analysis) -> Tried:
    told = [(claim, *_holds(claim, said)) for claim in case.claims]
    broken = tuple(f"{claim} (said {instead})" for claim, held, instead in told if not held)
    asked = any(claim.startswith("abstained=") for claim in case.claims)
    return Tried(
        case.document.feedback_id,
        case.category,
        case.document.language,
        broken,
        unsure=said.abstained and not asked and not broken,
    )


def _holds(claim: str, said: Analysis) -> tuple[bool, str]:
    topic = TOPIC_CLAIM.fullmatch(claim)
    if not topic:
        head, _, values = claim.partition("=")
        label = str(int(said.abstained)) if head == "abstained" else str(getattr(said, head))
        return label in values.split("|"), label
    polarity = {mention.topic: mention.sentiment for mention in said.mentions}
    found = topic[2] in polarity
    instead = ", ".join(f"{name}:{polarity[name]}" for name in sorted(polarity)) or "no topic"
    if topic[1] == "-":
        return not found, instead
    return found and (topic[3] is None or polarity[topic[2]] == topic[3]), instead


def _lines(result: HardCases) -> Iterator[str]:
    unsure = sum(case.unsure for case in result.tried)
    yield f"# Hard cases, revision {result.revision}"
    yield ""
    yield "A case passes if all that must hold of it holds. Shares with 95 % bootstrap intervals."
    yield from ("", "| | passed | 95 % | n |", "|---|---|---|---|")
    for name, rate in result.rates.items():
        yield f"| {name} | {rate.value:.3f} | {rate.low:.3f} to {rate.high:.3f} | {rate.n} |"
    yield from ("", f"## Not passed ({sum(not case.passed for case in result.tried)}, of these {unsure} abstained)", "")
    for case in result.tried:
        if not case.passed:
            yield f"- {case.id}: " + ("; ".join(case.broken) or "abstained")
