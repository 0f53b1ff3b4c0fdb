"""What managers and operators look up from the command line: the queue, the quarantine, an erasure."""

import getpass
import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from data import quarantine, verdicts, weeks
from data.cases import Case, queue
from data.errors import EarshotError
from data.identity import UnknownCustomer
from data.sources import build
from flows.house import House, open_house
from flows.ingest import ingest
from flows.learning import calibration
from flows.settings import Settings
from models.risk.learning import Calibration


def queue_lines(config: Path | None, week: str | None, *, as_json: bool, reveal: bool, reason: str) -> Iterator[str]:
    """The cases of a week, riskiest first, as JSON or as lines for people; with `reveal`, each look is audited."""
    settings = Settings.load(config)
    week = week or weeks.last_complete(datetime.now(UTC), settings.zone)
    weeks.monday(week)
    with open_house(settings) as house:
        learnt = calibration(house)
        cases = [_case(house, case, learnt, reveal, reason) for case in queue(house.database, week)]
        left_out = verdicts.left_out(house.database, week)
    if as_json:
        yield json.dumps(cases, ensure_ascii=False, indent=2, default=str)
        return
    more = f"; {left_out} more are flagged and left out (capacity {settings.capacity} a team)" if left_out else ""
    yield f"{len(cases)} customers in the queue of {week}{more}"
    for place, case in enumerate(cases, start=1):
        who = case.get("identity") or {}
        name = f" {who.get('name') or ''} ({who.get('customer_id')})" if who else ""
        value = "-" if case["value"] is None else f"{case['value']:,.0f}"
        yield f"\n{place:>3}. {case['level']:<7} risk {case['risk']:.2f}  value {value}  {case['customer_key']}{name}"
        for why in case["reasons"]:
            yield f"     {why['occurred_at'][:10]}  {why['rule']:<24} {why['weight']:+.2f}  {why['verbatim']}"


def quarantine_lines(config: Path | None, *, retry: bool) -> Iterator[str]:
    """Rows that cannot be read, by place; with `retry`, every source is pulled from its start first."""
    settings = Settings.load(config)
    with open_house(settings) as house:
        if retry:
            for entry in settings.sources:
                source = build(entry, settings.base)
                try:
                    done = ingest(house, source, from_start=True)
                    yield f"{source.name}: {done.pulled} rows read, {done.new} new, {done.rejected} rejected"
                except EarshotError as error:
                    yield f"{source.name}: {error}"
        rejects = quarantine.open_rejects(house.database)
    yield f"{len(rejects)} rows in quarantine"
    for kept in rejects:
        reject = kept.reject
        row = f" row {reject.origin.row}" if reject.origin.row else ""
        yield f"  {reject.source}: {reject.origin.place}{row}: {reject.reason}: {reject.detail}"


def erase_customer(config: Path | None, customer_id: str, reason: str) -> str:
    """Forget who a customer is; say whether anything was known."""
    with open_house(Settings.load(config)) as house:
        key = house.keys.customer_key(customer_id)
        known = house.vault.erase(key, actor(), reason)
    return f"{key}: {'erased' if known else 'nothing was known; noted for the future'}"


def actor() -> str:
    """Who is at the keyboard, for the audit log."""
    return f"{getpass.getuser()} (command line)"


def _case(house: House, case: Case, learnt: Calibration | None, reveal: bool, reason: str) -> dict[str, Any]:
    fields = ("customer_key", "level", "risk", "value", "status", "opened", "expires")
    shown: dict[str, Any] = {"id": case.id} | {name: getattr(case, name) for name in fields}
    # Null as long as nobody's verdicts say what a risk means: until then it ranks, and is no probability.
    shown["probability"] = None if learnt is None else round(learnt.probability(case.risk), 4)
    shown["reasons"] = [asdict(why) | {"occurred_at": why.occurred_at.isoformat()} for why in case.reasons]
    if reveal:
        try:
            shown["identity"] = asdict(house.vault.reveal(case.customer_key, actor(), reason))
        except UnknownCustomer:
            shown["identity"] = None
    return shown
