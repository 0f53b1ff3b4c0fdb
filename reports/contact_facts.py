"""What is known of each feedback as a contact: when, about which order, how soon answered and solved, if resolved."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.conversations import conversation_times

#: Channels by which we ask, not customers; every other channel is a contact.
ASKED = ("survey", "review")


def contact_facts(feedback: pd.DataFrame, place: npt.NDArray[np.int64]) -> dict[str, npt.NDArray[np.generic]]:
    """Return columns for the feedback at `place`; the frame may lack any of the columns they are made from.

    at: microseconds since 1970, UTC. contact: whether the customer came to us. order: number of the order, -1 if none.
    resolved: 1.0, 0.0, null if nobody said. first_response, handling: seconds; see data.conversations.
    resolution: seconds from the time it was said to the time it was solved; null for what is marked as not resolved.
    """
    chosen = feedback.iloc[place]
    moments = chosen["occurred_at"].to_numpy(dtype="datetime64[us]")
    facts: dict[str, npt.NDArray[np.generic]] = {
        "at": moments.astype(np.int64),
        "contact": _contact(chosen["channel"]),
        "order": np.full(len(chosen), -1, dtype=np.int64),
        "resolved": np.full(len(chosen), np.nan),
        "first_response": np.full(len(chosen), np.nan),
        "handling": np.full(len(chosen), np.nan),
        "resolution": np.full(len(chosen), np.nan),
    }
    if "order_key" in chosen:
        facts["order"] = pd.factorize(chosen["order_key"])[0].astype(np.int64)
    if "resolved" in chosen:
        facts["resolved"] = chosen["resolved"].astype("boolean").to_numpy(dtype=np.float64, na_value=np.nan)
    if "solved_at" in chosen:
        solved = pd.to_datetime(chosen["solved_at"], utc=True).to_numpy(dtype="datetime64[us]")
        # What was opened again keeps the time at which it was solved before.
        facts["resolution"] = np.where(facts["resolved"] == 0, np.nan, (solved - moments) / np.timedelta64(1, "s"))
    if "turns" in chosen:
        times = conversation_times(chosen["turns"].reset_index(drop=True))
        facts["first_response"], facts["handling"] = times["first_response"].to_numpy(), times["handling"].to_numpy()
    return facts


def _contact(channel: pd.Series) -> npt.NDArray[np.bool_]:
    # Channels are few: each name is looked at once.
    kinds = {name: not any(word in str(name).casefold() for word in ASKED) for name in channel.dropna().unique()}
    result: npt.NDArray[np.bool_] = channel.map(kinds).eq(True).to_numpy(dtype=bool)
    return result
