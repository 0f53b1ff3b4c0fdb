"""Responses whose words and score disagree, as a reader sees them."""

from collections.abc import Collection
from dataclasses import dataclass

from reports.prose import Writer
from reports.quotations import withheld_groups
from reports.quoting import plain, safe_url, shorten
from reports.wording import known

SHOWN = 5


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A response whose words and score disagree."""

    direction: str
    score: str
    day: str
    text: str
    url: str | None


def mismatches(writer: Writer, topics: Collection[str], everyone: bool) -> tuple[list[Mismatch], int]:
    """The first few about `topics` (about anything for `everyone`), and how many more there are."""
    tables, words = writer.tables, writer.words
    frame = tables.mismatches
    if not everyone:
        rows = tables.rows
        frame = frame[frame["feedback_id"].isin(set(rows[rows["topic"].isin(list(topics))]["feedback_id"]))]
    hidden = withheld_groups(tables)
    found = []
    for row in frame.head(SHOWN).to_dict("records"):
        digits = 0 if known(row["score"]) and float(row["score"]).is_integer() else 1
        score = f"{words.name('score', row['scale'])} {words.number(row['score'], digits)}"
        channel = str(row["channel"])
        day = writer.day(row["occurred_at"])
        shown = shorten(plain(words.fact("channel", channel)), 40)
        place = day if ("channel", channel) in hidden else f"{day} · {shown}"
        text = shorten(plain(str(row["text"])), 240)
        found.append(Mismatch(words.say(f"mismatch.{row['direction']}"), score, place, text, safe_url(row["url"])))
    return found, max(len(frame) - SHOWN, 0)
