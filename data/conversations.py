"""How long customers waited for an answer, and how long a conversation took."""

import numpy as np
import pandas as pd
import pyarrow as pa

from data.tables import FEEDBACK


def conversation_times(turns: pd.Series) -> pd.DataFrame:
    """Return first_response and handling in seconds for each row of the column `turns` (see data.tables.FEEDBACK).

    first_response: from the first customer turn to the first agent turn after it; handling: from the first turn to the
    last. Null for comments, where turns have no times, and where nobody answered.
    """
    result = pd.DataFrame(np.nan, index=turns.index, columns=["first_response", "handling"])
    held = turns.map(lambda each: each is not None and not isinstance(each, float) and len(each) > 0)
    chosen = turns[held.astype(bool)]
    if chosen.empty:
        return result
    lists = pa.array([list(each) for each in chosen], FEEDBACK.field("turns").type)
    flat = lists.flatten()
    owner = lists.value_parent_indices().to_numpy()
    spoken = pd.DataFrame(
        {
            "owner": owner,
            "speaker": flat.field("speaker").to_numpy(zero_copy_only=False),
            "at": flat.field("at").to_numpy(zero_copy_only=False).astype(np.float64),
        }
    )
    spoken = spoken[spoken["at"].notna()]
    span = spoken.groupby("owner")["at"].agg(["min", "max", "size"])
    span = span[span["size"] > 1]
    asked = spoken[spoken["speaker"] == "customer"].groupby("owner")["at"].min()
    answers = spoken[spoken["speaker"] == "agent"]
    answers = answers[answers["at"] >= answers["owner"].map(asked)]
    waited = answers.groupby("owner")["at"].min() - asked
    places = chosen.index
    result.loc[places[span.index], "handling"] = (span["max"] - span["min"]).to_numpy()
    waited = waited.dropna()
    result.loc[places[waited.index.to_numpy(dtype=np.int64)], "first_response"] = waited.to_numpy()
    return result
