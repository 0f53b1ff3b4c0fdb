"""Corrections, themes, quality and runs: what people decide is kept with who, and shown to those who may see it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest

from data import corrections, runs, themes
from data.database import open_database
from data.lake import Lake
from data.site import Site
from data.theme_records import ClauseKey, ThemeWeek
from reports.desk.app import create_app
from reports.desk.cut import Cut
from reports.desk.cut_rows import rows_of
from reports.desk.desk import Desk
from reports.desk.flow_runs import FlowRun, SilentScheduler
from tests.reports.desk.conftest import Browser
from tests.reports.desk.made_cases import NOW, Clock, desk_in
from tests.reports.desk.made_site import REVISION, WEEK, publish


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shelf")
    publish(folder)
    return folder


@pytest.fixture
def desk(tmp_path: Path, clock: Clock, shelf: Path) -> Iterator[Desk]:
    with open_database(tmp_path / "earshot.db") as database:
        made = desk_in(tmp_path, database, clock)
        yield replace(made, site=Site(shelf / "site"), lake=Lake(shelf / "store"))


def correction_of(desk: Desk, team: str, topic: str, label: str) -> dict[str, object]:
    """The form that a reader sends about the first row of a topic."""
    row = rows_of(desk, WEEK, team, Cut(topic=topic)).rows.iloc[0]
    return {"week": WEEK, "team": team, "feedback": str(row["feedback_id"]), "label": label, "note": "about the app"}


def test_a_correction_is_kept_with_its_provenance_until_an_analyst_decides(
    as_: Callable[[str], Browser], desk: Desk
) -> None:
    """ "This is not about delivery" becomes a training example only with who, when, where and what the model said."""
    rita, anna = as_("rita"), as_("anna")
    sent = correction_of(desk, "logistics", "delivery_speed", "topic:delivery_speed:absent")
    assert rita.submit("/corrections", **sent).headers["location"].endswith("told=corrected")
    (one,) = corrections.corrections(desk.database)
    assert (one.who, one.head, one.topic, one.now, one.state) == ("rita", "topic", "delivery_speed", "absent", "open")
    assert (one.version, one.week, one.revision, one.note) == ("v1", WEEK, REVISION, "about the app")
    assert one.was in ("neg", "pos", "mix", "neu")
    assert one.place == f"/reports/{WEEK}/logistics/rows"
    assert "about the app" in rita.get("/corrections").text
    assert rita.submit(f"/corrections/{one.id}/decision", state="accepted").status_code == 403
    page = anna.see("/corrections")
    assert 'class="said"' in page
    assert anna.submit(f"/corrections/{one.id}/decision", state="accepted").status_code == 303
    (decided,) = corrections.corrections(desk.database, ["accepted"])
    assert decided.decided_by == "anna"


def test_nobody_corrects_what_they_may_not_read(as_: Callable[[str], Browser], desk: Desk) -> None:
    """The answer must not even tell whether there is such a feedback."""
    rita = as_("rita")
    foreign = correction_of(desk, "product", "product_quality", "topic:product_quality:absent")
    assert rita.submit("/corrections", **foreign).status_code == 404
    beside = rita.submit("/corrections", **{**foreign, "team": "logistics", "label": "topic:product_quality:neg"})
    assert "told=corrected" not in str(beside.headers.get("location", ""))
    own = correction_of(desk, "logistics", "delivery_speed", "topic:delivery_speed:superb")
    assert "cannot be corrected to that" in rita.submit("/corrections", **own).text
    away = {**own, "label": "sentiment::neu", "back": "//evil.example/"}
    assert str(rita.submit("/corrections", **away).headers["location"]).startswith(f"/reports/{WEEK}/logistics/rows")


def test_a_reader_withdraws_only_their_own(as_: Callable[[str], Browser], desk: Desk) -> None:
    """Second thoughts are allowed; other people's are theirs."""
    rita, li = as_("rita"), as_("li.na")
    rita.submit("/corrections", **correction_of(desk, "logistics", "delivery_speed", "sentiment::neu"))
    (one,) = corrections.corrections(desk.database)
    assert li.submit(f"/corrections/{one.id}/withdrawal").status_code == 404
    assert "rita" not in li.get("/corrections").text
    assert rita.submit(f"/corrections/{one.id}/withdrawal").status_code == 303
    assert not corrections.corrections(desk.database)


