"""How far the queue can be trusted, as the quality page shows it."""

from datetime import UTC, datetime

import pytest

from data.verdicts import Standing, Verdict
from reports.risk_quality import QUALITY, quality_frame, recall


def verdict(number: int, said: str, stratum: str = "queued", language: str = "en", risk: float = 0.6) -> Verdict:
    return Verdict(
        case_id=str(number), customer_key=str(number), week="2026-W46", at=datetime(2026, 11, 20, tzinfo=UTC), who="li",
        verdict=said, level="high", risk=risk, language=language, stratum=stratum,  # type: ignore[arg-type]
        points={"churn_hint": 0.4} if stratum == "queued" else {},
    )  # fmt: skip


STANDING = [
    Standing("2026-W46", "queued", "en", 20), Standing("2026-W46", "signals", "en", 100),
    Standing("2026-W46", "quiet", "en", 400),
]  # fmt: skip
TOLD = [
    *(verdict(number, "right") for number in range(15)),
    *(verdict(number, "wrong_misread") for number in range(15, 20)),
    verdict(20, "unsure"),
    *(verdict(number, "right" if number == 30 else "wrong_not_unhappy", "signals") for number in range(30, 40)),
    *(verdict(number, "wrong_not_unhappy", "quiet") for number in range(40, 60)),
]


def test_precision_is_of_the_queue_and_recall_of_everybody() -> None:
    """One judged of ten with signals stands for ten customers that the queue had missed: 15 of 25 were in it."""
    frame = quality_frame(TOLD, STANDING)
    (row,) = frame[(frame["week"] == "all") & (frame["cut"] == "all")].to_dict("records")
    assert (row["verdicts"], row["right"], row["unsure"]) == (20, 15, 1)
    assert row["precision"] == pytest.approx(0.75)
    assert row["precision_low"] < 0.75 < row["precision_high"]
    assert row["recall"] == pytest.approx(15 / 25)
    assert row["recall_low"] < row["recall"] < row["recall_high"]
    assert (row["blind"], row["blind_right"]) == (30, 1)


def test_without_a_blind_verdict_nothing_is_said_of_recall() -> None:
    """The flagged pile alone cannot know what it misses."""
    assert recall([one for one in TOLD if one.stratum == "queued"], STANDING) is None


def test_precision_is_shown_by_rule_and_language() -> None:
    """A rule that errs in one language is mended there."""
    frame = quality_frame([*TOLD, verdict(99, "wrong_misread", language="zh-Hant")], STANDING)
    cuts = set(zip(frame["cut"], frame["name"], strict=True))
    assert {("rule", "churn_hint"), ("language", "zh-Hant"), ("language", "en"), ("level", "high")} <= cuts


def test_no_verdicts_give_an_empty_table_of_the_same_shape() -> None:
    """The first Monday has no verdict; the page must not fall over it."""
    frame = quality_frame([], STANDING)
    assert frame["verdicts"].sum() == 0
    assert list(frame.columns) == list(QUALITY)
