"""What the report cannot say: what was pulled, what could not be read or counted, how much was read, and by what."""

from dataclasses import dataclass

from reports.period import period_of
from reports.prose import Writer
from reports.quoting import plain, shorten
from reports.wording import known


@dataclass(frozen=True, slots=True)
class Coverage:
    """Lines of the box, and why rows were rejected as (source, reason, n)."""

    lines: tuple[str, ...]
    reasons: tuple[tuple[str, str, str], ...]
    partial: bool
    restated: str


def coverage_box(writer: Writer) -> Coverage:
    """The coverage of the report week in sentences, each number checked against the table."""
    tables, words = writer.tables, writer.words
    if tables.coverage.empty:
        return Coverage((words.say("coverage.lede"),), (), False, "")
    row = {str(name): value for name, value in tables.coverage.iloc[0].to_dict().items()}
    whole = {name: int(value) for name, value in row.items() if known(value) and name not in ("share_read", "partial")}
    facts = [float(number) for number in whole.values()]
    partial = bool(row["partial"])
    restated = str(row["restated"]) if isinstance(row["restated"], str) else ""
    lines = [words.say("coverage.lede")]
    lines.append(writer.write("coverage.pulled", facts, (), **{
        name: whole.get(name, 0) for name in ("pulled", "new", "updated", "late")
    }))  # fmt: skip
    lines.append(writer.write("coverage.feedback", facts, (), **{
        name: whole.get(name, 0) for name in ("feedback", "analysed", "counted")
    }))  # fmt: skip
    for name, of in (("rejected", ""), ("duplicates", ""), ("abstained", "analysed"), ("other_language", ""),
                     ("untagged", "counted"), ("repeated", "")):  # fmt: skip
        count = whole.get(name, 0)
        if count:
            share = count / whole[of] if of and whole.get(of) else None
            more = [*facts, share] if share is not None else facts
            lines.append(writer.write(f"coverage.{name}", more, (), count=count, share=words.percent(share)))
    if known(row["share_read"]):
        share = float(row["share_read"])
        digits = 0 if share >= 1 else 1
        shown = words.percent(min(share, 0.999) if 0.999 < share < 1 else share, digits)
        lines.append(writer.write("coverage.read", [share, 0.999], (), share=shown))
    lines.append(words.say("coverage.withheld", k=tables.settings.k))
    if restated:
        lines.append(words.say("coverage.restated", weeks=words.listed(restated.split())))
    if partial:
        lines.append(words.say("coverage.partial"))
    revision = shorten(plain(str(row["revision"])), 24) if isinstance(row["revision"], str) and row["revision"] else "–"
    lines.append(words.say("coverage.revision", revision=revision, taxonomy=tables.taxonomy.version))
    reasons = tuple(
        (shorten(plain(str(one["source"])), 60), shorten(plain(str(one["reason"])), 80), words.number(int(one["n"])))
        for one in tables.quarantine.sort_values(["n", "source", "reason"], ascending=[False, True, True]).to_dict(
            "records"
        )
    )
    return Coverage(tuple(line for line in lines if line), reasons, partial, restated)


def method_notes(writer: Writer) -> list[str]:
    """How the numbers are made, with the settings that were used."""
    words, settings = writer.words, writer.tables.settings
    tests = words.say(
        "method.tests",
        weeks=settings.baseline_weeks,
        rate=words.percent(settings.false_rate, 0 if (100 * settings.false_rate).is_integer() else 1),
        points=words.say("effect.least", count=100 * settings.min_share),
    )
    notes = [words.say("method.share"), tests, words.say("method.certainty"), words.say("method.too_few")]
    if not period_of(writer.tables.week).monthly:
        weeks = len(writer.tables.weeks)
        notes += [words.say(f"method.{name}", weeks=weeks) for name in ("mix", "drift", "fixes")]
    return [*notes, *(words.say(f"method.{name}") for name in ("drivers", "words", "definitions"))]
