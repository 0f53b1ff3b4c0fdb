"""Service numbers are those of the contacts, and only where a source gives them."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from data.articles import Article
from data.taxonomy import Taxonomy
from data.weeks import shift
from reports.counted import Counted, count, trend_weeks
from reports.questions import questions_table
from reports.repeats import repeats_tables
from reports.service import hours_table, service_table
from reports.surges import surges_table
from reports.week import ReportSettings

WEEK = "2026-W46"


@pytest.fixture(scope="module")
def company(make_company: Callable[..., Any]) -> Any:
    return make_company(seed=6, per_week=400, weeks=9)


@pytest.fixture(scope="module")
def counted(company: Any, taxonomy: Taxonomy) -> Counted:
    return counted_of(company, taxonomy)


def counted_of(company: Any, taxonomy: Taxonomy, **more: pd.DataFrame) -> Counted:
    frames = {"feedback": company.feedback, "predictions": company.predictions, "mentions": company.mentions, **more}
    return count(frames["feedback"], frames["predictions"], frames["mentions"], taxonomy.ids, trend_weeks(WEEK, 9))


def test_only_chats_are_contacts_here(counted: Counted) -> None:
    """Surveys and reviews are asked for; counting them as contacts would make every campaign a wave."""
    table = service_table(counted, 5).query("week == @WEEK and kind == 'all'").set_index("measure")
    chats = counted.current().query("channel == 'chat'")
    assert table.loc["contacts", "n"] == len(chats)
    waits = chats["first_response"].dropna()
    row = table.loc["first_response"]
    assert row["value"] == pytest.approx(waits.median())
    assert row["low"] <= row["value"] <= row["high"] <= row["p90"]
    assert table.loc["resolved", "value"] == pytest.approx(chats["resolved"].mean())
    with_order = chats[chats["order"] >= 0]
    assert table.loc["contacts_per_order", "value"] == pytest.approx(len(with_order) / with_order["order"].nunique())


def test_a_source_without_times_has_no_waiting_time(company: Any, taxonomy: Taxonomy) -> None:
    """A zero would look like very good service."""
    plain = company.feedback.drop(columns=["turns", "resolved", "solved_at", "order_key"])
    table = service_table(counted_of(company, taxonomy, feedback=plain), 5)
    assert set(table["measure"]) == {"contacts"}


def test_time_to_resolution_counts_in_the_week_of_the_solution(counted: Counted) -> None:
    """By the week of arrival every newest week looks quick: what takes long is still open when it is reported."""
    table = service_table(counted, 5).query("measure == 'resolution' and kind == 'all'").set_index("week")
    chats = counted.feedback[counted.feedback["contact"] & counted.feedback["resolution"].notna()]
    solved = pd.to_datetime((chats["at"] + chats["resolution"] * 1e6).astype("int64"), unit="us", utc=True)
    inside = (solved >= "2026-11-09") & (solved < "2026-11-16")
    own, row = chats[inside], table.loc[WEEK]
    assert (own["week"] < counted.last).any()
    assert (~inside & (chats["week"] == counted.last)).any()
    assert row["n"] == len(own)
    assert row["value"] == pytest.approx(own["resolution"].median())
    assert row["low"] < row["value"] < row["high"] <= row["p90"]
    assert sorted(table.index) == [shift(WEEK, -back) for back in range(4, -1, -1)]


def test_the_week_of_a_solution_is_that_of_the_business(company: Any, taxonomy: Taxonomy) -> None:
    """Sunday evening in London is the next week's work in Auckland."""
    evening = pd.Timestamp("2026-11-08T20:00Z")
    said = company.feedback.loc[company.feedback["solved_at"].notna(), ["week", "occurred_at"]]
    said = said.loc[said["week"] == "2026-W45", "occurred_at"]
    solved = company.feedback.assign(solved_at=said.where(said > evening, evening))
    late = counted_of(company, taxonomy, feedback=solved)
    found = [
        service_table(late, 5, zone).query("measure == 'resolution' and kind == 'all'")["week"].tolist()
        for zone in ("UTC", "Pacific/Auckland")
    ]
    assert found == [["2026-W45"], ["2026-W46"]]


def test_what_was_opened_again_or_solved_by_few_has_no_time(company: Any, taxonomy: Taxonomy) -> None:
    """A solved time that no longer holds is not good service, and three customers are known by their waiting."""
    again = counted_of(company, taxonomy, feedback=company.feedback.assign(resolved=False))
    assert "resolution" not in set(service_table(again, 5)["measure"])
    few = company.feedback.copy()
    four = few[(few["week"] == WEEK) & few["solved_at"].notna()].index[:4]
    few["solved_at"] = few["solved_at"].where(few.index.isin(four))
    rows = service_table(counted_of(company, taxonomy, feedback=few), 5).query("measure == 'resolution'")
    assert len(rows)
    assert rows["withheld"].all()
    assert rows[["n", "value", "low", "high", "p90", "customers"]].isna().all(axis=None)


def test_hours_are_those_of_the_business(counted: Counted) -> None:
    """A shift plan in UTC would put people on at night."""
    utc, tokyo = hours_table(counted, "UTC", 1), hours_table(counted, "Asia/Tokyo", 1)
    assert len(utc) == 168
    assert utc["n"].sum() == tokyo["n"].sum() == counted.feedback["contact"].sum()
    assert np.array_equal(np.roll(utc["n"].to_numpy(), 9), tokyo["n"].to_numpy())


