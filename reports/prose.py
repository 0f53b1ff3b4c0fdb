"""Sentences made from the tables, each checked against the numbers it tells."""

import logging
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, tzinfo

from data.errors import EarshotError
from data.records import SCALES
from reports.findings import OWNERS, Change, Finding
from reports.week import WeekTables
from reports.wording import Words, known

LOG = logging.getLogger(__name__)
NUMBER = re.compile(r"[+−-]?\d[\d,]*(?:\.\d+)?%?")
#: Numbers that are part of the wording: the level of every interval, and the ends of the common score.
CONSTANTS = (0.95, 100.0)


class WrongNumber(EarshotError):
    """A sentence states a number that its table does not hold. A bug in reports/prose.py or in a locale file."""


def check_numbers(sentence: str, facts: Iterable[float], names: Iterable[str] = ()) -> list[str]:
    """The numbers in `sentence` that are in none of the `facts`; empty when all is well.

    A number agrees with a fact if the fact, or a hundred times it for a percentage or points, rounds to it at the
    number's own decimals, sign aside unless the number shows one. `names` (topics, groups, products) may hold digits:
    they are taken out first.
    """
    for name in sorted(set(names), key=len, reverse=True):
        sentence = sentence.replace(name, " ")
    values = [*facts, *CONSTANTS]
    wrong = []
    for match in NUMBER.finditer(sentence):
        token = match[0]
        bare = token.rstrip("%").replace(",", "").replace("−", "-")
        decimals = len(bare.partition(".")[2])
        number, slack = float(bare), 0.5 * 10.0**-decimals + 1e-9
        scales = (100.0,) if token.endswith("%") else (1.0, 100.0)
        signed = bare[0] in "+-"
        if not any(
            abs((value if signed else abs(value)) * scale - number) <= slack for value in values for scale in scales
        ):
            wrong.append(token)
    return wrong


def full_mark(change: Change) -> float:
    """The highest score of the change's scale; 100 where scales were brought together."""
    return SCALES[change.scale][1] if change.scale in SCALES else 100.0  # type: ignore[index]


def difference(words: Words, change: Change, value: float) -> str:
    """A difference in the unit of the change, with its sign: "+3.1 points"."""
    if change.measure == "score":
        return words.say("effect.score", effect=words.signed(value))
    return words.say("effect.points", effect=words.signed(100 * value))


def reach(words: Words, change: Change) -> str:
    """The interval of the difference alone, as "−3.1 to +8.0 points"; "" where there is none."""
    if not (known(change.low) and known(change.high)):
        return ""
    low = words.signed((1 if change.measure == "score" else 100) * change.low)
    return words.say("score.interval", low=low, high=difference(words, change, change.high))


