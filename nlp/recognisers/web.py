"""Web addresses: whole, since the path names orders and people. A bare "shop.com" is a company and stays."""

import re
from collections.abc import Iterator

from data.records import Span
from nlp.recognisers.base import Recogniser

ADDRESS = re.compile(
    r"(?:https?://|(?<![A-Za-z0-9@.])www\.)[!-;=?-~]{3,}"
    r"|(?<![A-Za-z0-9@.-])(?:[a-z0-9-]{1,40}\.){1,3}(?:com|cn|net|org|tw|hk|co|io|ly|me|cc|uk|us|gl|im|app|shop|sg)(?::\d+)?/[!-;=?-~]+",
    re.IGNORECASE,
)
#: What ends a sentence or closes a bracket around the address.
AFTER = ".,;:!?)'\"]}*"


def find(text: str) -> Iterator[Span]:
    """Give each address without the mark of the sentence behind it."""
    for match in ADDRESS.finditer(text):
        yield Span(match.start(), match.start() + len(match.group().rstrip(AFTER)))


RECOGNISER = Recogniser(needs=re.compile(r"https?://|www\.|\.[a-z]{2,4}/", re.IGNORECASE), find=find)
