"""Numbers of identity cards and passports: by their check digit, or after words that announce them."""

import re
from collections.abc import Iterator

from stdnum.cn import ric
from stdnum.us import ssn

from data.records import Span
from nlp.recognisers.base import Recogniser

CHINA = re.compile(r"(?<![\dA-Za-z])\d{6}[ -]?\d{8}[ -]?\d{3}[\dXx](?![\dA-Za-z])")
TAIWAN = re.compile(r"(?<![A-Za-z0-9])[A-Z][1289A-D]\d{8}(?![A-Za-z0-9])")
HONG_KONG = re.compile(r"(?<![A-Za-z0-9])[A-Z]{1,2}\d{6}\s?\([0-9A]\)")
SINGAPORE = re.compile(r"(?<![A-Za-z0-9])[STFGM]\d{7}[A-Z](?![A-Za-z0-9])")
AMERICA = re.compile(r"(?<![\dA-Za-z-])\d{3}-\d{2}-\d{4}(?![\dA-Za-z-])")
ANNOUNCED = re.compile(
    r"(?:身份证|身份證|身分證|身分证|护照|護照|居住证|居留證|统一编号|通行证|通行證|台胞证|台胞證|回乡证"
    r"|\b(?:passport|HKID|NRIC|FIN|national id|identity card|id card|social security|SSN))"
    r"(?:号码|號碼|号|號|字號|字号|\s?(?:number|no\.?|num|#))?\s?(?:是|为|為|is|:|：|#)*\s?"
    r"((?=[A-Za-z]{0,2}[\d(])[A-Z]{0,2}\d[\dA-Z()-]{5,18}[\dA-Za-z)*]|\d{3,6}\*{4,12}[\dXx]{2,4})",
    re.IGNORECASE,
)
#: The number that each first letter of a Taiwanese id stands for.
_LETTERS = {letter: number for number, letter in enumerate("ABCDEFGHJKLMNPQRSTUVXYWZIO", start=10)}


def find(text: str) -> Iterator[Span]:
    """Give numbers with a right check digit in the forms of China, Taiwan, Hong Kong, Singapore and the USA."""
    for pattern, valid in CHECKS:
        for match in pattern.finditer(text):
            if valid(re.sub(r"[\s()-]", "", match.group())):
                yield Span(*match.span())
    for match in ANNOUNCED.finditer(text):
        yield Span(*match.span(1))


def taiwanese(number: str) -> bool:
    """Whether the check digit of a Taiwanese id or residence number (letter, then nine) is right.

    Source of the weights: Ministry of the Interior, form of the national identification number.
    """
    first = _LETTERS[number[0]]
    second = _LETTERS[number[1]] % 10 if number[1].isalpha() else int(number[1])
    digits = [first // 10, first % 10, second, *map(int, number[2:])]
    weights = (1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1)
    return sum(digit * weight for digit, weight in zip(digits, weights, strict=True)) % 10 == 0


def hong_kong(number: str) -> bool:
    """Whether the check digit of a Hong Kong identity card (one or two letters, six digits, check) is right."""
    padded = number.rjust(9)
    values = [36 if char == " " else int(char, 36) for char in padded]
    return sum(value * weight for value, weight in zip(values, range(9, 0, -1), strict=True)) % 11 == 0


def singaporean(number: str) -> bool:
    """Whether the check letter of a Singaporean NRIC or FIN is right. Source: ICA's algorithm as published by users."""
    total = sum(int(d) * w for d, w in zip(number[1:8], (2, 7, 6, 5, 4, 3, 2), strict=True))
    total += {"T": 4, "G": 4, "M": 3}.get(number[0], 0)
    letters = {"S": "JZIHGFEDCBA", "T": "JZIHGFEDCBA", "F": "XWUTRQPNMLK", "G": "XWUTRQPNMLK", "M": "XWUTRQPNJLK"}
    index = total % 11 if number[0] != "M" else 10 - total % 11
    return letters[number[0]][index] == number[8]


CHECKS = (
    (CHINA, ric.is_valid),
    (TAIWAN, taiwanese),
    (HONG_KONG, hong_kong),
    (SINGAPORE, singaporean),
    (AMERICA, ssn.is_valid),
)
RECOGNISER = Recogniser(needs=re.compile(r"\d{6}|\d{3}-\d{2}-\d{4}|\d\*{4}"), find=find)
