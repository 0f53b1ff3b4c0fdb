"""Tables of actions, mix, service, contacts and questions as the sample company might have them, for the editions."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from data.weeks import shift
from reports.week import WeekTables, conform
from tests.reports.made_weeks import WEEK, standard_week


def _frame(name: str, rows: list[dict[str, Any]]) -> pd.DataFrame:
    return conform(name, pd.DataFrame(rows))


def detailed_week(tables: WeekTables | None = None) -> WeekTables:
    """The standard week with every further table filled."""
    tables = tables or standard_week()
    return replace(
        tables, themes=_themes(), theme_quotes=_theme_quotes(), actions=_actions(),
        mix=_mix(tables), service=_service(), surges=_surges(), hours=_hours(),
        repeats=_repeats(), repeat_contacts=_repeat_contacts(), questions=_questions(),
    )  # fmt: skip


def _actions() -> pd.DataFrame:
    common = {"week": WEEK, "team": "logistics", "metric": "share", "main": True, "weeks_before": 8, "withheld": False}
    numbers = {"n_before": 210, "total_before": 2100, "n_after": 31, "total_after": 800}
    return _frame("actions", [
        {**common, "action": "a1", "owner": "Mei Lin", "what": "Double boxes for glass jugs", "topic":
         "damage_packaging", "kind": "product", "cohort": "Kettle X200", "since": "2026-W43", "weeks_after": 3,
         **numbers, "before": 0.1, "after": 0.03875, "effect": -0.06125, "low": -0.081, "high": -0.0408,
         "control": -0.012, "did": -0.04925, "did_low": -0.0801, "did_high": -0.0184, "verdict": "better"},
        {**common, "action": "a2", "owner": "Jo Park", "what": "Second shift at the Harbour depot", "topic":
         "delivery_speed", "kind": "all", "cohort": "all", "since": "2026-W42", "weeks_after": 4, **numbers,
         "before": 0.12, "after": 0.163, "effect": 0.043, "low": 0.012, "high": 0.0741, "verdict": "worse"},
        {**common, "action": "a3", "team": "service", "owner": "Ana Ruiz", "what": "Call back within two hours",
         "topic": "issue_resolution", "kind": "channel", "cohort": "chat", "since": "2026-W41", "weeks_after": 5,
         **numbers, "before": 0.071, "after": 0.064, "effect": -0.007, "low": -0.026, "high": 0.0133,
         "verdict": "unclear"},
        {**common, "action": "a4", "owner": "Mei Lin", "what": "Text the hour of delivery", "topic": "tracking_info",
         "kind": "all", "cohort": "all", "since": "2026-W45", "weeks_after": 1, "verdict": "too_early"},
    ])  # fmt: skip


def _mix(tables: WeekTables) -> pd.DataFrame:
    found = tables.changes[tables.changes["verdict"].isin(["up", "down"]) & (tables.changes["family"] == "volume")]
    rows = []
    for place, row in enumerate(found.to_dict("records")):
        for kind, part in (("channel", 0.05), ("product", 0.1), ("region", 0.7 if place % 2 else 0.02)):
            effect = row["effect"]
            rows.append({**{str(name): row[name] for name in ("family", "topic", "scale", "metric", "versus", "value",
                                                             "baseline", "effect")},
                         "week": WEEK, "kind": kind, "mix": part * effect, "rate": (1 - part) * effect,
                         "mostly_mix": part >= 0.5})  # fmt: skip
    return _frame("mix", rows)


def _service() -> pd.DataFrame:
    rows = []
    for back in (2, 1, 0):
        common = {"week": shift(WEEK, -back), "kind": "all", "cohort": "all", "customers": 180, "withheld": False}
        rows += [
            {**common, "measure": "first_response", "n": 120, "value": 96.0 + 40 * back, "low": 80.0, "high": 131.0,
             "p90": 420.0},
            {**common, "measure": "handling", "n": 118, "value": 1310.0, "low": 1150.0, "high": 1490.0, "p90": 5200.0},
            {**common, "measure": "resolution", "n": 61, "value": 108000.0, "low": 79200.0, "high": 151200.0,
             "p90": 345600.0},
            {**common, "measure": "resolved", "n": 117, "value": 0.735 - 0.02 * back, "low": 0.648, "high": 0.807},
            {**common, "measure": "contacts", "n": 204 - 9 * back, "value": 204.0 - 9 * back},
            {**common, "measure": "contacts_per_order", "n": 166, "value": 1.23},
        ]  # fmt: skip
    return _frame("service", rows)


def _surges() -> pd.DataFrame:
    common = {"week": WEEK, "withheld": False, "p": 0.0001, "q": 0.0004}
    return _frame("surges", [
        {**common, "product": "Kettle X200", "n": 41, "expected": 17.4, "ratio": 2.356, "low": 1.61, "high": 3.42,
         "verdict": "up"},
        {**common, "product": "Thermos 2", "n": 12, "expected": 11.5, "ratio": 1.04, "low": 0.6, "high": 1.9,
         "verdict": "none"},
    ])  # fmt: skip


def _hours() -> pd.DataFrame:
    rows = []
    for day in range(7):
        for hour in range(24):
            mean = (1.1 if day < 5 else 0.6) * 9 * float(np.exp(-(((hour - 11) / 4) ** 2)) + 0.7 * np.exp(
                -(((hour - 20) / 2.5) ** 2)))  # fmt: skip
            n, withheld = round(mean * 13), mean * 13 < 5
            rows.append(
                {"weekday": day, "hour": hour, "n": None if withheld else n, "withheld": withheld,
                 "per_week": None if withheld else n / 13, "now": None if withheld else round(mean),
                 "customers": None if withheld else n}
            )  # fmt: skip
    return _frame("hours", rows)


def _repeats() -> pd.DataFrame:
    common = {"week": WEEK, "withheld": False, "contacts": 60}
    return _frame("repeats", [
        {**common, "topic": "issue_resolution", "customers": 42, "repeaters": 17, "share": 17 / 42, "low": 0.27,
         "high": 0.556, "days": 4.5},
        {**common, "topic": "delivery_speed", "customers": 96, "repeaters": 22, "share": 22 / 96, "low": 0.156,
         "high": 0.323, "days": 6.0},
    ])  # fmt: skip


def _repeat_contacts() -> pd.DataFrame:
    first, last = pd.Timestamp("2026-10-24 09:00", tz="UTC"), pd.Timestamp("2026-11-14 15:00", tz="UTC")
    common = {"week": WEEK, "topic": "issue_resolution", "first": first, "last": last}
    return _frame("repeat_contacts", [
        {**common, "contacts": 5, "feedback_id": f"{WEEK}-0001", "channel": "chat", "product": "Kettle X200",
         "resolved": False, "text": "This is the fifth time I explain the same thing.",
         "url": "https://desk.example/t/1"},
        {**common, "contacts": 3, "feedback_id": f"{WEEK}-0002", "channel": "app_review", "product": None,
         "resolved": None, "text": "上次说三天内回复，到现在也没人联系我。", "url": None},
    ])  # fmt: skip


def _questions() -> pd.DataFrame:
    moment = pd.Timestamp("2026-11-12 10:00", tz="UTC")
    rows: list[dict[str, Any]] = []
    for card, topic, language, question, n, examples in (
        ("q1", "tracking_info", "en", "Where do I find the tracking number?", 23,
         ["Where is my tracking number?", "cant find the tracking no. anywhere", "How do I track this order?"]),
        ("q2", "returns_refunds", "zh-Hans", "退款多久能到账？", 14, ["退款一般几天到账", "请问退的钱什么时候到"]),
        ("q3", None, "zh-Hant", "保溫瓶可以放洗碗機嗎？", 8, ["這款可以用洗碗機嗎"]),
    ):  # fmt: skip
        rows += [
            {"week": WEEK, "card": card, "topic": topic, "language": language, "question": question, "n": n,
             "customers": n - 2, "weeks": 4, "rank": rank, "feedback_id": f"{WEEK}-01{rank}", "occurred_at": moment,
             "channel": "web_form", "text": text, "url": "https://desk.example/t/9"}
            for rank, text in enumerate(examples, start=1)
        ]  # fmt: skip
    return _frame("questions", rows)


def _themes() -> pd.DataFrame:
    common = {"week": WEEK, "sources": 2, "weeks": 3, "first_week": "2026-W44", "status": "proposed"}
    return _frame("themes", [
        {**common, "theme": "t-1", "name": "descaling · lime · white flakes", "name_en": "descaling · lime · flakes",
         "name_zh_hans": "水垢 · 除垢 · 白色", "name_zh_hant": "水垢 · 除垢 · 白色", "n": 19, "customers": 17,
         "event": "continued", "growth": "up", "team": "product"},
        {**common, "theme": "t-2", "name": "发票 · 抬头", "name_zh_hans": "发票 · 抬头", "n": 8, "customers": 8,
         "event": "new", "growth": "steady", "team": None},
    ])  # fmt: skip


def _theme_quotes() -> pd.DataFrame:
    moment = pd.Timestamp("2026-11-12 10:00", tz="UTC")
    said = (("t-1", "en", "White flakes float in the water after a week."), ("t-1", "zh-Hans", "用了半个月全是水垢。"),
            ("t-2", "zh-Hans", "发票抬头怎么改？"))  # fmt: skip
    return _frame("theme_quotes", [
        {"week": WEEK, "theme": theme, "rank": place, "feedback_id": f"{WEEK}-00{place}", "occurred_at": moment,
         "channel": "review", "language": language, "text": text, "start": 0, "end": len(text) - 1, "url": None}
        for place, (theme, language, text) in enumerate(said, start=1)
    ])  # fmt: skip
