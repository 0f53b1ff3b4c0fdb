"""Learn from a table of customers who left and who stayed what each known fact adds to the chance of leaving.

Boosted trees of one feature each (scikit-learn's HistGradientBoostingClassifier without interactions, with monotone
constraints) are a sum of one curve a feature, so that the whole model can be read off and kept as a table.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
from scipy.stats import spearmanr
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold

from models.risk.facts import Curve, FactsModel, FactsNotReadable, Row, number

Floats = npt.NDArray[np.float64]
#: The columns of words, and the words of each, by their place in the table.
Words = Mapping[int, Sequence[str]]
YES = frozenset({"yes", "true", "1", "y", "left", "churned", "是"})
#: Columns of more different words than this are names, not facts; curves have at most so many steps.
MOST_WORDS, MOST_STEPS = 100, 200
FOLDS, LEAST_ROWS, SEED = 5, 200, 7


def fit(rows: Sequence[Row], label: str, leave_out: Sequence[str] = ()) -> FactsModel:
    """Learn who left. Columns of ids (and `leave_out`) are not used. Raises FactsNotReadable.

    The direction of a number's curve is that of its rank correlation with leaving, found within each fold.
    """
    if label not in rows[0]:
        raise FactsNotReadable(f"There is no column {label!r}. Columns: {', '.join(rows[0])}.")
    left = np.array([row[label].strip().lower() in YES for row in rows])
    if len(rows) < LEAST_ROWS or not 10 <= left.sum() <= len(rows) - 10:
        raise FactsNotReadable(f"{len(rows)} rows, {left.sum()} of them left: {LEAST_ROWS} rows and 10 of each needed.")
    names, table, words = _table(rows, [label, *leave_out])
    guesses = np.zeros(len(rows))
    for train, test in StratifiedKFold(FOLDS, shuffle=True, random_state=SEED).split(table, left):
        guesses[test] = _fitted(table[train], left[train], words).predict_proba(table[test])[:, 1]
    low, high = _auc_interval(left, guesses)
    model = _fitted(table, left, words)
    curves, base = _curves(model, names, table, words, _directions(table, left, words))
    return FactsModel(
        label, len(rows), int(left.sum()), float(roc_auc_score(left, guesses)), low, high,
        _calibration_error(left, guesses), base, curves,
    )  # fmt: skip


def _table(rows: Sequence[Row], leave_out: Sequence[str]) -> tuple[list[str], Floats, dict[int, list[str]]]:
    names: list[str] = []
    columns: list[list[float]] = []
    words: dict[int, list[str]] = {}
    for name in rows[0]:
        cells = [row[name].strip() for row in rows]
        numbers = [number(cell) for cell in cells]
        said = sorted(set(cells))
        if name in leave_out or len(said) < 2:
            continue
        if all(np.isnan(n) == (cell == "") for n, cell in zip(numbers, cells, strict=True)):
            columns.append(numbers)
        elif len(said) <= MOST_WORDS:
            words[len(names)] = said
            place = {word: float(at) for at, word in enumerate(said)}
            columns.append([place[cell] for cell in cells])
        else:
            continue
        names.append(name)
    if not names:
        raise FactsNotReadable("No column holds numbers or a few different words.")
    return names, np.array(columns, dtype=np.float64).T, words


def _directions(table: Floats, left: npt.NDArray[np.bool_], words: Words) -> list[int]:
    found = []
    for place in range(table.shape[1]):
        rho = 0.0 if place in words else float(spearmanr(table[:, place], left, nan_policy="omit").statistic)
        found.append(0 if place in words else 1 if rho >= 0 else -1)
    return found


def _fitted(table: Floats, left: npt.NDArray[np.bool_], words: Words) -> HistGradientBoostingClassifier:
    return HistGradientBoostingClassifier(
        learning_rate=0.05, max_iter=200, max_leaf_nodes=8, min_samples_leaf=40, l2_regularization=1.0,
        interaction_cst="no_interactions", monotonic_cst=_directions(table, left, words),
        categorical_features=[place in words for place in range(table.shape[1])], early_stopping=False,
        random_state=SEED,
    ).fit(table, left)  # fmt: skip


def _curves(
    model: HistGradientBoostingClassifier, names: Sequence[str], table: Floats, words: Words, directions: Sequence[int]
) -> tuple[tuple[Curve, ...], float]:
    # Without interactions the log-odds are a sum: moving one feature alone shows its whole curve.
    start = table[0]
    here = float(model.decision_function(start[None])[0])
    base, curves = here, []
    for place, name in enumerate(names):
        grid = _grid(table[:, place])
        mean = float((_moved(model, start, place, table[:, place]) - here).mean())
        values = _moved(model, start, place, grid) - here - mean
        missing = float(_moved(model, start, place, np.array([np.nan]))[0]) - here - mean
        base += mean
        if place in words:
            by_word = {words[place][int(at)]: round(float(v), 5) for at, v in zip(grid, values, strict=True)}
            curves.append(Curve(name, 0, (), (), by_word, 0.0))
            continue
        kept = [at for at in range(len(grid)) if at == 0 or values[at] != values[at - 1]]
        steps, heights = tuple(float(grid[at]) for at in kept), tuple(round(float(values[at]), 5) for at in kept)
        curves.append(Curve(name, directions[place], steps, heights, {}, round(missing, 5)))
    return tuple(curves), base


def _moved(model: HistGradientBoostingClassifier, start: Floats, place: int, values: Floats) -> Floats:
    rows = np.repeat(start[None], len(values), axis=0)
    rows[:, place] = values
    found: Floats = model.decision_function(rows)
    return found


def _grid(column: Floats) -> Floats:
    seen = np.unique(column[~np.isnan(column)])
    if len(seen) <= MOST_STEPS:
        return seen
    return np.unique(np.quantile(seen, np.linspace(0, 1, MOST_STEPS), method="lower"))


def _auc_interval(left: npt.NDArray[np.bool_], guesses: Floats, draws: int = 200) -> tuple[float, float]:
    chance = np.random.default_rng(SEED)
    picked = (chance.integers(0, len(left), len(left)) for _ in range(draws))
    found = [roc_auc_score(left[some], guesses[some]) for some in picked if left[some].any()]
    return float(np.quantile(found, 0.025)), float(np.quantile(found, 0.975))


def _calibration_error(left: npt.NDArray[np.bool_], guesses: Floats, bins: int = 10) -> float:
    place = np.minimum((guesses * bins).astype(int), bins - 1)
    gaps = [abs(left[place == b].mean() - guesses[place == b].mean()) * (place == b).mean() for b in set(place)]
    return float(sum(gaps))
