"""The environment is settled before any library reads it."""

from pathlib import Path

import pytest

from flows.environment import DEFAULTS, settle


def test_prefect_finds_its_folder_in_a_fresh_clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Prefect does not make the folders above its own, and its server then never starts."""
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path / "var" / "prefect"))
    settle()
    assert (tmp_path / "var" / "prefect").is_dir()


def test_what_an_operator_has_set_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """Defaults must not fight with a deployment."""
    monkeypatch.setenv("PREFECT_LOGGING_LEVEL", "DEBUG")
    settle()
    import os

    assert os.environ["PREFECT_LOGGING_LEVEL"] == "DEBUG"


@pytest.mark.parametrize("name", ["HF_HUB_OFFLINE", "DO_NOT_TRACK", "PREFECT_SERVER_ANALYTICS_ENABLED"])
def test_nothing_is_downloaded_or_told(name: str) -> None:
    """Customers' words are near: no library may phone home."""
    assert DEFAULTS[name] in {"1", "false"}
