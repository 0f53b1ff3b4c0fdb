"""A made-up company for the tests of the editions: thirteen weeks of feedback with a courier strike at the end.

Everything goes through `build_week`, so the editions are tested on tables as they really are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from data import taxonomy as taxonomies
from data.records import Flag, Reason
from data.taxonomy import Taxonomy
from data.weeks import monday
from reports.aggregation import build_week
from reports.counted import trend_weeks
from reports.week import Intake, ReportSettings, WeekTables

WEEK = "2026-W46"
#: (language, text with the evidence in brackets) by topic and sentiment.
SAID: Mapping[str, Mapping[str, Sequence[tuple[str, str]]]] = {
    "delivery_speed": {
        "neg": (
            (
                "en",
                "Ordered on the 2nd, promised in three days. [Nine days later still nothing], and I had to borrow a "
                "kettle from my neighbour.",
            ),
            ("zh-Hans", "说好次日达，[等了整整八天才送到]，孩子的生日都过完了。"),
            ("zh-Hant", "訂單顯示已出貨，結果[拖了一個禮拜還沒收到]，打電話也沒人知道在哪裡。"),
            ("en", "[Two weeks for a parcel from the next town over.] I could have walked there and back."),
            ("zh-Hans", "客服每天都说明天到，[第六天了还在中转站]。"),
        ),
        "pos": (("en", "Came [a day early], nice surprise."), ("zh-Hans", "昨晚下单[今早就到了]，很快。")),
    },
    "courier_service": {
        "neg": (
            ("zh-Hans", "电话没打一个，[包裹直接扔在楼道里]，幸好没丢。"),
            ("en", "The driver [left it in the rain by the bins] and marked it as handed to me."),
            ("zh-Hant", "[外送員語氣很差]，還要我自己下樓搬。"),
        ),
        "pos": (
            ("en", "The driver [carried it up four floors] without being asked."),
            ("zh-Hant", "配送人員[很有禮貌]。"),
        ),
    },
    "damage_packaging": {
        "neg": (
            ("en", "Box looked fine but [the glass jug inside was in pieces]; one sheet of paper is not padding."),
            ("zh-Hans", "外箱压扁了，[壶口磕掉一块漆]。"),
        ),
        "pos": (("zh-Hans", "新包装[裹得严严实实]，一点没磕碰。"), ("en", "[The new box is great], everything snug.")),
    },
    "tracking_info": {
        "neg": (
            ("en", "Status says delivered. [It was not delivered.]"),
            ("zh-Hans", "[物流三天没更新]，不知道到哪了。"),
        ),
        "neu": (("zh-Hant", "請問[物流單號在哪裡查]？"),),
    },
    "product_quality": {
        "neg": (
            ("en", "After two months [the handle came loose] and the lid no longer closes."),
            ("zh-Hans", "用了三次[内胆就起锈点]了，心里不踏实。"),
        ),
        "pos": (("zh-Hant", "質感很好，[用了半年跟新的一樣]。"), ("en", "[Solid build], my second one.")),
    },
    "product_performance": {
        "neg": (("en", "[Battery dies by lunchtime] since the last batch."), ("zh-Hans", "[充一晚上只能用两小时]。")),
        "pos": (("en", "[Boils in ninety seconds], quiet too."), ("zh-Hans", "[烧水快，声音也小]。")),
    },
    "app_website": {
        "neg": (
            ("zh-Hans", "更新之后[一付款就闪退]，试了五次。"),
            ("en", "[Checkout hangs on the last step] every time."),
        ),
        "pos": (("zh-Hant", "新版 App [順多了]。"),),
    },
    "price_value": {
        "neg": (("zh-Hans", "刚买完第二天[就降了六十]，不给保价。"),),
        "pos": (("en", "[Worth every penny] at this price."), ("zh-Hant", "[這個價錢很划算]。")),
        "mix": (("en", "Nice kettle, [a little dear]."),),
    },
    "staff_attitude": {
        "neg": (("en", "The agent [talked over me] the whole time."),),
        "pos": (("zh-Hans", "客服小姐姐[特别耐心]。"), ("en", "[Lovely person on the phone], sorted in minutes.")),
    },
    "issue_resolution": {
        "neg": (
            ("zh-Hant", "[同一個問題講了四次]還是沒解決。"),
            ("en", "[Third contact, same answer], nothing fixed."),
        ),
        "pos": (("en", "[Fixed on the first call.]"),),
    },
    "returns_refunds": {
        "neg": (
            ("zh-Hans", "退货签收十二天了，[退款还没到账]。"),
            ("en", "[Still waiting for the refund] from October."),
        ),
        "pos": (("zh-Hant", "[退貨很方便]，隔天就退款。"),),
    },
}
RATES = {
    "delivery_speed": 0.11, "courier_service": 0.07, "damage_packaging": 0.1, "tracking_info": 0.06,
    "product_quality": 0.16, "product_performance": 0.12, "app_website": 0.08, "price_value": 0.1,
    "staff_attitude": 0.06, "issue_resolution": 0.07, "returns_refunds": 0.06,
}  # fmt: skip
CARRIERS = ("SwiftPost", "Harbour Express", "顺丰速运", "BlueVan")
REGIONS = ("North", "South", "East", "华东", "台北")
PRODUCTS = ("Kettle X200", "Kettle Mini", "Thermos 2", "Scale S1")


def feedback_frames(
    weeks: Sequence[str], size: int = 420, seed: int = 7, said: Mapping[str, Any] = SAID
) -> dict[str, pd.DataFrame]:
    """The lake's frames for these weeks; the last week has the strike: late parcels by SwiftPost, most in the North."""
    dice = np.random.default_rng(seed)
    feedback, predictions, mentions, clauses = [], [], [], []
    for week in weeks:
        first = datetime.combine(monday(week), datetime.min.time(), UTC)
        strike = week == weeks[-1] and len(weeks) > 1
        better = week == weeks[-1] and len(weeks) > 1
        for place in range(size):
            carrier, region = str(dice.choice(CARRIERS)), str(dice.choice(REGIONS, p=(0.3, 0.25, 0.2, 0.15, 0.1)))
            rates = dict(RATES)
            if strike:
                rates["delivery_speed"] *= 5.0 if carrier == "SwiftPost" else 1.2
                rates["courier_service"] *= 2.5 if carrier == "SwiftPost" else 1.0
            if better:
                rates["damage_packaging"] *= 0.25
            topics = [topic for topic in said if dice.random() < rates.get(topic, 0.05)][:3]
            key, text, spans, polarities = f"{week}-{place:04d}", "", [], []
            for topic in topics:
                bad = 0.85 if strike and topic == "delivery_speed" else 0.6
                wanted = "neg" if dice.random() < bad else "pos"
                choices = said[topic].get(wanted) or next(iter(said[topic].values()))
                polarities.append(wanted if wanted in said[topic] else next(iter(said[topic])))
                language, line = choices[int(dice.integers(len(choices)))]
                start = len(text) + line.index("[")
                spans.append((len(text), start, start + line.index("]") - line.index("[") - 1))
                text += line.replace("[", "").replace("]", "") + " "
            if not topics:
                language, text = "en", "Thanks, all good."
            bad_day = polarities.count("neg") > len(polarities) / 2
            mood = "neg" if bad_day else "pos" if polarities or dice.random() < 0.5 else "neu"
            scored = dice.random()
            scale = "nps" if scored < 0.4 else "stars" if scored < 0.65 else "csat" if scored < 0.8 else None
            top = {"nps": 10, "stars": 5, "csat": 5}.get(scale or "", 0)
            around = top * (0.35 if bad_day else 0.85) + dice.normal(0, top * 0.12)
            score = float(np.clip(round(around), 1, top)) if scale else None
            common = {"feedback_id": key, "version": "v1", "week": week}
            moment = first + timedelta(minutes=int(dice.integers(7 * 24 * 60)))
            feedback.append(
                {**common, "source": "survey", "source_id": key, "occurred_at": moment, "ingested_at": moment,
                 "channel": str(dice.choice(("survey", "chat", "review", "call"), p=(0.5, 0.25, 0.22, 0.03))),
                 "text": text, "language": language, "turns": [],
                 "customer_key": f"c{int(dice.integers(900)):016x}", "score": score, "scale": scale,
                 "product": str(dice.choice(PRODUCTS, p=(0.4, 0.3, 0.29, 0.01))), "order_key": None, "carrier": carrier,
                 "region": region, "plan": str(dice.choice(("basic", "plus"))),
                 "customer_value": None, "agent": None, "resolved": None, "solved_at": None,
                 "url": f"https://desk.example/t/{key}", "redactions": {}}
            )  # fmt: skip
            predictions.append(
                {**common, "revision": "3f9ac1d2", "sentiment": mood, "pos": 0.1, "neg": 0.7, "mix": 0.1, "neu": 0.1,
                 "kind": "complaint", "kind_score": 0.8, "churn": 0, "churn_score": 0.1, "escalation": 0,
                 "escalation_score": 0.1, "urgent": 0, "urgent_score": 0.1,
                 "abstained": bool(dice.random() < 0.04), "tokens": 40, "tokens_read": 40}
            )  # fmt: skip
            for position, (topic, polarity, (begin, start, end)) in enumerate(
                zip(topics, polarities, spans, strict=True)
            ):
                mentions.append(
                    {**common, "revision": "3f9ac1d2", "topic": topic, "sentiment": polarity,
                     "score": float(dice.uniform(0.6, 0.99)), "start": start, "end": end, "clause": position}
                )  # fmt: skip
                close = spans[position + 1][0] if position + 1 < len(spans) else len(text)
                clauses.append({**common, "position": position, "start": begin, "end": close - 1, "language": "en",
                                "speaker": "customer"})  # fmt: skip
    return {
        "feedback": pd.DataFrame(feedback), "predictions": pd.DataFrame(predictions),
        "mentions": pd.DataFrame(mentions), "clauses": pd.DataFrame(clauses),
    }  # fmt: skip


