"""A question that the knowledge base answers needs no card; one that it does not answer must keep its card."""

import pytest

from data.articles import Article
from reports.answered import Knowledge, terms_of

ARTICLES = [
    Article("Change the delivery address", "Before the parcel is sent you can change the address under My orders."),
    Article("Use a coupon", "Enter the coupon code at checkout. Only one coupon can be used for each order."),
    Article("如何申请发票", "在“我的订单”中选择订单，点击“申请发票”，填写抬头和税号。"),
    Article("退货与退款", "在订单里点退货，寄回后三到五个工作日退款到原支付账户。"),
]
ANSWERED = ("Where do I change the address for my delivery?", "发票在哪里申请开？", "想退货，退款几天能到？")
OPEN = (
    "Do you ship to Norway?",
    "Why was I charged twice for my order?",
    "手表防水吗，可以戴着游泳吗",
    "订单什么时候发货",
)


@pytest.mark.parametrize("question", ANSWERED)
def test_an_answered_question_is_recognised(question: str) -> None:
    """In English and Chinese, without the wording of the title."""
    assert Knowledge(ARTICLES, ANSWERED + OPEN).answer([question])


@pytest.mark.parametrize("question", OPEN)
def test_an_open_question_stays_open(question: str) -> None:
    """A card that is wrongly left out is a gap that nobody sees."""
    assert Knowledge(ARTICLES, ANSWERED + OPEN).answer([question]) is None


def test_a_question_of_one_term_is_covered_by_no_article() -> None:
    """Every article that names an order would else answer whatever else was asked about one."""
    assert terms_of("What about my order?") == {"order"}
    assert Knowledge(ARTICLES, ["What about my order?"]).answer(["What about my order?"]) is None


def test_to_apply_is_a_term_although_please_is_none() -> None:
    """申请 is what is asked; the sign that it shares with 请问 must not take it away."""
    assert terms_of("请问如何申请") >= {"申请"}
    assert "请问" not in terms_of("请问如何申请")


def test_an_empty_knowledge_base_answers_nothing() -> None:
    """A company without articles gets every card."""
    assert Knowledge([], ANSWERED).answer(list(ANSWERED)) is None
