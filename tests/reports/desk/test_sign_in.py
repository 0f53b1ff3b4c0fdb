"""Who knocks: passwords, lockout, sessions, tokens, headers."""

import asyncio
import logging
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from argon2 import PasswordHasher

from data import accounts, audit
from reports.desk.desk import Desk
from reports.desk.passwords import COST, TURNS, Busy, Door, Passwords
from tests.reports.desk.conftest import Browser
from tests.reports.desk.made_cases import PASSWORD, Clock


def test_the_right_password_opens_the_queue(browser: Callable[[], Browser]) -> None:
    """And leads back to the page that was asked for."""
    mia = browser()
    asked = mia.get("/cases?owner=me", follow_redirects=False)
    assert asked.headers["location"].startswith("/sign-in?next=%2Fcases%3Fowner%3Dme")
    mia.keep(mia.get(asked.headers["location"]).text)
    answer = mia.submit("/sign-in", name="mia", password=PASSWORD, next="/cases?owner=me")
    assert answer.headers["location"] == "/cases?owner=me"
    cookie = next(value for value in answer.headers.get_list("set-cookie") if value.startswith("__Host-earshot="))
    assert {"HttpOnly", "Secure", "SameSite=lax", "Path=/"} <= set(cookie.split("; "))


@pytest.mark.parametrize("name", ["mia", "whoever"])
def test_a_wrong_password_says_nothing_about_the_account(browser: Callable[[], Browser], name: str) -> None:
    """Whether there is such an account is not a stranger's business."""
    stranger = browser()
    stranger.see("/sign-in")
    answer = stranger.submit("/sign-in", name=name, password="wrong horse battery")
    assert answer.status_code == 401
    assert "Name and password don’t match" in answer.text
    assert name not in answer.text


def test_five_wrong_passwords_lock_the_account_for_a_while(
    browser: Callable[[], Browser], desk: Desk, clock: Clock
) -> None:
    """Guessing must be slow; and the right password does not tell that it was right while the lock holds."""
    guesser = browser()
    guesser.see("/sign-in")
    for _ in range(accounts.FAILURES):
        assert guesser.submit("/sign-in", name="mia", password="guess guess guess").status_code == 401
    assert guesser.submit("/sign-in", name="mia", password=PASSWORD).status_code == 401
    actions = [entry.action for entry in audit.entries(desk.database, "mia")]
    assert actions[0] == "lock account"
    assert actions.count("sign-in refused") == accounts.FAILURES
    clock.now += accounts.LOCKED + timedelta(seconds=1)
    assert guesser.submit("/sign-in", name="mia", password=PASSWORD).status_code == 303


def test_a_hash_of_another_cost_is_renewed_at_the_next_sign_in(browser: Callable[[], Browser], desk: Desk) -> None:
    """What is costly enough changes with the years; nobody should have to choose a new password for it."""
    older = Passwords(PasswordHasher(time_cost=2, memory_cost=8, parallelism=1)).hash(PASSWORD)
    accounts.change(desk.database, "mia", who="test", password=older)

    def kept() -> str | None:
        found = accounts.account(desk.database, "mia")
        return found.password if found else None

    mia = browser()
    mia.see("/sign-in")
    assert mia.submit("/sign-in", name="mia", password="wrong horse battery").status_code == 401
    assert kept() == older
    assert mia.sign_in("mia").status_code == 303
    assert mia.get("/cases", follow_redirects=False).status_code == 200
    renewed = kept()
    assert renewed != older
    assert browser().sign_in("mia").status_code == 303
    assert kept() == renewed


def test_a_hash_costs_no_less_than_owasp_asks_for() -> None:
    """19 MiB and two passes, or as much work with more memory: whoever steals the hashes must pay for each guess."""
    assert COST.memory_cost >= 19 * 1024
    assert COST.memory_cost * COST.time_cost >= 2 * 19 * 1024


