"""The sections beside the changes: what rises and falls, fixes, service, contacts, coaching, questions, themes."""

from dataclasses import replace
from functools import cache
from html import unescape

import pytest

from reports.fixes import fixes
from reports.hour_map import hour_map
from reports.markdown import LIMIT, render_markdown
from reports.movers import movers
from reports.page import Page, build_page, topics_of
from reports.prose import Writer
from reports.question_cards import question_cards
from reports.reasons import reasons_of
from reports.service_part import repeat_contacts, repeats, service_tiles, surges
from reports.sheets import sheets_of
from reports.web import render_page
from reports.week import WeekTables, conform
from reports.wording import Words
from tests.reports.made_details import detailed_week

LANGUAGES = ("en", "zh-Hans", "zh-Hant")


@cache
def week() -> WeekTables:
    return detailed_week()


@cache
def page(team: str, language: str = "en") -> Page:
    return build_page(week(), team, "Songbird", language, strict=True)


@cache
def html(team: str, language: str = "en") -> str:
    return unescape(render_page(page(team, language), 5))


def writer(language: str = "en") -> Writer:
    return Writer(Words(language), week(), strict=True)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_opening_says_what_changed_where_and_who_should_start(language: str) -> None:
    """A reader who stops after one paragraph must know what to do."""
    opening = page("managers", language).words.joined(page("managers", language).headline)
    words = Words(language)
    for expected in (week().taxonomy.name("delivery_speed", language), "SwiftPost", words.name("team", "logistics")):
        assert expected in opening


def test_what_moved_most_comes_first_and_chance_is_named() -> None:
    """A list of risers that hides which of them are noise would be crying wolf."""
    found = movers(writer(), topics_of(week(), "managers"))
    assert found.rising[0].topic == "delivery_speed"
    assert found.falling[0].topic == "damage_packaging"
    assert found.rising[0].sure
    assert any(not one.sure for one in (*found.rising, *found.falling))
    assert "may be chance" in html("managers")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_finding_gets_its_reasons(language: str) -> None:
    """Where it stands out, and whether other people wrote; the writer is strict, so each number is from a table."""
    from reports.findings import find

    said = [reasons_of(writer(language), one) for one in find(week(), topics_of(week(), "managers")) if one.topic]
    assert all(said)
    assert any("SwiftPost" in sentence for sentences in said for sentence in sentences)


def test_a_change_of_mix_is_called_one() -> None:
    """More complaints because more of those who always complain wrote is no news about the product."""
    assert "Mostly other people writing" in html("managers")


def test_an_action_is_judged_against_the_groups_left_alone() -> None:
    """The difference in differences is the effect wherever there is one; too early is a result too."""
    found = {one.what: one for one in fixes(writer(), "logistics", topics_of(week(), "logistics"), False)}
    boxes = found["Double boxes for glass jugs"]
    assert (boxes.verdict, boxes.effect, boxes.compared) == ("better", "−4.9", True)
    assert found["Text the hour of delivery"].range is None
    assert "Call back within two hours" not in found
    assert "Double boxes for glass jugs: better, −4.9 points" in render_markdown(page("logistics"), "x.html")


def test_service_figures_are_for_the_service_team_and_managers() -> None:
    """Teams see only what is theirs."""
    for team, there in (("service", True), ("managers", True), ("logistics", False), ("product", False)):
        assert ('id="service"' in html(team)) == there
        assert ('id="coaching"' in html(team)) == there
        assert ("Time to resolution is that of what was solved" in html(team)) == there
        assert ("repeat_contacts" in sheets_of(week(), team)) == there
    assert "Kettle X200: 41 customers asked" in html("product")


def test_times_are_told_in_the_unit_that_reads_best() -> None:
    """96 seconds are 1.6 minutes to everyone but a database."""
    told = {tile.key: tile for tile in service_tiles(writer())}
    assert told["first_response"].value == "1.6 mins"
    assert told["resolved"].delta == "week before: 71.5%"
    solved = told["resolution"]
    assert (solved.value, solved.n) == ("30 hrs", "9 in 10 within 4 days · 61 solved")


