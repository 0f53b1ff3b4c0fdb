"""Companies keep their knowledge base as files or as one table; both are read."""

from pathlib import Path

import pytest

from data.articles import Article, BadArticles, load_articles


def test_a_folder_gives_an_article_a_file(tmp_path: Path) -> None:
    """The heading of a page is what customers look for."""
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "refunds.md").write_text("# 退款多久到账\n\n三到五个工作日。\n", encoding="utf-8")
    (tmp_path / "address.txt").write_text("Change the address\nOpen the order.", encoding="utf-8")
    (tmp_path / "empty.txt").write_text("", encoding="utf-8")
    assert load_articles(tmp_path) == (
        Article("Change the address", "Open the order."),
        Article("退款多久到账", "三到五个工作日。"),
    )


def test_a_table_needs_its_two_columns(tmp_path: Path) -> None:
    """An export with other headers says what is missing instead of giving no articles."""
    table = tmp_path / "articles.csv"
    table.write_text("title,text\nUse a coupon,Enter the code.\n", encoding="utf-8")
    assert load_articles(table) == (Article("Use a coupon", "Enter the code."),)
    table.write_text("name,text\nUse a coupon,Enter the code.\n", encoding="utf-8")
    with pytest.raises(BadArticles, match="no column title"):
        load_articles(table)


def test_missing_articles_say_what_would_do(tmp_path: Path) -> None:
    """A path with a slip of the pen is told, not ignored."""
    with pytest.raises(BadArticles, match="settings"):
        load_articles(tmp_path / "nowhere")
