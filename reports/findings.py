"""Choose from the tested changes of a week what a team should hear, and put together what belongs together."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from data.records import SCALES
from reports.week import WeekTables
from reports.wording import known

Tone = Literal["worse", "better", "moved"]
#: What is told first when one topic changed in several ways.
FAMILIES = ("volume", "drift", "sentiment", "mood_drift", "score", "cohort", "cohort_mood")
#: Who looks into a group whose customers are unhappier, by what makes it a group.
OWNERS = {"product": "product", "carrier": "logistics", "region": "logistics", "channel": "service", "plan": "service"}


@dataclass(frozen=True, slots=True)
class Change:
    """One row of the `changes` table; see reports.week.CHANGES for its numbers."""

    family: str
    topic: str | None
    kind: str
    cohort: str
    scale: str | None
    metric: str
    versus: str
    n: int
    n_before: int
    total: int
    total_before: int
    value: float
    baseline: float
    effect: float
    low: float
    high: float
    q: float
    verdict: str
    needed: int | None

    @property
    def measure(self) -> str:
        """share, negative, score or nps: the metric without what it is held against."""
        return self.metric.removesuffix("_vs_previous").removesuffix("_vs_trend")

    @property
    def mark(self) -> str:
        """The verdict as readers see it; see the function `mark`."""
        return mark(self.verdict, self.low, self.high)

    @property
    def facts(self) -> tuple[float, ...]:
        """Every number of the row, for the check of the sentences that tell it."""
        numbers = (self.n, self.n_before, self.total, self.total_before, self.value, self.baseline)
        return tuple(float(number) for number in (*numbers, self.effect, self.low, self.high, self.q) if known(number))


@dataclass(frozen=True, slots=True)
class Place:
    """The group in which a topic stands out most: its share of the group's feedback, n of total."""

    kind: str
    cohort: str
    n: int
    total: int
    share: float


@dataclass(frozen=True, slots=True)
class Finding:
    """What changed about one topic (`topic` None: about the whole feedback, or a group), the main change first."""

    topic: str | None
    tone: Tone
    changes: tuple[Change, ...]
    place: Place | None

    @property
    def main(self) -> Change:
        return self.changes[0]


def mark(verdict: str, low: float, high: float) -> str:
    """A verdict as readers see it: "perhaps" where nothing is called although the interval low..high excludes zero.

    Among so many tests chance alone gives such intervals.
    """
    called = verdict in ("up", "down")
    return "perhaps" if not called and (low > 0 or high < 0) else verdict


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def changes_of(frame: pd.DataFrame) -> list[Change]:
    """The rows of a `changes` frame as records, in the frame's order."""
    return [
        Change(
            family=str(row["family"]),
            topic=_text(row["topic"]),
            kind=_text(row["kind"]) or "all",
            cohort=_text(row["cohort"]) or "all",
            scale=_text(row["scale"]),
            metric=str(row["metric"]),
            versus=str(row["versus"]),
            n=int(row["n"]),
            n_before=int(row["n_before"]),
            total=int(row["total"]),
            total_before=int(row["total_before"]),
            value=float(row["value"]),
            baseline=float(row["baseline"]),
            effect=float(row["effect"]),
            low=float(row["low"]),
            high=float(row["high"]),
            q=float(row["q"]),
            verdict=str(row["verdict"]),
            needed=int(row["needed"]) if known(row["needed"]) else None,
        )
        for row in frame.to_dict("records")
    ]


def find(tables: WeekTables, topics: Collection[str]) -> list[Finding]:
    """Findings about `topics`, the whole feedback, and groups that their teams look after (everyone's, for all topics).

    Worse before better, larger before smaller; a group that is as unhappy as everyone is not told beside everyone.
    """
    # The NPS moves with the mean answer, which is what is told.
    sure = [one for one in changes_of(tables.changes) if one.verdict in ("up", "down") and one.measure != "nps"]
    whole = next((one for one in sure if one.topic is None and one.kind == "all" and one.measure == "negative"), None)
    teams, everything = {tables.taxonomy[topic].team for topic in topics}, set(topics) >= set(tables.taxonomy.ids)
    grouped: dict[tuple[str | None, str], list[Change]] = {}
    for change in sure:
        if change.family == "cohort_mood":
            owned = everything or OWNERS[change.kind] in teams
            if owned and not (whole and follows(change, whole)):
                grouped.setdefault((None, f"{change.kind} {change.cohort}"), []).append(change)
        elif change.topic is None or change.topic in topics:
            grouped.setdefault((change.topic, "all"), []).append(change)
    findings = []
    for (topic, _), changes in grouped.items():
        ordered = tuple(_without_repeats(sorted(changes, key=_order)))
        findings.append(Finding(topic, _tone(tables, ordered[0]), ordered, where(tables, topic, ordered)))
    return sorted(findings, key=_importance)


