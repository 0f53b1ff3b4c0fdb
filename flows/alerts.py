"""Find what cannot wait for Monday (danger, fraud, threats of regulator, court or press) and tell managers, once."""

import html
from collections.abc import Mapping
from pathlib import Path
from typing import cast

from data import alerts, outbox
from data.alerts import Alert
from data.analysis_store import Readings
from flows.house import House
from flows.publishing import ALERT, alert_recipients, publishers
from models.risk.heard import Heard
from models.risk.history import History
from models.risk.intent import escalation, urgent
from models.risk.rows import Row, from_rows
from reports.publishing.delivery import content_hash

#: What is told at once, and how sure the model must be.
AT_ONCE = {"urgent": urgent, "escalation": escalation}
BELIEVED = 0.5


def heard_of(read: Readings) -> list[Heard]:
    """Every feedback with a reading; one of an unknown customer stands for itself, under its own id."""
    frames = (read.feedback, read.predictions, read.mentions, read.clauses, read.clause_predictions)
    feedback, *rest = (cast("list[Row]", frame.to_dict("records")) for frame in frames)
    named = [row if isinstance(row.get("customer_key"), str) else _alone(row) for row in feedback]
    return from_rows(named, *rest)


def alarming(heard: list[Heard], week: str) -> list[tuple[str, Heard, str]]:
    """(rule, feedback, the customer's words) of what was said in a week and must be told at once, oldest first."""
    found = []
    for one in sorted(heard, key=lambda one: (one.occurred_at, one.feedback_id)):
        for rule, find in AT_ONCE.items() if one.week == week else ():
            for signal in find(History(one.customer_key, week, (one,))):
                if signal.strength >= BELIEVED:
                    found.append((rule, one, signal.verbatim))
    return found


def note_alerts(
    house: House, found: list[tuple[str, Heard, str]], versions: Mapping[str, str], cases: Mapping[str, tuple[str, str]]
) -> int:
    """Keep each alarm that was not told yet; return how many are new. `cases` gives (case, team) by customer key."""
    new = 0
    for rule, heard, verbatim in found:
        case, team = cases.get(heard.customer_key, (None, "managers"))
        new += alerts.note(
            house.database,
            Alert(
                about=case or heard.customer_key, rule=rule, feedback_id=heard.feedback_id,
                version=versions[heard.feedback_id], week=heard.week, case_id=case, team=team, verbatim=verbatim,
                at=heard.occurred_at,
            ),
        )  # fmt: skip
    return new


def enqueue_alerts(house: House) -> int:
    """Write the page of each alert that has none yet and put it into the outbox for every target; return how many.

    A run killed before the end does the rest next time: the page has the same bytes, and the outbox takes the same
    content once.
    """
    waiting = alerts.waiting(house.database)
    targets = publishers(house.settings)
    for alert in waiting:
        paths = _pages(house, alert)
        for target in targets:
            if target != "email" or alert_recipients(house.settings):
                outbox.enqueue(
                    house.database,
                    week=alert.week,
                    edition=f"{ALERT}{alert.key}",
                    target=target,
                    content_hash=content_hash(paths),
                    paths=paths,
                )
        alerts.enqueued(house.database, alert)
    return len(waiting)


def _alone(row: Row) -> Row:
    return {**row, "customer_key": row["feedback_id"]}


def _pages(house: House, alert: Alert) -> list[Path]:
    """The alert as a page and as text: rule, time, the redacted words (managers alone get it), where to act."""
    folder = house.settings.var / "alerts"
    folder.mkdir(parents=True, exist_ok=True)
    title = f"{alert.rule} ({alert.team})"
    where = f"/cases/{alert.case_id}" if alert.case_id else f"unknown customer, feedback {alert.feedback_id}"
    lines = [f"Said: {alert.at:%Y-%m-%d %H:%M} UTC", f"In the review application: {where}", f"“{alert.verbatim}”"]
    body = "".join(f"<p>{html.escape(line)}</p>\n" for line in (title, *lines))
    content = {
        ".html": f'<!DOCTYPE html>\n<meta charset="utf-8">\n<title>{html.escape(title)}</title>\n{body}',
        ".md": f"# {title}\n\n" + "\n\n".join(lines) + "\n",
    }
    paths = []
    for suffix, text in content.items():
        path = folder / f"{ALERT}{alert.key}{suffix}"
        path.write_text(text, encoding="utf-8")
        paths.append(path)
    return paths
