"""The page is what people read: whole, honest about what is missing, safe, and readable by everyone."""

import itertools
import re
from functools import cache
from html.parser import HTMLParser

import pytest

from reports.page import build_page
from reports.web import render_page
from reports.week import WeekTables
from reports.wording import Words
from tests.reports import hostile
from tests.reports.made_weeks import empty_week, first_week, long_named, made_week, standard_week

LANGUAGES = ("en", "zh-Hans", "zh-Hant")
TEAMS = ("product", "logistics", "service", "managers")
VOID = {"meta", "br", "link", "img", "input", "hr"}


class Reader(HTMLParser):
    """Collects elements and checks that they are closed in the order they were opened."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag, f"</{tag}> closes something else"

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] != "style":
            self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


@cache
def rendered(team: str, language: str, which: str = "standard") -> str:
    made = {"standard": standard_week, "first": first_week, "empty": empty_week, "hostile": hostile_week}[which]
    tables = made()
    return render_page(build_page(tables, team, "Songbird", language, strict=True), tables.settings.k)


@cache
def hostile_week() -> WeekTables:
    return made_week(size=300, history=1, said=hostile.SAID)


def read(text: str) -> Reader:
    reader = Reader()
    reader.feed(text)
    reader.close()
    assert reader.open == []
    return reader


@pytest.mark.parametrize("which", ["standard", "first", "empty", "hostile"])
@pytest.mark.parametrize("team", TEAMS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_edition_is_a_whole_page_in_its_language(team: str, language: str, which: str) -> None:
    """Empty weeks, first weeks and hostile words must not break a page; headings go down one step at a time."""
    reader = read(rendered(team, language, which))
    assert reader.all("html")[0]["lang"] == language
    levels = [int(name[1]) for name, _ in reader.elements if re.fullmatch(r"h[1-6]", name)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    assert len(reader.all("main")) == len(reader.all("header")) == len(reader.all("nav")) == 1


@pytest.mark.parametrize("which", ["standard", "hostile"])
@pytest.mark.parametrize("team", TEAMS)
def test_nothing_is_fetched_and_nothing_runs(team: str, which: str) -> None:
    """The page is opened from a mail or a drive, offline, and holds what strangers wrote."""
    text = rendered(team, "en", which)
    reader = read(text)
    names = {name for name, _ in reader.elements}
    assert not names & {"script", "img", "link", "iframe", "object", "embed", "form", "base"}
    for name, attributes in reader.elements:
        assert not [key for key in attributes if key.startswith("on")], name
        for key in ("href", "src"):
            address = attributes.get(key)
            assert address is None or address.startswith(("#", "https://desk.example/")), address
    assert "url(" not in text
    assert "@import" not in text


def test_hostile_words_are_shown_as_words() -> None:
    """Escaped, but there: the team must still be able to read what was written."""
    reader = read(rendered("logistics", "en", "hostile"))
    assert "<script>alert('gotcha')</script>" in reader.text
    assert "{{ 7*7 }}" in reader.text
    assert not re.search(r"[\x00-\x08\u202a-\u202e\u2066-\u2069\ufffe]", rendered("logistics", "en", "hostile"))


def test_long_feedback_does_not_swell_the_page() -> None:
    """Ten thousand characters are for the workbook."""
    assert "慢" * 1600 not in rendered("logistics", "en", "hostile")


@pytest.mark.parametrize("team", TEAMS)
def test_every_link_inside_the_page_arrives(team: str) -> None:
    """A quotation links to its row, a finding to its quotations, the contents to the sections."""
    reader = read(rendered(team, "zh-Hans"))
    ids = [str(attributes["id"]) for _, attributes in reader.elements if attributes.get("id")]
    assert len(ids) == len(set(ids))
    targets = {str(a["href"])[1:] for a in reader.all("a") if str(a.get("href")).startswith("#")}
    assert targets <= set(ids)
    assert {str(attributes.get("aria-labelledby")) for attributes in reader.all("section")} <= set(ids)


@pytest.mark.parametrize("team", ["product", "logistics", "service"])
def test_teams_never_see_who_a_customer_is(team: str) -> None:
    """Customer keys and the queue are for the managers only."""
    tables = standard_week()
    text = rendered(team, "en")
    for key in tables.cases["customer_key"]:
        assert key[:8] not in text
    assert "at-risk" not in text
    assert 'id="risk"' not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_managers_are_told_how_many_were_left_out_of_the_queue(language: str) -> None:
    """The queue ends where the teams' time does, not where the trouble does; other teams have no queue."""
    said = Words(language).say("risk.left_out", count=4)
    assert said in read(rendered("managers", language)).text
    assert said not in read(rendered("logistics", language)).text


def test_the_managers_see_the_queue_with_value_beside_risk() -> None:
    """Why, in words, with the day; the value beside the risk; until when."""
    text = read(rendered("managers", "en")).text
    for expected in ("High risk", "says they will leave", "12,800", "14 Nov", "Leaves the queue on 14 Dec", "9c1f03ab"):
        assert expected in text


def test_teams_read_their_own_topics() -> None:
    """Logistics reads couriers with carriers first; product reads quality."""
    logistics, product = read(rendered("logistics", "en")).text, read(rendered("product", "en")).text
    assert "Courier service" in logistics
    assert "Product quality" not in logistics
    assert "Product quality" in product
    assert "Courier service" not in product
    assert logistics.index("By carrier") < logistics.index("By product")


def test_groups_that_are_too_small_are_not_named_beside_words() -> None:
    """Four customers on a product or channel are known by their colleagues."""
    tables = standard_week()
    small = tables.cohorts[tables.cohorts["withheld"]]
    reader = read(rendered("managers", "en"))
    captions = re.findall(r"<figcaption>.*?</figcaption>", rendered("managers", "en"), flags=re.DOTALL)
    assert captions
    for cohort in set(small["cohort"]):
        assert not any(cohort in caption for caption in captions)
    assert ("<5" in reader.text) == bool(len(small))


def test_tables_can_be_read_without_seeing_them() -> None:
    """Every table has a caption or a name, and header cells with a scope."""
    reader = read(rendered("managers", "en"))
    assert all(attributes.get("scope") in ("col", "row") for attributes in reader.all("th"))
    assert len(reader.all("caption")) >= 3
    assert all(attributes.get("aria-label") for attributes in reader.all("svg"))


def test_a_very_long_topic_name_is_shown_whole() -> None:
    """Taxonomies are written by people with much to say; the page wraps, it does not cut."""
    name = "Everything about how long parcels take from our warehouse to the customer’s door, weekends included " * 2
    tables = made_week(size=40, history=1, taxonomy=long_named(name.strip()))
    text = read(render_page(build_page(tables, "logistics", "Songbird", "en", strict=True), 5)).text
    assert name.strip() in text


def test_the_same_week_gives_the_same_page() -> None:
    """A second run publishes nothing when nothing changed, which rests on equal bytes."""
    tables = standard_week()
    again = render_page(build_page(tables, "logistics", "Songbird", "en", strict=True), 5)
    assert again == rendered("logistics", "en")


def test_few_customers_are_not_shown_at_all() -> None:
    """A week with three customers is itself a group too small to show."""
    tables = made_week(size=3, history=1)
    text = read(render_page(build_page(tables, "managers", "Songbird", "en", strict=True), 5)).text
    assert "Fewer than 5 customers spoke this week" in text
    for line in tables.rows["text"]:
        assert line.strip()[:20] not in text
