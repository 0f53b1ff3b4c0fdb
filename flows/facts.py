"""Facts of customers beside what they say: learn from a table who left, and give each customer points by it."""

from collections.abc import Mapping
from pathlib import Path

from flows.house import House
from flows.settings import Settings
from models.risk.facts import FactsModel, load, read_rows

MODEL = Path("risk") / "facts.json"


def fit_risk(facts: Path, label: str, leave_out: list[str], config: Path | None, output: Path | None) -> str:
    """Learn from a table who left, save the model, and say how good it is and what each column adds."""
    from models.risk.fitting_facts import fit

    path = output or (Settings.load(config) if config else Settings()).var / MODEL
    made = fit(read_rows(facts), label, leave_out)
    made.save(path)
    lines = [
        f"{made.n} customers, {made.left} of whom left. Cross-validated: AUC {made.auc:.3f} "
        f"({made.auc_low:.3f} to {made.auc_high:.3f}), calibration error {made.calibration_error:.3f}.",
        "What each column adds to the log-odds, lowest to highest, against the average customer:",
    ]
    spread = sorted(((_spread(made, place), place) for place in range(len(made.curves))), reverse=True)
    for _, place in spread:
        curve = made.curves[place]
        if curve.direction:
            way = "rises" if curve.direction > 0 else "falls"
            lines.append(f"  {curve.name:<20} {min(curve.values):+.2f} to {max(curve.values):+.2f}, {way} with it")
        else:
            words = sorted(curve.words.items(), key=lambda item: item[1])
            lines.append(f"  {curve.name:<20} " + ", ".join(f"{word or '(blank)'} {v:+.2f}" for word, v in words[:6]))
    return "\n".join([*lines, f"Saved to {path}; used once the settings name the customers' table (`facts`)."])


def customer_facts(house: House) -> Mapping[str, float]:
    """Points by customer key from the table that the settings name; nothing without one, or without a model."""
    wanted, model = house.settings.facts, house.settings.var / MODEL
    if wanted is None or not model.is_file():
        return {}
    made = load(model)
    return {
        house.keys.customer_key(row[wanted.id]): made.points(row)
        for row in read_rows(house.settings.base / wanted.path)
        if row.get(wanted.id)
    }


def _spread(model: FactsModel, place: int) -> float:
    values = model.curves[place].values or tuple(model.curves[place].words.values())
    return max(values) - min(values)