class Writer:
    """Writes sentences in one language; each is checked before it is handed out.

    With `strict` a wrong number raises WrongNumber (tests, development); without, the sentence is dropped and its key
    logged: a report with a sentence less is better than one that says what is not so.
    """

    def __init__(self, words: Words, tables: WeekTables, strict: bool = False, zone: tzinfo = UTC) -> None:
        self.words = words
        self.tables = tables
        self.strict = strict
        self.zone = zone

    def day(self, moment: object) -> str:
        """The day of a moment in the business time zone, "" if there is none."""
        if not isinstance(moment, datetime) or moment != moment:  # NaT is a datetime that equals nothing
            return ""
        return self.words.day(moment.astimezone(self.zone) if moment.tzinfo else moment)

    def write(self, key: str, facts: Iterable[float], names: Iterable[str] = (), /, **parts: object) -> str:
        """The phrase `key` filled with `parts`, or "" if it states a number that `facts` lack."""
        return self.check(key, self.words.say(key, **parts), facts, names)

    def check(self, key: str, sentence: str, facts: Iterable[float], names: Iterable[str] = ()) -> str:
        wrong = check_numbers(sentence, facts, names)
        if not wrong:
            return sentence
        if self.strict:
            raise WrongNumber(
                f"The sentence {key!r} ({self.words.language}) states {', '.join(wrong)}: not in its table."
            )
        LOG.error("sentence %s (%s, %s) dropped: %d numbers not in its table", key, self.words.language,
                  self.tables.week, len(wrong))  # fmt: skip
        return ""

    def topic(self, topic: str | None) -> str:
        return self.tables.taxonomy.name(topic, self.words.language) if topic else ""

    def baseline_weeks(self) -> int:
        """How many of the weeks that are pooled before the report week have any feedback."""
        before = self.tables.weeks[:-1][-self.tables.settings.baseline_weeks :]
        topics = self.tables.topics
        return int(topics[topics["week"].isin(before) & (topics["total"] > 0)]["week"].nunique())

    def versus(self, change: Change) -> str:
        return self.words.say(f"versus.{change.versus}", count=self.baseline_weeks())

    def amount(self, change: Change, value: float) -> str:
        """A value of the change in its own unit: a share as percent, a score with one decimal."""
        return self.words.number(value, 1) if change.measure == "score" else self.words.percent(value)

    def certainty(self, change: Change) -> str:
        """How hard the change is to explain by chance, in words, from its q."""
        grade = "strong" if change.q <= 0.001 else "clear" if change.q <= 0.01 else "fair"
        return self.words.say(f"certainty.{grade}")

    def what_changed(self, change: Change, short: bool = False) -> str:
        """One sentence: what changed, from where to where, by how much, how sure.

        `short` is for a line under another about the same topic: it does not name the topic again.
        """
        measure = "cohort" if change.family == "cohort" else change.measure
        of = "" if change.topic or measure == "cohort" else "_all" if change.kind == "all" else "_cohort"
        key = f"finding.{measure}{of}_{change.verdict}"
        key = f"{key}_short" if short and self.words.has(f"{key}_short") else key
        cohort = self.words.fact(change.kind, change.cohort)
        names = [self.topic(change.topic), cohort]
        kind = self.words.name("kind", change.kind)
        scale = self.words.name("score", change.scale or "any")
        top = full_mark(change)
        said = self.words.say(
            key, topic=names[0], cohort=cohort, kind=kind, scale=scale, top=top, versus=self.versus(change),
            value=self.amount(change, change.value), baseline=self.amount(change, change.baseline),
        )  # fmt: skip
        said += self.words.say(
            "finding.sure", effect=difference(self.words, change, change.effect), certainty=self.certainty(change)
        )
        return self.check(
            key, said, (*change.facts, float(self.baseline_weeks()), top), [name for name in names if name]
        )

    def evidence(self, change: Change) -> str:
        """The interval of the difference and the counts behind it."""
        parts = []
        if known(change.low) and known(change.high):
            scale = 1 if change.measure == "score" else 100
            low, high = self.words.signed(scale * change.low), difference(self.words, change, change.high)
            parts.append(self.words.say("finding.interval", low=low, high=high))
        key = "answers" if change.measure == "score" else "people"
        parts.append(
            self.words.say(
                f"finding.{key}", n=change.n, total=change.total, n_before=change.n_before,
                total_before=change.total_before,
            )
        )  # fmt: skip
        return self.check("finding.interval", " · ".join(parts), change.facts)

    def action(self, finding: Finding) -> str:
        """Who should do what about a finding; "" for one about the whole feedback."""
        if finding.topic is None:
            return self._cohort_action(finding.main, finding.tone)
        owner = self.words.name("team", self.tables.taxonomy[finding.topic].team)
        topic, place = self.topic(finding.topic), finding.place
        if finding.tone == "worse" and place:
            cohort = self.words.fact(place.kind, place.cohort)
            return self.write(
                "action.worse_where", (place.n, place.total), (topic, cohort, owner), team=owner, topic=topic,
                kind=self.words.name("kind", place.kind), cohort=cohort, n=place.n, total=place.total,
            )  # fmt: skip
        return self.write(f"action.{finding.tone}", (), (topic, owner), team=owner, topic=topic)

    def _cohort_action(self, change: Change, tone: str) -> str:
        if OWNERS.get(change.kind) not in self.tables.taxonomy.teams:
            return ""
        owner, cohort = self.words.name("team", OWNERS[change.kind]), self.words.fact(change.kind, change.cohort)
        kind = self.words.name("kind", change.kind)
        return self.write(f"action.cohort_{tone}", (), (owner, cohort), team=owner, kind=kind, cohort=cohort)

    def headline(self, team: str | None, findings: Sequence[Finding], at_high_risk: int | None = None) -> list[str]:
        """The paragraph that opens an edition, as sentences: what changed, where, who should start.

        `team` is None for an edition about all topics.
        """
        row = self.tables.coverage.iloc[0].to_dict() if len(self.tables.coverage) else {}
        counted = int(row.get("counted", 0))
        if not counted:
            return [self.words.say("lede.empty"), self.words.say("lede.empty_why")]
        said = [self._counted(team, counted, int(row["customers"]))]
        if self.baseline_weeks() < 1:
            said.append(self.words.say("lede.first"))
        elif not findings:
            said.append(self.words.say("lede.quiet"))
        else:
            for place, finding in enumerate(findings[:2]):
                said += [self.what_changed(finding.main), self._who(finding) if not place else ""]
            if len(findings) > 2:
                said.append(self.write("lede.more", (float(len(findings) - 2),), count=len(findings) - 2))
        if at_high_risk:
            said.append(self.write("lede.risk", (float(at_high_risk),), count=at_high_risk))
        return [sentence for sentence in said if sentence]

    def _who(self, finding: Finding) -> str:
        """Where the first finding is at its worst, and who should start there; "" if it is no trouble."""
        if finding.topic is None or finding.tone != "worse":
            return ""
        owner, place = self.words.name("team", self.tables.taxonomy[finding.topic].team), finding.place
        if place is None:
            return self.write("why.who", (), (owner,), team=owner)
        cohort = self.words.fact(place.kind, place.cohort)
        return self.write(
            "why.place_who", (place.share,), (cohort, owner), kind=self.words.name("kind", place.kind), cohort=cohort,
            share=self.words.percent(place.share), team=owner,
        )  # fmt: skip

    def _counted(self, team: str | None, counted: int, customers: int) -> str:
        facts = [float(counted), float(customers)]
        said = self.words.say("lede.counted", count=counted, customers=customers)
        if team is None:
            return self.check("lede.counted", said + self.words.say("lede.counted_all"), facts)
        topics = [topic.id for topic in self.tables.taxonomy.of_team(team)]
        n = int(self.tables.rows[self.tables.rows["topic"].isin(topics)]["feedback_id"].nunique())
        share = self.words.percent(n / counted)
        name = self.words.name("team", team)
        name = name.lower() if self.words.language == "en" else name
        said += self.words.say("lede.counted_team", n=n, share=share, team=name)
        return self.check("lede.counted_team", said, [*facts, float(n), n / counted], (name,))
