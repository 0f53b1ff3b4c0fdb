"""One team's edition, put together: everything that stands on its page, in order, ready to be rendered."""

from dataclasses import dataclass
from datetime import UTC, date, tzinfo

from reports.at_risk import RiskCase, at_high_risk, left_out, risk_cases
from reports.cards import Card, card
from reports.coaching import STAFF, Coaching, coaching
from reports.coverage_box import Coverage, coverage_box, method_notes
from reports.disagreements import Mismatch, mismatches
from reports.driver_table import Drivers, drivers
from reports.findings import Finding, find, too_few
from reports.fixes import Fix, fixes
from reports.heatmaps import HeatMap, heatmaps
from reports.hour_map import HourMap, hour_map
from reports.movers import Movers, movers
from reports.period import period_of
from reports.prose import Writer
from reports.question_cards import QuestionCard, question_cards
from reports.quotations import QuotedRow, Voice, quoted_rows, voices
from reports.service_part import Repeat, RepeatContact, Surge, repeat_contacts, repeats, service_tiles, surges
from reports.theme_cards import ThemeCard, theme_cards
from reports.tiles import Tile, tiles
from reports.topic_table import TopicRow, not_mentioned, topic_rows
from reports.week import WeekTables
from reports.wording import Words

#: The edition that reads all topics and the customers at risk.
MANAGERS = "managers"
#: The edition of a month; reads all topics, and no customers.
MANAGEMENT = "management"
#: Editions about everything.
EVERYTHING = (MANAGERS, MANAGEMENT)
#: Who reads how service is given, and who reads which products customers ask about.
SERVICE, ENQUIRIES = ("service", MANAGERS, MANAGEMENT), ("product", "service", MANAGERS, MANAGEMENT)
#: Changes shown as cards, topics mapped by two cuts, and the number of customers below which a week is called small.
CARDS, CROSSED, SMALL = 8, 3, 50


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
    movers: Movers
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
    themes: tuple[ThemeCard, ...]
    more_themes: int
    fixes: tuple[Fix, ...]
    service: tuple[Tile, ...]
    hours: HourMap
    surges: tuple[Surge, ...]
    repeats: tuple[Repeat, ...]
    repeat_contacts: tuple[RepeatContact, ...]
    more_repeat_contacts: int
    coaching: Coaching | None
    questions: tuple[QuestionCard, ...]
    more_questions: int
    answered: int
    voices: tuple[Voice, ...]
    mismatches: tuple[Mismatch, ...]
    more_mismatches: int
    cases: tuple[RiskCase, ...]
    all_cases: int
    left_out: int
    coverage: Coverage
    method: tuple[str, ...]
    quoted: tuple[QuotedRow, ...]
    first_day: date

    @property
    def for_managers(self) -> bool:
        return self.team == MANAGERS

    @property
    def for_everything(self) -> bool:
        return self.team in EVERYTHING

    @property
    def subject(self) -> str:
        """The edition's name in a list of mails."""
        number = period_of(self.week).number
        return self.words.say("edition.subject", company=self.company, team=self.team_name, number=number)


