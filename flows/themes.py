"""Look for themes in what no topic covers, and keep the ledger of them: part of step 7 of a comment's way."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import pandas as pd

from data import themes, weeks
from data.analysis_store import Readings, readings
from data.clause_vectors import save_vectors, vectors_of
from data.feedback_store import documents
from data.theme_records import ClauseKey, Theme
from flows.analysis import reader
from flows.house import House
from models.analyser import Analyser
from models.themes.discovery import Options
from models.themes.finding import Week, find
from models.themes.said import Floats, Said
from models.themes.vectors import Embedder, Places
from nlp.words import content_words

#: Feedback looked at in a week: those that no topic covers, and of the others, which show what is known.
OPEN, KNOWN = 2_000, 1_200
#: A mention that the model is less sure of than this covers nothing.
SURE = 0.5
#: A proposed theme that nobody has seen for so many weeks is a new one when it comes back.
REMEMBERED = 13


def discover_week(house: House, week: str, revision: str, places: Places | None = None) -> list[Theme]:
    """Find the themes of a week, settle them in the ledger, and return those to report: proposed ones, largest first.

    Doing it again changes nothing. Vectors of earlier weeks are taken from the lake; what is missing is placed by
    `places` (default: the shipped encoder). Without an encoder (the reader is another one) there are no themes.
    """
    places = places or places_of(house)
    if places is None:
        return []
    options = Options(k=house.settings.small_group)
    history = weeks.span(weeks.shift(week, 1 - options.history), week)
    said: list[Said] = []
    exposure: dict[str, int] = {}
    for each in history:
        read = readings(house.lake, each, revision)
        exposure[each] = len(read.predictions)
        said.extend(_said(house, each, read, places))
    known = _remembered(themes.themes(house.database, weeks.shift(week, -1)), week)
    again = [theme for theme in themes.themes(house.database, week) if theme.latest.week == week]
    again = [theme for theme in again if theme.latest.event != "ended"]
    owners = {topic.id: topic.team for topic in house.taxonomy.topics}
    start = Week(history, exposure, known, again, owners, places.revision)
    themes.settle_week(house.database, week, find(said, start, options))
    return themes.themes(house.database, week, ["proposed"], gone=False)


def places_of(house: House) -> Places | None:
    """The encoder of the company's model as a measure of likeness; None if its reader has none."""
    model = reader(house.settings)
    return Embedder.of(model) if isinstance(model, Analyser) else None


def _remembered(known: Iterable[Theme], week: str) -> list[Theme]:
    oldest = weeks.shift(week, -REMEMBERED)
    return [theme for theme in known if theme.status != "proposed" or theme.latest.week >= oldest]


def _said(house: House, week: str, read: Readings, places: Places) -> Iterator[Said]:
    """The clauses of a week that the search reads, their vectors computed where the lake has none."""
    topics = set(house.taxonomy.ids)
    verdicts = read.predictions[["feedback_id", "version", "abstained"]]
    feedback = read.feedback.merge(verdicts, on=["feedback_id", "version"])
    feedback = feedback[feedback["language"] != "other"].sort_values("feedback_id")
    unsure = feedback.loc[feedback["abstained"].astype(bool), "feedback_id"]
    mentions = read.mentions
    mentions = mentions[
        mentions["topic"].isin(topics) & (mentions["score"] >= SURE) & ~mentions["feedback_id"].isin(set(unsure))
    ]
    covered = feedback["feedback_id"].isin(set(mentions["feedback_id"]))
    # Feedback ids are keyed hashes: their order is a random one, the same in every run.
    chosen = pd.concat([feedback[~covered].head(OPEN), feedback[covered].head(KNOWN)])
    wanted = set(zip(chosen["feedback_id"], chosen["version"], strict=True))
    vectors = _vectors(house, week, wanted, places)
    spans = _by_feedback(mentions, wanted)
    facts = {
        (row["feedback_id"], row["version"]): row
        for row in chosen[["feedback_id", "version", "text", "customer_key", "source"]].to_dict("records")
    }
    clauses = read.clauses[read.clauses["speaker"] == "customer"]
    clauses = clauses[clauses["feedback_id"].isin(chosen["feedback_id"])]
    columns = ("feedback_id", "version", "position", "start", "end", "language")
    for feedback_id, version, position, start, end, language in zip(*(clauses[c] for c in columns), strict=True):
        row = facts.get((feedback_id, version))
        key = ClauseKey(week, feedback_id, version, int(position))
        if row is None or key not in vectors:
            continue
        about = spans.get((feedback_id, version), ())
        shown = [topic for topic, left, right in about if left < end and right > start]
        text = str(row["text"])[start:end]
        customer = row["customer_key"] if isinstance(row["customer_key"], str) else f"feedback {feedback_id}"
        yield Said(
            key=key,
            text=text,
            language=str(language),
            customer=customer,
            source=str(row["source"]),
            words=tuple((word.form, word.written) for word in content_words(text)),
            topics=tuple(sorted({topic for topic, _, _ in about})),
            topic=shown[0] if shown else None,
            vector=vectors[key],
        )


def _vectors(house: House, week: str, wanted: set[tuple[str, str]], places: Places) -> Mapping[ClauseKey, Floats]:
    have = vectors_of(house.lake, [week], places.revision)
    placed = {(key.feedback_id, key.version) for key in have}
    if missing := wanted - placed:
        waiting = [one for one in documents(house.lake, week) if (one.feedback_id, one.version) in missing]
        found = zip(waiting, places.vectors(waiting), strict=True)
        new = save_vectors(
            house.lake, week, places.revision, ((one.feedback_id, one.version, vectors) for one, vectors in found)
        )
        if new:
            have = vectors_of(house.lake, [week], places.revision)
    return have


def _by_feedback(
    mentions: pd.DataFrame, wanted: set[tuple[str, str]]
) -> dict[tuple[str, str], Sequence[tuple[str, int, int]]]:
    found: dict[tuple[str, str], list[tuple[str, int, int]]] = {}
    columns = ("feedback_id", "version", "topic", "start", "end")
    for feedback_id, version, topic, start, end in zip(*(mentions[column] for column in columns), strict=True):
        if (feedback_id, version) in wanted:
            found.setdefault((feedback_id, version), []).append((str(topic), int(start), int(end)))
    return {key: sorted(spans, key=lambda span: (span[1], span[2], span[0])) for key, spans in found.items()}
