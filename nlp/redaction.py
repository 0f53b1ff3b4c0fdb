"""Find and replace personal data in feedback."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from data.records import Span
from nlp.cleaning import WIDTH
from nlp.edits import Edit, Edited, edit
from nlp.recognisers import (
    address,
    bank,
    birth_date,
    chat_id,
    handle,
    mail_address,
    name_en,
    name_zh,
    national_id,
    order_number,
    phone,
    plates,
    web,
)
from nlp.recognisers.answer import answers
from nlp.recognisers.base import OPAQUE, Recogniser

#: Every recogniser and its placeholder. Where two claim the same characters, the one further up has them.
RECOGNISERS: Mapping[str, tuple[Recogniser, ...]] = {
    "EMAIL": (mail_address.RECOGNISER,),
    "URL": (web.RECOGNISER,),
    "IBAN": (bank.IBAN,),
    "ID": (national_id.RECOGNISER,),
    "CHAT": (chat_id.RECOGNISER,),
    "BIRTH": (birth_date.RECOGNISER,),
    "WAYBILL": (order_number.WAYBILL,),
    "PHONE": (phone.RECOGNISER,),
    "CARD": (bank.CARD,),
    "ACCOUNT": (bank.ACCOUNT_NUMBER,),
    "ORDER": (order_number.ORDER,),
    "PLATE": (plates.RECOGNISER,),
    "ADDRESS": (address.RECOGNISER,),
    "NAME": (name_zh.RECOGNISER, name_en.RECOGNISER),
    "USER": (handle.RECOGNISER,),
}
#: What stands in the place of personal data. Nothing inside is ever looked at or changed again.
PLACEHOLDER = re.compile(f"<(?:{'|'.join(RECOGNISERS)})>")


@dataclass(frozen=True, slots=True)
class Redaction:
    """A text without personal data, mapped back to its source, and how many of each kind were replaced."""

    edited: Edited
    counts: Mapping[str, int]


def redact(text: str, known: Sequence[tuple[str, str]] = (), question: str = "") -> Redaction:
    """Return `text` with personal data replaced by placeholders such as `<PHONE>`, mapped back to `text`.

    `known` holds what is known of this customer, as (literal, name of a placeholder) such as ("Mary Jones", "NAME");
    it goes wherever it stands, in any case and with any separators between digits. `question` is what the other side
    of a conversation has just said: a bare "John Smith" is a name when a name was asked for. Redacting twice changes
    nothing: rounds are made until one finds nothing.
    """
    counts: Counter[str] = Counter()
    result = Edited(text)
    literals = [(pattern, name) for literal, name in known if (pattern := _literal(literal)) is not None]
    while True:
        found = list(_choose(list(_candidates(result.text, literals, question))))
        if not found:
            return Redaction(result, dict(sorted(counts.items())))
        counts.update(name for _, name in found)
        edits = [Edit(span.start, span.end, f"<{name}>") for span, name in found]
        result = edit(result.text, edits).after(result)


def _candidates(
    text: str, literals: list[tuple[re.Pattern[str], str]], question: str
) -> Iterator[tuple[int, Span, str]]:
    """Yield (rank, span, placeholder) of all that looks like personal data, outside placeholders."""
    hidden = PLACEHOLDER.sub(lambda match: OPAQUE * len(match.group()), text) if "<" in text else text
    if not hidden.isascii():
        hidden = hidden.translate(WIDTH)
    for pattern, name in literals:
        for match in pattern.finditer(hidden):
            yield -1, Span(*match.span()), name
    if question:
        for span, name in answers(question, hidden):
            if OPAQUE not in hidden[span.start : span.end]:
                yield len(RECOGNISERS), span, name
    for rank, (name, recognisers) in enumerate(RECOGNISERS.items()):
        for recogniser in recognisers:
            if recogniser.needs.search(hidden):
                for span in recogniser.find(hidden):
                    if span.start < span.end and OPAQUE not in hidden[span.start : span.end]:
                        yield rank, span, name


def _choose(candidates: list[tuple[int, Span, str]]) -> Iterator[tuple[Span, str]]:
    """Yield what to replace, in order of the text: nothing twice, the best rank first, then the longest."""
    candidates.sort(key=lambda candidate: (candidate[0], candidate[1].start - candidate[1].end, candidate[1].start))
    taken: list[tuple[int, int, str]] = []
    if len(candidates) > 1:
        claimed: set[int] = set()
        for _, span, name in candidates:
            if claimed.isdisjoint(range(span.start, span.end)):
                claimed.update(range(span.start, span.end))
                taken.append((span.start, span.end, name))
    else:
        taken = [(span.start, span.end, name) for _, span, name in candidates]
    for start, end, name in sorted(taken):
        yield Span(start, end), name


def _literal(literal: str) -> re.Pattern[str] | None:
    """Return a search for `literal` wherever it stands as a word of its own; None if it is too short to tell."""
    literal = literal.strip().translate(WIDTH)
    digits = re.sub(r"\D", "", literal)
    if len(digits) >= 6 and not re.search(r"[^\d\s()+.-]", literal):
        body = r"[\s().-]{0,2}".join(digits)
        return re.compile(rf"(?<!\d)\+?{body}(?!\d)")
    if len(literal) < 2:
        return None
    body = r"\s+".join(map(re.escape, literal.split()))
    if literal.isascii():
        body = rf"(?<![A-Za-z0-9]){body}(?![A-Za-z0-9])"
    return re.compile(body, re.IGNORECASE)
