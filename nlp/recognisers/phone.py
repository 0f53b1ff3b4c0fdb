"""Telephone numbers of China, Taiwan, Hong Kong, Singapore, Britain, the USA, and international ones."""

import re
from collections.abc import Iterator

import phonenumbers

from data.records import Span
from nlp.recognisers.base import Recogniser

EDGE = r"(?<![A-Za-z0-9_+#$€£¥.\-/*])"
END = r"(?![A-Za-z0-9_*])(?!\.\d)(?!-\d)"
EXTENSION = r"(?:\s?(?:ext\.?|extension|x|转|轉|分机|分機|#)\s?\d{1,6}(?!\d))?"

#: The forms in which numbers are written, and the regions they may belong to. phonenumbers judges the rest.
SHAPES: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), regions)
    for pattern, regions in (
        (
            r"(?<![A-Za-z0-9_+])(?:\+|00)[1-9]\d{0,3}[ .()-]{0,3}(?:\d[ .()-]{0,2}){6,13}\d(?![A-Za-z0-9_*])"
            + EXTENSION,
            ("ZZ",),
        ),
        (r"(?<![\d.*-])(?<![A-Za-z])1[3-9]\d([ .-]?)\d{4}\1\d{4}(?!\d)(?!\.\d)(?![A-Za-z-]\w)", ("CN",)),
        (r"(?<![\d.*-])(?<![A-Za-z])(?:\+?86[ -]?)1[3-9]\d([ .-]?)\d{4}\1\d{4}(?!\d)", ("CN",)),
        (EDGE + r"\(?0\d{2,3}\)?[ -]?[2-9]\d{2,3}[ -]?\d{4}" + END + EXTENSION, ("CN",)),
        (EDGE + r"[48]00[ -]?\d{3,4}[ -]?\d{3,4}" + END, ("CN",)),
        (r"(?<![\d.*-])(?<![A-Za-z])09\d{2}[ -]?\d{3}[ -]?\d{3}(?!\d)(?!-\d)", ("TW",)),
        (EDGE + r"\(?0[2-8]\d{0,2}\)?[ -]?\d{3,4}[ -]?\d{4}" + END + EXTENSION, ("TW",)),
        (EDGE + r"0800[ -]?\d{3}[ -]?\d{3}" + END, ("TW", "GB")),
        (EDGE + r"\(?0\d{2,4}\)?[ -]?\d{3,4}[ -]?\d{3,6}" + END + EXTENSION, ("GB",)),
        (EDGE + r"0\d{4} ?\d{3} ?\d{3}" + END, ("GB",)),
        (EDGE + r"(?:1[ .-]?)?\([2-9]\d{2}\) ?\d{3}[ .-]?\d{4}" + END + EXTENSION, ("US",)),
        (EDGE + r"(?:1[ .-])?[2-9]\d{2}([ .-])\d{3}\1\d{4}" + END + EXTENSION, ("US",)),
        (EDGE + r"1?-?8(?:00|33|44|55|66|77|88)-?\d{3}-?\d{4}" + END, ("US",)),
        (
            EDGE
            + r"(?!(?:19|20)\d{2}[ -](?:19|20)\d{2})(?<!\d[ -])[5689]\d{3}[ -](?!\d000)\d{4}(?![ -]?\d)(?![A-Za-z])",
            ("HK", "SG"),
        ),
    )
)
#: After one of these, any number that is a number somewhere is one.
ANNOUNCED = re.compile(
    r"(?:电话|電話|手机|手機|联系方式|聯絡方式|致电|致電|热线|熱線|座机|市话|分机|专线|專線|(?<![票单單证證卡递遞流照牌位间間])(?:号码|號碼)|打给|打給|电联"
    r"|whats ?app|传真|傳真"
    r"|\b(?:tel|telephone|phone|mobile|cell|cellphone|call(?: me| us| back)?(?: at| on)?|text(?: me)?(?: at| on)"
    r"|reach me(?: at| on)|fax|contact)\b\.?(?:\s(?:number|no\.?|num|#))?)"
    r"\s?(?:是|为|為|is|at|on|:|：|#|=)*\s?(?P<number>\+?\(?\d[\d ().-]{5,17}\d)(?![A-Za-z0-9_%])(?!\.\d)",
    re.IGNORECASE,
)
MASKED = re.compile(r"(?<![\d*])(?:1[3-9]\d|09\d{2})[ -]?[*xX]{3,4}[ -]?\d{3,4}(?![\d*])")
SPOKEN = re.compile(
    r"(?<![零〇一二三四五六七八九幺两])[一幺][ -]?[三四五六七八九](?:[ -]?[零〇一二三四五六七八九幺]){9}"
    r"(?![零〇一二三四五六七八九幺百千万])"
)
#: A number after one of these is an order, a price or a model, whatever it looks like.
NOT_BEHIND = re.compile(
    r"(?:订单|訂單|单号|單號|编号|編號|型号|型號|货号|貨號|条码|条形码|商品id|isbn|order|tracking|invoice|model|sku|item"
    r"|ref|ticket|case|version|part)\s?(?:号|號|number|no\.?|id|code|#)?\s?(?:是|is|:|：|#)*\s?$"
    r"|[$€£¥￥]\s?$|NT\$?\s?$|版本\s?$",
    re.IGNORECASE,
)
AMOUNT = re.compile(r"\s?(?:元|块錢|块|塊|%|rmb|usd|dollars|yuan|mah|kg|mm|gb)", re.IGNORECASE)
DATE = re.compile(
    r"(?:19|20)\d{2}[-./ ](?:0?[1-9]|1[0-2])[-./ ](?:[0-2]?\d|3[01])(?!\d)|\d{1,2}[-./]\d{1,2}[-./](?:19|20)\d{2}"
)


