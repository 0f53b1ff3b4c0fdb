"""The time line of one customer: theirs only, the weeks around the case only, with the right revision's labels."""

from dataclasses import replace

from data import cases
from data.analysis_store import save_analyses
from data.feedback_store import feedback_records, save_feedback
from data.records import Analysis, Feedback, Mention
from data.weeks import shift
from reports.desk.desk import Desk
from reports.desk.time_line import WEEKS_BEFORE, around, time_line
from tests.reports.desk.made_cases import WEEK


def theirs(desk: Desk, customer: str) -> list[Feedback]:
    said = feedback_records(desk.lake.read_arrow("feedback"))
    return [one for one in said if one.customer_key == customer]


def test_it_shows_this_customer_in_these_weeks_newest_first(desk: Desk) -> None:
    """Nobody else's words, and none from before what a rule may look at."""
    case = cases.queue(desk.database)[0]
    own = theirs(desk, case.customer_key)
    old = replace(own[0], feedback_id="long-ago", source_id="long-ago", week=shift(WEEK, -WEEKS_BEFORE - 1))
    save_feedback(desk.lake, [old], [])
    shown = time_line(desk.lake, case, "2026-W47", None)
    assert {moment.feedback_id for moment in shown} == {one.feedback_id for one in own}
    assert [moment.at for moment in shown] == sorted((moment.at for moment in shown), reverse=True)


def test_an_edit_takes_the_place_of_what_was_said_before(desk: Desk) -> None:
    """A customer who takes a word back is not shown with it."""
    case = cases.queue(desk.database)[0]
    first = theirs(desk, case.customer_key)[0]
    later = first.ingested_at.replace(hour=20)
    save_feedback(desk.lake, [replace(first, version="v2", text="It works now.", turns=(), ingested_at=later)], [])
    shown = {moment.feedback_id: moment for moment in time_line(desk.lake, case, "2026-W47", None)}
    assert shown[first.feedback_id].lines[0].before == "It works now."


def test_labels_are_those_of_the_revision_asked_for(desk: Desk) -> None:
    """A new model's run must not mix with an old one's on the same page."""
    case = cases.queue(desk.database)[0]
    said = next(one for one in theirs(desk, case.customer_key) if one.week == WEEK)
    for revision, topic in (("r1", "delivery_speed"), ("r2", "damage_packaging")):
        mention = Mention(topic, "neg", 0.9, 0, 4)
        save_analyses(desk.lake, [analysis(said, revision, mention)], WEEK)
    for revision, topic in (("r1", "delivery_speed"), ("r2", "damage_packaging")):
        shown = {one.feedback_id: one for one in time_line(desk.lake, case, "2026-W47", revision)}
        assert (shown[said.feedback_id].sentiment, shown[said.feedback_id].topics) == ("neg", (topic,))


def test_every_reason_is_found_in_what_was_said(desk: Desk) -> None:
    """A verbatim without its feedback would be a claim."""
    for case in cases.queue(desk.database):
        shown = {moment.feedback_id: moment for moment in time_line(desk.lake, case, "2026-W47", None)}
        for reason in case.reasons:
            assert around(shown[reason.feedback_id], reason).evidence == reason.verbatim


def analysis(said: Feedback, revision: str, mention: Mention) -> Analysis:
    return Analysis(
        feedback_id=said.feedback_id, version=said.version, revision=revision, sentiment="neg",
        scores={"pos": 0.1, "neg": 0.7, "mix": 0.1, "neu": 0.1}, kind="complaint", kind_score=0.9, churn=0,
        churn_score=0.1, escalation=0, escalation_score=0.1, urgent=0, urgent_score=0.1, mentions=(mention,),
        clauses=(), abstained=False, tokens=1, tokens_read=1,
    )  # fmt: skip
