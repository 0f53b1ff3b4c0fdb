"""How far the queue can be trusted is estimated honestly: intervals hold, too little says nothing."""

from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest

from data.second_opinions import JudgedTwice
from data.verdicts import STRATA, Standing, Stratum, Verdict
from reports.desk.worth import agreement, by_language, by_rule, by_week, calibration, recall, worth
from reports.risk_quality import quality_frame

SIZES: dict[Stratum, int] = {"queued": 25, "left_out": 20, "signals": 100, "quiet": 855}
STANDINGS = [Standing("2026-W46", name, "en", size) for name, size in SIZES.items()]


def judged(
    stratum: Stratum, answers: Sequence[bool | None], risk: float = 0.7, week: str = "2026-W46"
) -> list[Verdict]:
    names = {True: "right", False: "wrong_not_unhappy", None: "unsure"}
    return [
        Verdict(
            f"{stratum}{n}", f"{stratum}{n}", week, datetime(2026, 11, 17, tzinfo=UTC), "mia", names[answer], "high",
            risk, "en", stratum, {"churn_hint": 1.2},
        )
        for n, answer in enumerate(answers)
    ]  # fmt: skip


def test_precision_counts_the_queue_only_and_leaves_out_who_was_unsure() -> None:
    """A second look at somebody quiet says nothing about those who were flagged."""
    made = [*judged("queued", [True] * 6 + [False] * 4 + [None] * 2), *judged("quiet", [False] * 5)]
    line = worth("", made, STANDINGS)
    assert (line.judged, line.right, line.unsure, line.blind) == (15, 6, 2, 5)
    assert line.precision.value == pytest.approx(0.6)
    assert line.precision.low is not None
    assert line.precision.low < 0.6 < (line.precision.high or 0)


def test_few_verdicts_say_nothing() -> None:
    """Three right of three is no precision of 100 %."""
    assert worth("", judged("queued", [True] * 3)).precision.value is None
    assert recall(judged("queued", [True] * 20), STANDINGS).value is None, "nobody looked outside the queue"
    assert agreement([JudgedTwice("2026-W46", True, True)]) == (agreement([JudgedTwice("", True, True)])[0], None)


def test_the_interval_of_recall_holds_the_truth_nineteen_times_of_twenty() -> None:
    """Estimated from the queue and fifteen blind looks at each other stratum, over simulated companies."""
    dice, held = np.random.default_rng(5), 0
    shares = {"queued": 0.7, "left_out": 0.4, "signals": 0.15, "quiet": 0.02}
    tries = 150
    for _ in range(tries):
        people = {name: dice.random(SIZES[name]) < shares[name] for name in STRATA}
        truth = people["queued"].sum() / sum(group.sum() for group in people.values())
        looks = {"queued": 25, "left_out": 15, "signals": 15, "quiet": 15}
        drawn = {name: [bool(one) for one in dice.permutation(people[name])[: looks[name]]] for name in STRATA}
        made = [one for name in STRATA for one in judged(name, drawn[name])]
        found = recall(made, STANDINGS)
        held += (found.low or 0) <= truth <= (found.high or 0)
    assert held / tries >= 0.9


def test_the_page_and_learn_say_the_same() -> None:
    """Two figures for one question, and nobody believes either."""
    looked = judged("left_out", [True, False] * 3)
    few = [*judged("queued", [True] * 4), *judged("quiet", [False] * 4)]
    enough = [*judged("queued", [True] * 7 + [False] * 3), *looked, *judged("signals", [False] * 5), *few[4:]]
    for made in (few, enough):
        line = worth("", made, STANDINGS)
        (row,) = quality_frame(made, STANDINGS).query("week == 'all' and cut == 'all'").to_dict("records")
        for name in ("precision", "recall"):
            share = getattr(line, name)
            assert [share.value is None, share.low is None] == [made is few] * 2
            for own, end in ((share.value, ""), (share.low, "_low"), (share.high, "_high")):
                assert (own is None and pd.isna(row[name + end])) or own == pytest.approx(row[name + end])


def test_calibration_weighs_each_verdict_by_whom_it_stands_for() -> None:
    """Two quiet customers drawn from a thousand count for a thousand, not for two."""
    made = [*judged("queued", [True] * 10, risk=0.1), *judged("quiet", [False] * 10, risk=0.1)]
    (low, *rest) = calibration(made, STANDINGS)
    assert low.found.value is not None
    assert low.found.value == pytest.approx(25 / (25 + 855))
    assert low.expected == pytest.approx(0.1)
    assert [one.found.n for one in rest] == [0, 0, 0, 0]
    assert calibration(judged("queued", [True] * 6, risk=1.0), STANDINGS)[-1].found.n == 6


def test_lines_are_by_week_rule_and_language() -> None:
    """Newest week first; a rule that took points away is none that flagged."""
    made = [*judged("queued", [True] * 5), *judged("queued", [False] * 5, week="2026-W45")]
    assert [line.name for line in by_week(made, STANDINGS)] == ["2026-W46", "2026-W45"]
    assert [(line.name, line.judged) for line in by_rule(made)] == [("churn_hint", 10)]
    assert [line.name for line in by_language(made, STANDINGS)] == ["en"]


def test_kappa_is_agreement_beyond_chance() -> None:
    """Of 50 twice judged, 20 and 15 alike: 70 % agree, and 50 % would by chance, so 0.4."""
    table = {(True, True): 20, (True, False): 5, (False, True): 10, (False, False): 15}
    pairs = [JudgedTwice("", *answers) for answers, n in table.items() for _ in range(n)]
    share, kappa = agreement(pairs)
    assert share.value == pytest.approx(0.7)
    assert kappa == pytest.approx(0.4)
