"""One team's edition, put together: everything that stands on its page, in order, ready to be rendered."""

from dataclasses import dataclass
from datetime import UTC, date, timedelta, tzinfo

from markupsafe import Markup

from data.weeks import monday
from reports.at_risk import RiskCase, at_high_risk, risk_cases
from reports.coverage_box import Coverage, coverage_box, method_notes
from reports.driver_table import Drivers, drivers
from reports.findings import Change, Finding, find, too_few
from reports.heatmaps import HeatMap, heatmaps
from reports.prose import Writer
from reports.quotations import QuotedRow, Voice, quoted_rows, voices, withheld_groups
from reports.quoting import plain, safe_url, shorten
from reports.tiles import Tile, tiles
from reports.topic_table import TopicRow, not_mentioned, topic_rows, trend_of
from reports.week import WeekTables
from reports.wording import Words, known

#: The edition that reads all topics and the customers at risk.
MANAGERS = "managers"
#: Changes shown as cards, mismatches shown in full, and the number of customers below which a week is called small.
CARDS, MISMATCHES, SMALL = 8, 5, 50


@dataclass(frozen=True, slots=True)
class Card:
    """A finding, ready to show: the sentence, what is behind it, what else changed about the topic, its trend."""

    topic: str
    name: str
    tone: str
    tone_name: str
    verdict: str
    sentence: str
    evidence: str
    also: tuple[tuple[str, str], ...]
    trend: Markup | None
    quoted: bool


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A response whose words and score disagree."""

    direction: str
    score: str
    day: str
    text: str
    url: str | None


@dataclass(frozen=True, slots=True)
class Page:
    """An edition's content in reading order. Texts are plain (not yet escaped); drawings are safe markup."""

    team: str
    team_name: str
    company: str
    language: str
    words: Words
    week: str
    week_name: str
    days: str
    partial: bool
    restated: str
    small: bool
    hidden: bool
    headline: tuple[str, ...]
    actions: tuple[str, ...]
    tiles: tuple[Tile, ...]
    cards: tuple[Card, ...]
    further: tuple[str, ...]
    too_few: tuple[str, ...]
    history: bool
    topics: tuple[TopicRow, ...]
    not_mentioned: tuple[str, ...]
    counted: int
    trend_weeks: int
    drivers: Drivers
    heatmaps: tuple[HeatMap, ...]
    voices: tuple[Voice, ...]
    mismatches: tuple[Mismatch, ...]
    more_mismatches: int
    cases: tuple[RiskCase, ...]
    all_cases: int
    coverage: Coverage
    method: tuple[str, ...]
    quoted: tuple[QuotedRow, ...]
    first_day: date

    @property
    def for_managers(self) -> bool:
        return self.team == MANAGERS

    @property
    def subject(self) -> str:
        """The edition's name in a list of mails."""
        number = int(self.week.partition("-W")[2])
        return self.words.say("edition.subject", company=self.company, team=self.team_name, number=number)


def topics_of(tables: WeekTables, team: str) -> list[str]:
    """Ids of the topics that a team reads: its own; all of them for the managers."""
    if team == MANAGERS:
        return list(tables.taxonomy.ids)
    return [topic.id for topic in tables.taxonomy.of_team(team)]


def too_small(tables: WeekTables) -> bool:
    """Whether so few customers spoke this week that the week itself is a group to be withheld."""
    customers = int(tables.coverage["customers"].iloc[0]) if len(tables.coverage) else 0
    return customers < tables.settings.k


