"""Tell a team that one of its cases was closed, through the publisher that the settings name."""

import html
import logging
from collections.abc import Callable

from data.cases import Case
from flows.house import House
from flows.publishing import publishers
from reports.publishing.port import Publication, PublishError

LOG = logging.getLogger(__name__)


def closing_notice(house: House) -> Callable[[Case, str], None]:
    """What tells of a closed case. The notice names the case, not the customer, and holds nobody's words.

    A notice that cannot be delivered is logged by the case's id; closing stands all the same.
    """
    target = house.settings.review.notify
    publisher = publishers(house.settings)[target] if target else None

    def tell(case: Case, who: str) -> None:
        if publisher is None:
            return
        team = case.team or "managers"
        facts = {
            "case": case.id, "team": team, "closed by": who, "cause": case.cause, "done": case.action,
            "verdict": case.verdict or "-", "level": case.level,
        }  # fmt: skip
        lines = [f"{name}: {value}" for name, value in facts.items()]
        page = house.settings.var / "notices" / f"case-{case.id}-{case.lock}.html"
        page.parent.mkdir(parents=True, exist_ok=True)
        body = "".join(f"<p>{html.escape(line)}</p>" for line in lines)
        page.write_text(f'<!DOCTYPE html><meta charset="utf-8"><title>{case.id}</title>{body}\n', encoding="utf-8")
        try:
            publisher.publish(
                Publication(
                    edition=f"case-{case.id}",
                    team=team,
                    week=case.week,
                    language=house.settings.language_of(team),
                    subject=f"{house.settings.company}: case {case.id} closed",
                    html=page,
                    text="\n".join(lines),
                    key=f"case-{case.id}-{case.lock}",
                    recipients=house.settings.teams[team].recipients if team in house.settings.teams else (),
                )
            )
        except PublishError as error:
            LOG.warning("The notice of closing case %s was not delivered: %s", case.id, error)

    return tell
