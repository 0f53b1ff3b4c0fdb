"""English names after words that announce them ("my name is", "this is ... speaking", "Mr", "regards,")."""

import re
from collections.abc import Iterator

from spacy.lang.en.stop_words import STOP_WORDS

from data.records import Span
from nlp.recognisers.base import Recogniser

_WORD = r"[A-Z][a-zA-Z'’]*[a-z'’][a-zA-Z'’-]*"
_NAME = rf"(?P<name>{_WORD}(?:\s(?:[A-Z]\.?\s)?(?:(?:van|de|von|der|bin|al|la)\s)?{_WORD}){{0,2}})(?![A-Za-z])"
_ANY = r"(?P<name>[A-Za-z][A-Za-z'’-]{1,20}(?:\s(?:(?-i:[A-Z])\.?\s)?[A-Za-z][A-Za-z'’-]{1,20}){0,2})(?![A-Za-z])"
#: After these even a name in small letters is one.
STRONG = re.compile(
    r"\b(?:my (?:full |first |last |sur)?name(?:'s|’s| is| was)"
    rf"|(?:full |first |last |customer |contact |account holder |passenger )?name\s?[:：])\s?{_ANY}",
    re.IGNORECASE,
)
#: After these a word with a capital is one.
CAPITAL = re.compile(
    r"(?:\b(?i:i am called|they call me|you can call me|named|by the name of|name of|signed,?|attn:?|sincerely,?"
    r"|(?:spoke|speaking|talked|chatted|dealt) (?:to|with)|regards,?|yours truly,?|cheers,)\s"
    r"|\b(?:Mr|Mrs|Ms|Miss|Mister|Dr|Prof|Sir|Madam|Mme)\b\.?\s"
    r"|\b(?i:dear|hi|hello|hey|thank you|thanks)(?:\s(?i:so much|again))?,?\s(?=[A-Z][a-z]+[,.!]))"
    rf"\s?(?:(?:Mr|Mrs|Ms|Miss|Dr)\b\.?\s)?{_NAME}"
)
SPEAKING = re.compile(
    rf"\b(?:(?i:this is|it is|it's)|(?i:i'm|i am))\s{_NAME}"
    r"(?=,?\s(?i:speaking|calling|here|from|with your|at your|your|and i(?:'m| am) (?:calling|writing)))"
)
#: Capitalised words that follow such words and name nobody.
_OTHERS = """
mr mrs ms miss mister dr prof customer service support team sir madam manager agent supervisor management everyone all
there folks guys friend friends delta united american southwest jetblue virgin us airways usair amazon apple google
comcast xfinity verizon sprint uber tesco royal mail dhl ups fedex hermes staff reception desk store company people
someone anyone nobody monday tuesday wednesday thursday friday saturday sunday january february march april may june
july august september october november december god jesus christ lord lol wow yes no ok okay so and but the this that it
i my your you he she we they in on at not still wrong misspelled spelled written missing attached incorrect being listed
shown given used called mud changed different correct removed added registered required mentioned english chinese
american british customers agents representative rep associate operator attendant captain pilot crew driver santa claus
ma'am maam dear hello hi thanks awesome great good bad very really just also please again now today here speaking
calling asking blocked
"""
OTHERS = frozenset(_OTHERS.split()) | STOP_WORDS


def find(text: str) -> Iterator[Span]:
    """Give names up to the first word that cannot belong to one."""
    for pattern in (STRONG, CAPITAL, SPEAKING):
        for match in pattern.finditer(text):
            start, name = match.start("name"), match["name"]
            length = kept(name, lower=pattern is STRONG)
            if length:
                yield Span(start, start + length)


def kept(name: str, lower: bool) -> int:
    """Return how many characters of `name`, a few words, are a name: up to the first ordinary word."""
    length = 0
    capital = name[0].isupper()
    for word in re.finditer(r"\S+", name):
        plain = word.group().strip(".,'’-").lower()
        if plain in OTHERS or (lower and capital and word.group()[0].islower()) or plain.endswith(("ing", "n't")):
            break
        if lower and not capital and length and plain in {"from", "order"}:
            break
        length = word.end()
    return length


CUE = re.compile(
    r"name|call|spoke|speak|talked|chatted|dealt|attn|signed|sincerely|regards|truly|cheers"
    r"|\b(?:mr|mrs|ms|miss|mister|dr|prof|sir|madam)\b|this is|it's|it is|i'm|i am|dear|\bhi\b|hello|hey|thank",
    re.IGNORECASE,
)
RECOGNISER = Recogniser(needs=CUE, find=find)