def flags() -> list[Flag]:
    """Three customers at risk, with words that could be somebody's."""

    def reason(rule: str, weight: float, day: int, words: str) -> Reason:
        return Reason(rule, weight, f"{WEEK}-{day:04d}", datetime(2026, 11, day, 9, tzinfo=UTC), words)

    return [
        Flag("9c1f03ab77d2e410", WEEK, "high", 0.91, 12800.0, (
            reason("churn_explicit", 0.6, 14, "I have already asked for quotes elsewhere. This was the last order."),
            reason("repeated_complaint", 0.3, 11, "Third time I am writing about the same late parcel."),
        ), date(2026, 11, 2), date(2026, 12, 14)),
        Flag("b2d8814e5f60c733", WEEK, "high", 0.78, None, (
            reason("escalation", 0.5, 13, "再不处理我就去12315投诉，会员也不续了。"),
            reason("unresolved_negative_conversation", 0.2, 12, "问了四个客服，四种说法。"),
        ), date(2026, 11, 13), date(2026, 12, 11)),
        Flag("41aa0e9d3c5b7f28", WEEK, "medium", 0.52, 940.0, (
            reason("falling_scores", 0.4, 10, "越來越慢了，以前不是這樣的。"),
        ), date(2026, 11, 10), date(2026, 12, 8)),
    ]  # fmt: skip


