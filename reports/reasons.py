"""Why something changed, as far as the tables can tell: who wrote or what they said, since when, and where most."""

from typing import Any

from reports.findings import Change, Finding
from reports.prose import Writer, difference
from reports.wording import known


def reasons_of(writer: Writer, finding: Finding) -> list[str]:
    """Up to three sentences behind a finding: the place where it stands out, its mix of customers, its drift."""
    found = [_place(writer, finding), _mix(writer, finding.main), *_drift(writer, finding)]
    return [sentence for sentence in found if sentence]


def _place(writer: Writer, finding: Finding) -> str:
    place = finding.place
    if place is None or finding.topic is None:
        return ""
    words = writer.words
    kind, cohort = words.name("kind", place.kind), words.fact(place.kind, place.cohort)
    return writer.write(
        "why.place", (place.n, place.total, place.share), (cohort,), kind=kind, cohort=cohort,
        share=words.percent(place.share), n=place.n, total=place.total,
    )  # fmt: skip


def _mix(writer: Writer, change: Change) -> str:
    """Whether other customers wrote, or the same kind of customers said something else; "" where nobody looked."""
    if change.kind != "all":
        return ""
    frame = writer.tables.mix
    rows = frame[
        (frame["family"] == change.family) & (frame["metric"] == change.metric) & (frame["versus"] == change.versus)
    ]
    rows = rows[rows["topic"].isna() if change.topic is None else rows["topic"] == change.topic]
    rows = rows[rows["scale"].isna() if change.scale is None else rows["scale"] == change.scale]
    rows = rows[rows["mix"].notna() & rows["rate"].notna()]
    if rows.empty:
        return ""
    at = int(rows["mix"].abs().to_numpy().argmax())
    largest: dict[str, Any] = {str(name): cell for name, cell in rows.iloc[at].items()}
    words = writer.words
    parts = {name: difference(words, change, float(largest[name])) for name in ("effect", "mix", "rate")}
    facts = [float(largest[name]) for name in ("effect", "mix", "rate")]
    if bool(largest["mostly_mix"]):
        return writer.write("why.mix", facts, (), kind=words.name("kind", largest["kind"]), **parts)
    kinds = words.listed([words.name("kind", kind) for kind in rows["kind"].astype(str)])
    return writer.write("why.rate", facts, (), kinds=kinds, **parts)


def _drift(writer: Writer, finding: Finding) -> list[str]:
    frame, words = writer.tables.drifts, writer.words
    rows = frame[frame["verdict"].isin(["up", "down"]) & (frame["metric"] == "share") & frame["per_week"].notna()]
    rows = rows[rows["topic"] == finding.topic] if finding.topic else rows.iloc[:0]
    return [
        writer.write(
            f"why.drift_{row['verdict']}", (float(row["weeks"]), float(row["per_week"])), (),
            count=int(row["weeks"]), per_week=words.percent(abs(float(row["per_week"]))),
        )
        for row in rows.to_dict("records")
        if known(row["per_week"])
    ]  # fmt: skip