def settled(desk: Desk) -> None:
    """Two themes about comments of the week, the first quoting one of them."""
    feedback = desk.lake.read("feedback", WEEK)
    keys = [ClauseKey(WEEK, str(row["feedback_id"]), "v1", 0) for row in feedback.head(6).to_dict("records")]
    desk.lake.replace("clauses", WEEK, pd.DataFrame(
        {"feedback_id": key.feedback_id, "version": "v1", "week": WEEK, "position": 0, "start": 0, "end": 8,
         "language": "en", "speaker": "customer"} for key in keys
    ))  # fmt: skip
    made = ThemeWeek(
        theme="t1", week=WEEK, revision=REVISION, event="new", parents=(), feedback=6, customers=6, sources=1,
        weeks=2, growth="up", team="logistics", words={"en": ("plastic", "waste"), "zh-Hans": ("塑料",)},
        centre=b"\x00\x3c", members=tuple(keys), quotes=tuple(keys[:1]),
    )  # fmt: skip
    themes.settle_week(desk.database, WEEK, [made, replace(made, theme="t2", words={"en": ("bubble", "wrap")})])


def test_an_analyst_merges_rejects_and_takes_back(as_: Callable[[str], Browser], desk: Desk) -> None:
    """The inbox does what the command line does, with the same ledger behind."""
    settled(desk)
    anna = as_("anna")
    page = anna.see("/themes")
    assert "plastic · waste" in page
    assert "<blockquote" in page
    lock = themes.theme(desk.database, "t2").lock  # type: ignore[union-attr]
    assert anna.submit("/themes/t2", act="merge", into="t1", lock=lock).headers["location"].endswith("theme_merged")
    late = anna.submit("/themes/t2", act="reject", lock=lock)
    assert late.status_code == 409
    assert "Somebody else decided" in late.text
    lock = themes.theme(desk.database, "t2").lock  # type: ignore[union-attr]
    anna.submit("/themes/t2", act="reopen", lock=lock, note="no, they differ")
    assert themes.theme(desk.database, "t2").status == "proposed"  # type: ignore[union-attr]
    assert "no, they differ" in anna.get("/themes/t2").text
    assert as_("mia").get("/themes").status_code == 403


def test_accepting_writes_what_teaches_the_topic(as_: Callable[[str], Browser], desk: Desk) -> None:
    """`fit-topics` takes both files as they are."""
    settled(desk)
    anna = as_("anna")
    anna.see("/themes/t1")
    form = {"act": "accept", "lock": themes.theme(desk.database, "t1").lock, "team": "logistics"}  # type: ignore[union-attr]
    assert anna.submit("/themes/t1", **form, topic="Plastic waste!", name_en="Plastic").status_code == 422
    assert anna.submit("/themes/t1", **form, topic="delivery_speed", name_en="Plastic").status_code == 422
    assert not desk.accepted.exists()
    assert anna.submit("/themes/t1", **form, topic="plastic", name_en="Plastic", parent="delivery").status_code == 303
    assert "plastic" in (desk.accepted / "taxonomy.yaml").read_text(encoding="utf-8")
    assert (desk.accepted / "examples.jsonl").read_text(encoding="utf-8").count('"plastic"') == 6


def test_the_runs_page_shows_weeks_steps_and_the_scheduler(as_: Callable[[str], Browser], desk: Desk) -> None:
    """An admin sees at a glance whether Monday's report came."""
    runs.begin(desk.database, WEEK)
    page = as_("root").get("/runs").text
    assert "stopped before its end" in page
    assert "No scheduler can be asked" in page
    runs.finish(desk.database, WEEK, fingerprint="f", counts={"coverage": {"counted": 143}}, revisions={"model": "abc"})
    page = as_("root").get("/runs").text
    assert ">143<" in page
    assert ">pull<" in page
    assert as_("rita").get("/runs").status_code == 403


@pytest.mark.parametrize("reachable", [True, False])
def test_a_scheduler_that_does_not_answer_stops_nothing(desk: Desk, reachable: bool) -> None:
    """The page is of use without it."""

    def asked() -> list[FlowRun]:
        if not reachable:
            raise SilentScheduler("It sleeps.")
        return [FlowRun("brave-owl", "weekly", "Failed", NOW, datetime(2026, 11, 16, tzinfo=UTC), 12.5)]

    root = Browser(create_app(replace(desk, flow_runs=asked)), base_url="https://testserver")
    root.sign_in("root")
    page = root.get("/runs")
    assert page.status_code == 200
    assert ("brave-owl" in page.text) == reachable
    assert ("does not answer" in page.text) != reachable