def made_week(
    size: int = 420, history: int = 13, seed: int = 7, taxonomy: Taxonomy | None = None,
    said: Mapping[str, Any] = SAID, settings: ReportSettings | None = None, with_flags: bool = True,
) -> WeekTables:  # fmt: skip
    """The tables of WEEK with `history` weeks of `size` feedback: 1 is a first week, size 0 an empty one."""
    weeks = trend_weeks(WEEK, 13)[-history:]
    frames = feedback_frames(weeks, size, seed, said)
    if not size:
        full = feedback_frames(weeks[-1:], 1, seed)
        frames = {name: frame.iloc[:0] for name, frame in full.items()}
    intake = Intake(
        pulled=size + 12, new=size, updated=7, late=9 if size else 0, rejected=5, duplicates=3,
        restated=("2026-W44", "2026-W45") if size else (), partial=False,
        quarantine={("surveys", "bad_date"): 3, ("reviews", "no_text"): 2}, left_out=4,
    )  # fmt: skip
    return build_week(
        frames["feedback"], frames["predictions"], frames["mentions"], frames["clauses"],
        flags() if with_flags else [], taxonomy or taxonomies.load(), WEEK, intake, settings,
    )  # fmt: skip


@cache
def standard_week() -> WeekTables:
    """The week most tests read; made once."""
    return made_week()


@cache
def first_week() -> WeekTables:
    """A company's very first week."""
    return made_week(size=80, history=1)


@cache
def empty_week() -> WeekTables:
    """A week in which nobody said anything."""
    return made_week(size=0, with_flags=False)


def long_named(name: str) -> Taxonomy:
    """The shipped taxonomy with delivery speed renamed in every language."""
    shipped = taxonomies.load()
    topics = tuple(
        replace(topic, names=dict.fromkeys(topic.names, name)) if topic.id == "delivery_speed" else topic
        for topic in shipped.topics
    )
    return replace(shipped, topics=topics)
