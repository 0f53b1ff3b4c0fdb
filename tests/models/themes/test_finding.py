"""What several customers say that no topic covers becomes a theme; noise, copies and old news do not."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.theme_records import ClauseKey, Theme, ThemeWeek
from data.weeks import span
from models.themes.describing import heard, names
from models.themes.finding import Week, find
from models.themes.growth import at_least, rising
from models.themes.said import Floats, Said

WEEKS = span("2026-W39", "2026-W46")
EXPOSURE = dict.fromkeys(WEEKS, 100)
#: Directions of what people talk about; a language shifts all that is said in it.
DRAW = np.random.default_rng(7)
PLACES = DRAW.normal(size=(6, 48))
SHIFT = {"en": DRAW.normal(size=48) * 2, "zh-Hans": DRAW.normal(size=48) * 2}
KNOWN, PLASTIC, STANDING = 0, 1, 2
SAID = {
    (KNOWN, "en"): "parcel came late again", (KNOWN, "zh-Hans"): "快递太慢了",
    (PLASTIC, "en"): "so much plastic waste", (PLASTIC, "zh-Hans"): "塑料太多不环保",
    (STANDING, "en"): "insurance form question", (STANDING, "zh-Hans"): "保险单怎么填",
}  # fmt: skip
WORDS = {
    (KNOWN, "en"): ("parcel", "late"), (KNOWN, "zh-Hans"): ("快递", "迟到"),
    (PLASTIC, "en"): ("plastic", "waste"), (PLASTIC, "zh-Hans"): ("塑料", "环保"),
    (STANDING, "en"): ("insurance", "form"), (STANDING, "zh-Hans"): ("保险单", "填"),
}  # fmt: skip


def vector(about: int, language: str, number: int) -> Floats:
    noise = np.random.default_rng(1000 * about + number).normal(size=48) * 0.45
    made = PLACES[about] + noise + SHIFT[language]
    return np.asarray(made / np.linalg.norm(made), dtype=np.float32)


def said(about: int, week: str, number: int, topic: str | None = None, text: str | None = None) -> Said:
    language = "en" if number % 2 else "zh-Hans"
    id_ = f"f{about}-{number}"
    return Said(
        key=ClauseKey(week, id_, "1", 0),
        text=text or f"{SAID[about, language]} {np.random.default_rng(number).bytes(12).hex()}",
        language=language,
        customer=f"c{about}-{number}",
        source="survey",
        words=tuple((word, word) for word in WORDS[about, language]),
        topics=(topic,) if topic else (),
        topic=topic,
        vector=vector(about, language, number),
    )


def scattered(count: int) -> list[Said]:
    """Clauses that are like nothing else."""
    made = []
    for number in range(count):
        one = said(KNOWN, WEEKS[number % 8], 5000 + number)
        alone = np.random.default_rng(90_000 + number).normal(size=48) + SHIFT[one.language]
        words = ((f"w{number}", f"w{number}"), (f"v{number}", f"v{number}"))
        made.append(replace(one, vector=(alone / np.linalg.norm(alone)).astype(np.float32), words=words))
    return made


def company(plastic: Sequence[str] = (WEEKS[-2],) * 6 + (WEEKS[-1],) * 8) -> list[Said]:
    known = [said(KNOWN, WEEKS[number % 8], number, "delivery_speed") for number in range(80)]
    standing = [said(STANDING, WEEKS[number % 8], number) for number in range(16)]
    return [*known, *standing, *scattered(60), *(said(PLASTIC, week, at) for at, week in enumerate(plastic))]


def week(before: Iterable[Theme] = (), again: Iterable[Theme] = (), last: int = 8) -> Week:
    return Week(WEEKS[:last], EXPOSURE, list(before), list(again), {"delivery_speed": "logistics"}, "r")


def theme(latest: ThemeWeek, status: str = "proposed") -> Theme:
    return Theme(latest.theme, latest.week, status, None, None, None, 1, latest)  # type: ignore[arg-type]


def test_what_both_languages_say_more_and_more_is_one_theme_with_a_name_in_each() -> None:
    """Chinese and English customers have the same trouble; it is one line in the report."""
    (found,) = find(company(), week())
    assert found.event == "new"
    assert found.growth == "up"
    assert (found.customers, found.weeks) == (14, 2)
    assert set(found.words["en"]) == {"plastic", "waste"}
    assert set(found.words["zh-Hans"]) == {"塑料", "环保"}
    assert len(found.quotes) == 3


def test_what_is_said_as_often_as_ever_is_no_emerging_theme() -> None:
    """The standing group of the company is there every week: it is no news."""
    assert find(company(plastic=WEEKS * 2), week()) == []


@pytest.mark.parametrize("plastic", [(WEEKS[-1],) * 12, (WEEKS[-2], WEEKS[-1])])
def test_one_week_of_one_source_or_too_few_customers_make_no_theme(plastic: tuple[str, ...]) -> None:
    """A bad day of one channel is no theme, and fewer than k customers are never shown."""
    assert find(company(plastic), week()) == []


@pytest.mark.parametrize(("newest", "event"), [(1, "ended"), (9, "continued")])
def test_a_chance_rise_fades_when_the_next_week_is_as_before(newest: int, event: str) -> None:
    """Two high weeks by luck would else stay on the page for a month; what is really new goes on."""
    rise = [week for week, count in zip(WEEKS, (3, 3, 3, 2, 2, 9, 10, newest), strict=True) for _ in range(count)]
    (first,) = find([one for one in company(rise) if one.key.week < WEEKS[-1]], week(last=7))
    (then,) = find(company(rise), week([theme(first)]))
    assert (first.event, then.event, then.theme) == ("new", event, first.theme)


def test_a_campaign_counts_once() -> None:
    """Forty copies of one text are one voice."""
    copied = [
        replace(one, text="Sign the petition against plastic packaging today") if one.key.feedback_id[1] == "1" else one
        for one in company()
    ]
    assert find(copied, week()) == []


def test_what_a_topic_covers_is_never_a_theme() -> None:
    """Comments that the model missed lie among those that it found, and are not news."""
    late = [said(KNOWN, WEEKS[-1 - number % 2], 200 + number) for number in range(14)]
    assert find([*company(plastic=()), *late], week()) == []


def test_a_theme_goes_on_under_its_id_without_growing_and_ends_when_nobody_says_it() -> None:
    """The ledger follows a theme to its end."""
    first = company(plastic=(WEEKS[-3],) * 6 + (WEEKS[-2],) * 8)
    (found,) = find([one for one in first if one.key.week < WEEKS[-1]], week(last=7))
    (again,) = find(first, week([theme(found)]))
    assert (again.theme, again.event) == (found.theme, "continued")
    (ended,) = find(company(plastic=()), week([theme(found)]))
    assert (ended.theme, ended.event, ended.customers) == (found.theme, "ended", 0)


def test_running_a_week_again_gives_the_same() -> None:
    """A killed run is started again; nobody may notice."""
    found = find(company(), week())
    assert find(company(), week(again=[theme(one) for one in found])) == found


@settings(max_examples=5, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_of_the_clauses_changes_nothing(random: Random) -> None:
    """Rows come from the lake in any order."""
    shuffled = company()
    random.shuffle(shuffled)
    assert find(shuffled, week()) == find(company(), week())


def test_nothing_to_read_gives_no_theme() -> None:
    """The first week of a new company."""
    assert find([], week()) == []
    assert find(company()[:3], week()) == []


def test_a_name_prefers_words_that_others_do_not_say() -> None:
    """A theme called "parcel" in a parcel company says nothing."""
    members = [
        replace(said(PLASTIC, WEEKS[-1], n), words=(("parcel", "Parcel"), ("plastic", "Plastic"))) for n in (1, 3, 5)
    ]
    others = [said(KNOWN, WEEKS[-1], number) for number in range(1, 60, 2)]
    assert names(members, heard([*members, *others])) == {"en": ("Plastic",)}


def test_growth_is_an_exact_test() -> None:
    """Five of five in half of the weeks happens by chance once in 32 times."""
    assert at_least(5, 5, 0.5) == pytest.approx(1 / 32)
    assert not rising({WEEKS[-1]: 3}, EXPOSURE, WEEKS, 2, 0.01)
    assert rising({WEEKS[-1]: 8, WEEKS[0]: 1}, EXPOSURE, WEEKS, 2, 0.01)
    assert not rising({WEEKS[-1]: 8}, {WEEKS[-1]: 100}, WEEKS, 2, 0.01), "without earlier weeks nothing has grown"
