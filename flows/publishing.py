"""Hand each edition to each target that wants it, once: step 9 of a comment's way."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from data import outbox
from data.outbox import Delivery
from flows.house import House
from flows.settings import Settings
from reports.editions import MANAGERS
from reports.publishing import PUBLISHERS
from reports.publishing.delivery import content_hash, deliver
from reports.publishing.port import Publication, Publisher

#: Editions of this prefix are alerts (flows/alerts.py).
ALERT = "alert-"


@dataclass(frozen=True)
class Published:
    """What publishing did: deliveries made now, those that failed (with why), and those made before."""

    sent: int
    failed: tuple[str, ...]
    waiting: int


def publish_week(house: House, week: str) -> Published:
    """Enqueue each edition of a week for each target and deliver what is due.

    An edition whose files are unchanged is not sent again. What fails is tried again by the next run, later each time;
    it never stops the other editions.
    """
    targets = publishers(house.settings)
    folder = house.settings.site / week
    for team in (*house.taxonomy.teams, MANAGERS):
        files = edition_files(folder, team)
        for target in targets:
            if files and (target != "email" or _recipients(house.settings, team)):
                outbox.enqueue(
                    house.database,
                    week=week,
                    edition=team,
                    target=target,
                    content_hash=content_hash(files),
                    paths=files,
                )
    outcomes = deliver(house.database, targets, lambda delivery: _publication(house.settings, delivery))
    return Published(
        sent=sum(outcome.receipt is not None for outcome in outcomes),
        failed=tuple(outcome.error for outcome in outcomes if outcome.error),
        waiting=len(outbox.pending(house.database, week)),
    )


def deliver_due(house: House) -> tuple[int, tuple[str, ...]]:
    """Deliver what waits in the outbox; return how many arrived and why others did not."""
    targets = publishers(house.settings)
    outcomes = deliver(house.database, targets, lambda delivery: _publication(house.settings, delivery))
    return sum(outcome.receipt is not None for outcome in outcomes), tuple(
        outcome.error for outcome in outcomes if outcome.error
    )


def alert_recipients(settings: Settings) -> tuple[str, ...]:
    """Who is told at once: managers alone, because an alert quotes the customer."""
    return _recipients(settings, MANAGERS)


def publishers(settings: Settings) -> Mapping[str, Publisher]:
    """The targets that the settings name."""
    made: dict[str, Publisher] = {}
    if settings.publish.folder:
        made["folder"] = PUBLISHERS["folder"](settings.base / settings.publish.folder.path)
    if settings.publish.email:
        email = settings.publish.email
        made["email"] = PUBLISHERS["email"](
            host=email.host,
            port=email.port,
            security=email.security,
            sender=email.sender,
            username=email.user,
            password=settings.email_password,
        )
    return made


def edition_files(folder: Path, team: str) -> tuple[Path, ...]:
    """The files of one team's edition that are there, the page first."""
    return tuple(path for suffix in ("html", "md", "xlsx", "pdf") if (path := folder / f"{team}.{suffix}").is_file())


def _recipients(settings: Settings, team: str) -> tuple[str, ...]:
    team = MANAGERS if team.startswith(ALERT) else team
    return settings.teams[team].recipients if team in settings.teams else ()


def _publication(settings: Settings, delivery: Delivery) -> Publication:
    files = {path.suffix: path for path in delivery.paths}
    text = files[".md"].read_text(encoding="utf-8")
    title = re.search(r"^# (.+)$", text, re.MULTILINE)
    return Publication(
        edition=delivery.edition,
        team=delivery.edition,
        week=delivery.week,
        language=settings.language_of(delivery.edition),
        subject=f"{settings.company}: {title.group(1) if title else delivery.edition} · {delivery.week}",
        html=files[".html"],
        text=text,
        key=delivery.key,
        attachments=tuple(path for suffix, path in sorted(files.items()) if suffix in {".xlsx", ".pdf"}),
        recipients=_recipients(settings, delivery.edition),
    )
