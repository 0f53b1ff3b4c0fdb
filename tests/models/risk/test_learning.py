"""What is learnt from people's verdicts, and what is not."""

import random
from datetime import UTC, datetime
from pathlib import Path

import pytest

from data.verdicts import Standing, Verdict
from models.risk.learning import Calibration, TooFewVerdicts, calibrate, load, weights

STANDING = [
    Standing("2026-W46", "queued", "en", 100), Standing("2026-W46", "signals", "en", 300),
    Standing("2026-W46", "quiet", "en", 2000),
]  # fmt: skip


def verdict(number: int, at_risk: bool, risk: float, stratum: str, **points: float) -> Verdict:
    return Verdict(
        case_id=str(number), customer_key=str(number), week="2026-W46", at=datetime(2026, 11, 20, tzinfo=UTC), who="li",
        verdict="right" if at_risk else "wrong_not_unhappy", level="medium", risk=risk, language="en",
        stratum=stratum, points=points,  # type: ignore[arg-type]
    )  # fmt: skip


def people(seed: int = 5) -> list[Verdict]:
    """A hundred judged of the queue, where hints are true and moods are noise, and sixty of the blind sample."""
    chance = random.Random(seed)
    told = []
    for number in range(100):
        hint, mood = chance.choice([0.0, 0.45]), chance.choice([0.0, 0.25])
        told.append(verdict(number, chance.random() < (0.85 if hint else 0.2), 0.6 if hint else 0.3, "queued",
                            churn_hint=hint, falling_mood=mood))  # fmt: skip
    for number in range(100, 160):
        told.append(verdict(number, chance.random() < 0.05, 0.05, chance.choice(["signals", "quiet"])))
    return told


def test_a_higher_risk_never_means_a_lower_probability() -> None:
    """Managers work from the top of the list; the number beside it must say the same."""
    made = calibrate(people(), STANDING)
    chances = [made.probability(risk / 20) for risk in range(21)]
    assert chances == sorted(chances)
    assert made.probability(0.05) < 0.2 < made.probability(0.6)


def test_nothing_is_learnt_from_the_flagged_pile_alone() -> None:
    """Among the flagged every rule looks good; without the blind sample there is nothing to compare with."""
    with pytest.raises(TooFewVerdicts, match="second looks"):
        calibrate([one for one in people() if one.stratum == "queued"], STANDING)


def test_a_rule_that_tells_nothing_is_proposed_to_weigh_less_than_one_that_does() -> None:
    """The proposal is for a person to read; it must at least point the right way, and never below zero."""
    factors = weights(people(), STANDING)
    assert factors["churn_hint"] > factors["falling_mood"] >= 0


def test_a_calibration_comes_back_as_it_was_kept(tmp_path: Path) -> None:
    """It is read in every run after the one that learnt it; before, there is none."""
    made = Calibration(2.0, -1.5, 120, 30)
    made.save(tmp_path / "risk" / "c.json")
    assert load(tmp_path / "risk" / "c.json") == made
    assert load(tmp_path / "none.json") is None
