"""The page that managers read about the rules is true."""

from pathlib import Path

import pytest

from models.risk.rules import RECOVERY, RULES

ROOT = Path(__file__).parents[3]


def documented() -> dict[str, list[str]]:
    rows = [line.strip("| ").split("|") for line in (ROOT / "docs" / "risk.md").read_text("utf-8").splitlines()]
    table = [[cell.strip() for cell in row] for row in rows if len(row) >= 7]
    return {row[0]: row[2:] for row in table if row[0] not in ("rule", "---")}


def test_the_documented_weights_are_the_ones_in_use():
    """A manager who doubts a flag looks the weights up; they must be those that made it."""
    table = documented()
    assert list(table) == list(RULES)
    for name, rule in RULES.items():
        weight, half_life, expiry, family, forgiven, *person = table[name]
        assert (float(weight), int(half_life), int(expiry)) == (rule.weight, rule.half_life, rule.expiry)
        assert (family, float(forgiven), person == ["yes"]) == (rule.family, rule.forgiven, rule.to_a_person)


@pytest.mark.parametrize("language", ["en", "zh-Hans", "zh-Hant"])
def test_every_rule_has_a_name_in_every_report_language(language):
    """A reason without a name would reach managers as an identifier."""
    lines = (ROOT / "reports" / "locales" / f"{language}.yaml").read_text("utf-8").splitlines()
    for name in (*RULES, RECOVERY):
        assert any(line.startswith(f"  {name}: ") for line in lines), name