def topics_of(tables: WeekTables, team: str) -> list[str]:
    """Ids of the topics that a team reads: its own; all of them for the managers."""
    if team in EVERYTHING:
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
    period = period_of(tables.week)
    words = Words(language, period.monthly)
    writer = Writer(words, tables, strict, zone)
    topics, managers, hidden = topics_of(tables, team), team == MANAGERS, too_small(tables)
    everyone = team in EVERYTHING
    findings = [] if hidden else find(tables, topics)
    served, asked = team in SERVICE and not hidden, team in ENQUIRIES and not hidden
    staff = coaching(writer) if served else None
    spoken = staff.voices if staff else ()
    used = {one.feedback_id for voice in spoken for one in voice.quotations}
    told = [topic for topic in topics if not (staff and topic == STAFF)]
    quotations = [] if hidden else voices(writer, findings, told, used)
    box = coverage_box(writer)
    odd, more_odd = ([], 0) if hidden else mismatches(writer, topics, everyone)
    questions, more_questions, answered = ([], 0, 0) if hidden else question_cards(writer, topics, team in SERVICE)
    themes, more_themes = ([], 0) if hidden else theme_cards(writer, team, everyone)
    returning, more_returning = repeat_contacts(writer) if served else ([], 0)
    row = tables.coverage.iloc[0] if len(tables.coverage) else {"counted": 0, "customers": 0}
    rows = [] if hidden else topic_rows(writer, topics)
    focus = [one.topic for one in findings if one.topic and one.tone != "better"] + [one.topic for one in rows]
    quoted_topics = {voice.topic for voice in (*quotations, *spoken)}
    return Page(
        team=team,
        team_name=words.name("team", team),
        company=company,
        language=language,
        words=words,
        week=tables.week,
        week_name=period.name(words),
        days=words.days(period.first, period.last),
        partial=box.partial,
        restated=words.listed(box.restated.split()),
        small=0 < int(row["customers"]) < SMALL,
        hidden=hidden,
        headline=tuple(_headline(writer, team, findings, hidden)),
        actions=tuple(_actions(writer, findings, managers)),
        tiles=() if hidden else tuple(tiles(writer)),
        movers=Movers() if hidden else movers(writer, topics),
        cards=tuple(card(writer, finding, quoted_topics) for finding in findings[:CARDS]),
        further=tuple(writer.what_changed(finding.main) for finding in findings[CARDS:]),
        too_few=() if hidden else tuple(writer.topic(topic) for topic in too_few(tables, topics)),
        history=writer.baseline_weeks() > 0,
        topics=tuple(rows),
        not_mentioned=() if hidden else tuple(not_mentioned(writer, topics)),
        counted=int(row["counted"]),
        trend_weeks=len(tables.weeks),
        drivers=Drivers() if hidden else drivers(writer, topics),
        heatmaps=() if hidden else tuple(heatmaps(writer, team, topics, list(dict.fromkeys(focus))[:CROSSED])),
        themes=tuple(themes),
        more_themes=more_themes,
        fixes=() if hidden else tuple(fixes(writer, team, topics, everyone)),
        service=tuple(service_tiles(writer)) if served else (),
        hours=hour_map(writer) if served else HourMap(),
        surges=tuple(surges(writer)) if asked else (),
        repeats=tuple(repeats(writer)) if served else (),
        repeat_contacts=tuple(returning),
        more_repeat_contacts=more_returning,
        coaching=staff,
        questions=tuple(questions),
        more_questions=more_questions,
        answered=answered,
        voices=tuple(quotations),
        mismatches=tuple(odd),
        more_mismatches=more_odd,
        cases=tuple(risk_cases(writer)) if managers else (),
        all_cases=len(tables.cases) if managers else 0,
        left_out=left_out(tables) if managers else 0,
        coverage=box,
        method=tuple(method_notes(writer)),
        quoted=tuple(quoted_rows(writer, [*spoken, *quotations])),
        first_day=period.first,
    )


def _headline(writer: Writer, team: str, findings: list[Finding], hidden: bool) -> list[str]:
    high = at_high_risk(writer.tables) if team == MANAGERS else None
    if hidden and len(writer.tables.coverage) and int(writer.tables.coverage["counted"].iloc[0]):
        return [writer.words.say("lede.withheld", k=writer.tables.settings.k)]
    return writer.headline(None if team in EVERYTHING else team, findings, high)


def _actions(writer: Writer, findings: list[Finding], managers: bool) -> list[str]:
    said = []
    high = at_high_risk(writer.tables) if managers else 0
    if high:
        said.append(writer.write("action.call", (float(high),), (), count=high))
    said += [writer.action(finding) for finding in findings[:4]]
    said = [sentence for sentence in said if sentence]
    return said or [writer.words.say("action.none")]
