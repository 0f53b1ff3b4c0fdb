"""No table gives away a group of fewer than k customers."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from data.actions import Action
from data.taxonomy import Taxonomy
from reports.aggregation import build_week
from reports.week import SCHEMAS, ReportSettings, WeekTables

WEEK = "2026-W46"
#: What a withheld row may still say: which group it is, and that it is withheld.
LABELS = {
    "week", "kind", "cohort", "topic", "scale", "measure", "product", "weekday", "hour", "withheld", "verdict", "row",
    "row_kind", "column", "column_kind", "family", "metric", "versus", "action", "team", "owner", "what", "since",
    "main", "weeks_before", "weeks_after",
}  # fmt: skip


@pytest.fixture(scope="module")
def tables(make_company: Callable[..., Any], taxonomy: Taxonomy) -> WeekTables:
    """A company with a product, a carrier and a region of three customers each, and a loud topic."""
    company = make_company(seed=11, per_week=300, weeks=9, boost=5.0)
    feedback = company.feedback.copy()
    few = feedback[(feedback["week"] == WEEK) & feedback["customer_key"].notna()].index[:3]
    for name, value in (("product", "secret"), ("carrier", "secret"), ("region", "secret")):
        feedback.loc[few, name] = value
    actions = [Action("a1", "logistics", taxonomy.ids[0], "2026-W43", kind="carrier", cohort="secret")]
    frames = (feedback, company.predictions, company.mentions, company.clauses)
    return build_week(*frames, [], taxonomy, WEEK, settings=ReportSettings(k=5), actions=actions)


def test_a_withheld_row_holds_no_number(tables: WeekTables) -> None:
    """A null is not enough in one column if the next one gives the number away."""
    seen = 0
    for name, schema in SCHEMAS.items():
        frame = tables.table(name)
        if "withheld" in schema:
            hidden = frame[frame["withheld"]].drop(columns=[column for column in frame if column in LABELS])
            assert hidden.isna().all(axis=None), name
            seen += len(hidden)
    assert seen > 10


def test_the_small_group_is_named_in_no_row_or_quote(tables: WeekTables) -> None:
    """Three customers of one product are easily recognised by their words."""
    for name, frame in ((name, tables.table(name)) for name in SCHEMAS):
        if "withheld" in frame:
            frame = frame[~frame["withheld"]]
        texts = frame.select_dtypes(include=["object", "str"])
        assert not texts.isin(["secret"]).any(axis=None), name


def test_shown_groups_have_k_customers(tables: WeekTables) -> None:
    """The rule is the same in every table that counts customers."""
    for name in ("cohorts", "scores", "sentiment", "cross", "service", "hours", "repeats", "mix_parts", "questions"):
        frame = tables.table(name)
        counted = frame["customers"].dropna() if "withheld" not in frame else frame.loc[~frame["withheld"], "customers"]
        assert not ((counted < 5) & (counted > 0)).any(), name


def test_the_new_tables_have_something_to_say(tables: WeekTables) -> None:
    """The other tests of this page would pass on empty tables."""
    for name in ("drifts", "mix", "mix_parts", "actions", "service", "surges", "hours", "repeats"):
        assert len(tables.table(name)), name
    assert set(tables.service["measure"]) == {
        "contacts", "first_response", "handling", "resolution", "resolved", "contacts_per_order",
    }  # fmt: skip


def test_the_parts_of_a_mix_add_up_to_the_effect(tables: WeekTables) -> None:
    """Kitagawa's split leaves nothing over, and the effect is that of the change itself."""
    mix = tables.mix
    assert (mix["mix"] + mix["rate"]).to_numpy() == pytest.approx(mix["effect"].to_numpy(), abs=1e-12)
    keys = ["family", "topic", "scale", "metric", "versus"]
    changes = tables.changes.query("kind == 'all'")
    joined = mix.fillna({"topic": "-", "scale": "-"}).merge(changes.fillna({"topic": "-", "scale": "-"}), on=keys)
    assert len(joined) == len(mix)
    assert joined["effect_x"].to_numpy() == pytest.approx(joined["effect_y"].to_numpy(), abs=1e-9)
    parts = tables.mix_parts[~tables.mix_parts["withheld"]]
    assert (parts.groupby("kind")["weight"].sum() <= len(mix) + 1e-9).all()
    assert isinstance(parts, pd.DataFrame)
