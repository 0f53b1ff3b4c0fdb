"""The week's themes, and customers' words that stand for them, as tables."""

from collections.abc import Sequence

import pandas as pd

from data.theme_records import Theme
from reports.excerpts import excerpt
from reports.week import conform


def shown(themes: Sequence[Theme], k: int) -> list[Theme]:
    """The themes to report: proposed ones of at least k customers, most customers first, then by id."""
    found = [theme for theme in themes if theme.status == "proposed" and theme.latest.customers >= k]
    return sorted(found, key=lambda theme: (-theme.latest.customers, theme.id))


def themes_table(themes: Sequence[Theme], week: str, k: int) -> pd.DataFrame:
    """Return the table THEMES."""
    rows = []
    for theme in shown(themes, k):
        latest, words = theme.latest, theme.latest.words
        names = {language: " · ".join(words[language]) if words.get(language) else None for language in words}
        rows.append(
            {
                "week": week,
                "theme": theme.id,
                "name": theme.name(),
                "name_en": names.get("en"),
                "name_zh_hans": names.get("zh-Hans"),
                "name_zh_hant": names.get("zh-Hant"),
                "n": latest.feedback,
                "customers": latest.customers,
                "sources": latest.sources,
                "weeks": latest.weeks,
                "first_week": theme.first_week,
                "event": latest.event,
                "growth": latest.growth,
                "team": latest.team,
                "status": theme.status,
            }
        )
    return conform("themes", pd.DataFrame(rows) if rows else None)


def theme_quotes_table(
    themes: Sequence[Theme], feedback: pd.DataFrame, clauses: pd.DataFrame, week: str, k: int
) -> pd.DataFrame:
    """Return the table THEME_QUOTES; feedback that was edited or lost its text since is left out."""
    keys = [(theme.id, key) for theme in shown(themes, k) for key in theme.latest.quotes]
    wanted = {key.feedback_id for _, key in keys}
    texts = {
        (row["feedback_id"], row["version"]): row
        for row in feedback[feedback["feedback_id"].isin(wanted)].to_dict("records")
    }
    spans: dict[tuple[str, str], dict[int, tuple[int, int]]] = {}
    said = clauses[clauses["feedback_id"].isin(wanted) & (clauses["speaker"] == "customer")]
    columns = ("feedback_id", "version", "position", "start", "end")
    for feedback_id, version, position, start, end in zip(*(said[column] for column in columns), strict=True):
        spans.setdefault((feedback_id, version), {})[int(position)] = (int(start), int(end))
    rows, ranks = [], dict[str, int]()
    for theme, key in keys:
        row = texts.get((key.feedback_id, key.version))
        own = spans.get((key.feedback_id, key.version), {})
        if row is None or key.position not in own or not isinstance(row["text"], str):
            continue
        quote = excerpt(row["text"], *own[key.position], [own[position] for position in sorted(own)])
        ranks[theme] = ranks.get(theme, 0) + 1
        rows.append(
            {
                "week": week,
                "theme": theme,
                "rank": ranks[theme],
                "feedback_id": key.feedback_id,
                "occurred_at": row["occurred_at"],
                "channel": row["channel"],
                "language": row["language"],
                "text": quote.text,
                "start": quote.start,
                "end": quote.end,
                "url": row["url"],
            }
        )
    return conform("theme_quotes", pd.DataFrame(rows) if rows else None)