def build_page(
    tables: WeekTables, team: str, company: str, language: str, strict: bool = False, zone: tzinfo = UTC
) -> Page:
    """The edition of `team` in a report language (en, zh-Hans, zh-Hant); days are those of the `zone`.

    Teams other than the managers see their own topics and never who a customer is. With `strict` a sentence whose
    number is not in its table raises WrongNumber instead of being dropped.
    """
    words = Words(language)
    writer = Writer(words, tables, strict, zone)
    topics, managers, hidden = topics_of(tables, team), team == MANAGERS, too_small(tables)
    findings = [] if hidden else find(tables, topics)
    quotations = [] if hidden else voices(writer, findings, topics)
    year, _, number = tables.week.partition("-W")
    box = coverage_box(writer)
    cards = findings[:CARDS]
    mismatches, more = ([], 0) if hidden else _mismatches(writer, topics, managers)
    row = tables.coverage.iloc[0] if len(tables.coverage) else {"counted": 0, "customers": 0}
    focus = next((one.topic for one in findings if one.topic and one.tone != "better"), None)
    rows = [] if hidden else topic_rows(writer, topics)
    quoted_topics = {voice.topic for voice in quotations}
    return Page(
        team=team,
        team_name=words.name("team", team),
        company=company,
        language=language,
        words=words,
        week=tables.week,
        week_name=words.say("edition.week", number=str(int(number)), year=year),
        days=words.days(monday(tables.week), monday(tables.week) + timedelta(days=6)),
        partial=box.partial,
        restated=words.listed(box.restated.split()),
        small=0 < int(row["customers"]) < SMALL,
        hidden=hidden,
        headline=tuple(_headline(writer, team, findings, hidden)),
        actions=tuple(_actions(writer, findings, managers)),
        tiles=() if hidden else tuple(tiles(writer)),
        cards=tuple(_card(writer, finding, quoted_topics) for finding in cards),
        further=tuple(writer.what_changed(finding.main) for finding in findings[CARDS:]),
        too_few=() if hidden else tuple(writer.topic(topic) for topic in too_few(tables, topics)),
        history=writer.baseline_weeks() > 0,
        topics=tuple(rows),
        not_mentioned=() if hidden else tuple(not_mentioned(writer, topics)),
        counted=int(row["counted"]),
        trend_weeks=len(tables.weeks),
        drivers=Drivers() if hidden else drivers(writer, topics),
        heatmaps=() if hidden else tuple(heatmaps(writer, team, topics, focus or (rows[0].topic if rows else None))),
        voices=tuple(quotations),
        mismatches=tuple(mismatches),
        more_mismatches=more,
        cases=tuple(risk_cases(writer)) if managers else (),
        all_cases=len(tables.cases) if managers else 0,
        coverage=box,
        method=tuple(method_notes(writer)),
        quoted=tuple(quoted_rows(writer, quotations)),
        first_day=monday(tables.week),
    )


def _headline(writer: Writer, team: str, findings: list[Finding], hidden: bool) -> list[str]:
    high = at_high_risk(writer.tables) if team == MANAGERS else None
    if hidden and len(writer.tables.coverage) and int(writer.tables.coverage["counted"].iloc[0]):
        return [writer.words.say("lede.withheld", k=writer.tables.settings.k)]
    return writer.headline(None if team == MANAGERS else team, findings, high)


def _actions(writer: Writer, findings: list[Finding], managers: bool) -> list[str]:
    said = []
    high = at_high_risk(writer.tables) if managers else 0
    if high:
        said.append(writer.write("action.call", (float(high),), (), count=high))
    said += [writer.action(finding) for finding in findings[:4]]
    said = [sentence for sentence in said if sentence]
    return said or [writer.words.say("action.none")]


def _card(writer: Writer, finding: Finding, quoted: set[str]) -> Card:
    main = finding.main
    scale = writer.words.name("score", main.scale) if main.scale else writer.words.say("section.scores")
    name = writer.topic(finding.topic) or (scale if main.measure == "score" else writer.words.say("score.negative"))
    also = tuple((writer.what_changed(change, short=True), writer.evidence(change)) for change in _news(finding))
    return Card(
        topic=finding.topic or "",
        name=name,
        tone=finding.tone,
        tone_name=writer.words.say(f"finding.{finding.tone}"),
        verdict=main.verdict,
        sentence=writer.what_changed(main),
        evidence=writer.evidence(main),
        also=tuple(pair for pair in also if pair[0]),
        trend=trend_of(writer, finding.topic) if finding.topic else None,
        quoted=finding.topic in quoted,
    )


def _news(finding: Finding) -> list[Change]:
    """What the other changes of a topic add: all but groups that merely follow everyone."""
    main = finding.main
    return [
        change for change in finding.changes[1:]
        if change.family != "cohort" or main.measure != change.measure or main.family == "cohort"
        or abs(change.effect) >= 1.25 * abs(main.effect) or change.verdict != main.verdict
    ][:4]  # fmt: skip


def _mismatches(writer: Writer, topics: list[str], managers: bool) -> tuple[list[Mismatch], int]:
    tables, words = writer.tables, writer.words
    frame = tables.mismatches
    if not managers:
        rows = tables.rows
        frame = frame[frame["feedback_id"].isin(set(rows[rows["topic"].isin(topics)]["feedback_id"]))]
    hidden = withheld_groups(tables)
    found = []
    for row in frame.head(MISMATCHES).to_dict("records"):
        digits = 0 if known(row["score"]) and float(row["score"]).is_integer() else 1
        score = f"{words.name('score', row['scale'])} {words.number(row['score'], digits)}"
        channel = str(row["channel"])
        day = writer.day(row["occurred_at"])
        place = day if ("channel", channel) in hidden else f"{day} · {shorten(plain(channel), 40)}"
        text = shorten(plain(str(row["text"])), 240)
        found.append(Mismatch(words.say(f"mismatch.{row['direction']}"), score, place, text, safe_url(row["url"])))
    return found, max(len(frame) - MISMATCHES, 0)
