"""Draw the week's conversations to be scored, and take the filled sheets in."""

from pathlib import Path

import data.weeks as weeks
from data import conversation_scores
from data.analysis_store import readings
from flows.analysis import reader
from flows.flagging import flags_of
from flows.house import open_house
from flows.queue import actor
from flows.settings import Settings
from reports.scoring_sheet import MARKS, Conversation, draw, write_sheet


def sample_conversations(config: Path | None, week: str, many: int, output: Path | None) -> str:
    """Write the scoring sheet of a week; the same week gives the same conversations. Redacted text, for managers."""
    settings = Settings.load(config)
    weeks.monday(week)
    with open_house(settings) as house:
        revision = reader(settings).revision
        flagged = {flag.customer_key for flag in flags_of(house, week, revision)}
        rows = readings(house.lake, week, revision).feedback.to_dict("records")
    held = []
    for row in rows:
        turns = row["turns"]
        if turns is None or isinstance(turns, float) or not len(turns):
            continue
        spoken = "\n".join(f"{turn['speaker']}: {row['text'][turn['start'] : turn['end']]}" for turn in turns)
        resolved = row["resolved"]
        agent = row["agent"] if isinstance(row["agent"], str) else ""
        outcome = None if resolved is None or resolved != resolved else bool(resolved)
        held.append(
            Conversation(row["feedback_id"], row["channel"], agent, outcome, row["customer_key"] in flagged, spoken)
        )
    chosen = draw(held, many, week)
    path = write_sheet(chosen, week, output or settings.var / "samples" / f"conversations-{week}.xlsx")
    return f"{len(chosen)} of {len(held)} conversations of {week} to score: {path}"


def take_scores(config: Path | None, sheet: Path, who: str | None) -> str:
    """Take a filled sheet in; the same person's scores of a conversation replace those before. Raises BadSheet."""
    with open_house(Settings.load(config)) as house:
        found = conversation_scores.read_sheet(sheet, MARKS)
        kept = conversation_scores.keep(house.database, found, (who or actor()).strip())
    return f"{kept} scored conversations taken in; see Service in `review`."
