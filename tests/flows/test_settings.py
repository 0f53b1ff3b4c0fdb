"""Settings are read strictly: a mistake is said at once, with its place."""

from pathlib import Path

import pytest

from flows.settings import BadConfiguration, Settings


def load(folder: Path, text: str) -> Settings:
    path = folder / "earshot.yaml"
    path.write_text(text, encoding="utf-8")
    return Settings.load(path)


def test_relative_paths_start_at_the_settings_file(tmp_path: Path) -> None:
    """The run must not depend on the folder in which somebody typed the command."""
    settings = load(tmp_path, "company: Songbird\nvar: work\ntaxonomy: topics.yaml\n")
    assert settings.var == tmp_path / "work"
    assert settings.taxonomy == tmp_path / "topics.yaml"


def test_secrets_come_from_the_environment_and_win(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A password in a file ends up in a repository."""
    monkeypatch.setenv("EARSHOT_EMAIL_PASSWORD", "topsecret")
    monkeypatch.setenv("EARSHOT_HELPDESK", "sqlite:///help.db")
    settings = load(tmp_path, "sources:\n  - {name: h, kind: sql, url: '${EARSHOT_HELPDESK}'}\n")
    assert settings.email_password == "topsecret"
    assert settings.sources[0]["url"] == "sqlite:///help.db"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("time_zone: Mars/Olympus\n", "no time zone"),
        ("langauge: en\n", "langauge"),
        ("language: fr\n", "language"),
        ("sources:\n  - {name: a, url: '${HOME}'}\n", "begin with EARSHOT_"),
        ("sources:\n  - {name: a, url: '${EARSHOT_NOT_SET}'}\n", "not set"),
        ("- a\n- b\n", "key: value"),
        ("a: [1\n", "YAML"),
        ("baseline_weeks: 0\n", "baseline_weeks"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, text: str, said: str) -> None:
    """Whoever edits the file at half past five reads this message."""
    with pytest.raises(BadConfiguration, match=said):
        load(tmp_path, text)


def test_a_missing_file_says_how_to_begin(tmp_path: Path) -> None:
    """The first command of a newcomer usually runs without settings."""
    with pytest.raises(BadConfiguration, match=r"earshot\.example\.yaml"):
        Settings.load(tmp_path / "earshot.yaml")


def test_a_team_without_a_language_gets_the_companys(tmp_path: Path) -> None:
    """Most companies set one language; some teams differ."""
    settings = load(tmp_path, "language: zh-Hans\nteams:\n  product: {language: en}\n")
    assert settings.language_of("product") == "en"
    assert settings.language_of("logistics") == "zh-Hans"
