"""Hold out topics one at a time, let them appear in week 6 of made weeks, and see whether they are found as themes.

Run: python tests/reports/held_out_themes.py --gold FOLDER [--limit 1500] [--first 201 --seeds 5] [--topics ID,ID]
FOLDER has train.jsonl and dev.jsonl (models/README.md says how they look). What covers a clause are the model's own
mentions, by the rules of the weekly run. A held-out topic's mentions are hidden from the search as if the taxonomy did
not have it; the encoder has seen the topic in training, which flatters the result, so the six things of
tests/cases/themes.tsv, which no taxonomy and no training had, are injected in the same way. Seeds below 200
are for choosing thresholds, those from 201 on for the figures that are told.
"""

import argparse
import json
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from data import weeks
from data.records import Analysis, Clause, Document
from data.theme_records import ClauseKey, Theme, ThemeWeek
from flows.themes import SURE
from models.analyser import Analyser
from models.themes.discovery import Options
from models.themes.finding import Week, find
from models.themes.said import Floats, Said
from models.themes.vectors import Embedder
from nlp.segmentation import segment
from nlp.words import content_words

HELD_OUT = ("store_environment", "returns_refunds", "contact_response", "staff_attitude", "warranty_installation")
NOVEL = Path(__file__).parent.parent / "cases" / "themes.tsv"
FIRST, LENGTH, APPEARS = "2026-W30", 9, 6
SOURCES = ("survey", "web_form", "app_review")


@dataclass(frozen=True)
class Comment:
    """A comment with what people say it is about, what the model says (topic, start, end), and its clauses' places."""

    id: str
    text: str
    language: str
    gold: frozenset[str]
    mentions: tuple[tuple[str, int, int], ...]
    clauses: tuple[Clause, ...]
    vectors: dict[int, Floats]


@dataclass(frozen=True)
class Outcome:
    """What came of one injection: whether it was found by week 7, false themes a week, and ids that stayed."""

    topic: str
    injected: int
    found: bool
    purity: float
    false: float
    kept: int
    compared: int
    names: tuple[str, ...]


def documents(gold: Path, limit: int) -> list[tuple[Document, frozenset[str]]]:
    """Comments of the gold folder and the novel ones, as documents with what they are about."""
    rows = [json.loads(line) for name in ("dev", "train") for line in (gold / f"{name}.jsonl").open(encoding="utf-8")]
    order = np.random.default_rng(1).permutation(len(rows))[:limit]
    found = [_document(rows[at]["id"], rows[at]["text"], rows[at]["lang"]) for at in sorted(order)]
    about = [frozenset(topic[0] for topic in rows[at]["t"]) for at in sorted(order)]
    lines = [line for line in NOVEL.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]
    for number, line in enumerate(lines):
        theme, language, text = line.split("\t")
        found.append(_document(f"novel-{number}", text, language))
        about.append(frozenset({f"novel:{theme}"}))
    return list(zip(found, about, strict=True))


def _document(id_: str, text: str, language: str) -> Document:
    spans = segment(text, language)  # type: ignore[arg-type]
    clauses = tuple(Clause(id_, "1", at, span.start, span.end, language) for at, span in enumerate(spans))  # type: ignore[arg-type]
    return Document(id_, "1", text, language, (), clauses)  # type: ignore[arg-type]


def comments(gold: Path, limit: int) -> list[Comment]:
    """Read, analyse and place everything once."""
    given = documents(gold, limit)
    analyser = Analyser.load()
    read = analyser.analyse(document for document, _ in given)
    placed = Embedder.of(analyser).vectors(document for document, _ in given)
    return [
        Comment(
            document.feedback_id, document.text, document.language, about,
            tuple(_sure(analysis)),
            document.clauses, dict(vectors),
        )
        for (document, about), analysis, vectors in zip(given, read, placed, strict=True)
    ]  # fmt: skip


def _sure(analysis: Analysis) -> Iterator[tuple[str, int, int]]:
    """The mentions that cover a clause in the weekly run, see flows/themes.py."""
    for mention in () if analysis.abstained else analysis.mentions:
        if mention.score >= SURE:
            yield mention.topic, mention.start, mention.end


@cache
def words_of(text: str) -> tuple[tuple[str, str], ...]:
    """The words of a clause, cut once for all simulations."""
    return tuple((word.form, word.written) for word in content_words(text))


def said_of(comment: Comment, hidden: str, week: str, source: str) -> Iterator[Said]:
    """The clauses of a comment as the search gets them, with one topic hidden."""
    known = [mention for mention in comment.mentions if mention[0] != hidden]
    for clause in comment.clauses:
        vector = comment.vectors.get(clause.position)
        if vector is None:
            continue
        text = comment.text[clause.start : clause.end]
        shown = [topic for topic, start, end in known if start < clause.end and end > clause.start]
        yield Said(
            key=ClauseKey(week, comment.id, "1", clause.position),
            text=text,
            language=clause.language,
            customer=comment.id,
            source=source,
            words=words_of(text),
            topics=tuple(sorted({topic for topic, _, _ in known})),
            topic=shown[0] if shown else None,
            vector=vector,
        )