def test_a_service_figure_of_too_few_says_so() -> None:
    """A missing tile reads as "nothing to report", a median of three as a fact."""
    frame = week().service
    numbers = ["n", "value", "low", "high", "p90", "customers"]
    withheld = frame.assign(withheld=frame["measure"] == "resolution")
    withheld.loc[withheld["withheld"], numbers] = None
    bare = frame.assign(low=frame["low"].mask(frame["measure"] == "resolution"))
    hidden, open_ended = (
        {tile.key: tile for tile in service_tiles(Writer(Words("en"), replace(week(), service=each), strict=True))}
        for each in (withheld, bare)
    )
    assert (hidden["resolution"].value, hidden["resolution"].interval) == ("–", "too few customers to show")
    assert (open_ended["resolution"].value, open_ended["resolution"].mark) == ("30 hrs", None)
    assert open_ended["resolution"].interval == "too few values for an interval"


def test_hours_with_few_customers_are_withheld() -> None:
    """Four customers at three in the morning are known by the night shift."""
    found = hour_map(writer())
    assert len(found.rows) == 7
    assert all(len(cells) == 24 for _, cells in found.rows)
    assert found.rows[0][1][2].withheld
    assert "Monday at 11:00" in found.busiest


@pytest.mark.parametrize("language", LANGUAGES)
def test_surges_repeats_and_questions_are_told_from_their_tables(language: str) -> None:
    """Strict again: a sentence with a number of its own would raise."""
    each = writer(language)
    assert len(surges(each)) == 1
    assert [one.share for one in repeats(each)] == ["22.9%", "40.5%"]
    contacts, more = repeat_contacts(each)
    assert (len(contacts), more) == (2, 0)
    cards, *_ = question_cards(each, topics_of(week(), "service"), True)
    assert [card.language for card in cards] == ["zh-Hans", "zh-Hant"]


def test_coaching_never_names_a_person() -> None:
    """It is for the whole team; the quotations stand nowhere else on the page."""
    staff = page("service").coaching
    assert staff is not None
    quoted = {one.feedback_id for voice in staff.voices for one in voice.quotations}
    assert quoted
    assert not quoted & {one.feedback_id for voice in page("service").voices for one in voice.quotations}


def test_one_finding_does_not_quote_the_same_words_twice() -> None:
    """Three times the same sentence is one voice."""
    for voice in page("managers").voices:
        said = [one.evidence for one in voice.quotations]
        assert len(said) == len(set(said))


def test_themes_go_to_their_team() -> None:
    """A theme of nobody goes to everybody; that of the product team not to logistics."""
    assert [one.name for one in page("product").themes] == ["descaling · lime · flakes", "发票 · 抬头"]
    assert [one.name for one in page("logistics", "zh-Hant").themes] == ["发票 · 抬头"]
    assert set(sheets_of(week(), "logistics")["themes"]["theme"]) == {"t-2"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("team", ["product", "logistics", "service", "managers"])
def test_the_message_fits_a_chat(team: str, language: str) -> None:
    """WeCom refuses more than 4,096 bytes, and Chinese takes three a character."""
    text = render_markdown(page(team, language), f"{team}.html")
    assert len(text.encode()) <= LIMIT
    assert text.rstrip().endswith(f"[{team}.html]({team}.html)")


def test_channels_are_told_in_the_readers_language() -> None:
    """app_review is a column value, not a word."""
    for language, name in (("en", "app review"), ("zh-Hans", "应用商店评论"), ("zh-Hant", "應用程式商店評論")):
        assert Words(language).fact("channel", "app_review") == name
        assert name in html("managers", language)
    assert Words("zh-Hant").fact("region", "Taiwan North") == "北臺灣"
    assert Words("zh-Hans").fact("product", "Kettle_X200") == "Kettle_X200"
    assert Words("en").fact("channel", "fax_line") == "fax line"


def test_a_week_without_the_further_tables_has_none_of_their_sections() -> None:
    """Not every company has actions, tickets or questions."""
    names = ("actions", "service", "hours", "surges", "repeats", "repeat_contacts", "questions", "themes", "mix")
    bare = replace(week(), **{name: conform(name) for name in names})
    text = render_page(build_page(bare, "service", "Songbird", "en", strict=True), 5)
    for name in ("fixes", "service", "surges", "repeats", "questions", "themes"):
        assert f'id="{name}"' not in text
