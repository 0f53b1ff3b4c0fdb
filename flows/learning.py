"""Learn from people: how far the queue can be trusted, the probability of a risk, and corrected labels for training."""

from collections.abc import Iterator
from pathlib import Path

from data import corrections as kept
from data import verdicts
from flows.house import House, open_house
from flows.settings import Settings
from models.risk import learning
from models.risk.learning import Calibration, TooFewVerdicts
from reports.risk_quality import quality_frame

CALIBRATION = Path("risk") / "calibration.json"


def learn_from_people(config: Path | None, *, fit: bool, corrections: Path | None) -> Iterator[str]:
    """Lines about verdicts so far; with `fit`, fit and keep the calibration; with a path, export corrections there."""
    with open_house(Settings.load(config)) as house:
        told, stood = verdicts.verdicts(house.database), verdicts.standings(house.database)
        frame = quality_frame(told, stood)
        whole = frame[frame["week"] == "all"]
        for row in whole.to_dict("records"):
            yield (
                f"{row['cut']:<9} {row['name']:<34} verdicts {row['verdicts']:>4}, "
                f"precision {_share(row, 'precision')}, recall {_share(row, 'recall')}, "
                f"blind {row['blind_right']} of {row['blind']}"
            )
        if whole.empty:
            yield "No verdicts yet: judge cases in `review`, second looks above all."
        if fit:
            yield from _fit(house, told, stood)
        if corrections is not None:
            written, gone = kept.export(house.database, house.lake, corrections)
            yield f"{written} corrected feedback written to {corrections}; the texts of {gone} are gone."


def calibration(house: House) -> Calibration | None:
    """What a risk means as a probability, once that was learnt."""
    return learning.load(house.settings.var / CALIBRATION)


def _fit(house: House, told: list[verdicts.Verdict], stood: list[verdicts.Standing]) -> Iterator[str]:
    try:
        made = learning.calibrate(told, stood)
        proposed = learning.weights(told, stood)
    except TooFewVerdicts as error:
        yield f"Nothing fitted: {error}"
        return
    made.save(house.settings.var / CALIBRATION)
    sum_ = f"{made.slope:.3f} x points {made.intercept:+.3f}"
    yield f"Probability = 1 / (1 + exp(-({sum_}))), from {made.verdicts} verdicts."
    yield "Proposed factors of the rules' weights (not applied; change them in models/risk/rules.py):"
    yield from (f"  {rule:<34} x {factor:.2f}" for rule, factor in proposed.items())


def _share(row: dict[object, object], name: str) -> str:
    value, low, high = (row[each] for each in (name, f"{name}_low", f"{name}_high"))
    return f"{value:.2f} ({low:.2f} to {high:.2f})" if isinstance(value, float) else "not known"