def simulate(pool: Sequence[Comment], hidden: str, seed: int, most: int) -> Outcome:
    """Nine weeks of comments; those about the hidden topic (at most `most`) come in weeks 6 to 9 only."""
    draw = np.random.default_rng(seed)
    names = weeks.span(FIRST, weeks.shift(FIRST, LENGTH - 1))
    about = [comment for comment in pool if hidden in comment.gold]
    about = [about[at] for at in sorted(draw.permutation(len(about))[:most])]
    rest = [comment for comment in pool if hidden not in comment.gold and not _novel(comment)]
    when = {comment.id: names[draw.integers(APPEARS - 1, LENGTH)] for comment in about}
    when |= {comment.id: names[draw.integers(0, LENGTH)] for comment in rest}
    chosen = [*about, *rest]
    source = {comment.id: SOURCES[draw.integers(0, len(SOURCES))] for comment in chosen}
    every = [one for comment in chosen for one in said_of(comment, hidden, when[comment.id], source[comment.id])]
    read = Counter(when.values())
    gold = {comment.id: comment.gold for comment in chosen}
    ledger: dict[str, Theme] = {}
    found, false, kept, compared, purity, shown = False, 0, 0, 0, 0.0, list[str]()
    options = Options()
    truth: dict[str, frozenset[str]] = {}
    for place in range(options.window - 1, LENGTH):
        history = names[max(0, place + 1 - options.history) : place + 1]
        week = Week(history, read, list(ledger.values()), [], {}, "r")
        themes = find([one for one in every if one.key.week in history], week, options)
        for theme in themes:
            if theme.event == "ended":
                ledger[theme.theme] = _theme(theme, ledger)
                continue
            share = _share(theme, gold, hidden)
            if share >= 0.5:
                purity = max(purity, share)
                found |= place + 1 <= APPEARS + 1
                shown.append(f"W{place + 1}: " + " ".join(next(iter(theme.words.values()))))
            else:
                false += 1
            for same in (id_ for id_, old in truth.items() if _alike(theme, old)):
                compared, kept = compared + 1, kept + (same == theme.theme)
            ledger[theme.theme] = _theme(theme, ledger)
        truth = {one.theme: frozenset(key.feedback_id for key in one.members) for one in themes if one.event != "ended"}
    searched = LENGTH - options.window + 1
    return Outcome(hidden, len(about), found, purity, false / searched, kept, compared, tuple(shown[:3]))


def _novel(comment: Comment) -> bool:
    return any(topic.startswith("novel:") for topic in comment.gold)


def _share(theme: ThemeWeek, gold: dict[str, frozenset[str]], hidden: str) -> float:
    ids = {key.feedback_id for key in theme.members}
    return sum(hidden in gold[id_] for id_ in ids) / len(ids)


def _alike(theme: ThemeWeek, old: frozenset[str]) -> bool:
    """Whether a theme is last week's by what it holds: half of what both hold."""
    now = frozenset(key.feedback_id for key in theme.members)
    return theme.event != "ended" and len(now & old) / len(now | old) >= 0.5


def _theme(theme: ThemeWeek, ledger: dict[str, Theme]) -> Theme:
    first = ledger[theme.theme].first_week if theme.theme in ledger else theme.week
    return Theme(theme.theme, first, "proposed", None, None, None, 1, theme)


def report(pool: Sequence[Comment], held_out: Sequence[str], seeds: Sequence[int], most: int) -> None:
    """Print what was found of the held-out topics and of the novel things."""
    novel = sorted({topic for comment in pool for topic in comment.gold if topic.startswith("novel:")})
    for title, topics in (("held-out topics", held_out), ("things that no training had", novel)):
        print(f"\n{title}", flush=True)
        outcomes = []
        for topic in topics:
            for seed in seeds:
                one = simulate(pool, topic, seed, most)
                outcomes.append(one)
                print(
                    f"  {one.topic:24} seed {seed:3}  injected {one.injected:3}  "
                    f"found {'yes' if one.found else 'no ':3} purity {one.purity:.2f}  "
                    f"false a week {one.false:.2f}  ids kept {one.kept} of {one.compared}  "
                    f"{'; '.join(one.names)}",
                    flush=True,
                )
        compared = sum(one.compared for one in outcomes)
        print(
            f"  found by week 7: {sum(one.found for one in outcomes)} of {len(outcomes)}; false themes a week: "
            f"{np.mean([one.false for one in outcomes]):.2f}; ids kept: {sum(o.kept for o in outcomes)} of {compared}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gold", type=Path, required=True)
    parser.add_argument("--limit", type=int, default=4_200, help="comments taken")
    parser.add_argument("--topics", type=lambda given: tuple(given.split(",")), default=HELD_OUT)
    parser.add_argument("--first", type=int, default=201, help="the first seed")
    parser.add_argument("--seeds", type=int, default=5, help="how many seeds")
    parser.add_argument("--most", type=int, default=150, help="comments injected, weeks 6 to 9 together")
    given = parser.parse_args()
    begun = time.perf_counter()
    pool = comments(given.gold, given.limit)
    print(f"{len(pool)} comments analysed and placed in {time.perf_counter() - begun:.0f} s")
    report(pool, given.topics, range(given.first, given.first + given.seeds), given.most)
    print(f"{time.perf_counter() - begun:.0f} s in all")


if __name__ == "__main__":
    main()
