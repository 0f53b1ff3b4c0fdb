"""A small company with cases, feedback and people, for the tests of the desk and for looking at its pages."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from argon2 import PasswordHasher

from data import accounts
from data.accounts import Grant
from data.case_changes import place
from data.cases import open_cases
from data.database import Database
from data.feedback_store import save_feedback
from data.identity import KeyRing, Vault
from data.lake import Lake
from data.records import Feedback, Flag, Identity, Level, Reason, Turn
from data.site import Site
from data.taxonomy import load
from data.weeks import shift
from reports.desk.desk import Desk, Options
from reports.desk.passwords import Passwords

NOW = datetime(2026, 11, 17, 9, tzinfo=UTC)
WEEK = "2026-W46"
PASSWORD = "correct horse battery"
#: Cheap hashes: the tests look at who gets in, not at how long it takes.
PASSWORDS = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
SAID = (
    ("en", "churn_explicit", "Third time this month. I am cancelling on Friday and I will not come back."),
    ("zh-Hans", "repeated_complaint", "又是破损的，第三次了，客服每次都说会处理，从来没有下文。"),
    ("zh-Hant", "escalation", "再不處理我就向消保會申訴，並且請律師處理。"),
    ("en", "falling_scores", "It used to be great, <b>now</b> every update breaks something."),
    ("zh-Hans", "churn_hint", "下次可能就去别家买了，价格差不多，人家还送货快。"),
    ("en", "urgent", "The charger got so hot that it burnt the table. My kids sleep in that room!"),
)
PEOPLE = {
    "mia": (Grant("manager", "logistics"), Grant("manager", "service")),
    "li.na": (Grant("manager", "logistics"),),
    "pablo": (Grant("manager", "product"),),
    "rita": (Grant("reader", "logistics"),),
    "anna": (Grant("analyst"),),
    "root": (Grant("admin"),),
    "nobody": (),
}


class Clock:
    """A clock that tests turn."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def desk_in(
    folder: Path, database: Database, clock: Clock | None = None, *, https: bool = True, people: bool = True
) -> Desk:
    """A desk on a lake in `folder`, with the people above and no cases yet."""
    keys = KeyRing(bytes(range(32)))
    if people:
        for name, grants in PEOPLE.items():
            accounts.add(database, name, PASSWORDS.hash(PASSWORD), grants, who="test")
    return Desk(
        options=Options(company="Songbird", https=https),
        database=database,
        lake=Lake(folder / "store"),
        vault=Vault(database, keys),
        taxonomy=load(),
        site=Site(folder / "site"),
        accepted=folder / "themes",
        passwords=PASSWORDS,
        clock=clock or Clock(),
    )


def fill(desk: Desk, count: int = 12, *, teams: Iterable[str] = ("logistics", "service", "product")) -> list[str]:
    """Open `count` cases by turns for the teams, each with what its customer said; return the customer keys."""
    desk.vault.store_all(
        Identity(f"C-{number}", f"Customer {number}", f"c{number}@example.com") for number in range(count)
    )
    keys = KeyRing(bytes(range(32)))
    names = [keys.customer_key(f"C-{number}") for number in range(count)]
    flags = [_flag(name, number) for number, name in enumerate(names)]
    open_cases(desk.database, flags, WEEK)
    order = tuple(teams)
    place(desk.database, {name: (order[n % len(order)], SAID[n % len(SAID)][0]) for n, name in enumerate(names)})
    save_feedback(desk.lake, [one for n, name in enumerate(names[:60]) for one in _said(name, n)], [])
    return names


def _flag(customer: str, number: int) -> Flag:
    _, rule, words = SAID[number % len(SAID)]
    risk = 0.95 - 0.8 * ((number * 7) % 100) / 100
    level: Level = "high" if risk >= 0.65 else "medium" if risk >= 0.4 else "low"
    reasons = (
        Reason(rule, round(1.2 * risk, 2), _id(number, "a"), NOW - timedelta(days=4, hours=number % 20), words),
        Reason("recovery", -0.1, _id(number, "b"), NOW - timedelta(days=2), "Thanks for calling back."),
    )
    opened = date(2026, 11, 16) - timedelta(days=(number * 3) % 20)
    value = None if number % 5 == 4 else 120.0 * (number % 37)
    return Flag(customer, WEEK, level, risk, value, reasons, opened, date(2026, 12, 20))


def _said(customer: str, number: int) -> list[Feedback]:
    language, _, words = SAID[number % len(SAID)]
    call = "Good morning, how can I help?\nIt still does not work.\nI will pass it on.\nThanks for calling back."
    starts = [0, *(place + 1 for place, char in enumerate(call) if char == "\n")]
    ends = [place for place, char in enumerate(call) if char == "\n"] + [len(call)]
    speakers = ("agent", "customer", "agent", "customer")
    turns = tuple(Turn(who, start, end) for who, start, end in zip(speakers, starts, ends, strict=True))  # type: ignore[arg-type]
    made = [
        (_id(number, "a"), WEEK, 4, f"Order 20 came on Tuesday. {words} 希望尽快解决。", (), "review", language, 1.0),
        (_id(number, "b"), WEEK, 2, call, turns, "call", "en", None),
        (_id(number, "c"), shift(WEEK, -3), 25, "Quick delivery, nicely packed.", (), "survey", "en", 5.0),
    ]
    return [
        Feedback(
            feedback_id=name, version="v1", source="drop", source_id=name, channel=channel, week=week,
            occurred_at=NOW - timedelta(days=back, hours=number % 20), ingested_at=NOW, text=text,
            language=spoken, turns=these, customer_key=customer,  # type: ignore[arg-type]
            score=score, scale="stars" if score else None, product="Tern headphones",
            resolved=False if channel == "call" else None,
        )
        for name, week, back, text, these, channel, spoken, score in made
    ]  # fmt: skip


def _id(number: int, kind: str) -> str:
    return sha256(f"{number}{kind}".encode()).hexdigest()[:24]
