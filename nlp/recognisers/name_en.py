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
    r"(?:\bmy (?:full |first |last |sur)?name(?:'s|’s| is| was)"
    r"|\b(?:full |first |last |customer |contact |account holder |passenger )name\s?(?:[:：]|is\b)"
    rf"|(?:^|(?<=[\n,.;|/(]))\s?name\s?[:：])\s?{_ANY}",
    re.IGNORECASE,
)
#: After these a word with a capital is one.
CAPITAL = re.compile(
    r"(?:\b(?i:i am called|they call me|you can call me|named|by the name of|name of|signed,?|attn:?|sincerely,?"
    r"|(?:spoke|speaking|talked|chatted|dealt) (?:to|with)|regards,?|yours truly,?|cheers,)\s"
    r"|\b(?:Mr|Mrs|Ms|Miss|Mister|Dr|Prof|Sir|Madam|Mme)\b\.?\s)"
    rf"\s?(?:(?:Mr|Mrs|Ms|Miss|Dr)\b\.?\s)?{_NAME}"
)
#: A greeting opens a line and ends in a comma; thanks with a name close one.
GREETING = re.compile(rf"^\s?(?i:dear|hi|hello|hey),?\s{_NAME}(?=\s?,)", re.MULTILINE)
FAREWELL = re.compile(
    rf"\b(?i:thanks|thank you|best|cheers)(?:\s(?i:so much|again))?\s?[,.!]\s{_NAME}(?=[.!]?\s?$)", re.MULTILINE
)
THANKED = re.compile(rf"\b(?i:thanks|thank you)(?:\s(?i:so much|again))?,?\s{_NAME}(?=[.!])")
SPEAKING = re.compile(
    rf"\b(?:(?i:this is|it is|it's)|(?i:i'm|i am))\s{_NAME}"
    r"(?=,?\s(?i:speaking|calling|here|from|with your|at your|your"
    r"|and i(?:'m| am)? (?:calling|writing|placed|have|had|want)))"
)
#: "I'm Sarah Connor": two words with a capital, or one behind a greeting.
I_AM = re.compile(
    rf"\b(?i:i'm|i’m|i am)\s(?P<name>{_WORD}\s{_WORD})(?=[,.]|\sand\b|$)"
    rf"|\b(?i:hi|hello|hey),?\s(?i:i'm|i’m|i am)\s(?P<first>{_WORD})(?=[,.]|\sand\b|$)"
)
#: "agent Kathy", "客服Amy".
ROLE = re.compile(
    rf"(?:客服|店员|店員|服务员|服務員|顾问|顧問|专员|專員|教练|美容师|\b(?i:agent|representative|supervisor|rep)\s){_NAME}"
)
PATTERNS = (STRONG, CAPITAL, GREETING, FAREWELL, THANKED, SPEAKING, I_AM, ROLE)
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
calling asking blocked sorry happy glad done furious disappointed app bot ai online martens coffee dior pepper kitty
missed lied help hung refused told represented team netflix paypal ebay tesla sony samsung
"""
OTHERS = frozenset(_OTHERS.split()) | STOP_WORDS


def find(text: str) -> Iterator[Span]:
    """Give names up to the first word that cannot belong to one."""
    for pattern in PATTERNS:
        for match in pattern.finditer(text):
            group = "name" if match["name"] else "first"
            start, name = match.start(group), match[group]
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
    r"客服|店[员員]|[服務务]+[员員]|[顾顧]问|[专專][员員]|agent|rep|superv|best|i’m|name|call|spoke|speak|talked|chatted|dealt|attn|signed|sincerely|regards|truly|cheers"
    r"|\b(?:mr|mrs|ms|miss|mister|dr|prof|sir|madam)\b|this is|it's|it is|i'm|i am|dear|\bhi\b|hello|hey|thank",
    re.IGNORECASE,
)
RECOGNISER = Recogniser(needs=CUE, find=find)
