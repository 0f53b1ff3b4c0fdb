"""A small company for tests: ten weeks of comments in a drop folder, and a reader that needs no weights."""

import csv
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path

from data.records import Analysis, ClauseReading, Document, Mention, Sentiment
from data.weeks import monday, span
from models.analyser import Reads

WEEKS = span("2026-W37", "2026-W46")
SAID = (
    ("物流太慢了，等了一个星期", 2),
    ("Delivery was quick and the box was fine", 9),
    ("包裝很好，下次還會再買", 10),
    ("The app lost my order, I am leaving for good", 0),
    ("客服态度很好，问题当天就解决了", 9),
    ("耳机音质不错，就是有点贵", 7),
)
TOPICS = {"物流": "delivery_speed", "Delivery": "delivery_speed", "包裝": "damage_packaging", "app": "app_website"}
HEADER = ["id", "at", "text", "nps", "customer", "carrier", "region", "product"]

SETTINGS = """
company: Testwood
pdf: off
time_zone: Asia/Shanghai
var: var
small_group: 2
publish: {folder: {path: out}}
sources:
  - name: surveys
    kind: folder
    path: incoming
    mapping:
      time_zone: Asia/Shanghai
      constants: {channel: survey, scale: nps}
      columns: {source_id: id, occurred_at: at, text: text, score: nps, customer_id: customer, carrier: carrier,
                region: region, product: product}
"""


class KeywordReader(Reads):
    """Reads by a handful of words, so that what flows do with readings can be tested without a model."""

    revision = "keywords-1"

    def __init__(self) -> None:
        self.read = 0

    def analyse(self, documents: Iterable[Document]) -> Iterator[Analysis]:
        for document in documents:
            self.read += 1
            yield self._analysis(document)

    def _analysis(self, document: Document) -> Analysis:
        text = document.text
        bad = any(word in text for word in ("慢", "lost", "贵", "crushed"))
        sentiment: Sentiment = "neg" if bad else "pos"
        leaving = int("leaving" in text)
        topics = {
            "物流": "delivery_speed",
            "Delivery": "delivery_speed",
            "包裝": "damage_packaging",
            "app": "app_website",
        }
        found = {topic: text.index(word) for word, topic in topics.items() if word in text}
        return Analysis(
            feedback_id=document.feedback_id,
            version=document.version,
            revision=self.revision,
            sentiment=sentiment,
            scores={"pos": 0.05 if bad else 0.9, "neg": 0.9 if bad else 0.05, "mix": 0.03, "neu": 0.02},
            kind="complaint" if bad else "praise",
            kind_score=0.9,
            churn=2 * leaving,
            churn_score=0.9 if leaving else 0.05,
            escalation=0,
            escalation_score=0.01,
            urgent=0,
            urgent_score=0.01,
            mentions=tuple(Mention(topic, sentiment, 0.9, at, at + 2) for topic, at in sorted(found.items())),
            clauses=tuple(ClauseReading(clause.position, sentiment, 0.9) for clause in document.clauses),
            abstained=False,
            tokens=len(text),
            tokens_read=len(text),
        )


def rows(each: int = 12) -> list[list[str]]:
    """`each` comments a week by a pool of forty customers."""
    made = []
    for number, week in enumerate(WEEKS):
        for place in range(each):
            text, score = SAID[(place + number) % len(SAID)]
            day = monday(week) + timedelta(days=place % 7)
            customer = (number * 7 + place * 3) % 40
            carrier = ("BlueCrane", "SwiftLine")[place % 2]
            made.append(
                [
                    f"r{number}-{place}",
                    f"{day} {9 + place % 9}:30",
                    text,
                    str(score),
                    f"C{customer:03}",
                    carrier,
                    "East",
                    "Tern",
                ]
            )
    return made


def found(folder: Path, content: list[list[str]] | None = None, settings: str = SETTINGS) -> Path:
    """Write the company into a folder; return the path of its settings."""
    (folder / "incoming").mkdir(parents=True, exist_ok=True)
    with (folder / "incoming" / "surveys.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADER, *(content or rows())])
    path = folder / "earshot.yaml"
    path.write_text(settings, encoding="utf-8")
    return path
