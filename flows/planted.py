"""Compare what a run found in the sample company with what its writers planted there, misses included."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data.errors import EarshotError
from flows.environment import CHECKOUT
from flows.house import House, open_house
from flows.settings import Settings

SAMPLE = CHECKOUT / "data" / "sample"
Row = Mapping[str, Any]


class NoReport(EarshotError):
    """The week was not run yet."""


@dataclass(frozen=True)
class Story:
    """A planted story: the topics in which it should show, whether it made them worse or better, and in which cohort.

    Worse is told by more mentions, more blame or lower scores of those who mention the topic; better by the opposite.
    """

    name: str
    title: str
    topics: tuple[str, ...]
    worse: bool
    cohort: tuple[str, str] | None = None


STORIES = (
    Story("seasonal", "11.11: coupons, price quarrels, gifts", ("price_value", "promotion_gift", "stock_range"), True),
    Story(
        "courier_strike",
        "A strike at the carrier BlueCrane",
        ("delivery_speed", "courier_service", "tracking_info", "contact_response", "wrong_missing"),
        True,
        ("carrier", "BlueCrane"),
    ),
    Story(
        "battery_batch",
        "A bad battery batch of the Finch power bank",
        ("product_quality", "product_performance"),
        True,
        ("product", "Finch power bank"),
    ),
    Story("payment_release", "An app release that breaks payment", ("payment_billing", "app_website"), True),
    Story(
        "packaging_fix",
        "Better packaging of the Heron vacuum",
        ("damage_packaging",),
        False,
        ("product", "Heron vacuum"),
    ),
)


def compare(week: str) -> str:
    """Return the comparison as Markdown. The sample's `weekly` run of that week must have been made."""
    settings = Settings.load(SAMPLE / "earshot.yaml")
    folder = settings.site / week
    if not (folder / "tables" / "changes.parquet").is_file():
        raise NoReport(f"No report of {week} under {folder}. Run: make weekly")
    truth = {row["id"]: row for row in _lines(SAMPLE / "truth" / "labels.jsonl")}
    people = _lines(SAMPLE / "truth" / "people.jsonl")
    with open_house(settings) as house:
        read = _readings(house)
        parts = [
            f"# What the run of {week} found of what was planted",
            _labels(read, truth),
            _stories(house, folder, read, truth, week),
            _people(house, people, week),
        ]
    return "\n\n".join(parts)


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _readings(house: House) -> dict[str, Row]:
    """What was read in each item, by the writers' ids."""
    rows = house.lake.query_arrow(
        """
        SELECT f.source_id AS id, f.feedback_id, f.week, p.sentiment, p.kind, p.churn, p.escalation, p.urgent,
               list(m.topic) FILTER (m.topic IS NOT NULL) AS topics
        FROM feedback f JOIN predictions p USING (feedback_id, version) LEFT JOIN mentions m
             ON m.feedback_id = p.feedback_id AND m.version = p.version AND m.revision = p.revision
        GROUP BY ALL ORDER BY id
        """
    )
    return {str(row["id"]): row for row in rows.to_pylist()}


