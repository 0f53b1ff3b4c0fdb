"""What the review application works with: the company's rooms, opened, and what it decided about the desk."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from data import case_changes
from data.cases import Case
from data.database import Database
from data.identity import Vault
from data.lake import Lake
from data.sessions import Limits
from data.site import Site
from data.taxonomy import Taxonomy
from reports.desk.company_sign_in import Provider
from reports.desk.flow_runs import FlowRun
from reports.desk.passwords import Door, Passwords

#: Days within which somebody should have acted, by level, unless the company says otherwise.
SLA: Mapping[str, int] = {"high": 2, "medium": 7, "low": 14, "unknown": 14}


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the company decides. `https` keeps cookies to encrypted connections (browsers count loopback as one).

    `small_group` is the least number of customers of whom anything is shown, `capacity` how many a team gets a week.
    """

    company: str
    language: str = "en"
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    sla: Mapping[str, int] = field(default_factory=lambda: dict(SLA))
    limits: Limits = field(default_factory=Limits)
    https: bool = True
    small_group: int = 5
    capacity: int = 25


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Everything that a page needs. `notify` is told of each closed case, after the answer has gone out.

    `accepted` is where accepted themes are written. `flow_runs` asks the scheduler for its latest runs, if one is
    reachable. `clock` gives the aware moment; tests set it.
    """

    options: Options
    database: Database
    lake: Lake
    vault: Vault
    taxonomy: Taxonomy
    site: Site
    accepted: Path
    passwords: Passwords
    door: Door = field(default_factory=Door)
    provider: Provider | None = None
    notify: Callable[[Case, str], None] | None = None
    flow_runs: Callable[[], Sequence[FlowRun]] | None = None
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    _woken: dict[str, date] = field(default_factory=dict)

    def today(self) -> date:
        """The day in the business time zone."""
        return self.clock().astimezone(self.options.zone).date()

    def wake(self) -> None:
        """Bring back the snoozed cases whose day has come, once a day."""
        today = self.today()
        if self._woken.get("day") != today:
            case_changes.wake(self.database, today)
            self._woken["day"] = today

    @property
    def teams(self) -> tuple[str, ...]:
        return self.taxonomy.teams
