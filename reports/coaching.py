"""What customers say about how they were treated, as material for talks with the whole team."""

from dataclasses import dataclass

from reports.prose import Writer
from reports.quotations import Voice, quotations_of

#: The topic of the shipped taxonomy that is about people's behaviour.
STAFF = "staff_attitude"


@dataclass(frozen=True, slots=True)
class Coaching:
    """Counts in a sentence, and words worth copying or talking about. Never who the employee was."""

    topic: str
    count: str
    praise: Voice
    blame: Voice

    @property
    def voices(self) -> tuple[Voice, ...]:
        return (self.blame, self.praise)


def coaching(writer: Writer) -> Coaching | None:
    """The section, or None when nobody spoke of it, or too few to show."""
    tables, words = writer.tables, writer.words
    if STAFF not in tables.taxonomy.ids:
        return None
    now = tables.topics[(tables.topics["week"] == tables.week) & (tables.topics["topic"] == STAFF)]
    if now.empty or int(now["n"].iloc[0]) == 0:
        return None
    row = now.iloc[0]
    neg, pos, customers = int(row["neg"]), int(row["pos"]), int(row["customers"])
    if customers < tables.settings.k:
        return None
    used = set[str]()
    frame = tables.verbatims[tables.verbatims["topic"] == STAFF]
    blame, praise = (
        Voice(STAFF, words.say(f"coach.{name}"),
              tuple(quotations_of(writer, frame[frame["sentiment"].isin(labels)], used)))
        for name, labels in (("blame", ["neg", "mix"]), ("praise", ["pos"]))
    )  # fmt: skip
    if not blame.quotations and not praise.quotations:
        return None
    count = writer.write("coach.count", (float(neg), float(pos), float(row["n"])), n=int(row["n"]), neg=neg, pos=pos)
    return Coaching(STAFF, count, praise, blame)
