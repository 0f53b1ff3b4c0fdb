"""One case: what it shows, what a manager does with it, who unveils whom, and two who edit at once."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from data import audit, cases
from data.case_changes import change
from data.cases import Case
from models.risk.rules import RULES
from reports.desk.desk import Desk
from reports.desk.pages import words_of
from reports.desk.steps import STEPS, next_steps
from tests.reports.desk.conftest import Browser
from tests.reports.desk.made_cases import Clock


def now(desk: Desk, case: str) -> Case:
    found = cases.case(desk.database, case)
    assert found is not None
    return found


def test_the_page_shows_why_in_the_customers_words(
    as_: Callable[[str], Browser], case_of: Callable[[str], str], desk: Desk
) -> None:
    """Every reason with its words marked in what stands around them, and the time line over all channels."""
    case = now(desk, case_of("logistics"))
    page = as_("mia").see(f"/cases/{case.id}")
    assert f"<mark>{case.reasons[0].verbatim}</mark>" in page
    assert "Order 20 came on Tuesday." in page
    for channel in ("Call", "Survey", "Review"):
        assert channel in page
    assert "How can I help" not in page.split("What the customer told us")[0]
    assert words_of("en").say(f"step.{next_steps(case)[0]}") in page
    assert case.customer_key[:8] in page


def test_every_rule_has_a_next_step() -> None:
    """A case says what to do whatever brought it here; each rule and step has its words in every language."""
    assert set(STEPS) == set(RULES)
    for language in ("en", "zh-Hans", "zh-Hant"):
        assert all(words_of(language).has(f"rule.{rule}") for rule in STEPS)
        assert all(words_of(language).has(f"step.{step}") for step in (*STEPS.values(), "plain"))


def test_a_case_goes_from_taken_to_what_became_of_it(
    as_: Callable[[str], Browser], case_of: Callable[[str], str], desk: Desk, clock: Clock
) -> None:
    """The whole way of a manager: take, judge, note, put off, close with cause and action, look again after a month."""
    mia, case = as_("mia"), case_of("logistics")

    def do(**fields: object) -> int:
        return int(mia.submit(f"/cases/{case}", lock=now(desk, case).lock, **fields).status_code)

    assert do(owner="mia", status="in_progress") == 303
    assert do(verdict="right") == 303
    assert do(note="Called, <i>no answer</i>.") == 303
    assert do(status="snoozed", recheck="2026-11-20") == 303
    assert now(desk, case).status == "snoozed"
    clock.now += timedelta(days=3)
    mia.sign_in("mia")
    mia.see("/cases")
    assert now(desk, case).status == "open"
    assert do(status="closed") == 422
    assert do(status="closed", cause="delivery") == 422
    assert do(status="closed", cause="delivery", action="called") == 303
    closed = now(desk, case)
    assert (closed.status, closed.verdict, str(closed.closed_on)) == ("closed", "right", "2026-11-20")
    assert case not in mia.see("/cases?outcome=1")
    clock.now += timedelta(days=30)
    mia.sign_in("mia")
    assert case in mia.see("/cases?outcome=1")
    assert do(outcome="stayed") == 303
    assert case not in mia.see("/cases?outcome=1")
    page = mia.see(f"/cases/{case}")
    assert "Called, &lt;i&gt;no answer&lt;/i&gt;." in page
    assert "The day to look again has come" in page
    assert do(status="open") == 303
    assert now(desk, case).cause is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"status": "gone"},
        {"verdict": "maybe"},
        {"status": "snoozed"},
        {"status": "snoozed", "recheck": "2026-11-17"},
        {"status": "snoozed", "recheck": "tomorrow"},
        {"outcome": "left"},
        {"recheck": "2026-12-01"},
        {"team": "sales"},
        {},
    ],
)
def test_what_makes_no_sense_changes_nothing(
    as_: Callable[[str], Browser], case_of: Callable[[str], str], desk: Desk, wrong: dict[str, str]
) -> None:
    """The form stops most of it; a request made by hand must not get further."""
    mia, case = as_("mia"), case_of("logistics")
    before = now(desk, case)
    assert mia.submit(f"/cases/{case}", lock=before.lock, **wrong).status_code == 422
    assert now(desk, case) == before


def test_two_managers_at_one_case_get_both_versions(
    as_: Callable[[str], Browser], case_of: Callable[[str], str], desk: Desk
) -> None:
    """No lost update: the second sees what the first did, and what they themselves wanted."""
    mia, lina, case = as_("mia"), as_("li.na"), case_of("logistics")
    seen = now(desk, case).lock
    assert lina.submit(f"/cases/{case}", lock=seen, owner="li.na", status="in_progress").status_code == 303
    late = mia.submit(f"/cases/{case}", lock=seen, owner="mia", note="mine")
    assert late.status_code == 409
    table = late.text.split("<tbody>")[1].split("</tbody>")[0]
    assert "li.na" in table
    assert "mia" in table
    assert "mine" in table
    assert now(desk, case).owner == "li.na"
    mia.keep(late.text)
    assert mia.submit(f"/cases/{case}", lock=now(desk, case).lock, owner="mia", note="mine").status_code == 303
    assert now(desk, case).owner == "mia"


def test_an_identity_is_unveiled_with_a_reason_and_a_line_in_the_log(
    as_: Callable[[str], Browser], case_of: Callable[[str], str], desk: Desk
) -> None:
    """Once, on this answer; never before, never on the next page."""
    mia, case = as_("mia"), case_of("logistics")
    key = now(desk, case).customer_key
    assert "@example.com" not in mia.see(f"/cases/{case}")
    refused = mia.submit(f"/cases/{case}/identity", reason="  x ")
    assert refused.status_code == 422
    assert "@example.com" not in refused.text
    assert audit.entries(desk.database, key) == []
    shown = mia.submit(f"/cases/{case}/identity", reason="calling back about order 20")
    assert "@example.com" in shown.text
    assert shown.headers["cache-control"] == "no-store"
    (entry,) = audit.entries(desk.database, key)
    assert (entry.who, entry.reason) == ("mia", "calling back about order 20")
    assert "@example.com" not in mia.see(f"/cases/{case}")


@pytest.mark.parametrize("name", ["pablo", "rita", "anna", "root", "nobody"])
def test_nobody_else_unveils_or_edits(
    as_: Callable[[str], Browser], case_of: Callable[[str], str], desk: Desk, name: str
) -> None:
    """And the attempt leaves the vault and the case as they were."""
    other, case = as_(name), case_of("logistics")
    before = now(desk, case)
    assert other.submit(f"/cases/{case}/identity", reason="curious about her").status_code == 403
    assert other.submit(f"/cases/{case}", lock=before.lock, note="hello").status_code == 403
    assert audit.entries(desk.database, before.customer_key) == []
    assert now(desk, case) == before


def test_a_case_handed_over_leaves_its_owner_behind(
    as_: Callable[[str], Browser], case_of: Callable[[str], str], desk: Desk
) -> None:
    """A manager of logistics cannot keep a case that is service's now, nor open it."""
    lina, case = as_("li.na"), case_of("logistics")
    lina.submit(f"/cases/{case}", lock=now(desk, case).lock, owner="li.na")
    assert (
        lina.submit(f"/cases/{case}", lock=now(desk, case).lock, team="service")
        .headers["location"]
        .startswith("/cases?")
    )
    assert (now(desk, case).team, now(desk, case).owner) == ("service", None)
    assert lina.get(f"/cases/{case}").status_code == 403
    assert as_("mia").get(f"/cases/{case}").status_code == 200


