"""Put the desk under load on loopback: `python -m tests.reports.desk.load --readers 200 --writers 20 --seconds 60`.

Serves a company from this machine as `review` does (in processes of its own), lets readers open queue and case pages
and writers add notes to cases, and says how many requests there were, how many failed, the 95th percentile, and whether
every accepted note is there afterwards. `--each` signs every client in by itself, all of them at once.
"""

import argparse
import asyncio
import multiprocessing
import re
import socket
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import httpx
from fastapi import FastAPI

from data import accounts, cases
from data.database import open_database
from reports.desk.app import create_app
from reports.desk.desk import Desk
from reports.desk.passwords import Passwords
from reports.desk.server import WORKERS, serve
from tests.reports.desk.made_cases import PASSWORD, desk_in, fill


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
            seen = await client.get(f"/api/cases/{case}")
            lock = seen.json().get("lock", -1)
            answer = await client.post(
                f"/api/cases/{case}", json={"lock": lock, "note": note}, headers={"X-CSRF-Token": csrf}
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


async def crowd(base: str, ids: list[str], options: argparse.Namespace) -> Tally:
    """Sign in, all with one session or each with one of their own, and let everybody loose."""
    tally, people = Tally(), options.readers + options.writers
    doors = people if options.each else 1
    limits = httpx.Limits(max_connections=people, max_keepalive_connections=people)
    transport = httpx.AsyncHTTPTransport(limits=limits)
    clients = [
        httpx.AsyncClient(base_url=base, timeout=60, transport=transport, follow_redirects=True) for _ in range(doors)
    ]
    began = time.monotonic()
    tokens = await asyncio.gather(*(enter(client, tally) for client in clients))
    print(f"{doors} signed in after {time.monotonic() - began:.1f} s")
    until = time.monotonic() + options.seconds
    work = [reader(clients[number % doors], ids, number, until, tally) for number in range(options.readers)]
    for number in range(options.writers):
        door = (options.readers + number) % doors
        work.append(writer(clients[door], tokens[door], ids, number, until, tally))
    await asyncio.gather(*work)
    await transport.aclose()
    return tally


async def enter(client: httpx.AsyncClient, tally: Tally) -> str:
    """Sign a client in; return the token for its changes."""
    try:
        token = _token((await client.get("/sign-in")).text)
        answer = await client.post("/sign-in", data={"name": "mia", "password": PASSWORD, "csrf": token})
        if answer.status_code != 200:
            tally.errors.append(f"sign-in {answer.status_code}")
        return _token((await client.get("/account")).text)
    except httpx.HTTPError as error:
        tally.errors.append(f"sign-in {type(error).__name__}")
        return ""


@contextmanager
def served(folder: Path, database: str | None, workers: int) -> Iterator[str]:
    """The address of the company in `folder`, served as `review` serves it, in processes of its own."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{door.getsockname()[1]}"
        serving = multiprocessing.get_context("spawn").Process(
            target=serve, args=(partial(company, folder, database), "127.0.0.1", 0),
            kwargs={"workers": workers, "listener": door},
        )  # fmt: skip
        serving.start()
        try:
            until = time.monotonic() + 120
            while not _up(address) and time.monotonic() < until:
                time.sleep(0.2)
            time.sleep(2)
            yield address
        finally:
            serving.terminate()
            serving.join(30)


def company(folder: Path, database: str | None) -> FastAPI:
    """The application on the company in `folder`."""
    opened = open_database(database or folder / "earshot.db")
    return create_app(replace(desk_in(folder, opened, https=False, people=False), passwords=Passwords()))


def _up(address: str) -> bool:
    try:
        return httpx.get(f"{address}/health", timeout=5).status_code == 200
    except httpx.HTTPError:
        return False


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
    parser.add_argument("--workers", type=int, default=WORKERS)
    parser.add_argument("--each", action="store_true", help="Everybody signs in by themselves, all at once.")
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        open_database(options.database or Path(folder) / "earshot.db") as database,
    ):
        desk = desk_in(Path(folder), database, https=False)
        fill(desk, 60)
        ids = [case.id for case in cases.queue(database) if case.team in ("logistics", "service")]
        accounts.change(database, "mia", who="test", password=Passwords().hash(PASSWORD))
        with served(Path(folder), options.database, options.workers) as address:
            tally = asyncio.run(crowd(address, ids, options))
        for name, times in (("reads", tally.reads), ("writes", tally.writes)):
            p95 = statistics.quantiles(times, n=20)[-1] if len(times) > 1 else float("nan")
            print(f"{name}: {len(times)}, median {statistics.median(times):.2f} s, p95 {p95:.2f} s")
        accepted = sum(map(len, tally.accepted.values()))
        print(f"errors: {len(tally.errors)} {sorted(set(tally.errors))}")
        print(f"notes accepted: {accepted}, conflicts shown: {tally.conflicts}, lost: {lost(desk, tally)}")


if __name__ == "__main__":
    main()
