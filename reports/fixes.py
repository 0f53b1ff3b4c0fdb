"""Did the fix work? What teams did in earlier weeks, and what the numbers did since."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from reports.charts import range_mark
from reports.prose import Writer
from reports.quoting import plain, shorten
from reports.wording import known

SHOWN = 10
_ORDER = ("worse", "better", "unclear", "too_early", "not_enough")


@dataclass(frozen=True, slots=True)
class Fix:
    """One action with its result. `effect` is this side's own, or set against the untouched groups if `compared`."""

    what: str
    owner: str
    team: str
    about: str
    since: str
    metric: str
    before_after: str
    effect: str
    interval: str
    range: Markup | None
    compared: bool
    verdict: str
    verdict_name: str
    sentence: str


def fixes(writer: Writer, team: str, topics: Collection[str], everyone: bool) -> list[Fix]:
    """The actions of a team or about its topics (all of them for `everyone`), those with a result first."""
    frame = writer.tables.actions
    frame = frame[frame["main"].fillna(False).astype(bool)]
    if not everyone:
        frame = frame[(frame["team"] == team) | frame["topic"].isin(list(topics))]
    rows = [{str(name): cell for name, cell in row.items()} for row in frame.to_dict("records")]
    rows.sort(key=lambda row: (_place(row["verdict"]), str(row["since"]), str(row["action"])))
    span = max((abs(_chosen(row)[place]) for row in rows for place in (1, 2) if known(_chosen(row)[place])), default=1)
    return [_fix(writer, row, float(span)) for row in rows[:SHOWN]]


def _place(verdict: object) -> int:
    return _ORDER.index(str(verdict)) if verdict in _ORDER else len(_ORDER)


def _chosen(row: dict[str, Any]) -> tuple[Any, Any, Any]:
    """Effect, low, high: against the untouched groups where there are any."""
    if known(row["did"]):
        return row["did"], row["did_low"], row["did_high"]
    return row["effect"], row["low"], row["high"]


def _fix(writer: Writer, row: dict[str, Any], span: float) -> Fix:
    words = writer.words
    effect, low, high = _chosen(row)
    topic = writer.topic(str(row["topic"])) if isinstance(row["topic"], str) and row["topic"] else ""
    cohort = row["cohort"] if isinstance(row["cohort"], str) and row["cohort"] not in ("", "all") else ""
    about = " · ".join(part for part in (topic, words.fact(str(row["kind"]), cohort) if cohort else "") if part)
    what = shorten(plain(str(row["what"])), 160)
    facts = [float(row[name]) for name in ("before", "after", "effect", "low", "high", "did", "did_low", "did_high")
             if known(row[name])]  # fmt: skip
    before_after = interval = ""
    drawn = None
    shown = words.signed(100 * float(effect)) if known(effect) else ""
    if known(row["before"]) and known(row["after"]):
        before_after = writer.write(
            "fix.before_after", facts, (), before=words.percent(row["before"]), after=words.percent(row["after"])
        )
    if known(low) and known(high) and known(effect):
        interval = words.say("score.interval", low=words.signed(100 * low), high=words.signed(100 * high))
        label = f"{what}{words.say('colon')}{words.say('effect.points', effect=shown)}{words.say('comma')}{interval}"
        drawn = range_mark(float(low), float(effect), float(high), span, label, 0.0, -span)
    verdict = str(row["verdict"])
    return Fix(
        what=what,
        owner=shorten(plain(str(row["owner"])), 60) if isinstance(row["owner"], str) else "",
        team=words.name("team", row["team"]),
        about=about,
        since=_week(writer, row["since"]),
        metric=words.name("fix_metric", row["metric"]),
        before_after=before_after,
        effect=shown,
        interval=interval,
        range=drawn,
        compared=known(row["did"]),
        verdict=verdict,
        verdict_name=words.name("fix_verdict", verdict),
        sentence=_sentence(writer, what, verdict, effect, facts),
    )


def _sentence(writer: Writer, what: str, verdict: str, effect: object, facts: list[float]) -> str:
    words = writer.words
    if verdict not in ("better", "worse", "unclear") or not known(effect):
        return f"{what}{words.say('colon')}{words.name('fix_verdict', verdict)}"
    shown = words.say("effect.points", effect=words.signed(100 * float(effect)))  # type: ignore[arg-type]
    told = words.say("fix.told", what=what, verdict=words.name("fix_verdict", verdict), effect=shown)
    return writer.check("fix.told", told, facts, (what,))


def _week(writer: Writer, week: object) -> str:
    number = str(week).partition("-W")[2]
    return writer.words.say("fix.week", number=str(int(number))) if number.isdigit() else str(week)
