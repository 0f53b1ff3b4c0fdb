"""The signal of a promise that was not kept, in the customer's own words."""

import re
from collections.abc import Iterator

from models.risk.heard import Heard
from models.risk.history import History, Signal
from models.risk.intent import believed
from models.risk.quoting import passages, with_cue

#: Somebody promised, and then it did not happen; or a date was put off again and again. Both in one breath: "as
#: promised" alone is praise.
BROKEN = re.compile(
    r"\b(?:promis\w+|assured|guaranteed|told me|you said|they said|(?:was|were) told|supposed to)\b[^.!?。]{0,80}?"
    r"(?:\bbut\b|\bnever\b|\bstill\b|\byet\b|n't\b|\bnot\b|\bno\b|\bnothing\b|\bagain\b|\bweeks? (?:ago|later)\b)"
    r"|\b(?:broken|empty|false) promises?\b|\bbroke (?:your|their|the) promise\b|\bput (?:me )?off again\b"
    r"|\b(?:second|third|fourth|fifth|another) (?:new )?(?:date|promise|deadline)\b"
    r"|(?:[说說]好|答[应應]|承[诺諾]|保[证證]|[你他]们?[们們]?[说說]|客服[说說]|[说說]了).{0,30}?"
    r"(?:[还還]是|[还還]没|[还還]沒|没有|沒有|没[来到修退发]|沒[來到修退發]|未[能见見]|[却卻]|仍|又[说說]|又[改拖])"
    r"|言而[无無]信|[说說][话話]不算[数數話话]?|一拖再拖|一推再推|第[二三四五六]次改|空[头頭]支票|不[兑兌][现現]",
    re.IGNORECASE,
)


def broken_promise(history: History) -> Iterator[Signal]:
    """Says, displeased, that what was promised did not happen."""
    for heard in history.feedback:
        if heard.sentiment != "pos" and _displeased(heard) and _tells(heard):
            yield Signal(heard, believed(heard, 1.0), with_cue(heard, BROKEN))


def _displeased(heard: Heard) -> bool:
    return heard.unhappy or any(mention.sentiment in ("neg", "mix") for mention in heard.mentions)


def _tells(heard: Heard) -> bool:
    # Within one stretch of the customer's own words: an agent's "promise" between two turns is not the customer's.
    spoken = heard.spoken or passages(heard)
    return any(BROKEN.search(heard.text, said.start, said.end) for said in spoken)
