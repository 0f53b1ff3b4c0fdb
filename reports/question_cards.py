"""Questions that many customers ask and no article answers: a draft card for the knowledge base each."""

from collections.abc import Collection
from dataclasses import dataclass

from reports.prose import Writer
from reports.quotations import anchor
from reports.quoting import plain, safe_url, shorten

SHOWN, WORDS = 6, 220


@dataclass(frozen=True, slots=True)
class Example:
    """One customer's way of asking."""

    text: str
    day: str
    channel: str
    url: str | None


@dataclass(frozen=True, slots=True)
class QuestionCard:
    """A frequent question with up to three ways of asking it. `language` is that of the words."""

    key: str
    question: str
    language: str
    topic: str
    asked: str
    examples: tuple[Example, ...]


def question_cards(writer: Writer, topics: Collection[str], everyone: bool) -> tuple[list[QuestionCard], int, int]:
    """The most asked open questions about `topics` (about none as well for `everyone`), how many more there are, and
    how many an article answers already.
    """
    frame, words = writer.tables.questions, writer.words
    mine = frame["topic"].isin(list(topics)) | (frame["topic"].isna() if everyone else False)
    frame = frame[mine].sort_values(["customers", "card", "rank"], ascending=[False, True, True])
    answered = frame[frame["article"].notna()]["card"].nunique()
    frame = frame[frame["article"].isna()]
    cards = list(dict.fromkeys(frame["card"].astype(str)))
    found = []
    for card in cards[:SHOWN]:
        rows = frame[frame["card"] == card].to_dict("records")
        first = rows[0]
        facts = [float(first[name]) for name in ("n", "customers", "weeks")]
        asked = writer.write(
            "question.asked", facts, (), count=int(first["customers"]), n=int(first["n"]), weeks=int(first["weeks"])
        )
        examples = tuple(
            Example(shorten(plain(str(row["text"])), WORDS), writer.day(row["occurred_at"]),
                    words.fact("channel", plain(str(row["channel"]))), safe_url(row["url"]))
            for row in rows[:3]
        )  # fmt: skip
        topic = writer.topic(str(first["topic"])) if isinstance(first["topic"], str) else ""
        found.append(QuestionCard(f"card-{anchor(card)}", shorten(plain(str(first["question"])), WORDS),
                                  str(first["language"]), topic, asked, examples))  # fmt: skip
    return found, max(len(cards) - SHOWN, 0), answered
