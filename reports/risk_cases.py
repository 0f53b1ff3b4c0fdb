"""The customers flagged in a week as tables for the managers' edition."""

import json
from collections.abc import Sequence

import pandas as pd

from data.records import Flag
from reports.week import conform


def cases_table(flags: Sequence[Flag], week: str) -> pd.DataFrame:
    """Return the table CASES, highest risk first, then by customer key."""
    rows = [
        {
            "week": week,
            "customer_key": flag.customer_key,
            "level": flag.level,
            "risk": flag.risk,
            "value": flag.value,
            "reasons": json.dumps(
                [
                    {
                        "rule": reason.rule,
                        "weight": reason.weight,
                        "feedback_id": reason.feedback_id,
                        "occurred_at": reason.occurred_at.isoformat(),
                        "verbatim": reason.verbatim,
                    }
                    for reason in flag.reasons
                ],
                ensure_ascii=False,
            ),
            "opened": flag.opened.isoformat(),
            "expires": flag.expires.isoformat(),
        }
        for flag in _sorted(flags)
    ]
    return conform("cases", pd.DataFrame(rows) if rows else None)


def case_reasons_table(flags: Sequence[Flag], week: str) -> pd.DataFrame:
    """Return the table CASE_REASONS in the order of the cases and of their reasons."""
    rows = [
        {
            "week": week,
            "customer_key": flag.customer_key,
            "position": position,
            "rule": reason.rule,
            "weight": reason.weight,
            "feedback_id": reason.feedback_id,
            "occurred_at": pd.Timestamp(reason.occurred_at).tz_convert("UTC"),
            "verbatim": reason.verbatim,
        }
        for flag in _sorted(flags)
        for position, reason in enumerate(flag.reasons)
    ]
    return conform("case_reasons", pd.DataFrame(rows) if rows else None)


def _sorted(flags: Sequence[Flag]) -> list[Flag]:
    return sorted(flags, key=lambda flag: (-flag.risk, flag.customer_key))
