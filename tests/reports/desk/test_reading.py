"""The archive, the numbers and their rows: who sees what, that no small group shows, and what may be taken along."""

import csv
import io
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from data import accounts, audit
from data.accounts import Grant
from data.database import open_database
from data.lake import Lake
from data.site import NotPublished, Site
from reports.desk.cut import FACTS, Cut
from reports.desk.cut_rows import rows_of
from reports.desk.desk import Desk
from reports.desk.pages import words_of
from reports.desk.topic_numbers import topic_lines
from reports.prose import Writer
from reports.topic_table import topic_rows
from reports.week import WeekTables
from reports.wording import Words
from tests.reports.desk.conftest import Browser
from tests.reports.desk.made_cases import PASSWORD, PASSWORDS, Clock, desk_in
from tests.reports.desk.made_site import HOSTILE, WEEK, customers_with, publish


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, WeekTables]:
    folder = tmp_path_factory.mktemp("shelf")
    return folder, publish(folder)


@pytest.fixture
def desk(tmp_path: Path, clock: Clock, shelf: tuple[Path, WeekTables]) -> Iterator[Desk]:
    with open_database(tmp_path / "earshot.db") as database:
        made = desk_in(tmp_path, database, clock)
        accounts.add(database, "boss", PASSWORDS.hash(PASSWORD), [Grant("reader", "managers")], who="test")
        yield replace(made, site=Site(shelf[0] / "site"), lake=Lake(shelf[0] / "store"))


def test_the_archive_shows_a_reader_their_teams_editions_only(as_: Callable[[str], Browser]) -> None:
    """A team sees only what is its own; the management's edition names customers."""
    rita, boss = as_("rita"), as_("boss")
    page = rita.get("/reports").text
    assert f"/reports/{WEEK}/logistics/logistics.html" in page
    assert "/product/" not in page
    assert "/managers/" not in page
    assert rita.get(f"/reports/{WEEK}/logistics/logistics.html").status_code == 200
    assert rita.get(f"/reports/{WEEK}/product/product.html").status_code == 403
    assert rita.get(f"/reports/{WEEK}/managers/managers.html").status_code == 403
    assert rita.get(f"/reports/{WEEK}/managers/rows").status_code == 403
    for name in ("product.html", "at_risk.json", "run.json", "..%2f..%2fearshot.db", "logistics.py"):
        assert rita.get(f"/reports/{WEEK}/logistics/{name}").status_code == 404, name
    assert boss.get(f"/reports/{WEEK}/managers/managers.html").status_code == 200
    assert boss.get(f"/reports/{WEEK}/logistics/logistics.html").status_code == 403
    assert as_("anna").get("/reports").status_code == 403


def test_nothing_runs_or_loads_in_an_edition(as_: Callable[[str], Browser]) -> None:
    """Customers' words stand in it, and it is served from where people are signed in."""
    answer = as_("rita").get(f"/reports/{WEEK}/logistics/logistics.html")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    workbook = as_("rita").get(f"/reports/{WEEK}/logistics/logistics.xlsx")
    assert workbook.headers["content-disposition"].startswith("attachment")


def test_every_number_leads_to_as_many_rows(desk: Desk, shelf: tuple[Path, WeekTables]) -> None:
    """The invariant of the reports: a number traces to its rows."""
    tables = shelf[1]
    now = tables.topics[(tables.topics["week"] == WEEK) & (tables.topics["n"] > 0)]
    for row in now.to_dict("records"):
        for feeling, n in (("", row["n"]), ("neg", row["neg"]), ("pos", row["pos"])):
            cut = Cut(topic=row["topic"], feeling=feeling)
            assert rows_of(desk, WEEK, "managers", cut).feedback == n, cut
    groups = tables.cohorts[(tables.cohorts["topic"] == "delivery_speed") & ~tables.cohorts["withheld"]]
    for row in groups.to_dict("records"):
        cut = Cut(topic="delivery_speed", **{row["kind"]: row["cohort"]})
        assert rows_of(desk, WEEK, "logistics", cut).feedback == row["n"], cut
    counted = int(tables.coverage["counted"].iloc[0])
    assert rows_of(desk, WEEK, "managers", Cut()).feedback == counted
    assert rows_of(desk, WEEK, "managers", Cut(topic="none")).feedback == int(tables.coverage["untagged"].iloc[0])


@pytest.mark.parametrize(
    "cut",
    [Cut(), Cut(carrier="SwiftPost"), Cut(topic="delivery_speed", feeling="neg"), Cut(region="North", plan="plus")],
)
def test_no_row_shows_a_small_group(desk: Desk, cut: Cut, shelf: tuple[Path, WeekTables]) -> None:
    """Product, place and channel together may describe one person, even where each alone describes many."""
    counted = set(shelf[1].rows["feedback_id"])
    everyone = desk.lake.read("feedback", WEEK)
    everyone = everyone[everyone["feedback_id"].isin(counted)]
    found = rows_of(desk, WEEK, "managers", cut).rows
    assert len(found)
    for facts in found[list(FACTS)].drop_duplicates().to_dict("records"):
        shown = {str(name): value for name, value in facts.items() if isinstance(value, str)}
        assert customers_with(everyone, shown) >= desk.options.small_group, shown


def test_a_cut_of_few_customers_is_withheld_everywhere(as_: Callable[[str], Browser], desk: Desk) -> None:
    """Neither the page, nor its count, nor a file says anything of them."""
    everyone = desk.lake.read("feedback", WEEK)
    sizes = everyone.groupby(["product", "carrier", "region"])["customer_key"].nunique()
    product, carrier, region = sizes.index[sizes.argmin()]
    query = f"product={product}&carrier={carrier}&region={region}"
    boss = as_("boss")
    assert "Fewer than 5 customers are in this choice" in boss.get(f"/reports/{WEEK}/managers/rows?{query}").text
    taken = boss.get(f"/reports/{WEEK}/managers/rows/rows.csv?{query}")
    assert len(taken.text.splitlines()) == 1