def _labels(read: Mapping[str, Row], truth: Mapping[str, Row]) -> str:
    groups: dict[str, list[tuple[Row, Row]]] = {"all": []}
    for key in sorted(read.keys() & truth.keys()):
        pair = (read[key], truth[key])
        language = {"S": "zh-Hans", "T": "zh-Hant", "E": "en"}[key[0]]
        groups["all"].append(pair)
        groups.setdefault(language, []).append(pair)
    lines = [
        "## Labels",
        "The writers labelled their own texts; the model never saw them.",
        "| written in | items | sentiment right | kind right | topics: precision, recall, F1 | urgent | escalations |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, pairs in groups.items():
        right, found, planted = _topic_counts(pairs)
        precision, recall = right / max(found, 1), right / max(planted, 1)
        lines.append(
            f"| {name} | {len(pairs)} | {_share(pairs, lambda r, t: r['sentiment'] == t['sentiment'])} "
            f"| {_share(pairs, lambda r, t: r['kind'] == t['kind'])} "
            f"| {precision:.2f}, {recall:.2f}, {2 * precision * recall / max(precision + recall, 1e-9):.2f} "
            f"| {_found(pairs, 'urgent')} | {_found(pairs, 'escalation')} |"
        )
    return "\n".join(lines)


def _share(pairs: Sequence[tuple[Row, Row]], agrees: Callable[[Row, Row], bool]) -> str:
    return f"{sum(agrees(read, truth) for read, truth in pairs) / max(len(pairs), 1):.3f}"


def _found(pairs: Sequence[tuple[Row, Row]], label: str) -> str:
    planted = [read for read, truth in pairs if truth[label]]
    extra = sum(bool(read[label]) for read, truth in pairs if not truth[label])
    return f"{sum(bool(read[label]) for read in planted)} of {len(planted)}, {extra} too many"


def _topics(read: Row) -> set[str]:
    return set(read["topics"]) if read["topics"] is not None and len(read["topics"]) else set()


def _topic_counts(pairs: Iterable[tuple[Row, Row]]) -> tuple[int, int, int]:
    counts: Counter[str] = Counter()
    for read, truth in pairs:
        found, planted = _topics(read), {topic for topic, _ in truth["topics"]}
        counts.update(right=len(found & planted), found=len(found), planted=len(planted))
    return counts["right"], counts["found"], counts["planted"]


def _stories(house: House, folder: Path, read: Mapping[str, Row], truth: Mapping[str, Row], week: str) -> str:
    changes = house.lake.query_arrow(
        "SELECT * FROM read_parquet($file)", {"file": str(folder / "tables" / "changes.parquet")}
    )
    rows: list[Row] = changes.to_pylist()
    lines = [
        "## Stories",
        "| story | items of this week labelled with its topics | what the report says | verdict |",
        "|---|---|---|---|",
    ]
    for story in STORIES:
        items = [
            key
            for key, row in truth.items()
            if row["story"] == story.name and key in read and read[key]["week"] == week
        ]
        tagged = sum(bool(_topics(read[key]) & set(story.topics)) for key in items)
        found = [row for row in rows if _tells(story, row)]
        best = min(found, key=lambda row: row["q"], default=None)
        said = "nothing" if best is None else _said(best)
        lines.append(f"| {story.title} | {tagged} of {len(items)} | {said} | {'found' if best else '**missed**'} |")
    told = {(row["topic"], row["cohort"]) for row in rows if row["verdict"] in {"up", "down"}}
    expected = {(row["topic"], row["cohort"]) for row in rows for story in STORIES if _tells(story, row)}
    others = sorted(f"{topic or 'the whole feedback'} ({cohort})" for topic, cohort in told - expected)
    lines.append(f"\nChanges in the report that belong to no planted story: {', '.join(others) or 'none'}.")
    return "\n".join(lines)


def _tells(story: Story, row: Row) -> bool:
    rises = story.worse != row["metric"].startswith(("score", "nps"))
    if row["verdict"] != ("up" if rises else "down"):
        return False
    if row["family"] == "cohort_mood":
        return story.cohort is not None and (row["kind"], row["cohort"]) == story.cohort
    if row["topic"] not in story.topics:
        return False
    return row["kind"] == "all" or (story.cohort is not None and (row["kind"], row["cohort"]) == story.cohort)


def _said(row: Row) -> str:
    where = "" if row["kind"] == "all" else f" at {row['cohort']}"
    if row["metric"].startswith(("score", "nps")):
        moved = f"{row['scale']} of those who mention it {row['baseline']:.1f} to {row['value']:.1f}"
    else:
        moved = f"{row['baseline']:.1%} to {row['value']:.1%} of customers"
    return f"{row['topic'] or 'negative feedback'}{where}: {moved}, q = {row['q']:.2g}"


def _people(house: House, people: Sequence[Row], week: str) -> str:
    from data.cases import queue

    ranked = {case.customer_key: (place, case) for place, case in enumerate(queue(house.database, week), start=1)}
    lines = ["## People", "| customer | planted | in the queue | why, by its writer |", "|---|---|---|---|"]
    counts: Counter[str] = Counter()
    for person in sorted(people, key=lambda row: (row["truth"] != "leaver", row["customer"])):
        key = house.keys.customer_key(str(person["customer"]))
        place = ranked.get(key)
        counts[person["truth"]] += 1
        counts[f"{person['truth']} flagged"] += place is not None
        if person["truth"] == "leaver" or place:
            shown = (
                f"place {place[0]}, {place[1].level}" if place else "**no**" if person["truth"] == "leaver" else "no"
            )
            lines.append(f"| {person['customer']} | {person['truth']} | {shown} | {person['why']} |")
    rest = len(ranked) - counts["leaver flagged"] - counts["angry_staying flagged"]
    lines.append(
        f"\nLeavers in the queue: {counts['leaver flagged']} of {counts['leaver']}. Angry but staying in the queue: "
        f"{counts['angry_staying flagged']} of {counts['angry_staying']}. Others in the queue: {rest} of {len(ranked)}."
    )
    return "\n".join(lines)
