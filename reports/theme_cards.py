"""New themes, as a reader sees them: what several customers say and no topic covers, in their words."""

from dataclasses import dataclass

from reports.prose import Writer
from reports.quotations import anchor, withheld_groups
from reports.quoting import plain, plain_around, safe_url, shorten

SHOWN, QUOTED = 6, 260


@dataclass(frozen=True, slots=True)
class ThemeQuote:
    """Words that stand for a theme, around the clause that belongs to it."""

    before: str
    evidence: str
    after: str
    language: str
    facts: tuple[str, ...]
    url: str | None


@dataclass(frozen=True, slots=True)
class ThemeCard:
    """A theme that nobody decided about yet: its distinctive words, its size over four weeks, what happened to it."""

    key: str
    name: str
    said: str
    event: str
    growth: str
    quotes: tuple[ThemeQuote, ...]


def theme_cards(writer: Writer, team: str, everyone: bool) -> tuple[list[ThemeCard], int]:
    """The themes of a team and of nobody (all for `everyone`), most customers first, and how many more there are."""
    tables, words = writer.tables, writer.words
    frame = tables.themes
    if not everyone:
        frame = frame[frame["team"].isna() | (frame["team"] == team)]
    hidden = withheld_groups(tables)
    column = {"en": "name_en", "zh-Hans": "name_zh_hans", "zh-Hant": "name_zh_hant"}[words.language]
    found = []
    for row in frame.head(SHOWN).to_dict("records"):
        name = row[column] if isinstance(row[column], str) and row[column] else row["name"]
        facts = [float(row[part]) for part in ("n", "customers", "weeks", "sources")]
        said = writer.write(
            "theme.said", facts, (), count=int(row["customers"]), n=int(row["n"]), weeks=int(row["weeks"])
        )
        quotes = []
        for quote in tables.theme_quotes[tables.theme_quotes["theme"] == row["theme"]].to_dict("records"):
            before, evidence, after = plain_around(str(quote["text"]), int(quote["start"]), int(quote["end"]), QUOTED)
            channel = str(quote["channel"])
            told = [writer.day(quote["occurred_at"])]
            told += [] if ("channel", channel) in hidden else [shorten(plain(words.fact("channel", channel)), 40)]
            quotes.append(
                ThemeQuote(before, evidence, after, str(quote["language"]), tuple(told), safe_url(quote["url"]))
            )
        found.append(
            ThemeCard(f"theme-{anchor(row['theme'])}", shorten(plain(str(name)), 90), said,
                      words.name("theme_event", row["event"]), words.name("theme_growth", row["growth"]),
                      tuple(quotes[:3]))
        )  # fmt: skip
    return found, max(len(frame) - SHOWN, 0)