def test_a_team_sees_rows_of_its_topics_only(desk: Desk, shelf: tuple[Path, WeekTables]) -> None:
    """Whatever the address asks for."""
    own = {topic.id for topic in desk.taxonomy.of_team("logistics")}
    assert set(rows_of(desk, WEEK, "logistics", Cut()).rows["topic"]) <= own
    assert rows_of(desk, WEEK, "logistics", Cut(topic="product_quality")).feedback == 0
    assert rows_of(desk, WEEK, "logistics", Cut(topic="none")).feedback == 0


def test_rows_taken_along_are_harmless_coarse_and_written_down(as_: Callable[[str], Browser], desk: Desk) -> None:
    """A file leaves the house: no formula runs, no minute gives anybody away, and the log says who took it."""
    boss = as_("boss")
    lines = list(csv.DictReader(io.StringIO(boss.get(f"/reports/{WEEK}/managers/rows/rows.csv").text.lstrip("\ufeff"))))
    evil = next(line for line in lines if "HYPERLINK" in line["text"])
    assert evil["text"] == "'" + HOSTILE
    assert all(len(line["day"]) == 10 for line in lines)
    assert "customer_key" not in lines[0]
    book = openpyxl.load_workbook(io.BytesIO(boss.get(f"/reports/{WEEK}/managers/rows/rows.xlsx").content))
    cells = list(book.active.iter_rows(values_only=True))  # type: ignore[union-attr]
    assert len(cells) == len(lines) + 1
    assert any(HOSTILE in map(str, row) for row in cells)
    entry = audit.entries(desk.database, f"{WEEK}/managers")[0]
    assert (entry.who, entry.action) == ("boss", "export rows")
    assert as_("rita").get(f"/reports/{WEEK}/product/rows/rows.csv").status_code == 403


def test_hostile_words_are_only_words(as_: Callable[[str], Browser]) -> None:
    """A customer's review must not run in a manager's browser."""
    page = as_("boss").get(f"/reports/{WEEK}/managers/rows?topic=none&product=Kettle X200").text
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page


def test_topics_show_thirteen_weeks_to_those_whose_they_are(as_: Callable[[str], Browser]) -> None:
    """An analyst sees all, a manager those of the own team; others are not even said to exist."""
    pablo, anna = as_("pablo"), as_("anna")
    page = pablo.get("/topics").text
    assert "/topics/product_quality" in page
    assert "/topics/delivery_speed" not in page
    assert pablo.get("/topics/delivery_speed").status_code == 404
    topic = anna.get("/topics/delivery_speed").text
    assert 'class="trend"' in topic
    assert f"/reports/{WEEK}/logistics/rows?topic=delivery_speed" in topic
    assert "/topics/product_quality" in anna.get("/topics").text


def test_a_change_is_told_as_in_the_editions(
    as_: Callable[[str], Browser], desk: Desk, shelf: tuple[Path, WeekTables]
) -> None:
    """Two wordings of one number would be two numbers to whoever reads both."""
    tables = shelf[1]
    for language in ("en", "zh-Hant"):
        told = {
            row.topic: (row.verdict, row.note)
            for row in topic_rows(Writer(Words(language), tables), tables.taxonomy.ids)
        }
        lines = topic_lines(desk, words_of(language), WEEK, tables.taxonomy.ids)
        assert {line.topic: (line.verdict, line.note) for line in lines if line.now.n} == told
    line = topic_lines(desk, words_of("en"), WEEK, ["delivery_speed"])[0]
    assert line.note
    anna = as_("anna")
    for page in ("/topics", "/topics/delivery_speed"):
        assert line.note in anna.get(page).text, page


def test_an_older_week_tells_its_changes_too(desk: Desk, shelf: tuple[Path, WeekTables], tmp_path: Path) -> None:
    """Weeks stay published when Earshot learns a new column; a "perhaps" needs only the interval."""
    shutil.copytree(shelf[0] / "site", tmp_path / "older")
    path = tmp_path / "older" / WEEK / "tables" / "changes.parquet"
    older = pd.read_parquet(path).drop(columns="needed").assign(verdict="none", low=0.01, high=0.03)
    older.to_parquet(path, index=False)
    line = topic_lines(replace(desk, site=Site(tmp_path / "older")), words_of("en"), WEEK, ["delivery_speed"])[0]
    assert (line.verdict, line.note) == ("perhaps", "+1.0 to +3.0 points")


def test_a_week_that_was_not_published_says_so(as_: Callable[[str], Browser], desk: Desk) -> None:
    """An old link gives a page, not a fault."""
    boss = as_("boss")
    for path in ("/reports/2020-W01/managers", "/reports/2020-W01/managers/rows", "/reports/..%2e/managers/rows"):
        assert boss.get(path).status_code == 404, path
    assert as_("anna").get("/topics?week=2020-W01").status_code == 404
    with pytest.raises(NotPublished, match="2020-W01"):
        desk.site.table("2020-W01", "rows")
    assert desk.site.file(WEEK, "../../earshot.db") is None


def test_the_pages_hold_in_all_languages(as_: Callable[[str], Browser]) -> None:
    """Also the less used ones, and every filter they offer."""
    boss = as_("boss")
    for language in ("zh-Hans", "zh-Hant"):
        boss.submit("/language", language=language)
        for path in ("/reports", f"/reports/{WEEK}/managers", f"/reports/{WEEK}/managers/rows?scale=nps", "/topics"):
            answer = boss.get(path)
            assert answer.status_code == 200, path
            assert f'<html lang="{language}">' in answer.text