def follows(change: Change, main: Change) -> bool:
    """Whether the change of a group is what everyone's is: the same measure and direction, and no quarter larger."""
    same = (change.measure, change.verdict) == (main.measure, main.verdict)
    return same and abs(change.effect) < 1.25 * abs(main.effect)


def too_few(tables: WeekTables, topics: Collection[str]) -> list[str]:
    """Topics whose share against the weeks before could not be judged, in the taxonomy's order."""
    frame = tables.changes
    chosen = changes_of(frame[(frame["family"] == "volume") & (frame["versus"] == "baseline")])
    named = {change.topic for change in chosen if change.mark == "too_few"}
    return [topic for topic in tables.taxonomy.ids if topic in named and topic in topics]


def where(tables: WeekTables, topic: str | None, changes: tuple[Change, ...] = ()) -> Place | None:
    """The group where the topic stands out: one that changed, else the one whose interval lies highest above all.

    None when no group that may be shown lies clearly above the share of everyone.
    """
    if topic is None:
        return None
    frame = tables.cohorts
    shown = frame[(frame["topic"] == topic) & ~frame["withheld"] & frame["share"].notna() & (frame["n"] > 0)]
    shown = shown[shown["kind"] != "channel"]
    risen = {(change.kind, change.cohort) for change in changes if change.family == "cohort" and change.verdict == "up"}
    overall = tables.topics[(tables.topics["topic"] == topic) & (tables.topics["week"] == tables.week)]["high"]
    floor = float(overall.iloc[0]) if len(overall) and known(overall.iloc[0]) else 1.0
    marked = shown[[pair in risen for pair in zip(shown["kind"], shown["cohort"], strict=True)]]
    best = marked if len(marked) else shown[shown["low"] > floor]
    if best.empty:
        return None
    row = best.sort_values(["low", "cohort"], ascending=[False, True]).iloc[0]
    return Place(str(row["kind"]), str(row["cohort"]), int(row["n"]), int(row["total"]), float(row["share"]))


def _order(change: Change) -> tuple[int, int, float, str]:
    family = FAMILIES.index(change.family) if change.family in FAMILIES else len(FAMILIES)
    return family, int(change.versus != "baseline"), -abs(change.effect), f"{change.kind}{change.cohort}{change.scale}"


def _without_repeats(changes: list[Change]) -> list[Change]:
    """Against the weeks before and against last week says the same twice: keep the first of each measure and group."""
    kept: dict[tuple[str, str, str, str | None], Change] = {}
    for change in changes:
        kept.setdefault((change.measure, change.kind, change.cohort, change.scale), change)
    return list(kept.values())


def _tone(tables: WeekTables, change: Change) -> Tone:
    rising = change.verdict == "up"
    if change.measure == "negative":
        return "worse" if rising else "better"
    if change.measure == "score":
        return "better" if rising else "worse"
    rows = tables.topics[tables.topics["topic"] == change.topic]
    # A topic that grew is judged by this week's mentions, one that went away by what it was like before.
    rows = rows[(rows["week"] == tables.week) == rising]
    blame, praise = int(rows["neg"].sum() + rows["mix"].sum()), int(rows["pos"].sum())
    if blame > 1.5 * praise:
        return "worse" if rising else "better"
    if praise > 1.5 * blame:
        return "better" if rising else "worse"
    return "moved"


def _importance(finding: Finding) -> tuple[int, int, float, str]:
    tones = ("worse", "moved", "better")
    main = finding.main
    width = SCALES[main.scale][1] if main.scale in SCALES else 100.0  # type: ignore[index]
    size = abs(main.effect) / (width if main.measure == "score" else 1.0)
    return tones.index(finding.tone), int(main.kind != "all"), -size, finding.topic or main.cohort
