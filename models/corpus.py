"""Load the gold set and the public sets as rows that training can mix.

The files are described in the data folder's README. Public texts that also occur in the gold set are left out, and a
part of every public set is held out for validation (by a hash of the text, so that it is always the same part).
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from datasets import disable_progress_bars, load_dataset

from data.errors import EarshotError
from models.tokens import fold

Record = Mapping[str, Any]
CONTRAST = Path(__file__).with_name("contrast.tsv")
GRAM = 12  # characters of a shingle when near-duplicates are sought
NEAR = 0.5  # share of a gold text's shingles from which a public text counts as the same


class CorpusNotFound(EarshotError):
    """A file of the training data is missing."""


@dataclass(frozen=True)
class Row:
    """One text with what is known about it; what is None or empty is unknown and trains nothing.

    `sentiment` is one of `among`, which says what the source tells apart; `topics` are (topic, polarity, start, end)
    and complete only where `all_topics`; `aspects` are (start, end, polarity); `extra` is a class of an auxiliary head;
    `soft_topics` are another network's probabilities.
    """

    text: str
    source: str
    language: str
    weight: float = 1.0
    sentiment: str | None = None
    among: tuple[str, ...] = ("pos", "neg", "mix", "neu")
    topics: tuple[tuple[str, str | None, int, int], ...] = ()
    all_topics: bool = False
    kind: str | None = None
    churn: int | None = None
    escalation: int | None = None
    urgent: int | None = None
    aspects: tuple[tuple[int, int, str], ...] = ()
    extra: tuple[tuple[str, str], ...] = ()
    soft_topics: tuple[float, ...] = ()


BINARY = ("pos", "neg")
THREE = ("pos", "neg", "neu")
SHORT = {"positive": "pos", "negative": "neg", "neutral": "neu"}
REASONS = {
    "Late Flight": "schedule_disruption", "Cancelled Flight": "schedule_disruption", "Lost Luggage": "wrong_missing",
}  # fmt: skip
INTENTS = {
    "track_order": "tracking_info", "get_refund": "returns_refunds", "track_refund": "returns_refunds",
    "check_refund_policy": "returns_refunds", "cancel_order": "returns_refunds", "payment_issue": "payment_billing",
    "check_invoice": "payment_billing", "get_invoice": "payment_billing", "registration_problems": "account_privacy",
    "recover_password": "account_privacy",
}  # fmt: skip


@dataclass(frozen=True)
class Source:
    """How one public file becomes rows: its reader, how often it is repeated in a pass, rows held out, and whether it
    tells fine intents apart.
    """

    file: str
    read: Callable[[Record], Iterator[Row]]
    repeat: float = 1.0
    held_out: int = 500
    fine: bool = False


def binary(source: str, weight: float = 1.0) -> Callable[[Record], Iterator[Row]]:
    """Return a reader of sets that tell positive from negative."""

    def read(record: Record) -> Iterator[Row]:
        label = SHORT.get(str(record.get("label")))
        if label in BINARY:
            yield Row(record["text"], source, record["lang"], weight, sentiment=label, among=BINARY)

    return read


def three_way(source: str, weight: float = 1.0) -> Callable[[Record], Iterator[Row]]:
    """Return a reader of sets that tell positive, negative and neutral; airline reasons hint at topics."""

    def read(record: Record) -> Iterator[Row]:
        reason = record.get("topic")
        topic = REASONS.get(str(reason)) if (record.get("topic_confidence") or 0) >= 0.6 else None
        yield Row(
            record["text"], source, record["lang"], weight, sentiment=SHORT[record["label"]], among=THREE,
            topics=((topic, "neg", -1, -1),) if topic else (),
            extra=(("airline_reason", str(reason)),) if reason else (),
        )  # fmt: skip

    return read


def stars(source: str) -> Callable[[Record], Iterator[Row]]:
    """Return a reader of reviews with one to five stars: four and five are positive, one and two negative."""

    def read(record: Record) -> Iterator[Row]:
        rating = int(record["rating"])
        sentiment = "pos" if rating >= 4 else "neg" if rating <= 2 else None
        yield Row(
            record["text"], source, record["lang"], sentiment=sentiment, among=BINARY, extra=(("stars", str(rating)),)
        )

    return read


def intents(head: str, topics: Mapping[str, str]) -> Callable[[Record], Iterator[Row]]:
    """Return a reader of intent sets; some intents name a topic."""

    def read(record: Record) -> Iterator[Row]:
        label = str(record["label"])
        topic = topics.get(label)
        yield Row(
            record["text"], head, record["lang"], 0.5, extra=((head, label),),
            topics=((topic, None, -1, -1),) if topic else (),
        )  # fmt: skip

    return read


def aspects(source: str) -> Callable[[Record], Iterator[Row]]:
    """Return a reader of aspect sets in any of their four shapes; an aspect that the text does not hold is left out."""

    def read(record: Record) -> Iterator[Row]:
        text, found = record["text"], []
        if record.get("template"):
            start = record["template"].find("$T$")
            found.append((start, record["aspect"], record["label"]))
        elif record.get("aspect"):
            found.append((text.find(record["aspect"]), record["aspect"], record["label"]))
        for term, polarity in record.get("aspects") or ():
            found.append((text.find(term), term, polarity))
        for triplet in record.get("triplets") or ():
            found.append((text.find(triplet["aspect"] or "\0"), triplet["aspect"] or "", triplet["polarity"]))
        spans = tuple(
            (start, start + len(term), SHORT[polarity])
            for start, term, polarity in found
            if start >= 0 and term and polarity in SHORT and text[start : start + len(term)] == term
        )
        if spans:
            yield Row(text, source, record["lang"], 0.5, aspects=spans)

    return read


SOURCES: Mapping[str, Source] = {
    "shopping": Source("zh_online_shopping_10_cats", binary("shopping"), held_out=1500),
    "waimai": Source("zh_waimai_10k", binary("waimai"), repeat=2, held_out=700),
    "chnsenticorp": Source("zh_chnsenticorp_split", binary("chnsenticorp"), repeat=1.6, held_out=600),
    "eprstmt": Source("zh_eprstmt", binary("eprstmt"), repeat=4, held_out=120),
    "tw_maps": Source("zh_tw_gmaps_restaurants", stars("tw_maps"), repeat=0.5, held_out=600),
    "airline": Source("en_airline_tweets", three_way("airline", 0.7), repeat=2, held_out=800),
    "tweeteval": Source("en_tweeteval_sentiment_val", three_way("tweeteval"), repeat=2, held_out=600),
    "umsab": Source("en_umsab", three_way("umsab"), repeat=2, held_out=200),
    "clothing": Source("en_womens_clothing", stars("clothing"), repeat=0.25, held_out=400),
    "absa_zh": Source("zh_absa_multi", aspects("absa_zh"), repeat=0.3, held_out=300),
    "acos_zh": Source("zh_acos_zhang", aspects("acos_zh"), repeat=0.35, held_out=300),
    "semeval": Source("en_semeval14", aspects("semeval"), repeat=0.6, held_out=200),
    "mams": Source("en_mams", aspects("mams"), repeat=0.6, held_out=200),
    "banking77": Source("en_banking77", intents("banking77", {}), repeat=0.6, held_out=300, fine=True),
    "bitext27": Source("en_bitext27", intents("bitext27", INTENTS), repeat=0.25, held_out=100, fine=True),
    "multidogo": Source("en_multidogo", intents("multidogo", {}), repeat=0.04, held_out=100, fine=True),
}


def read_json(path: Path, cache: Path) -> Iterable[Record]:
    """Return the records of a JSON-lines file (gzip or not), memory-mapped by the datasets library."""
    if not path.is_file():
        raise CorpusNotFound(f"No {path.name} in {path.parent}: give the data folder with --data.")
    disable_progress_bars()
    records: Iterable[Record] = load_dataset("json", data_files=str(path), split="train", cache_dir=str(cache))
    return records


def gold_rows(path: Path, cache: Path) -> list[Row]:
    """Return the rows of a gold file, every label known. `context` is not read: it is not there when we analyse."""
    rows = []
    for record in read_json(path, cache):
        topics = []
        for topic, polarity, evidence in record["t"]:
            start = record["text"].find(evidence)
            topics.append((topic, polarity, start, start + len(evidence) if start >= 0 else -1))
        rows.append(
            Row(
                record["text"], "gold", record["lang"], sentiment=record["s"], topics=tuple(topics), all_topics=True,
                kind=record["k"], churn=int(record["c"]), escalation=int(record["e"]), urgent=int(record["u"]),
            )
        )  # fmt: skip
    return rows


def row_from(content: Mapping[str, Any]) -> Row:
    """Return the row that `dataclasses.asdict` and JSON took apart."""
    pairs = ("topics", "aspects", "extra")
    values = {name: tuple(map(tuple, content[name])) for name in pairs}
    return Row(**{**content, **values, "among": tuple(content["among"]), "soft_topics": tuple(content["soft_topics"])})


def contrast_rows() -> list[Row]:
    """Return the pairs written for this project (models/contrast.tsv), which differ in one turn of meaning."""
    rows = []
    for line in CONTRAST.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            language, sentiment, kind, churn, text = line.split("\t")
            rows.append(Row(text, "contrast", language, sentiment=sentiment, kind=kind, churn=int(churn)))
    return rows


def public_rows(name: str, data: Path, cache: Path, gold: "SeenTexts") -> tuple[list[Row], list[Row]]:
    """Return (training rows, held-out rows) of a public set, none of them a text that the gold set holds."""
    source = SOURCES[name]
    groups: dict[str, list[Row]] = {}
    for record in read_json(data / "public" / f"{source.file}.jsonl.gz", cache):
        for row in source.read(record):
            groups.setdefault(bare(row.text), []).append(row)
    kept = [(key, rows) for key, rows in groups.items() if key and not gold.holds(key)]
    kept.sort(key=lambda item: hashlib.sha256(item[0].encode()).digest())
    held_out = [row for _, rows in kept[: source.held_out] for row in merged(rows)[:1]]
    return [row for _, rows in kept[source.held_out :] for row in merged(rows)], held_out


def merged(rows: Sequence[Row]) -> list[Row]:
    """Return the rows of one text, those that only tell aspects joined into one."""
    with_aspects = [row for row in rows if row.aspects]
    others = [row for row in rows if not row.aspects]
    if not with_aspects:
        return others
    spans = dict.fromkeys(span for row in with_aspects if row.text == with_aspects[0].text for span in row.aspects)
    return [*others, replace(with_aspects[0], aspects=tuple(spans))]


def bare(text: str) -> str:
    """Return the folded text without anything but letters and digits, lower case: what makes two texts the same."""
    return re.sub(r"[\W_]+", "", fold(text)).lower()


class SeenTexts:
    """Texts that must not come again: equal ones, and ones that hold half of the shingles of one of `close`."""

    def __init__(self, equal: Iterable[str], close: Sequence[str]) -> None:
        self._equal = {bare(text) for text in equal} | {bare(text) for text in close}
        self._owners: dict[str, set[int]] = {}
        self._sizes: list[int] = []
        for number, text in enumerate(close):
            grams = _shingles(bare(text))
            self._sizes.append(len(grams))
            for gram in grams:
                self._owners.setdefault(gram, set()).add(number)

    def near(self, text: str) -> bool:
        """Return whether a text is, or nearly is, one of them."""
        return self.holds(bare(text))

    def holds(self, key: str) -> bool:
        """Return whether a text, already `bare`, is one of them."""
        if key in self._equal:
            return True
        shared: dict[int, int] = {}
        for gram in _shingles(key):
            for number in self._owners.get(gram, ()):
                shared[number] = shared.get(number, 0) + 1
        return any(count >= NEAR * self._sizes[number] for number, count in shared.items())


def _shingles(key: str) -> set[str]:
    return {key[place : place + GRAM] for place in range(len(key) - GRAM + 1)}
