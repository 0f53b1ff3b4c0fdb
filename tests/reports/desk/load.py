"""Put the desk under load on loopback: `python -m tests.reports.desk.load --readers 200 --writers 20 --seconds 60`.

Serves a company from this machine, lets readers open queue and case pages and writers add notes to cases, and says how
many requests there were, how many failed, the 95th percentile, and whether every accepted note is there afterwards.
"""

import argparse
import asyncio
import re
import statistics
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from data import cases
from data.database import open_database
from reports.desk.app import create_app
from reports.desk.desk import Desk
from tests.reports.desk.made_cases import PASSWORD, desk_in, fill
from tests.reports.desk.served import served


@dataclass
class Tally:
    """What the clients saw. `conflicts` are refusals of a stale version: nothing was lost, the writer looks again."""

    reads: list[float] = field(default_factory=list)
    writes: list[float] = field(default_factory=list)
    accepted: dict[str, list[str]] = field(default_factory=dict)
    conflicts: int = 0
    errors: list[str] = field(default_factory=list)


async def reader(client: httpx.AsyncClient, ids: list[str], number: int, until: float, tally: Tally) -> None:
    """Open a page, wait a moment, open the next."""
    turn = number
    while time.monotonic() < until:
        address = "/cases" if turn % 3 else f"/cases/{ids[turn % len(ids)]}"
        began = time.monotonic()
        try:
            answer = await client.get(address)
            if answer.status_code != 200:
                tally.errors.append(f"GET {answer.status_code}")
        except httpx.HTTPError as error:
            tally.errors.append(f"GET {type(error).__name__}")
        tally.reads.append(time.monotonic() - began)
        turn += 1
        await asyncio.sleep(0.5)


async def writer(client: httpx.AsyncClient, csrf: str, ids: list[str], number: int, until: float, tally: Tally) -> None:
    """Note something on a case that other writers note on too."""
    turn = 0
    while time.monotonic() < until:
        case, note = ids[(number + turn) % 5], f"note {number}-{turn}"
        began = time.monotonic()
        try:
            seen = (await client.get(f"/api/cases/{case}")).json()
            answer = await client.post(
                f"/api/cases/{case}", json={"lock": seen["lock"], "note": note}, headers={"X-CSRF-Token": csrf}
            )
            if answer.status_code == 200:
                tally.accepted.setdefault(case, []).append(note)
            elif answer.status_code == 409:
                tally.conflicts += 1
            else:
                tally.errors.append(f"POST {answer.status_code}")
        except httpx.HTTPError as error:
            tally.errors.append(f"POST {type(error).__name__}")
        tally.writes.append(time.monotonic() - began)
        turn += 1
        await asyncio.sleep(0.5)


async def crowd(base: str, ids: list[str], readers: int, writers: int, seconds: float) -> Tally:
    """Sign in once and let everybody loose with that session."""
    limits = httpx.Limits(max_connections=readers + writers, max_keepalive_connections=readers + writers)
    async with httpx.AsyncClient(base_url=base, timeout=60, limits=limits, follow_redirects=True) as client:
        token = _token((await client.get("/sign-in")).text)
        await client.post("/sign-in", data={"name": "mia", "password": PASSWORD, "csrf": token})
        csrf = _token((await client.get("/account")).text)
        tally, until = Tally(), time.monotonic() + seconds
        work = [reader(client, ids, number, until, tally) for number in range(readers)]
        work += [writer(client, csrf, ids, number, until, tally) for number in range(writers)]
        await asyncio.gather(*work)
    return tally


def _token(html: str) -> str:
    found = re.search(r'name="csrf" value="([^"]*)"', html)
    assert found is not None
    return found[1]


def lost(desk: Desk, tally: Tally) -> int:
    """How many accepted notes the histories do not have."""
    missing = 0
    for case, notes in tally.accepted.items():
        kept = {event.note for event in cases.history(desk.database, case)}
        missing += sum(note not in kept for note in notes)
    return missing


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--readers", type=int, default=200)
    parser.add_argument("--writers", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--database", help="An empty PostgreSQL database by URL; SQLite in a folder if not given.")
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        open_database(options.database or Path(folder) / "earshot.db") as database,
    ):
        desk = desk_in(Path(folder), database, https=False)
        fill(desk, 60)
        ids = [case.id for case in cases.queue(database) if case.team in ("logistics", "service")]
        with served(create_app(desk)) as address:
            tally = asyncio.run(crowd(address, ids, options.readers, options.writers, options.seconds))
        for name, times in (("reads", tally.reads), ("writes", tally.writes)):
            p95 = statistics.quantiles(times, n=20)[-1] if len(times) > 1 else float("nan")
            print(f"{name}: {len(times)}, median {statistics.median(times):.2f} s, p95 {p95:.2f} s")
        accepted = sum(map(len, tally.accepted.values()))
        print(f"errors: {len(tally.errors)} {sorted(set(tally.errors))}")
        print(f"notes accepted: {accepted}, conflicts shown: {tally.conflicts}, lost: {lost(desk, tally)}")


if __name__ == "__main__":
    main()
