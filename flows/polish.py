"""Whether and where the opening paragraphs are worded by a language model."""

from flows.settings import Settings
from reports.polishing import Polisher


def polisher_of(settings: Settings) -> Polisher | None:
    """The endpoint of `polish`, with the key from EARSHOT_POLISH_KEY; None where nobody asked for it."""
    if settings.polish is None:
        return None
    return Polisher(settings.polish.url, settings.polish.model, settings.polish_key)
