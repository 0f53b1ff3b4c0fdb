"""When customers come: contacts by hour of the week, for staffing."""

from dataclasses import dataclass

from reports.heatmaps import Cell
from reports.prose import Writer
from reports.wording import known


@dataclass(frozen=True, slots=True)
class HourMap:
    """Seven days down, 24 hours across, mean contacts a week; the busiest in a sentence. Empty without contacts."""

    rows: tuple[tuple[str, tuple[Cell, ...]], ...] = ()
    busiest: str = ""
    withheld: bool = False


def hour_map(writer: Writer) -> HourMap:
    """The map of tables.hours; hours with too few customers are withheld."""
    frame, words = writer.tables.hours, writer.words
    shown = frame[~frame["withheld"] & frame["per_week"].notna()]
    if shown.empty or float(shown["per_week"].max()) <= 0:
        return HourMap()
    top = float(shown["per_week"].max())
    cells: dict[tuple[int, int], Cell] = {}
    for row in frame.to_dict("records"):
        day, hour = int(row["weekday"]), int(row["hour"])
        if bool(row["withheld"]) or not known(row["per_week"]):
            k = writer.tables.settings.k
            cells[day, hour] = Cell("·", 0.0, words.say("cohort.withheld_note", k=k), withheld=True)
            continue
        value = float(row["per_week"])
        text = words.number(value, 0 if value >= 9.5 or value == 0 else 1)
        now = int(row["now"]) if known(row["now"]) else 0
        label = words.say("hour.cell", day=words.weekday(day), hour=_clock(hour), value=words.number(value, 1), now=now)
        cells[day, hour] = Cell(text, value / top, label)
    lines = tuple(
        (words.weekday(day, short=True), tuple(cells.get((day, hour), Cell("", 0.0, "–")) for hour in range(24)))
        for day in range(7)
    )
    peak = shown.sort_values(["per_week", "weekday", "hour"], ascending=[False, True, True]).iloc[0]
    clock = _clock(int(peak["hour"]))
    busiest = writer.write(
        "hour.busiest", (float(peak["per_week"]),), (clock,), day=words.weekday(int(peak["weekday"])), hour=clock,
        value=words.number(peak["per_week"], 1),
    )  # fmt: skip
    return HourMap(lines, busiest, any(cell.withheld for cell in cells.values()))


def _clock(hour: int) -> str:
    return f"{hour:02}:00"
