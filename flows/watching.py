"""Watching from the command line: one round, or one after another until stopped."""

import time
from collections.abc import Iterator
from pathlib import Path

from flows.house import open_house
from flows.settings import Settings
from flows.watch import Watched, watch_once


def keep_watching(config: Path | None, *, once: bool, minutes: int) -> Iterator[str]:
    """Do rounds of watching without a Prefect server; yield a line for each."""
    settings = Settings.load(config)
    while True:
        with open_house(settings) as house:
            yield _line(watch_once(house))
        if once:
            return
        time.sleep(60 * minutes)


def _line(done: Watched) -> str:
    if done.busy:
        return "Another run is writing; this round was left out."
    trouble = f"; {'; '.join(done.failed)}" if done.failed else ""
    return f"{done.stored} stored, {done.analysed} read, {done.alerts} new alerts, {done.sent} delivered{trouble}"
