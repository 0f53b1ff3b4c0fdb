"""The house keeps its own rules: rooms, names, and what documents promise."""

import importlib
import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("data", "nlp", "models", "reports", "flows")
SOURCES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))


@pytest.mark.parametrize("room", ROOMS)
def test_each_room_is_imported_from_this_checkout(room: str) -> None:
    """`data` and `models` are common names: another package of that name must not be what runs."""
    module = importlib.import_module(room)
    assert module.__file__ is not None
    assert Path(module.__file__).is_relative_to(ROOT)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_opens_with_what_it_is_for_and_stays_small(path: Path) -> None:
    """A product manager can read the first line of each module, and an engineer the rest of it at one sitting."""
    text = path.read_text(encoding="utf-8")
    assert text.startswith('"""'), "begin with a docstring"
    assert text.count("\n") <= 300, "split it"
    assert path.stem not in {"utils", "helpers", "common", "misc"}, "name what it does"


def test_only_the_settings_read_the_environment() -> None:
    """A value that comes from two places is a value nobody can find."""
    allowed = {ROOT / "flows" / "settings.py", ROOT / "flows" / "environment.py"}
    readers = [p for p in SOURCES if p not in allowed and re.search(r"os\.environ|os\.getenv", p.read_text("utf-8"))]
    assert readers == []


def test_no_model_or_feedback_is_ever_pickled() -> None:
    """A pickle runs code when it is opened; weights and feedback come from outside."""
    picklers = [p for p in SOURCES if re.search(r"\bimport pickle\b|torch\.load\(|\bjoblib\b", p.read_text("utf-8"))]
    assert picklers == []


def test_links_between_documents_lead_somewhere() -> None:
    """A stranger reads the documents before the code."""
    for page in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_the_commands_in_the_readme_exist() -> None:
    """The two commands, and every other one that the README names."""
    from flows.cli import app

    known = {command.name or getattr(command.callback, "__name__", "") for command in app.registered_commands}
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    named = {name for page in pages for name in re.findall(r"python -m flows ([a-z][a-z-]+)", page.read_text("utf-8"))}
    assert named - known == set()
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert set(re.findall(r"`?make ([a-z]+)", (ROOT / "README.md").read_text("utf-8"))) <= targets


def test_the_example_settings_are_complete_and_valid(monkeypatch: pytest.MonkeyPatch) -> None:
    """What people copy first must work, and name every setting."""
    from flows.settings import Settings

    monkeypatch.setenv("EARSHOT_HELPDESK_URL", "sqlite:///helpdesk.db")
    example = ROOT / "earshot.example.yaml"
    Settings.load(example)
    text = example.read_text(encoding="utf-8")
    secrets = {"database_url", "secret_key", "email_password", "oidc_secret", "polish_key"}
    internal = {"base", "model", "engine"}
    missing = [name for name in Settings.model_fields if name not in secrets | internal and f"{name}:" not in text]
    assert missing == []


def test_every_team_of_the_sample_settings_exists() -> None:
    """A misspelt team would get no edition, silently."""
    from data.taxonomy import load

    raw = yaml.safe_load((ROOT / "data" / "sample" / "earshot.yaml").read_text(encoding="utf-8"))
    assert set(raw["teams"]) <= {*load().teams, "managers"}
