"""The hard cases are many, fair to each language, unseen in training, and no failure of theirs is hidden."""

from collections import Counter
from pathlib import Path

import pytest

from data.records import Document, Mention
from models.corpus import bare
from models.customer_text import customer_text
from models.hard_cases import CASES, BadCase, HardCases, read_cases, try_cases
from tests.models.opinions import Opinionated, opinion

TAUGHT = [path for path in CASES.parent.glob("*.tsv") if path.name in ("contrast.tsv", "written.tsv")]


def tried(folder: Path, *rows: str, said: Opinionated) -> HardCases:
    """Try cases given as "text <tab> claims"."""
    path = folder / "cases.tsv"
    path.write_text("".join(f"case-{n}\tirony\ten\t{row}\n" for n, row in enumerate(rows)), encoding="utf-8")
    return try_cases(said, read_cases(path))


def test_the_cases_are_many_and_fair_to_each_language() -> None:
    """A rate over few cases, or over easy ones in one language, would say nothing."""
    cases = read_cases()
    assert len(cases) >= 330
    languages = Counter(case.document.language for case in cases)
    assert set(languages) == {"zh-Hans", "zh-Hant", "en"}
    assert min(languages.values()) >= 0.3 * len(cases)
    categories = {language: {c.category for c in cases if c.document.language == language} for language in languages}
    assert len({frozenset(found) for found in categories.values()}) == 1
    assert len(categories["en"]) >= 16


def test_no_case_stands_in_what_we_wrote_for_training() -> None:
    """A case that was learnt by heart measures memory."""
    taught = {bare(column) for path in TAUGHT for line in path.read_text().splitlines() for column in line.split("\t")}
    assert taught
    repeated = [case.document.feedback_id for case in read_cases() if bare(case.document.text) in taught - {""}]
    assert not repeated


def test_of_a_conversation_only_the_customers_words_are_judged() -> None:
    """The cases with turns are about exactly that."""
    cases = [case for case in read_cases() if case.document.turns]
    assert len(cases) >= 30
    for case in cases:
        agents = [turn for turn in case.document.turns if turn.speaker == "agent"]
        read = customer_text(case.document).text
        assert agents
        assert all(case.document.text[turn.start : turn.end] not in read.split(" / ") for turn in agents)


@pytest.mark.parametrize(
    ("claims", "passed"),
    [
        ("sentiment=neg", True),
        ("sentiment=pos|neg churn=0", True),
        ("sentiment=pos", False),
        ("+price_value", True),
        ("+price_value:neg", True),
        ("+price_value:pos", False),
        ("+delivery_speed", False),
        ("-delivery_speed", True),
        ("-price_value", False),
        ("kind=other urgent=0 escalation=0 abstained=0", True),
        ("sentiment=neg churn=2", False),
    ],
)
def test_a_case_passes_only_if_all_its_claims_hold(tmp_path: Path, claims: str, passed: bool) -> None:
    """Half a right answer is a wrong one here."""
    said = Opinionated(lambda _: opinion(Mention("price_value", "neg", 0.9, 0, 3), sentiment="neg"))
    found = tried(tmp_path, f"how cheap, how dear\t{claims}", said=said)
    assert found.rates["all"].value == float(passed)
    assert ("case-0:" in found.markdown()) != passed


def test_abstaining_is_not_passing(tmp_path: Path) -> None:
    """Else a model that never commits itself would do best; where abstaining is asked for, it is right."""
    said = Opinionated(lambda _: opinion(sentiment="neg", abstained=True))
    found = tried(tmp_path, "hm\tsentiment=neg", "...\tabstained=1", said=said)
    assert [case.passed for case in found.tried] == [False, True]
    assert "- case-0: abstained" in found.markdown()


def test_every_failure_is_in_the_report(tmp_path: Path) -> None:
    """A rate without its failures cannot be worked on; the groups add up to the whole."""
    said = Opinionated(lambda document: opinion(sentiment="pos" if "good" in document.text else "neg"))
    rows = [f"{'good' if n % 3 else 'bad'} {n}\tsentiment=pos" for n in range(12)]
    found = tried(tmp_path, *rows, said=said)
    listed = [line for line in found.markdown().splitlines() if line.startswith("- ")]
    assert [line.split(":")[0] for line in listed] == ["- case-0", "- case-3", "- case-6", "- case-9"]
    assert len(found.as_dict()["failed"]) == 4
    assert found.rates["category irony"] == found.rates["all"]
    assert found.rates["all"].n == 12


def test_a_document_may_be_cut_before_it_is_tried(tmp_path: Path) -> None:
    """The weekly run gives clauses; the cases must go the same way."""
    seen: list[str] = []

    def prepare(document: Document) -> Document:
        seen.append(document.feedback_id)
        return document

    path = tmp_path / "cases.tsv"
    path.write_text("a\tirony\ten\tsure\tsentiment=neg\n", encoding="utf-8")
    try_cases(Opinionated(lambda _: opinion()), read_cases(path), prepare)
    assert seen == ["a"]


@pytest.mark.parametrize(
    "line",
    [
        "a\tirony\ten\ttext",
        "a\tirony\ten\ttext\tsentiment=happy",
        "a\tirony\ten\ttext\t+no_such_topic",
        "a\tirony\tlatin\ttext\tsentiment=neg",
        "a\tirony\ten\ttext\t ",
    ],
)
def test_a_case_that_cannot_be_checked_is_named(tmp_path: Path, line: str) -> None:
    """A misspelt claim would never fail, or always."""
    path = tmp_path / "cases.tsv"
    path.write_text("# head\n" + line + "\n", encoding="utf-8")
    with pytest.raises(BadCase, match="line 2"):
        read_cases(path)


def test_an_id_names_one_case(tmp_path: Path) -> None:
    """The failures are listed by id."""
    path = tmp_path / "cases.tsv"
    path.write_text("a\tirony\ten\ttext\tsentiment=neg\n" * 2, encoding="utf-8")
    with pytest.raises(BadCase, match="twice"):
        read_cases(path)
