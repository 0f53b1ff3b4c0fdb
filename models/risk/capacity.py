"""Cut the queue to what the teams can handle, count what is left out, and draw some of it blindly for a second look."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from data.records import Flag, Level, Reason
from data.verdicts import SECOND_LOOK, Drawn, Standing, Stratum
from models.risk.history import History
from models.risk.quoting import worst

#: The levels that are flagged, and the rule whose fresh signals are never left out: what is dangerous has no queue.
FLAGGED: frozenset[Level] = frozenset({"high", "medium"})
ALWAYS = "urgent"
#: How long a case of a second look stays open, and how many of the customer's words it shows.
LOOK_DAYS, LOOK_WORDS = 14, 3
#: Of the customers drawn in a week, how many are of each stratum (in turn, as long as there are any).
TURNS: tuple[Stratum, ...] = ("left_out", "signals", "quiet")


@dataclass(frozen=True, slots=True)
class Queue:
    """A week's queue: who gets a case by the rules, who is flagged but left out, who gets a second look and what the
    rules said of these, and how many known customers stand where.
    """

    queued: tuple[Flag, ...]
    left_out: tuple[Flag, ...]
    looks: tuple[Flag, ...]
    drawn: tuple[Drawn, ...]
    standings: tuple[Standing, ...]


def cut(
    flags: Sequence[Flag],
    histories: Sequence[History],
    teams: Mapping[str, str],
    languages: Mapping[str, str],
    *,
    week: str,
    capacity: int,
    looks: int,
    busy: Collection[str] = (),
) -> Queue:
    """Each team gets its `capacity` riskiest customers, and whoever is in danger beyond that.

    `flags` are those of every level; `teams` and `languages` go by customer key. `looks` customers are drawn for a
    second look among those without a place in the queue who are not `busy` (in a case already): by a hash of week and
    key, so that the draw is chance, yet the same when the week is run again. The order of the input does not matter.
    """
    ranked = sorted((flag for flag in flags if flag.level in FLAGGED), key=lambda flag: (-flag.risk, flag.customer_key))
    taken, queued, left_out = Counter[str](), list[Flag](), list[Flag]()
    for flag in ranked:
        team = teams.get(flag.customer_key, "")
        if taken[team] < capacity:
            taken[team] += 1
            queued.append(flag)
        elif any(reason.rule == ALWAYS for reason in flag.reasons) and _fresh(flag):
            queued.append(flag)
        else:
            left_out.append(flag)
    known = {flag.customer_key: flag for flag in flags}
    stands: dict[str, Stratum] = {
        history.customer_key: "signals" if history.customer_key in known else "quiet" for history in histories
    }
    stands |= dict.fromkeys((flag.customer_key for flag in left_out), "left_out")
    stands |= dict.fromkeys((flag.customer_key for flag in queued), "queued")
    drawn = _draw({key: stratum for key, stratum in stands.items() if key not in busy}, week, looks)
    by_key = {history.customer_key: history for history in histories}
    counts = Counter((stratum, languages.get(key) or "other") for key, stratum in stands.items())
    return Queue(
        queued=tuple(queued),
        left_out=tuple(left_out),
        looks=tuple(_look(by_key[key]) for key in drawn),
        drawn=tuple(_drawn(key, stands[key], known.get(key), languages.get(key)) for key in drawn),
        standings=tuple(Standing(week, *where, customers) for where, customers in sorted(counts.items())),
    )


def _fresh(flag: Flag) -> bool:
    """Whether the alarm is of the week just ended or the one before."""
    since = flag.opened - timedelta(days=14)
    return any(reason.rule == ALWAYS and reason.occurred_at.date() >= since for reason in flag.reasons)


def _draw(stands: Mapping[str, Stratum], week: str, looks: int) -> list[str]:
    pools = {
        stratum: sorted((key for key, where in stands.items() if where == stratum), key=lambda key: _chance(week, key))
        for stratum in TURNS
    }
    found: list[str] = []
    while len(found) < looks and any(pools.values()):
        for stratum in TURNS:
            if pools[stratum] and len(found) < looks:
                found.append(pools[stratum].pop(0))
    return sorted(found)


def _chance(week: str, key: str) -> str:
    return sha256(f"{week}\x00{key}".encode()).hexdigest()


def _look(history: History) -> Flag:
    """A case that shows the customer's words and no opinion: the one who judges must not know what the rules said."""
    told = [heard for heard in history.feedback if heard.text.strip()][-LOOK_WORDS:] or list(history.feedback[-1:])
    opened = history.last_day + timedelta(days=1)
    return Flag(
        customer_key=history.customer_key,
        week=history.week,
        level="unknown",
        risk=0.0,
        value=history.value,
        reasons=tuple(Reason(SECOND_LOOK, 0.0, h.feedback_id, h.occurred_at, worst(h)) for h in reversed(told)),
        opened=opened,
        expires=opened + timedelta(days=LOOK_DAYS),
    )


def _drawn(key: str, stratum: Stratum, flag: Flag | None, language: str | None) -> Drawn:
    points: dict[str, float] = {}
    for reason in flag.reasons if flag else ():
        points[reason.rule] = points.get(reason.rule, 0.0) + reason.weight
    return Drawn(key, stratum, flag.level if flag else "unknown", flag.risk if flag else 0.0, points, language)