def find(text: str) -> Iterator[Span]:
    """Give each number that phonenumbers takes for one of the region its form belongs to."""
    for pattern, regions in SHAPES:
        for match in pattern.finditer(text):
            if valid(match.group(), regions) and fits(text, *match.span()):
                yield Span(*match.span())
    for match in ANNOUNCED.finditer(text):
        start, end = match.span("number")
        number = match["number"]
        digits = sum(map(str.isdigit, number))
        local = 7 <= digits <= 8 and re.fullmatch(r"\d{3,4}[ -]?\d{4}", number)
        if digits > 15 or DATE.match(number) or AMOUNT.match(text, end):
            continue
        if local or valid(number, ("CN", "TW", "HK", "SG", "GB", "US")):
            yield Span(start, end)
    for pattern in (MASKED, SPOKEN):
        for match in pattern.finditer(text):
            yield Span(*match.span())


def valid(number: str, regions: tuple[str, ...]) -> bool:
    """Whether `number` can be dialled in one of `regions` ("ZZ": it carries its own country code)."""
    # phonenumbers knows "ext." but neither 转 nor 分機: the extension has no say in whether a number is one.
    main = re.sub(r"^00", "+", re.split(r"\s?[^\d+() .-]", number, maxsplit=1)[0])
    for region in regions:
        try:
            parsed = phonenumbers.parse(main, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(parsed):
            return True
    return False


def fits(text: str, start: int, end: int) -> bool:
    """Whether the words around leave it a telephone number, and it is not a date."""
    return not (
        NOT_BEHIND.search(text[max(0, start - 24) : start]) or AMOUNT.match(text, end) or DATE.match(text, start)
    )


CUE = re.compile(
    r"\d{2,4}[ .()-]{0,2}\d{3,4}|(?:\d[ .-]){6}|\d[*xX]{3}"
    r"|[一幺][ -]?[三四五六七八九][ -]?[零〇一二三四五六七八九幺]{2}"
)
RECOGNISER = Recogniser(needs=CUE, find=find)
