"""Which rows of a week somebody wants to see: a choice of topic, feeling and customer facts, as an address says it."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import Depends, Query

#: What tells groups of customers apart. The first are given up last where a row would tell too much.
FACTS = ("channel", "language", "product", "carrier", "region", "source", "plan")
Feeling = Literal["", "pos", "neg", "mix", "neu"]
#: Answers to a score: the three of NPS, or any.
Band = Literal["", "promoters", "passives", "detractors"]
#: For feedback about none of the topics.
NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """A choice of rows; an empty part chooses all. `feeling` is towards the topic, `mood` that of the whole feedback.

    `scale` keeps answers on that scale, `band` some of them; `feedback` keeps one feedback.
    """

    topic: str = ""
    feeling: str = ""
    mood: str = ""
    scale: str = ""
    band: str = ""
    feedback: str = ""
    channel: str = ""
    language: str = ""
    product: str = ""
    carrier: str = ""
    region: str = ""
    source: str = ""
    plan: str = ""

    @property
    def facts(self) -> Mapping[str, str]:
        """The customer facts that are chosen: they say which group of customers this is about."""
        return {name: value for name in FACTS if (value := getattr(self, name))}

    def query(self) -> dict[str, str]:
        return {field.name: value for field in fields(self) if (value := getattr(self, field.name))}


def rows_address(week: str, team: str, cut: Cut | None = None, **more: object) -> str:
    """The page of a team that shows the rows of a cut."""
    pairs = {**(cut.query() if cut else {}), **{name: str(value) for name, value in more.items() if value}}
    return f"/reports/{week}/{team}/rows" + (f"?{urlencode(pairs)}" if pairs else "")


Word = Annotated[str, Query(max_length=200)]


def _cut(
    topic: Word = "",
    feeling: Feeling = "",
    mood: Feeling = "",
    scale: Literal["", "nps", "csat", "ces", "stars"] = "",
    band: Band = "",
    feedback: Word = "",
    channel: Word = "",
    language: Word = "",
    product: Word = "",
    carrier: Word = "",
    region: Word = "",
    source: Word = "",
    plan: Word = "",
) -> Cut:
    return Cut(
        topic=topic, feeling=feeling, mood=mood, scale=scale, band=band, feedback=feedback, channel=channel,
        language=language, product=product, carrier=carrier, region=region, source=source, plan=plan,
    )  # fmt: skip


#: What handlers ask for: the cut of the address.
TheCut = Annotated[Cut, Depends(_cut)]
