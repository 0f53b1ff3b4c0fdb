"""Between the weekly runs: pull, analyse, and tell at once what cannot wait for Monday."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from prefect import flow

from data import weeks
from data.analysis_store import readings
from data.case_changes import place
from data.cases import open_cases, queue
from data.errors import EarshotError
from data.lock import LakeBusy, WriterLock
from data.sources import build
from flows.alerts import alarming, enqueue_alerts, heard_of, note_alerts
from flows.analysis import analyse_weeks
from flows.flagging import places
from flows.house import House, open_house
from flows.ingest import ingest
from flows.publishing import deliver_due
from flows.settings import Settings
from models.risk.capacity import FLAGGED
from models.risk.flagging import Options, flag_customers


@dataclass(frozen=True)
class Watched:
    """What a round did: feedback stored and read, new alerts, deliveries made; `busy` when another run was writing."""

    stored: int = 0
    analysed: int = 0
    alerts: int = 0
    sent: int = 0
    failed: tuple[str, ...] = ()
    busy: bool = False


@flow(name="watch")
def watch(config: str | None = None) -> Watched:
    """One round of watching. Killed anywhere, the next round goes on and tells nothing twice."""
    with open_house(Settings.load(Path(config) if config else None)) as house:
        return watch_once(house)


def watch_once(house: House, now: datetime | None = None) -> Watched:
    """Pull every source, read what is new of this week and the last, and tell managers of new alarms.

    It writes only what the weekly run would write too (feedback, readings, cases of this week), so that run finds its
    work done; while another process writes the lake, it leaves this round out.
    """
    try:
        with WriterLock(house.settings.lake).held("watch", wait=0.0):
            pass
        return _round(house, now or datetime.now(UTC))
    except LakeBusy:
        return Watched(busy=True)


def _round(house: House, now: datetime) -> Watched:
    stored, failed = 0, []
    for entry in house.settings.sources:
        source = build(entry, house.settings.base)
        try:
            done = ingest(house, source)
            stored += done.new + done.updated
        except LakeBusy:
            raise
        except EarshotError as error:
            failed.append(f"{source.name}: {error}")
    this = weeks.week_of(now, house.settings.zone)
    last = weeks.shift(this, -1)
    analysed = analyse_weeks(house, [last, this])
    new = sum(_tell(house, week, analysed.revision) for week in (last, this))
    enqueue_alerts(house)
    sent, undelivered = deliver_due(house)
    return Watched(stored, analysed.feedback, new, sent, (*failed, *undelivered))


def _tell(house: House, week: str, revision: str) -> int:
    """Open the cases of whoever raised an alarm in a week and note the alerts; return how many are new."""
    read = readings(house.lake, weeks.span(weeks.shift(week, 1 - Options().weeks), week), revision)
    heard = heard_of(read)
    found = alarming(heard, week)
    if not found:
        return 0
    known = set(read.feedback["customer_key"].dropna().astype(str))
    alarmed = {one.customer_key for _, one, _ in found} & known
    flags = flag_customers(
        (one for one in heard if one.customer_key in alarmed), week, Options(levels=FLAGGED)
    )  # fmt: skip
    open_cases(house.database, flags, week, complete=False, early=True)
    where = places(flags, read, house.taxonomy)
    place(house.database, where)
    cases = {
        case.customer_key: (case.id, case.team or "managers")
        for case in queue(house.database, statuses=("open", "in_progress", "snoozed"))
        if case.customer_key in alarmed
    }
    versions = dict(zip(read.feedback["feedback_id"].astype(str), read.feedback["version"].astype(str), strict=True))
    return note_alerts(house, found, versions, cases)
