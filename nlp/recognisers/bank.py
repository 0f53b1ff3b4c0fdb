"""Bank cards by Luhn's check digit, IBANs by theirs, and account numbers after words that announce them."""

import re
from collections.abc import Iterator

from stdnum import iban, luhn

from data.records import Span
from nlp.recognisers.base import Recogniser, every

#: 13 to 19 digits, plain or in the groups that are printed on cards.
CARD_SHAPE = re.compile(
    r"(?<![\dA-Za-z.])(?<!\d[-+])(?:[2-6]\d{3}([ -]?)\d{4}\1\d{4}\1(?:\d{4}(?:\1\d{1,3})?|\d{1,3})"
    r"|3[47]\d{2}([ -]?)\d{6}\2\d{5}|62\d{14,17}|[2-6]\d{12,18})(?![\dA-Za-z])(?!\.\d)"
)
#: Diners, American Express, then Visa, Mastercard, JCB, Discover and UnionPay: first digits and length.
ISSUER = re.compile(
    r"3[068]\d{12}|3[47]\d{13}|4\d{15}|(?:5[0-8]|2[2-7]|35|6[0245])\d{14}|(?:62|5[0-8]|6[0-9])\d{15,17}|4\d{18}"
)
MASKED = re.compile(r"(?<![\d*])(?:\d{4,6}[ -]?)?[*xX•]{4}[ -]?(?:[*xX•]{4}[ -]?){1,3}\d{4}(?!\d)")
IBAN_SHAPE = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?(?![A-Za-z0-9])")
ACCOUNT = re.compile(
    r"(?:(?:银行|銀行)?(?:账号|帳號|账户|帳戶|卡号|卡號|开户账号)|尾号|尾號|末四码|末四碼|后四位|後四碼"
    r"|\b(?:account|acct|a/c|sort code|routing|card)(?:\s(?:number|no\.?|num|#|ending(?: in| with)?))"
    r"|\bcard ending(?: in| with)?)\s?(?:是|为|為|is|:|：|#)*\s?(\d(?:[\d -]{2,26})\d)(?![\dA-Za-z.]*[A-Za-z%])",
    re.IGNORECASE,
)


def find_cards(text: str) -> Iterator[Span]:
    """Give numbers of an issuer's form whose check digit is right, and numbers masked down to the last four digits."""
    for match in CARD_SHAPE.finditer(text):
        digits = re.sub(r"\D", "", match.group())
        if ISSUER.fullmatch(digits) and luhn.is_valid(digits) and len(set(digits)) > 1:
            yield Span(*match.span())
    for match in MASKED.finditer(text):
        yield Span(*match.span())


def find_ibans(text: str) -> Iterator[Span]:
    """Give numbers whose length and check digits are those of their country; text behind may look like a group."""
    for match in IBAN_SHAPE.finditer(text):
        start, end = match.span()
        while end - start >= 15:
            if iban.is_valid(text[start:end]):
                yield Span(start, end)
                break
            end -= 1


DIGITS = re.compile(r"\d{4}")
CARD = Recogniser(needs=re.compile(r"\d{4}[ -]?\d{4}|[*xX•]{4}"), find=find_cards)
IBAN = Recogniser(needs=re.compile(r"[A-Z]{2}\d{2} ?[A-Z0-9]{4}"), find=find_ibans)
ACCOUNT_NUMBER = Recogniser(needs=DIGITS, find=every(ACCOUNT, 1))
