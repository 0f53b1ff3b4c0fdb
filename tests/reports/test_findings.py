"""What a team hears first decides what it does on Monday."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from reports.findings import Finding, changes_of, find, too_few, where
from reports.page import topics_of
from reports.prose import Writer
from reports.wording import Words
from tests.reports.made_weeks import first_week, standard_week


def test_an_unhappy_carrier_is_told_to_those_who_ship_with_it() -> None:
    """Each unhappy group is a finding of its own, with a sentence and a first step, for the team that can act."""
    tables = standard_week()
    rows = tables.changes[(tables.changes["family"] == "cohort_mood") & (tables.changes["kind"] == "carrier")]
    told: dict[str, Any] = {
        "verdict": "up",
        "value": 0.9,
        "baseline": 0.4,
        "effect": 0.5,
        "low": 0.3,
        "high": 0.6,
        "q": 0.001,
    }
    tables = replace(tables, changes=pd.concat([tables.changes, rows.head(1).assign(**told)], ignore_index=True))
    carrier = str(rows["cohort"].iloc[0])
    for language in ("en", "zh-Hans", "zh-Hant"):
        writer = Writer(Words(language), tables, strict=True)
        (found,) = [
            one
            for one in find(tables, topics_of(tables, "logistics"))
            if one.topic is None and one.main.cohort == carrier
        ]  # fmt: skip
        assert found.tone == "worse"
        assert carrier in writer.what_changed(found.main)
        assert carrier in writer.action(found)
        assert not [one for one in find(tables, topics_of(tables, "product")) if one.main.cohort == carrier]


def test_a_team_that_the_taxonomy_does_not_know_is_not_named() -> None:
    """Another company's topics have other teams; nobody could follow the advice to ask "logistics"."""
    tables = standard_week()
    (row,) = changes_of(tables.changes[tables.changes["kind"] == "carrier"].head(1))
    found = Finding(None, "worse", (row,), None)
    assert Writer(Words("en"), tables).action(found)
    topics = tuple(replace(topic, team="crew") for topic in tables.taxonomy.topics)
    assert not Writer(Words("en"), replace(tables, taxonomy=replace(tables.taxonomy, topics=topics))).action(found)


def test_a_group_that_is_as_unhappy_as_everyone_is_not_told_apart() -> None:
    """A bad week would else fill the page with every product, carrier and region."""
    tables = standard_week()
    frame = tables.changes[tables.changes["versus"] == "baseline"]
    moved: dict[str, Any] = {"verdict": "up", "value": 0.5, "baseline": 0.4, "effect": 0.1, "q": 0.001}
    whole = frame[(frame["family"] == "sentiment") & frame["topic"].isna()].assign(**moved)
    group = frame[(frame["family"] == "cohort_mood") & (frame["kind"] == "carrier")].head(1)
    for effect, kinds in ((0.11, ["all"]), (0.2, ["all", "carrier"])):
        changes = pd.concat([whole, group.assign(**{**moved, "effect": effect})], ignore_index=True)
        found = find(replace(tables, changes=changes), topics_of(tables, "managers"))
        assert [one.main.kind for one in found] == kinds


def test_an_interval_off_zero_that_is_not_called_is_a_perhaps() -> None:
    """ "No change beyond chance (+4 to +19 points)" would contradict itself."""
    (first, *_) = changes_of(standard_week().changes)
    quiet = replace(first, verdict="none", low=-0.01, high=0.02)
    assert quiet.mark == "none"
    assert replace(quiet, low=0.01).mark == "perhaps"
    assert replace(quiet, low=0.01, verdict="up").mark == "up"


def test_the_strike_leads_and_names_the_carrier() -> None:
    """Late parcels by one carrier were planted; the finding should say which."""
    tables = standard_week()
    first = find(tables, topics_of(tables, "logistics"))[0]
    assert first.topic == "delivery_speed"
    assert first.tone == "worse"
    assert first.place is not None
    assert (first.place.kind, first.place.cohort) == ("carrier", "SwiftPost")


def test_a_complaint_that_goes_away_is_better() -> None:
    """The new packaging worked; a falling share of a complained-about topic is good news."""
    tables = standard_week()
    by_topic = {finding.topic: finding for finding in find(tables, topics_of(tables, "logistics"))}
    assert by_topic["damage_packaging"].main.verdict == "down"
    assert by_topic["damage_packaging"].tone == "better"


def test_worse_comes_before_better() -> None:
    """People act on the first lines."""
    tables = standard_week()
    tones = [finding.tone for finding in find(tables, topics_of(tables, "managers"))]
    assert tones == sorted(tones, key=("worse", "moved", "better").index)


def test_a_team_hears_only_of_its_topics() -> None:
    """Product should not read about couriers, and the other way round."""
    tables = standard_week()
    mine = set(topics_of(tables, "product"))
    assert all(finding.topic is None or finding.topic in mine for finding in find(tables, mine))
    assert set(too_few(tables, mine)) <= mine


def test_each_measure_and_group_is_told_once() -> None:
    """Against the eight weeks and against last week would say the same thing twice."""
    tables = standard_week()
    for finding in find(tables, topics_of(tables, "managers")):
        told = [(change.measure, change.kind, change.cohort, change.scale) for change in finding.changes]
        assert len(told) == len(set(told))


def test_a_withheld_group_is_never_named() -> None:
    """Pointing at a group of three customers points at the customers."""
    tables = standard_week()
    cohorts = tables.cohorts.assign(withheld=True, n=None, share=np.nan)
    cohorts["n"] = cohorts["n"].astype("Int64")
    assert where(replace(tables, cohorts=cohorts), "delivery_speed") is None


def test_a_first_week_has_no_findings() -> None:
    """Without a before there is no change."""
    assert find(first_week(), topics_of(first_week(), "managers")) == []


def test_changes_keep_the_tables_numbers() -> None:
    """The records are the rows, nothing is computed on the way."""
    frame = standard_week().changes
    records = changes_of(frame)
    assert len(records) == len(frame)
    assert [change.value for change in records] == pytest.approx(frame["value"].tolist(), nan_ok=True)
