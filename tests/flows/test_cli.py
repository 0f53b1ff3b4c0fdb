"""The command line says what to do when something is off, and shows no traceback for it."""

import csv
from pathlib import Path

import pytest
from typer.testing import CliRunner

from data.errors import EarshotError
from flows.cli import app

RUN = CliRunner()


def commands() -> list[str]:
    return [command.name or getattr(command.callback, "__name__", "") for command in app.registered_commands]


@pytest.mark.parametrize("command", commands())
def test_every_command_explains_itself_with_an_example(command: str) -> None:
    """People try --help before they read a manual."""
    shown = RUN.invoke(app, [command, "--help"])
    assert shown.exit_code == 0
    assert "Example: python -m flows" in shown.output


def test_a_week_and_a_range_exclude_each_other() -> None:
    """Guessing which of them was meant would report the wrong weeks."""
    shown = RUN.invoke(app, ["weekly", "--week", "2026-W46", "--from", "2026-W40"])
    assert shown.exit_code != 0
    assert "either --week or --from" in shown.output


def test_revealing_a_name_without_a_reason_is_refused() -> None:
    """The audit log needs the reason before the name is shown, not after."""
    shown = RUN.invoke(app, ["cases", "--reveal"])
    assert shown.exit_code != 0
    assert "--reason" in shown.output


def test_map_proposes_a_mapping_that_can_be_pasted(tmp_path: Path) -> None:
    """The hardest part of connecting a source is done by looking at its file."""
    path = tmp_path / "survey.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["id", "date", "comment", "nps"], ["1", "2026-11-03", "Quick and friendly", "9"]])
    shown = RUN.invoke(app, ["map", str(path)])
    assert shown.exit_code == 0
    assert "occurred_at: date" in shown.output
    assert "text: comment" in shown.output


def test_a_missing_configuration_is_one_clear_error(tmp_path: Path) -> None:
    """`main` turns an EarshotError into one line; here it is the error itself that must be one."""
    shown = RUN.invoke(app, ["cases", "--config", str(tmp_path / "nowhere.yaml")])
    assert isinstance(shown.exception, EarshotError)
    assert "earshot.example.yaml" in str(shown.exception)