def test_a_session_ends_when_idle_and_after_its_longest(as_: Callable[[str], Browser], clock: Clock) -> None:
    """A browser left open on a shared desk."""
    mia = as_("mia")
    for _ in range(13):
        clock.now += timedelta(minutes=55)
        assert mia.get("/cases", follow_redirects=False).status_code == 200
    clock.now += timedelta(minutes=20)
    late = mia.get("/cases", follow_redirects=False)
    assert "over=1" in late.headers["location"]
    other = as_("mia")
    clock.now += timedelta(minutes=61)
    assert other.get("/cases", follow_redirects=False).status_code == 303


def test_signing_out_ends_the_session_on_the_server(as_: Callable[[str], Browser]) -> None:
    """A cookie that somebody copied is worth nothing afterwards."""
    mia = as_("mia")
    copied = dict(mia.cookies)
    assert mia.submit("/sign-out").status_code == 303
    mia.cookies.update(copied)
    assert mia.get("/cases", follow_redirects=False).status_code == 303


def test_disabling_an_account_ends_its_sessions(as_: Callable[[str], Browser]) -> None:
    """Somebody leaves the company at noon."""
    mia, root = as_("mia"), as_("root")
    assert root.submit("/accounts/mia", act="disable").status_code == 303
    assert mia.get("/cases", follow_redirects=False).status_code == 303


def test_new_roles_end_sessions_and_hold_at_once(as_: Callable[[str], Browser]) -> None:
    """What was taken away must not live on in an open page."""
    mia, root = as_("mia"), as_("root")
    assert (
        root.post("/accounts/mia", data={"csrf": root.csrf, "act": "roles", "role": ["reader:logistics"]}).status_code
        == 200
    )
    assert mia.get("/cases", follow_redirects=False).status_code == 303
    mia.sign_in("mia")
    assert mia.get("/cases").status_code == 403


def test_an_admin_cannot_lock_themselves_out(as_: Callable[[str], Browser]) -> None:
    """Else nobody could give the role back."""
    root = as_("root")
    assert root.submit("/accounts/root", act="disable").status_code == 422
    assert root.submit("/accounts/root", act="roles", role="analyst").status_code == 422
    assert root.get("/accounts").status_code == 200


def test_an_admin_makes_accounts_and_the_audit_log_knows(as_: Callable[[str], Browser]) -> None:
    """With roles from the list only, and passwords that are long enough."""
    root = as_("root")
    assert root.submit("/accounts", name="Wei", password="short", role="analyst").status_code == 422
    assert root.submit("/accounts", name="wei", password="long enough for all", role="boss").status_code == 422
    assert (
        root.submit("/accounts", name="wei", password="long enough for all", role="reader:product").status_code == 303
    )
    assert "add" in root.see("/audit")
    as_wei = as_("rita")
    as_wei.submit("/sign-out")
    assert as_wei.sign_in("wei", "long enough for all").status_code == 303


def test_a_change_without_the_token_changes_nothing(
    as_: Callable[[str], Browser], case_of: Callable[[str], str]
) -> None:
    """Another site can make a browser post, but cannot read the token."""
    mia, case = as_("mia"), case_of("logistics")
    for token in ("", "x" * 43, as_("li.na").csrf):
        assert mia.post(f"/cases/{case}", data={"csrf": token, "lock": 1, "note": "hi"}).status_code == 403
    cross = {"csrf": mia.csrf, "lock": 1, "note": "hi"}
    assert mia.post(f"/cases/{case}", data=cross, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert ">hi<" not in mia.see(f"/cases/{case}")


def test_nobody_is_signed_in_by_another_site(browser: Callable[[], Browser]) -> None:
    """A forged sign-in would let a stranger read what somebody then writes under the stranger's account."""
    victim = browser()
    assert victim.post("/sign-in", data={"name": "mia", "password": PASSWORD}).status_code == 403


@pytest.mark.parametrize(
    "place", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "/\n/x"]
)
def test_signing_in_leads_nowhere_else(browser: Callable[[], Browser], place: str) -> None:
    """A link that looks like ours must not end on somebody's copy of the sign-in page."""
    mia = browser()
    mia.see("/sign-in")
    assert mia.submit("/sign-in", name="mia", password=PASSWORD, next=place).headers["location"] == "/"


