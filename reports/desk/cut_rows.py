"""The rows behind a number, for those who may see them: no small group of customers shows, whatever is chosen."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.lake import Lake
from data.site import Site
from reports.desk import access
from reports.desk.cut import FACTS, NONE, Cut
from reports.desk.desk import Desk
from reports.desk.visitor import NotFound

Codes = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class CutRows:
    """What a cut shows. `rows` follows reports.week.ROWS: one line per feedback x topic, newest first.

    A customer fact is null where the facts together would show a group of fewer than k customers. `feedback` is how
    many feedback the rows are of; `withheld` says that the cut itself is such a small group: then there are no rows.
    """

    rows: pd.DataFrame
    feedback: int
    withheld: bool


def topics_of_team(desk: Desk, team: str) -> tuple[str, ...]:
    """The topics whose numbers a team reads; all of them for the management. Raises NotFound for an unknown team."""
    if team == access.MANAGEMENT:
        return desk.taxonomy.ids
    if team not in desk.teams:
        raise NotFound("There is no such team.")
    return tuple(topic.id for topic in desk.taxonomy.of_team(team))


def rows_of(desk: Desk, week: str, team: str, cut: Cut) -> CutRows:
    """The rows of a team that a cut chooses. Raises NotPublished and NotFound.

    The group is everyone whose feedback of the week has the chosen facts, whatever they speak of (the rule of
    reports.week). Facts that were not chosen are shown as far as each combination of facts stands for k customers.
    """
    topics, k = topics_of_team(desk, team), desk.options.small_group
    rows = desk.site.table(week, "rows")
    who = _customers(desk.lake, desk.site, week, k)
    chosen = tuple(sorted(cut.facts.items()))
    shown = _shown_facts(who, chosen, k)
    if shown is None:
        return CutRows(rows.iloc[:0], 0, withheld=True)
    mine = _told(rows, cut, topics, everything=team == access.MANAGEMENT)
    mine &= rows["feedback_id"].isin(shown.index)
    found = rows[mine].sort_values(["occurred_at", "feedback_id", "topic"], ascending=[False, True, True])
    facts = shown.reindex(found["feedback_id"])
    found = found.assign(**{name: facts[name].to_numpy() for name in FACTS})
    return CutRows(found.reset_index(drop=True), int(found["feedback_id"].nunique()), withheld=False)


def choices(desk: Desk, week: str) -> dict[str, list[str]]:
    """By customer fact: the groups of the week that are large enough to be chosen, in order."""
    k = desk.options.small_group
    who = _customers(desk.lake, desk.site, week, k)
    found = {}
    for name in FACTS:
        people = who.facts.assign(customer=who.customer).groupby(name)["customer"].nunique()
        found[name] = sorted(str(group) for group in people.index[people >= k])
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Customers:
    """The feedback of a week (index) with its customer facts, and a number for each one's customer."""

    facts: pd.DataFrame
    customer: Codes


def _customers(lake: Lake, site: Site, week: str, k: int) -> Customers:
    return _customers_of(site, lake, week, site.stamp(week, "rows"), lake.fingerprint("feedback", week))


@lru_cache(maxsize=4)
def _customers_of(site: Site, lake: Lake, week: str, stamp: tuple[int, int], fingerprint: str) -> Customers:
    rows = site.table(week, "rows").drop_duplicates("feedback_id").set_index("feedback_id")
    known = lake.read("feedback", week, ["feedback_id", "customer_key"]).drop_duplicates("feedback_id")
    keys: pd.Series[str] = known.set_index("feedback_id")["customer_key"].astype("str")
    # A feedback without a customer counts as one of its own; those that the lake lost count as one in all, so that
    # they can never make a small group look large.
    own = keys.where(keys.notna() & (keys != ""), keys.index.to_series())
    key = own.reindex(rows.index).astype("object").fillna("?").to_numpy()
    facts = rows[list(FACTS)].astype("str")
    return Customers(facts, pd.factorize(key)[0].astype(np.int64))


@lru_cache(maxsize=16)
def _shown_facts(who: Customers, chosen: tuple[tuple[str, str], ...], k: int) -> pd.DataFrame | None:
    """The facts of the chosen feedback that may be shown; None where they are of fewer than k customers."""
    inside = np.ones(len(who.facts), dtype=bool)
    for name, value in chosen:
        inside &= (who.facts[name] == value).to_numpy(dtype=bool)
    facts, customer = who.facts[inside], who.customer[inside]
    if len(np.unique(customer)) < k:
        return None
    codes = {name: pd.factorize(facts[name])[0].astype(np.int64) + 1 for name in FACTS}  # 0: unknown
    fixed = {name for name, _ in chosen}
    for name in [name for name in reversed(FACTS) if name not in fixed]:
        small = _small(list(codes.values()), customer, k)
        if not small.any():
            break
        codes[name][small] = 0
    return facts.assign(**{name: facts[name].where(codes[name] > 0) for name in FACTS})


def _small(codes: Sequence[Codes], customer: Codes, k: int) -> npt.NDArray[np.bool_]:
    """For each feedback, whether its combination of facts is that of fewer than k customers."""
    group = np.zeros(len(customer), dtype=np.int64)
    for each in codes:
        group = np.unique(group * (each.max(initial=0) + 1) + each, return_inverse=True)[1].reshape(-1)
    pairs = np.unique(np.stack([group, customer], axis=1), axis=0)
    people = np.bincount(pairs[:, 0], minlength=int(group.max(initial=0)) + 1)
    small: npt.NDArray[np.bool_] = people[group] < k
    return small


def _told(rows: pd.DataFrame, cut: Cut, topics: Sequence[str], *, everything: bool) -> "pd.Series[bool]":
    """Which rows speak as the cut asks, among those of the team's topics."""
    mine = rows["topic"].isin(topics)
    if everything:
        mine |= rows["topic"].isna()
    if cut.topic:
        mine &= rows["topic"].isna() if cut.topic == NONE else rows["topic"] == cut.topic
    for column, value in (
        ("topic_sentiment", cut.feeling), ("sentiment", cut.mood), ("scale", cut.scale), ("feedback_id", cut.feedback),
    ):  # fmt: skip
        if value:
            mine &= rows[column] == value
    if cut.scale:
        mine &= rows["score"].notna()
    if cut.band:
        low, high = {"promoters": (9, 10), "passives": (7, 8), "detractors": (0, 6)}[cut.band]
        mine &= (rows["scale"] == "nps") & rows["score"].between(low, high)
    return mine.astype(bool)
