"""What is known of a customer (plan, tenure, spend ...) as extra points, by an additive, monotone model of who left.

The model is a sum of one curve a feature, kept as a plain table in JSON: every point of a customer can be read off and
explained. models/risk/fitting_facts.py learns it.
"""

import csv
import json
import math
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from data.errors import EarshotError

Row = Mapping[str, str]
#: Points that a customer gets for each unit of log-odds above the average customer.
POINTS_PER_LOGIT = 0.12


class FactsNotReadable(EarshotError):
    """The table of customers cannot be used."""


@dataclass(frozen=True, slots=True)
class Curve:
    """What one feature adds to the log-odds, relative to the average customer.

    Of numbers: `values[i]` from `steps[i]` on (below the first: its value); of words: by word. `missing` where blank
    or not seen before. `direction` is 1 (more never lowers), -1 (more never raises) or 0 (words).
    """

    name: str
    direction: int
    steps: tuple[float, ...]
    values: tuple[float, ...]
    words: Mapping[str, float]
    missing: float

    def adds(self, cell: str) -> float:
        """The log-odds that a cell of the table adds."""
        if self.direction == 0:
            return self.words.get(cell.strip(), self.missing)
        value = number(cell)
        if math.isnan(value):
            return self.missing
        return self.values[max(0, bisect_right(self.steps, value) - 1)]


@dataclass(frozen=True, slots=True)
class FactsModel:
    """The curves, and how good they are: area under the curve and calibration error, both cross-validated on n rows."""

    label: str
    n: int
    left: int
    auc: float
    auc_low: float
    auc_high: float
    calibration_error: float
    base: float
    curves: tuple[Curve, ...]

    def explain(self, row: Row) -> dict[str, float]:
        """What each feature adds to the log-odds of this customer, largest first."""
        added = {curve.name: curve.adds(row.get(curve.name, "")) for curve in self.curves}
        return dict(sorted(added.items(), key=lambda item: (-item[1], item[0])))

    def probability(self, row: Row) -> float:
        """The chance that a customer with these facts leaves."""
        return 1 / (1 + math.exp(-(self.base + sum(self.explain(row).values()))))

    def points(self, row: Row) -> float:
        """Points for the risk (models/risk/flagging.py caps them): none up to the average customer."""
        return max(0.0, POINTS_PER_LOGIT * sum(self.explain(row).values()))

    def save(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(asdict(self), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def load(path: Path) -> FactsModel:
    """Read a saved model. Raises FactsNotReadable."""
    try:
        raw = json.loads(path.read_text("utf-8"))
        curves = tuple(
            Curve(c["name"], c["direction"], tuple(c["steps"]), tuple(c["values"]), c["words"], c["missing"])
            for c in raw.pop("curves")
        )
        return FactsModel(**raw, curves=curves)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise FactsNotReadable(
            f"{path} is no model of facts ({type(error).__name__}). Run: fit-risk --facts"
        ) from error


def read_rows(path: Path) -> list[Row]:
    """The rows of a CSV file as text. Raises FactsNotReadable."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows: list[Row] = [{str(k): str(v or "") for k, v in row.items()} for row in csv.DictReader(file)]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise FactsNotReadable(f"{path} cannot be read as UTF-8 CSV: {type(error).__name__}.") from error
    if not rows:
        raise FactsNotReadable(f"{path} has no rows.")
    return rows


def number(cell: str) -> float:
    """A cell as a number; NaN if it is none."""
    try:
        value = float(cell)
    except ValueError:
        return math.nan
    return value if math.isfinite(value) else math.nan
