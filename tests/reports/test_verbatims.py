"""Quotes are typical, readable, different from each other, and really said."""

from collections.abc import Callable
from typing import Any

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from data.taxonomy import Taxonomy
from reports.aggregation import build_week
from reports.duplicates import groups, plain, similarities
from reports.excerpts import CUT, LONG, columns, excerpt
from reports.verbatims import readability

WEEK = "2026-W46"


def quoted(make_company: Callable[..., Any], taxonomy: Taxonomy, texts: list[str], **facts: Any) -> pd.DataFrame:
    """Verbatims of a week of a few feedback by different customers, all blaming the first topic."""
    company = make_company(seed=1, per_week=60, weeks=1)
    chosen = company.feedback.head(len(texts)).assign(text=texts, language="en", week=WEEK, **facts)
    ids = chosen["feedback_id"]
    mentions = company.mentions.head(1).loc[[company.mentions.index[0]] * len(texts)]
    mentions = mentions.assign(
        feedback_id=ids.to_numpy(), topic=taxonomy.ids[0], sentiment="neg", score=0.9, start=0, end=4
    )
    predictions = company.predictions.head(len(texts)).assign(abstained=False)
    clauses = company.clauses.head(len(texts)).assign(end=chosen["text"].str.len().to_numpy())
    return build_week(chosen, predictions, mentions, clauses, [], taxonomy, WEEK).verbatims


OTHERS = [
    "The kettle leaks from the spout whenever it is more than half full",
    "Paint came off the lid after a month of careful use in a dry kitchen",
    "One foot is shorter than the others so it wobbles on every table I own",
    "The handle gets too hot to touch and my daughter burnt her hand on it",
    "It stopped heating in the second week and the light stays on all night",
]


def test_copies_are_quoted_once_and_counted(make_company: Callable[..., Any], taxonomy: Taxonomy) -> None:
    """A campaign of equal texts is one voice with a number, not three quotes."""
    copies = ["This shop is a SCAM, do not buy the kettle!!", "this shop is a scam, do not buy the kettle"] * 3
    table = quoted(make_company, taxonomy, copies + OTHERS, customer_key=[f"k{n}" for n in range(11)])
    assert len(table) == 3
    scam = table[table["text"].str.contains("scam", case=False)]
    assert len(scam) <= 1
    assert (scam["similar"] == 6).all()
    assert (table[~table.index.isin(scam.index)]["similar"] == 1).all()


def test_one_customer_is_quoted_once_a_finding(make_company: Callable[..., Any], taxonomy: Taxonomy) -> None:
    """Three quotes should be three people."""
    keys = ["a", "a", "a", "b", "c", "d", "e"]
    table = quoted(make_company, taxonomy, [*OTHERS, "Too loud", "Bad seal"], customer_key=keys)
    written = pd.Series(dict(zip([*OTHERS, "Too loud", "Bad seal"], keys, strict=True)))
    assert written[table["text"]].is_unique


def test_a_week_of_fewer_than_k_customers_is_not_quoted(make_company: Callable[..., Any], taxonomy: Taxonomy) -> None:
    """Quotes would point at the few who wrote."""
    assert quoted(make_company, taxonomy, OTHERS[:4], customer_key=list("abcd")).empty


def test_the_evidence_stands_in_the_quote(make_company: Callable[..., Any], taxonomy: Taxonomy) -> None:
    """The page marks these characters."""
    table = quoted(make_company, taxonomy, OTHERS, customer_key=list("abcde"))
    for row in table.itertuples():
        assert any(text.startswith(row.text[row.start : row.end]) for text in OTHERS)
        assert row.end - row.start == 4


def test_an_excerpt_is_the_clause_with_its_neighbour_when_short() -> None:
    """ "Too slow." alone tells nobody what was slow."""
    text = "The courier came on Friday. Too slow.\nAgent: sorry"
    found = excerpt(text, 28, 36, [(0, 27), (28, 37)])
    assert found.text == "The courier came on Friday. Too slow."
    assert found.text[found.start : found.end] == "Too slow"


def test_an_excerpt_never_joins_another_turn() -> None:
    """The agent's words are not the customer's."""
    text = "Sorry about that\n太慢了\nAnything else?"
    found = excerpt(text, 17, 20, [(17, 20)])
    assert found.text == "太慢了"


def test_a_long_clause_is_cut_around_its_evidence() -> None:
    """Ten thousand characters fit no report, and a cut is shown as one."""
    text = "啊" * 5000 + "快递丢了" + "呀" * 5000
    found = excerpt(text, 5000, 5004, [(0, len(text))])
    assert found.text.startswith(CUT)
    assert found.text.endswith(CUT)
    assert columns(found.text) <= LONG + 4
    assert found.text[found.start : found.end] == "快递丢了"


@settings(max_examples=80, deadline=None)
@given(text=st.text(max_size=400), one=st.integers(0, 400), two=st.integers(0, 400), cut=st.integers(0, 400))
def test_an_excerpt_always_holds_its_evidence(text: str, one: int, two: int, cut: int) -> None:
    """Whatever the offsets, the marked words are in the quote and the quote is in the text."""
    start, end = sorted((min(one, len(text)), min(two, len(text))))
    middle = min(cut, len(text))
    found = excerpt(text, start, end, [span for span in ((0, middle), (middle, len(text))) if span[0] < span[1]])
    assert text[start:end].startswith(found.text[found.start : found.end])
    assert found.text.removeprefix(CUT).removesuffix(CUT) in text or CUT in text


def test_quotes_of_middling_length_read_best() -> None:
    """Neither a scrap nor an essay."""
    assert readability(100) == 1.0
    assert readability(8) < readability(30) < 1.0
    assert readability(900) < readability(230) < 1.0


def test_width_case_and_punctuation_make_no_difference() -> None:
    """Copies are often decorated."""
    assert plain("Ｎｏ  GOOD!!!") == plain("no good")
    assert plain("???") == "???"


def test_similarity_is_jaccard_of_trigrams() -> None:
    """Equal is 1, unlike is 0, and it works in both directions and for single characters."""
    matrix = similarities(["快递太慢了", "快递太慢了！", "客服不理人", "好"])
    assert matrix[0, 1] == 1
    assert matrix[0, 2] == 0
    assert (matrix == matrix.T).all()
    assert matrix[3, 3] == 1
    assert groups(matrix) == [0, 0, 2, 3]
