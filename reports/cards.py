"""A change as a card of the page: the sentence, what is behind it, what else changed about the topic, its trend."""

from dataclasses import dataclass

from markupsafe import Markup

from reports.findings import Change, Finding, follows
from reports.prose import Writer
from reports.reasons import reasons_of
from reports.topic_table import trend_of


@dataclass(frozen=True, slots=True)
class Card:
    """A finding, ready to show. `why`: sentences on what is behind it; `also`: (sentence, evidence) of the rest."""

    topic: str
    name: str
    tone: str
    tone_name: str
    verdict: str
    sentence: str
    evidence: str
    why: tuple[str, ...]
    also: tuple[tuple[str, str], ...]
    trend: Markup | None
    quoted: bool


def card(writer: Writer, finding: Finding, quoted: set[str]) -> Card:
    """The card of a finding; `quoted` are the topics with quotations on the page, which it links to."""
    main = finding.main
    scale = writer.words.name("score", main.scale) if main.scale else writer.words.say("section.scores")
    whole = scale if main.measure == "score" else writer.words.say("score.negative")
    name = writer.topic(finding.topic) or (whole if main.kind == "all" else writer.words.fact(main.kind, main.cohort))
    also = tuple((writer.what_changed(change, short=True), writer.evidence(change)) for change in _news(finding))
    return Card(
        topic=finding.topic or "",
        name=name,
        tone=finding.tone,
        tone_name=writer.words.say(f"finding.{finding.tone}"),
        verdict=main.verdict,
        sentence=writer.what_changed(main),
        evidence=writer.evidence(main),
        why=tuple(reasons_of(writer, finding)),
        also=tuple(pair for pair in also if pair[0]),
        trend=trend_of(writer, finding.topic) if finding.topic else None,
        quoted=finding.topic in quoted,
    )


def _news(finding: Finding) -> list[Change]:
    """What the other changes of a topic add: all but groups that merely follow everyone."""
    main = finding.main
    return [
        change for change in finding.changes[1:]
        if change.family != "cohort" or main.family == "cohort" or not follows(change, main)
    ][:4]  # fmt: skip
