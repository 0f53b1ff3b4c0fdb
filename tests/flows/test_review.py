"""The review application is wired to the company: first account, settings, whose case it is, notices."""

from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from data import accounts
from data.accounts import Grant
from data.analysis_store import Readings
from data.case_changes import change
from data.cases import open_cases, queue
from data.errors import EarshotError
from data.records import Flag, Reason
from data.taxonomy import load
from flows.cli import app
from flows.flagging import places
from flows.house import open_house
from flows.notices import closing_notice
from flows.review import NoPassword, desk_of, serve_review
from flows.settings import BadConfiguration, Settings
from reports.desk.access import BadRole
from reports.desk.passwords import WeakPassword
from tests.flows.company import SETTINGS, found
from tests.reports.desk.made_cases import PASSWORDS

AT = datetime(2026, 11, 12, 9, tzinfo=UTC)


def flag(*reasons: Reason) -> Flag:
    return Flag("c1", "2026-W46", "high", 0.8, None, reasons, date(2026, 11, 16), date(2026, 12, 20))


def test_the_first_account_is_made_from_the_command_line(tmp_path: Path) -> None:
    """The password comes from standard input, and is kept as a hash only. Again, it sets a new one and the roles."""
    config = str(found(tmp_path))
    arguments = ["review", "--config", config, "--add-user", "li.na", "--role", "manager:logistics", "--role", "admin"]
    made = CliRunner().invoke(app, arguments, input="correct horse battery\n", catch_exceptions=False)
    assert made.output.strip() == "Account li.na made: admin, manager:logistics."
    CliRunner().invoke(app, [*arguments[:5], "--role", "analyst"], input="another long one\n", catch_exceptions=False)
    with open_house(Settings.load(Path(config))) as house:
        kept = accounts.account(house.database, "li.na")
    assert kept is not None
    assert kept.grants == (Grant("analyst"),)
    assert "another long one" not in str(kept.password)


@pytest.mark.parametrize(
    ("role", "password", "error"),
    [("boss", "correct horse battery\n", BadRole), ("admin", "short\n", WeakPassword), ("admin", "", EarshotError)],
)
def test_a_mistake_makes_no_account(tmp_path: Path, role: str, password: str, error: type[EarshotError]) -> None:
    """A half-made account would be found by somebody else."""
    config = found(tmp_path)
    made = CliRunner().invoke(
        app, ["review", "--config", str(config), "--add-user", "li.na", "--role", role], input=password
    )
    assert isinstance(made.exception, error)
    with open_house(Settings.load(config)) as house:
        assert accounts.accounts(house.database) == []


def test_the_desk_does_as_the_settings_say(tmp_path: Path) -> None:
    """Days by level, session lengths, no notices unless asked for."""
    config = found(tmp_path, settings=SETTINGS + "review: {days: {high: 1}, idle_minutes: 5, https: false}\n")
    with open_house(Settings.load(config)) as house:
        desk = desk_of(house, PASSWORDS)
        assert (desk.options.sla["high"], desk.options.sla["low"]) == (1, 14)
        assert desk.options.limits.idle.total_seconds() == 300
        assert desk.notify is None
        assert desk.provider is None


def test_what_the_settings_lack_is_told_before_anything_is_served(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that cannot begin is begun again and again; whoever started it must read why, once."""
    monkeypatch.delenv("EARSHOT_OIDC_SECRET", raising=False)
    oidc = "{issuer: https://id.example.com, client_id: earshot, address: https://review.example.com}"
    config = found(tmp_path, settings=SETTINGS + f"review: {{oidc: {oidc}}}\n")
    begun: list[object] = []
    monkeypatch.setattr("reports.desk.server.serve", lambda *given, **_also: begun.append(given))
    with pytest.raises(NoPassword, match="EARSHOT_OIDC_SECRET"):
        serve_review(config, "127.0.0.1", 0, 2)
    assert begun == []


def test_notices_need_a_publisher(tmp_path: Path) -> None:
    """Silence on closing would be noticed a month later."""
    config = found(tmp_path, settings=SETTINGS + "review: {notify: email}\n")
    with pytest.raises(BadConfiguration, match=r"publish\.email"):
        Settings.load(config)


def test_a_notice_names_the_case_and_nobody(tmp_path: Path) -> None:
    """It leaves the house: no name, no key of the customer, no words."""
    config = found(tmp_path, settings=SETTINGS + "review: {notify: folder}\n")
    with open_house(Settings.load(config)) as house:
        open_cases(house.database, [flag(Reason("churn_hint", 0.6, "f1", AT, "secret words"))], "2026-W46")
        (case,) = queue(house.database)
        closed = change(
            house.database, case.id, lock=case.lock, who="mia", status="closed", cause="price", action="called",
            note="her number is 555",
        )  # fmt: skip
        closing_notice(house)(closed, "mia")
    (page,) = (tmp_path / "out").rglob("*.html")
    text = page.read_text(encoding="utf-8")
    assert case.id in text
    assert "price" in text
    assert not any(secret in text for secret in ("secret words", "555", "c1"))


def test_a_case_goes_to_the_team_whose_topics_weigh_most() -> None:
    """By the weight of the reasons, not by how often a topic is named; without a topic, to service."""
    taxonomy = load()
    of = {team: taxonomy.of_team(team)[0].id for team in taxonomy.teams}
    mentions = pd.DataFrame(
        [("f1", of["logistics"]), ("f2", of["product"]), ("f3", of["product"])], columns=["feedback_id", "topic"]
    )
    feedback = pd.DataFrame({"feedback_id": ["f1", "f2", "f3"], "language": ["zh-Hant", "en", "en"]})
    empty = pd.DataFrame()
    read = Readings(feedback, empty, empty, mentions, empty)
    heavy, light = Reason("churn_explicit", 0.9, "f1", AT, ""), Reason("churn_hint", 0.2, "f2", AT, "")
    other = Reason("churn_hint", 0.1, "f3", AT, "")
    assert places([flag(heavy, light, other)], read, taxonomy) == {"c1": ("logistics", "zh-Hant")}
    assert places([flag(light, other)], read, taxonomy) == {"c1": ("product", "en")}
    assert places([flag(Reason("urgent", 0.3, "f9", AT, ""))], read, taxonomy) == {"c1": ("service", None)}
