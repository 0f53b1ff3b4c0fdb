"""What must hold for any customers at all, said or unsaid."""

import math
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.records import Mention
from data.weeks import BadWeek, week_of
from models.risk.flagging import Options, flag_customers
from models.risk.heard import Heard, Passage
from models.risk.rules import RECOVERY, RULES

WEEK, END = "2026-W46", datetime(2026, 11, 16, tzinfo=UTC)
ANY = Options(levels=frozenset({"high", "medium", "low", "unknown"}))
SENTENCES = [
    "它又坏了。",
    "I give up. ",
    "Goodbye! ",
    "太好了，谢谢你们\n",
    "換了別家",
    "My number is <PHONE>. ",
    "",
    "👍",
    "x" * 300,
]
TOPICS = ["delivery_speed", "staff_attitude"]


@st.composite
def heards(draw: st.DrawFn) -> Heard:
    minutes = draw(st.integers(1, 60 * 24 * 70))
    at = END - timedelta(minutes=minutes)
    parts = draw(st.lists(st.sampled_from(SENTENCES), max_size=6))
    text, passages = "", []
    for part in parts:
        feeling = draw(st.sampled_from(["pos", "neg", "mix", "neu", None]))
        passages.append(Passage(len(text), len(text) + len(part), feeling, draw(st.floats(0.4, 1))))
        text += part
    topics = draw(st.lists(st.sampled_from(TOPICS), unique=True))
    feelings = st.sampled_from(["pos", "neg", "mix", "neu"])
    chance = st.floats(0.3, 1)
    return Heard(
        feedback_id=str(draw(st.integers(0, 10_000))),
        customer_key=draw(st.sampled_from("abc")),
        week=week_of(at, ZoneInfo("Asia/Shanghai")),
        occurred_at=at,
        channel="survey",
        text=text,
        sentiment=draw(feelings),
        churn=draw(st.sampled_from([0, 0, 1, 2])),
        churn_score=draw(chance),
        escalation=draw(st.integers(0, 1)),
        escalation_score=draw(chance),
        urgent=draw(st.integers(0, 1)),
        urgent_score=draw(chance),
        mentions=tuple(Mention(topic, draw(feelings), draw(chance), 0, min(5, len(text))) for topic in topics),
        passages=tuple(passages) if draw(st.booleans()) else (),
        spoken=(Passage(0, len(text)),),
        conversation=draw(st.booleans()),
        resolved=draw(st.sampled_from([True, False, None])),
        score=draw(st.sampled_from([None, 0.0, 0.25, 0.5, 0.75, 1.0])),
        product=draw(st.sampled_from([None, "watch", "speaker"])),
        customer_value=draw(st.sampled_from([None, 20.0, 9000.0])),
        abstained=draw(st.booleans()),
    )


feedback = st.lists(heards(), max_size=15, unique_by=lambda heard: heard.feedback_id)


@given(feedback, st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_neither_row_order_nor_doubled_rows_change_a_flag(heard, random):
    """Partitions are read in any order; the queue must not depend on it."""
    shuffled = [*heard, *heard[:3]]
    random.shuffle(shuffled)
    assert flag_customers(shuffled, WEEK, ANY) == flag_customers(heard, WEEK, ANY)


@given(feedback)
@settings(max_examples=60, deadline=None)
def test_a_customer_is_judged_alone(heard):
    """Whoever else is in the batch, the same words give the same flag."""
    together = flag_customers(heard, WEEK, ANY)
    alone = [f for key in "abc" for f in flag_customers([h for h in heard if h.customer_key == key], WEEK, ANY)]
    assert sorted(alone, key=repr) == sorted(together, key=repr)


@given(feedback)
@settings(max_examples=60, deadline=None)
def test_reasons_add_up_and_quote_the_customer(heard):
    """A manager may check every point: its words are in the feedback, and the points give the risk shown."""
    texts = {h.feedback_id: h for h in heard}
    for flag in flag_customers(heard, WEEK, ANY):
        assert 0 <= flag.risk <= 1
        total = math.fsum(reason.weight for reason in flag.reasons)
        assert flag.risk == pytest.approx(1 - math.exp(-max(0.0, total)))
        assert flag.opened == date(2026, 11, 16) <= flag.expires
        assert len({(reason.rule, reason.feedback_id) for reason in flag.reasons}) == len(flag.reasons)
        for reason in flag.reasons:
            assert (reason.weight < 0) == (reason.rule == RECOVERY)
            said = texts[reason.feedback_id]
            assert said.customer_key == flag.customer_key
            assert reason.verbatim in said.text
            assert bool(reason.verbatim) or not said.text.strip()


@given(feedback, st.data())
@settings(max_examples=80, deadline=None)
def test_stronger_words_never_lower_the_risk(heard, data):
    """Monotone: otherwise a customer could leave the queue by threatening more."""
    if not heard:
        return
    place = data.draw(st.integers(0, len(heard) - 1))
    name = data.draw(
        st.sampled_from(["churn", "escalation", "urgent", "churn_score", "escalation_score", "urgent_score"])
    )
    old = getattr(heard[place], name)
    highest = 2 if name == "churn" else 1
    changed = replace(heard[place], **{name: min(highest, old + (0.2 if name.endswith("score") else 1))})
    before = {f.customer_key: f.risk for f in flag_customers(heard, WEEK, ANY)}
    after = {f.customer_key: f.risk for f in flag_customers([*heard[:place], changed, *heard[place + 1 :]], WEEK, ANY)}
    key = changed.customer_key
    assert after.get(key, 0.0) >= before.get(key, 0.0) - 1e-9


@given(feedback)
@settings(max_examples=40, deadline=None)
def test_value_never_enters_the_risk(heard):
    """A rich customer's grumble is no more a goodbye than a poor one's."""
    plain = flag_customers([replace(h, customer_value=None) for h in heard], WEEK, ANY)
    assert [replace(f, value=None) for f in flag_customers(heard, WEEK, ANY)] == plain


def test_a_reason_fades_and_expires():
    """Old words stop counting by themselves, or the queue would only grow."""
    said = Heard(
        feedback_id="1", customer_key="a", week="2026-W40", occurred_at=datetime(2026, 10, 1, tzinfo=UTC),
        channel="email", text="I will not buy again.", sentiment="neg", churn=2, churn_score=1.0,
        spoken=(Passage(0, 21),),
    )  # fmt: skip
    risks = [[f.risk for f in flag_customers([said], f"2026-W{week}", ANY)] for week in range(40, 50)]
    assert risks == sorted(risks, reverse=True)
    assert risks[0] == [pytest.approx(1 - math.exp(-RULES["churn_explicit"].weight))]
    assert risks[-1] == []


def test_later_feedback_is_not_known_yet():
    """A past week that is run again must not see the future."""
    said = Heard(
        feedback_id="1", customer_key="a", week="2026-W46", occurred_at=END - timedelta(days=1), channel="email",
        text="Bye.", sentiment="neg", churn=2, churn_score=1.0, spoken=(Passage(0, 4),),
    )  # fmt: skip
    assert flag_customers([said], "2026-W45", ANY) == []


def test_what_is_no_week_is_refused():
    with pytest.raises(BadWeek, match="ISO week"):
        flag_customers([], "46", ANY)


def test_no_feedback_no_flags():
    assert flag_customers([], WEEK) == []
