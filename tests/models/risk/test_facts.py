"""Facts of customers: a sum of curves that can be read off, and never a flag by itself."""

import random
from datetime import UTC, datetime
from pathlib import Path

import pytest

from models.risk.facts import FactsModel, FactsNotReadable, load
from models.risk.fitting_facts import fit
from models.risk.flagging import MOST_BY_FACTS, Options, flag_customers
from models.risk.heard import Heard, Passage


def customers(many: int = 600) -> list[dict[str, str]]:
    """Who stays long and has a contract stays; the rest leaves more often."""
    chance, rows = random.Random(3), []
    for number in range(many):
        months, contract = chance.randrange(1, 60), chance.choice(["monthly", "yearly"])
        left = chance.random() < 0.75 - months / 90 - (0.2 if contract == "yearly" else 0)
        shown = "" if number % 50 == 0 else str(months)
        rows.append({"id": f"C{number}", "months": shown, "contract": contract, "left": "Yes" if left else "No"})
    return rows


@pytest.fixture(scope="module")
def model() -> FactsModel:
    return fit(customers(), "left", ["id"])


def test_facts_tell_who_left_and_every_point_has_a_place(model: FactsModel) -> None:
    """A manager may ask why: the log-odds are the sum of what each column adds, nothing else."""
    assert model.auc > 0.7
    row = {"months": "3", "contract": "monthly"}
    assert set(model.explain(row)) == {"months", "contract"}
    assert model.probability(row) > model.probability({"months": "50", "contract": "yearly"})


def test_a_longer_stay_never_raises_the_risk(model: FactsModel) -> None:
    """Monotone: nobody could explain to a customer of six years that the seventh is suspicious."""
    chances = [model.probability({"months": str(months), "contract": "yearly"}) for months in range(70)]
    assert chances == sorted(chances, reverse=True)


def test_what_is_blank_or_new_adds_something_finite(model: FactsModel) -> None:
    """Tables have holes, and next year has another contract."""
    assert 0 < model.probability({"months": "", "contract": "weekly"}) < 1
    assert 0 < model.probability({}) < 1


def test_a_saved_model_says_the_same(model: FactsModel, tmp_path: Path) -> None:
    """Plain numbers in JSON; nothing that runs when opened."""
    model.save(tmp_path / "facts.json")
    assert load(tmp_path / "facts.json") == model
    (tmp_path / "facts.json").write_text("{}")
    with pytest.raises(FactsNotReadable):
        load(tmp_path / "facts.json")


def test_a_table_without_the_label_is_refused_with_its_columns() -> None:
    """The message must help whoever mistyped the column."""
    with pytest.raises(FactsNotReadable, match="contract"):
        fit(customers(), "churned")


def test_facts_alone_flag_nobody_and_add_little_to_what_was_said() -> None:
    """A customer who said nothing amiss is not called because of a tariff."""
    said = Heard(
        feedback_id="1", customer_key="a", week="2026-W46", occurred_at=datetime(2026, 11, 12, tzinfo=UTC),
        channel="email", text="All is well.", sentiment="neu", spoken=(Passage(0, 12),),
    )  # fmt: skip
    every = Options(levels=frozenset({"high", "medium", "low", "unknown"}))
    assert flag_customers([said], "2026-W46", every, {"a": 9.0}) == []
    hint = Heard(
        feedback_id="1", customer_key="a", week="2026-W46", occurred_at=datetime(2026, 11, 12, tzinfo=UTC),
        channel="email", text="Makes me think.", sentiment="neg", churn=1, churn_score=0.2, spoken=(Passage(0, 15),),
    )  # fmt: skip
    (flag,) = flag_customers([hint], "2026-W46", every, {"a": 9.0})
    assert {reason.rule: reason.weight for reason in flag.reasons}["facts"] == MOST_BY_FACTS
    assert flag.level not in ("high", "medium")
