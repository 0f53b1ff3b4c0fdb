"""Flag the customers who may leave and open their cases: step 8 of a comment's way."""

from dataclasses import asdict
from typing import cast

from data import weeks
from data.analysis_store import readings
from data.cases import open_cases
from data.records import Flag
from flows.house import House
from models.risk.flagging import Options, flag_customers
from models.risk.rows import Row, from_rows


def flag_week(house: House, week: str, revision: str) -> dict[str, int]:
    """Open, refresh and expire cases by the flags of a week; return how many. Doing it again changes nothing."""
    return asdict(open_cases(house.database, flags_of(house, week, revision), week))


def flags_of(house: House, week: str, revision: str) -> list[Flag]:
    """The customers at risk at the end of a week, highest risk first."""
    options = Options()
    read = readings(house.lake, weeks.span(weeks.shift(week, 1 - options.weeks), week), revision)
    frames = (read.feedback, read.predictions, read.mentions, read.clauses, read.clause_predictions)
    rows = (cast("list[Row]", frame.to_dict("records")) for frame in frames)
    return flag_customers(from_rows(*rows), week, options)
