"""How long a customer waited is read from the turns, and never guessed."""

import numpy as np
import pandas as pd

from data.conversations import conversation_times


def turn(speaker: str, at: float | None) -> dict[str, object]:
    return {"speaker": speaker, "start": 0, "end": 1, "at": at}


def test_waiting_is_from_the_first_question_to_the_first_answer() -> None:
    """An automatic greeting before the question is no answer."""
    turns = pd.Series([[turn("agent", 0.0), turn("customer", 5.0), turn("agent", 65.0), turn("customer", 100.0)]])
    times = conversation_times(turns)
    assert times.iloc[0].tolist() == [60.0, 100.0]


def test_what_is_not_known_stays_empty() -> None:
    """Comments, turns without times, and questions that nobody answered have no waiting time."""
    rows = [None, [], [turn("customer", None), turn("agent", None)], [turn("agent", 0.0), turn("customer", 9.0)]]
    times = conversation_times(pd.Series(rows, dtype=object))
    assert times["first_response"].isna().all()
    assert np.array_equal(times["handling"].to_numpy(), [np.nan, np.nan, np.nan, 9.0], equal_nan=True)
