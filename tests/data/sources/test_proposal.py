"""`flows map` proposes a mapping that a person only has to check."""

from pathlib import Path

import yaml

from data.sources.mapping import RowMapping
from data.sources.proposal import propose


def test_an_english_survey_export_is_understood(tmp_path: Path) -> None:
    """The usual survey export has a handful of columns with telling names."""
    path = tmp_path / "a.csv"
    path.write_text(
        "Response ID,Submitted At,NPS,Comment,Customer No,E-mail,Courier,Internal note\n"
        "1,2026-11-03 10:00,9,Fast delivery and a good price,88,a@example.com,BlueCrane,x\n"
        "2,2026-11-03 11:00,0,Nobody answers my calls at all,89,b@example.com,SwiftLine,y\n"
    )
    proposal = propose(path)
    assert proposal.columns == {
        "source_id": "Response ID",
        "occurred_at": "Submitted At",
        "text": "Comment",
        "score": "NPS",
        "customer_id": "Customer No",
        "email": "E-mail",
        "carrier": "Courier",
    }
    assert proposal.constants == {"channel": "survey", "scale": "nps"}
    assert proposal.unused == ("Internal note",)


def test_chinese_columns_are_understood(tmp_path: Path) -> None:
    """Half of our users export files with Chinese headers."""
    path = tmp_path / "a.csv"
    path.write_text(
        "编号,提交时间,评分,评价内容,手机,快递公司\n1,2026/11/3 10:00,5,送货很快包装也很好,13800138000,蓝鹤\n"
    )
    columns = propose(path).columns
    assert columns == {
        "source_id": "编号", "occurred_at": "提交时间", "text": "评价内容", "score": "评分",
        "phone": "手机", "carrier": "快递公司",
    }  # fmt: skip


def test_the_text_is_found_by_its_content_when_its_name_says_nothing(tmp_path: Path) -> None:
    """Forms call their columns Q1, Q2 and Q3."""
    path = tmp_path / "a.csv"
    path.write_text(
        "Q1,Q2,Q3\n2026-11-03,7,The box was crushed but the vacuum works\n2026-11-04,3,I waited on hold for an hour\n"
    )
    columns = propose(path).columns
    assert columns["text"] == "Q3"
    assert columns["occurred_at"] == "Q1"


def test_the_proposal_is_a_mapping_that_works(tmp_path: Path) -> None:
    """What the command prints can be pasted into the configuration."""
    path = tmp_path / "a.csv"
    path.write_text("id,date,review,stars\n1,2026-11-03,Good battery and nice sound,5\n")
    parsed = yaml.safe_load(propose(path).as_yaml())
    assert RowMapping.from_config(parsed["mapping"]).columns["text"] == ("review",)


def test_when_a_ticket_was_solved_is_not_taken_for_when_it_came_in(tmp_path: Path) -> None:
    """A help desk's export has both, in any order; open tickets leave the second empty."""
    path = tmp_path / "a.csv"
    path.write_text(
        "Date closed,Created date,Description,Solved\n"
        "2026-11-04 10:00,2026-11-03 10:00,The lamp came without a plug,yes\n"
        ",2026-11-03 11:00,Nobody answers my calls at all,no\n"
    )
    columns = propose(path).columns
    assert columns["occurred_at"] == "Created date"
    assert columns["solved_at"] == "Date closed"
    assert columns["resolved"] == "Solved"
    path.write_text("解决时间,提交时间,内容\n2026-11-04 10:00,2026-11-03 10:00,送货很快包装也很好\n")
    assert (propose(path).columns["occurred_at"], propose(path).columns["solved_at"]) == ("提交时间", "解决时间")