def test_a_surge_of_questions_about_one_product_is_found(company: Any, taxonomy: Taxonomy) -> None:
    """Whoever sells the lamp should hear it before the shelves do; the other products are quiet."""
    assert not surges_table(counted_of(company, taxonomy), ReportSettings())["verdict"].isin(["up", "down"]).any()
    lamps = company.feedback.query("week == @WEEK and product == 'lamp'")["feedback_id"]
    asked = company.predictions.assign(
        kind=company.predictions["kind"].mask(company.predictions["feedback_id"].isin(lamps), "question")
    )
    table = surges_table(counted_of(company, taxonomy, predictions=asked), ReportSettings()).set_index("product")
    assert table["verdict"].to_dict() == {"kettle": "too_few", "lamp": "up", "radio": "too_few"} or (
        table.loc["lamp", "verdict"] == "up" and not table.drop("lamp")["verdict"].isin(["up", "down"]).any()
    )
    lamp = table.loc["lamp"]
    assert lamp["low"] < lamp["ratio"] < lamp["high"]
    assert lamp["ratio"] == pytest.approx(lamp["n"] / lamp["expected"])


def test_who_comes_back_about_the_same_topic_is_counted_once(company: Any, taxonomy: Taxonomy) -> None:
    """Three chats of one customer about one topic are one repeater with three contacts."""
    chats = company.feedback.query("channel == 'chat' and week in ['2026-W44', '2026-W46']")
    three = [*chats.query("week == '2026-W44'").index[:1], *chats.query("week == '2026-W46'").index[:2]]
    feedback = company.feedback.copy()
    feedback.loc[three, "customer_key"] = "returning"
    feedback.loc[three, "language"] = "en"
    ids = feedback.loc[three, "feedback_id"]
    extra = company.mentions.head(3).assign(feedback_id=ids.to_numpy(), topic=taxonomy.ids[5])
    mentions = pd.concat([company.mentions[~company.mentions["feedback_id"].isin(ids)], extra])
    sure = company.predictions.assign(
        abstained=company.predictions["abstained"] & ~company.predictions["feedback_id"].isin(ids)
    )
    table, contacts = repeats_tables(
        counted_of(company, taxonomy, feedback=feedback, mentions=mentions, predictions=sure), 1
    )
    row = table.set_index("topic").loc[taxonomy.ids[5]]
    assert row["repeaters"] >= 1
    own = contacts[(contacts["topic"] == taxonomy.ids[5]) & contacts["feedback_id"].isin(ids)]
    assert own["contacts"].tolist() == [3]
    assert row["share"] == pytest.approx(row["repeaters"] / row["customers"])


def test_a_question_asked_by_many_becomes_one_card(company: Any, taxonomy: Taxonomy) -> None:
    """A card for the knowledge base needs many askers and their own words; rare questions need none."""
    feedback = company.feedback.assign(text="order came late")
    chosen = feedback[(feedback["week"] == WEEK) & feedback["customer_key"].notna()].index[:30]
    feedback.loc[chosen[:20], "text"] = [
        f"How do I reset the lamp to factory settings? {word}" for word in "abcdefghij" * 2
    ]
    feedback.loc[chosen[20:], "text"] = [f"{number} {number} {number}" for number in range(100, 110)]
    feedback.loc[chosen, "language"] = "en"
    asked = company.predictions.assign(kind="complaint", abstained=False)
    asked["kind"] = asked["kind"].mask(asked["feedback_id"].isin(feedback.loc[chosen, "feedback_id"]), "question")
    none = company.mentions.head(0)
    table = questions_table(counted_of(company, taxonomy, feedback=feedback, predictions=asked, mentions=none), 5)
    assert table["card"].nunique() == 1
    assert table["n"].eq(20).all()
    assert table["rank"].tolist() == [1, 2, 3]
    assert table["question"].str.contains("factory settings").all()
    assert table["topic"].isna().all()
    assert table["article"].isna().all()


def test_a_question_that_an_article_answers_names_it(company: Any, taxonomy: Taxonomy) -> None:
    """Nobody should draft an answer that the knowledge base already gives; one about something else is none."""
    feedback = company.feedback.assign(text="order came late")
    chosen = feedback[(feedback["week"] == WEEK) & feedback["customer_key"].notna()].index[:20]
    feedback.loc[chosen, "text"] = [f"How do I reset the lamp to factory settings? {word}" for word in "abcdefghij" * 2]
    feedback.loc[chosen, "language"] = "en"
    kind = pd.Series("complaint", company.predictions.index)
    kind = kind.mask(company.predictions["feedback_id"].isin(feedback.loc[chosen, "feedback_id"]), "question")
    asked = company.predictions.assign(kind=kind, abstained=False)
    counted = counted_of(company, taxonomy, feedback=feedback, predictions=asked, mentions=company.mentions.head(0))
    reset = Article("Resetting a lamp", "Hold the button for ten seconds to return it to its factory settings.")
    address = Article("Change the address", "Open the order and choose another address.")
    assert set(questions_table(counted, 5, [address, reset])["article"]) == {reset.title}
    assert questions_table(counted, 5, [address])["article"].isna().all()
