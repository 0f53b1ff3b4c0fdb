"""Flag the customers who may leave, open their cases and say whose they are: step 8 of a comment's way."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import cast

from data import weeks
from data.analysis_store import Readings, readings
from data.case_changes import place
from data.cases import open_cases
from data.records import Flag, Level
from data.taxonomy import Taxonomy
from data.verdicts import in_cases_before, keep_week
from flows.facts import customer_facts
from flows.house import House
from models.risk.capacity import Queue, cut
from models.risk.flagging import Options, flag_customers
from models.risk.history import histories
from models.risk.rows import Row, from_rows

EVERY_LEVEL: frozenset[Level] = frozenset({"high", "medium", "low", "unknown"})
#: Who gets a case that speaks of no topic: whoever talks with customers anyway.
ANY_TEAM = "service"


def flag_week(house: House, week: str, revision: str) -> dict[str, int]:
    """Open, refresh, place and expire cases by the flags of a week; return how many. Again, it changes nothing.

    Beside the counts of data.cases.Counts: `flagged`, `queued`, `left_out` (no room by `capacity`), `second_looks`.
    """
    read = _readings(house, week, revision)
    made = _queue(house, read, week)
    flags = [*made.queued, *made.looks]
    keep_week(house.database, week, made.drawn, made.standings)
    left_out = [flag.customer_key for flag in made.left_out]
    looked_at = {flag.customer_key for flag in made.looks}
    counts = asdict(open_cases(house.database, flags, week, left_out=[key for key in left_out if key not in looked_at]))
    place(house.database, places(flags, read, house.taxonomy))
    return counts | {
        "flagged": len(made.queued) + len(left_out),
        "queued": len(made.queued),
        "left_out": len(left_out),
        "second_looks": len(made.looks),
    }


def flags_of(house: House, week: str, revision: str) -> list[Flag]:
    """The customers in the queue at the end of a week, highest risk first: as many as the teams can handle."""
    return list(_queue(house, _readings(house, week, revision), week).queued)


def places(flags: Sequence[Flag], read: Readings, taxonomy: Taxonomy) -> Mapping[str, tuple[str, str | None]]:
    """The (team, language) of each flagged customer's case.

    The team is the one whose topics the reasons' feedback mentions, by the weight of the reasons; of equal ones the
    first of the taxonomy. The language is that of the weightiest reason's feedback.
    """
    teams = {topic.id: topic.team for topic in taxonomy.topics}
    topics: dict[str, set[str]] = {}
    for feedback_id, topic in zip(read.mentions["feedback_id"], read.mentions["topic"], strict=True):
        topics.setdefault(str(feedback_id), set()).add(str(topic))
    languages = dict(zip(read.feedback["feedback_id"], read.feedback["language"], strict=True))
    order = {team: position for position, team in enumerate(taxonomy.teams)}
    nobody = ANY_TEAM if ANY_TEAM in order else taxonomy.teams[0]
    found: dict[str, tuple[str, str | None]] = {}
    for flag in flags:
        points: Counter[str] = Counter()
        for reason in flag.reasons:
            for team in {teams[topic] for topic in topics.get(reason.feedback_id, ()) if topic in teams}:
                points[team] += max(reason.weight, 0.0)  # type: ignore[assignment]
        team = min(points, key=lambda team: (-points[team], order[team]), default=nobody)
        spoken = languages.get(flag.reasons[0].feedback_id) if flag.reasons else None
        found[flag.customer_key] = (team, None if spoken is None else str(spoken))
    return found


def _readings(house: House, week: str, revision: str) -> Readings:
    return readings(house.lake, weeks.span(weeks.shift(week, 1 - Options().weeks), week), revision)


def _queue(house: House, read: Readings, week: str) -> Queue:
    frames = (read.feedback, read.predictions, read.mentions, read.clauses, read.clause_predictions)
    heard = from_rows(*(cast("list[Row]", frame.to_dict("records")) for frame in frames))
    options = Options(levels=EVERY_LEVEL)
    spoken = dict(zip(read.feedback["feedback_id"], read.feedback["language"], strict=True))
    known = histories(heard, week, options.weeks)
    facts = customer_facts(house)
    flags = flag_customers(heard, week, options, facts)
    where = places(flags, read, house.taxonomy)
    return cut(
        flags,
        known,
        {key: team for key, (team, _) in where.items()},
        {one.customer_key: str(spoken[one.feedback[-1].feedback_id]) for one in known},
        week=week,
        capacity=house.settings.capacity,
        looks=house.settings.second_looks,
        busy=in_cases_before(house.database, week),
    )