def test_changing_ones_password_needs_the_old_one(as_: Callable[[str], Browser]) -> None:
    """An unattended screen must not become a stolen account; other sessions end."""
    mia, elsewhere = as_("mia"), as_("mia")
    assert mia.submit("/account/password", old="not this one at all", new="a better password").status_code == 422
    assert mia.submit("/account/password", old=PASSWORD, new="short").status_code == 422
    assert mia.submit("/account/password", old=PASSWORD, new="a better password").status_code == 303
    assert mia.get("/cases", follow_redirects=False).status_code == 200
    assert elsewhere.get("/cases", follow_redirects=False).status_code == 303


def test_every_answer_wears_the_headers(browser: Callable[[], Browser], as_: Callable[[str], Browser]) -> None:
    """Refusals and files too: no frames, no foreign script, nothing kept."""
    mia = as_("mia")
    for answer in (browser().get("/sign-in"), mia.get("/cases"), mia.get("/nowhere"), mia.get("/static/desk.css")):
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe-inline" not in policy
        assert answer.headers["x-frame-options"] == "DENY"
    assert mia.get("/cases").headers["cache-control"] == "no-store"


def test_pages_obey_their_own_policy(as_: Callable[[str], Browser], case_of: Callable[[str], str]) -> None:
    """Inline script or style would be dead under the policy, so there is none."""
    mia, root = as_("mia"), as_("root")
    pages = [mia.see("/cases"), mia.see(f"/cases/{case_of('logistics')}"), root.see("/accounts"), root.see("/audit")]
    for page in pages:
        assert " style=" not in page
        assert "<style" not in page
        assert " onclick=" not in page
        assert page.count("<script") == page.count("<script src=")


def test_a_fault_gives_a_number_and_nothing_else(
    as_: Callable[[str], Browser], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """An exception's text may quote a customer; the log gets its kind and place."""
    mia = as_("mia")

    def broken(*_: object, **__: object) -> None:
        raise KeyError("王小姐 13800138000")

    monkeypatch.setattr("data.case_queue.page", broken)
    with caplog.at_level(logging.DEBUG):
        answer = mia.get("/cases")
    assert answer.status_code == 500
    assert "13800138000" not in answer.text + caplog.text
    assert "KeyError" in caplog.text
    assert "KeyError" not in answer.text


def test_the_language_can_be_chosen_before_and_after_signing_in(browser: Callable[[], Browser]) -> None:
    """And stays with the account."""
    mia = browser()
    mia.see("/sign-in")
    mia.submit("/language", language="zh-Hans", next="/sign-in")
    assert "登录" in mia.see("/sign-in")
    mia.submit("/sign-in", name="mia", password=PASSWORD)
    mia.see("/cases")
    mia.submit("/language", language="zh-Hant", next="/cases")
    assert "有流失風險的顧客" in mia.see("/cases")
    other = browser()
    other.sign_in("mia")
    assert "有流失風險的顧客" in other.see("/cases")


def test_a_crowd_at_the_door_goes_through_in_order_a_few_at_a_time() -> None:
    """On Monday morning everybody signs in at once: nobody is refused, and the machine is not filled."""
    door, inside, most = Door(), 0, 0
    order: list[int] = []

    def enter(number: int) -> int:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        time.sleep(0.001)
        inside -= 1
        order.append(number)
        return number

    async def crowd() -> list[int]:
        return list(await asyncio.gather(*(door.through(partial(enter, number)) for number in range(30))))

    assert asyncio.run(crowd()) == list(range(30))
    assert most <= TURNS
    assert all(abs(place - number) < TURNS for place, number in enumerate(order))


def test_who_waits_too_long_at_the_door_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clear answer, and nobody waits behind an endless queue."""
    monkeypatch.setattr("reports.desk.passwords.PATIENCE", 0.01)
    door, open_again = Door(), threading.Event()

    async def crowd() -> None:
        held = [asyncio.create_task(door.through(open_again.wait)) for _ in range(TURNS)]
        await asyncio.sleep(0)
        with pytest.raises(Busy):
            await door.through(lambda: None)
        open_again.set()
        await asyncio.gather(*held)

    asyncio.run(crowd())
