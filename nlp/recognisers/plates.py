"""Licence plates: Chinese ones by their form, Taiwanese and British ones after a word that announces them."""

import re
from collections.abc import Iterator

from data.records import Span
from nlp.recognisers.base import Recogniser

CHINA = re.compile(
    r"[京津沪滬渝冀豫云雲辽遼黑湘皖鲁魯新苏蘇浙赣贛鄂桂甘晋晉蒙陕陝吉闽閩贵貴粤粵青藏川宁寧琼瓊][A-HJ-NP-Z][\s·•.-]?"
    r"(?=[A-Z]{0,2}\d|\d)(?=(?:[A-Z]*\d){3})[A-HJ-NP-Z0-9]{4,5}[A-HJ-NP-Z0-9挂掛学學警港澳]?(?![A-Za-z0-9])"
)
ANNOUNCED = re.compile(
    r"(?:车牌|車牌|车号|車號|\b(?:licen[cs]e plate|number plate|plate|reg(?:istration)?)\b(?:\s(?:number|no\.?))?)"
    r"[^\n.。,，\d]{0,12}?(?<![A-Za-z0-9])"
    r"([A-Z]{2,3}-?\d{3,4}|\d{3,4}-?[A-Z]{2}|[A-Z]{2}\d{2}\s?[A-Z]{3}|[A-Z]\d{1,3}\s?[A-Z]{3}|\d[A-Z]{3}\d{3})(?![A-Za-z0-9])",
    re.IGNORECASE,
)


def find(text: str) -> Iterator[Span]:
    """Give each plate, dot and dash included."""
    for match in CHINA.finditer(text):
        yield Span(*match.span())
    for match in ANNOUNCED.finditer(text):
        yield Span(*match.span(1))


RECOGNISER = Recogniser(needs=re.compile(r"[A-Za-z][\s·•.-]?[A-Za-z]*\d|\d-?[A-Za-z]"), find=find)