def test_closing_tells_whoever_wants_to_know(desk: Desk, case_of: Callable[[str], str]) -> None:
    """Off by default; when on, once for each closing."""
    from dataclasses import replace

    from reports.desk.app import create_app

    told: list[tuple[str, str]] = []
    loud = replace(desk, notify=lambda case, who: told.append((case.id, who)))
    mia, case = Browser(create_app(loud), base_url="https://testserver"), case_of("logistics")
    mia.sign_in("mia")
    mia.submit(f"/cases/{case}", lock=now(desk, case).lock, owner="mia")
    mia.submit(f"/cases/{case}", lock=now(desk, case).lock, status="closed", cause="price", action="wrote")
    assert told == [(case, "mia")]


def test_the_page_stands_when_the_lake_cannot_be_read(
    as_: Callable[[str], Browser], case_of: Callable[[str], str], desk: Desk
) -> None:
    """The reasons live in the database; a damaged file must not keep a manager from calling."""
    for part in desk.lake.root.rglob("part-0.parquet"):
        part.write_bytes(b"no parquet")
    page = as_("mia").see(f"/cases/{case_of('logistics')}")
    assert "cannot be read just now" in page
    assert "Why this customer is here" in page


def test_changes_by_the_machine_are_conflicts_too(
    as_: Callable[[str], Browser], case_of: Callable[[str], str], desk: Desk
) -> None:
    """Monday's run may refresh a case while somebody types."""
    mia, case = as_("mia"), case_of("logistics")
    seen = now(desk, case).lock
    change(desk.database, case, lock=seen, who="earshot", note="refreshed")
    assert mia.submit(f"/cases/{case}", lock=seen, owner="mia").status_code == 409
