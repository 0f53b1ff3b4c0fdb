"""Let the model read what it has not read yet: steps 4 and 5 of a comment's way."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from tqdm import tqdm

from data.analysis_store import save_analyses
from data.feedback_store import unanalysed
from flows.batches import batches
from flows.house import House
from flows.settings import Settings
from models.analyser import Analyser, Reads

#: Analyses written at once.
BATCH = 4096


@dataclass(frozen=True)
class Analysed:
    """What one run of the model did: its revision, and how many feedback and tokens it read."""

    revision: str
    feedback: int
    tokens: int
    tokens_read: int


@lru_cache(maxsize=1)
def _loaded(model: str, engine: str, topics: str | None, cache: str) -> Reads:
    return Analyser.load(model, engine=engine, topics=topics, cache=cache)


def reader(settings: Settings) -> Reads:
    """The company's model, loaded once a process; what it read once (by content hash) it never reads again."""
    topics = str(settings.topics) if settings.topics else None
    return _loaded(str(settings.model), settings.engine, topics, str(settings.var / "readings.db"))


def analyse_weeks(house: House, weeks: Iterable[str]) -> Analysed:
    """Analyse the feedback of some weeks that the current revision has not seen, week by week.

    Killed anywhere, it goes on where it was: what is stored is not read again.
    """
    model = reader(house.settings)
    feedback = tokens = read = 0
    for week in sorted(set(weeks)):
        waiting = list(unanalysed(house.lake, week, model.revision))
        progress = tqdm(
            model.analyse(waiting),
            desc=f"analyse {week}",
            total=len(waiting),
            unit=" feedback",
            disable=None,
            leave=False,
        )
        for batch in batches(progress, BATCH):
            save_analyses(house.lake, batch, week)
            feedback += len(batch)
            tokens += sum(analysis.tokens for analysis in batch)
            read += sum(analysis.tokens_read for analysis in batch)
    return Analysed(model.revision, feedback, tokens, read)
