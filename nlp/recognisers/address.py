"""Postal addresses: Chinese ones around a house number, English ones around a street, and British postcodes."""

import re
from collections.abc import Iterator

from data.records import Span
from nlp.recognisers.base import Recogniser

_HAN = r"\u4e00-\u9fff"
#: The heart of a Chinese address: a street with a house number, or a building with a door.
STREET = re.compile(
    r"(?<![这這那条條上半两兩整同各每有出走思网網套])(?:路|街|大道|胡同|(?<=[路街道])[一二三四五六七八九十\d]段|巷|弄|(?<![知渠频頻通轨軌味报報管赛街大楼樓隧地])道)"
    r"\s?(?:[一二三四五六七八九十\d]{1,3}\s?段\s?)?(?:\d{1,4}\s?巷\s?)?(?:\d{1,4}\s?弄\s?)?"
    r"\d{1,5}(?:[-之]\d{1,4})?\s?(?:号|號|弄|巷)(?![线線店文])"
)
BUILDING = re.compile(
    r"(?:\d{1,4}|[A-Za-z])\s?(?:号楼|號樓|栋|棟|幢|座|单元|單元|楼|樓)\s?(?:\d{1,3}\s?(?:单元|單元|门)\s?)?"
    r"(?:\d{1,3}\s?(?:楼|樓|层|層)\s?)?\d{2,5}\s?(?:室|房间|房|号|號|户)(?![线線])"
)
#: What may follow the heart: block, entrance, floor, door, or the name of the building before them.
BEHIND = re.compile(
    rf"(?:\s?(?:[{_HAN}]{{2,8}}(?:小区|花园|公寓|大厦|大廈|广场|廣場|苑|村|社区|家园)?)?"
    r"\s?(?:\d{1,4}|[A-Za-z])\s?(?:号楼|號樓|栋|棟|幢|座|单元|單元|楼|樓|层|層|室|房|号|號|[Ff])(?:之\s?\d{1,3})?)"
)
#: What may stand before it: province, city, district, town, village, estate and the name of the street.
BEFORE = re.compile(
    rf"(?:[{_HAN}]{{2,6}}?(?:省|自治区|特别行政区|特別行政區)\s?)?(?:[{_HAN}]{{2,6}}?[市州盟]\s?)?"
    rf"(?:[{_HAN}]{{1,7}}?(?:区|區|县|縣|旗|市)\s?)?(?:[{_HAN}]{{1,6}}?(?:镇|鎮|乡|鄉|街道|里)\s?)?"
    rf"(?:[{_HAN}\d]{{1,8}}?(?:村|小区|社区|社區|花园|公寓|苑|园|新村|城|府|大厦|广场)\s?)?[{_HAN}\d]{{1,6}}$"
)
#: Words that lead up to an address and are not part of its first name.
LEAD = re.compile(
    r".*(?:收货地址|收貨地址|地址|住址|我家|我们家|公司|门店|店|快递|包裹|送到|寄到|寄往|发到|發到|送去|送往|位于|位於"
    r"|在|住|有|到|是|给|給|往|至|于|於|从|從|去|来|來|的|了|和|跟|把|说|說)(?=.)",
    re.DOTALL,
)
_KINDS = """
Street St Road Rd Avenue Ave Lane Ln Drive Dr Boulevard Blvd Close Court Ct Way Place Pl Terrace Crescent Square Sq
Highway Hwy Parkway Pkwy Gardens Grove Mews Row Walk Hill Circle Cir Trail Loop
"""
_KIND = f"(?:{'|'.join(_KINDS.split())})"
POSTCODE = r"(?:[A-Z]{1,2}\d[A-Z\d]?\s?\d[ABD-HJLNP-UW-Z]{2})"
_REST = (
    r"(?:,?\s(?:Apt|Apartment|Suite|Ste|Unit|Flat|Floor|Fl|Room|#)\.?\s?#?\w{1,6})?"
    r"(?:,\s?[A-Z][A-Za-z.'-]+(?:\s[A-Z][A-Za-z.'-]+){0,2}){0,3}"
    rf"(?:,?\s?(?:{POSTCODE}|Singapore\s\d{{6}}|(?:[A-Z]{{2}}\s)?\d{{5}}(?:-\d{{4}})?))?(?![A-Za-z0-9])"
)
ENGLISH = re.compile(
    r"(?<![A-Za-z0-9_$£€.,-])(?:(?:Flat|Apt|Apartment|Unit|Suite|Room|House)\s?#?\w{1,5},?\s)?"
    r"\d{1,5}[A-Za-z]?(?:-\d{1,5})?,?\s"
    r"(?:(?:[NSEW]\.?|North|South|East|West|\d{1,3}(?:st|nd|rd|th)|[A-Z][a-z'’]+|St\.?)\s){0,3}"
    rf"(?:[A-Z][a-z'’]+|\d{{1,3}}(?:st|nd|rd|th))\s{_KIND}(?![A-Za-z])\.?{_REST}"
)
#: Written without capitals it needs a postcode behind it.
LOWER = re.compile(
    rf"(?<![A-Za-z0-9_$£€.,-])\d{{1,5}}[a-z]?\s(?:[a-z'’]+\s){{1,3}}{_KIND}\b.{{0,40}}?\s{POSTCODE}(?![A-Za-z0-9])",
    re.IGNORECASE,
)
POSTCODE_ALONE = re.compile(r"(?<![A-Za-z0-9])(?:[A-PR-UWYZ][A-HK-Y]?\d[A-Z\d]?)\s\d[ABD-HJLNP-UW-Z]{2}(?![A-Za-z0-9])")
PO_BOX = re.compile(r"\bP\.?\s?O\.?\s?Box\s\d{1,6}(?!\d)", re.IGNORECASE)


def find(text: str) -> Iterator[Span]:
    """Give addresses with all of their parts that stand side by side."""
    for heart in (STREET, BUILDING):
        for match in heart.finditer(text):
            yield Span(_begin(text, match.start(), heart is STREET), _end(text, match.end()))
    for pattern in (ENGLISH, LOWER, POSTCODE_ALONE, PO_BOX):
        for match in pattern.finditer(text):
            yield Span(match.start(), match.start() + len(match.group().rstrip(" ,.")))


def _begin(text: str, heart: int, named: bool) -> int:
    window = re.split(rf"[^{_HAN}\d\s]|\n", text[max(0, heart - 36) : heart])[-1]
    lead = LEAD.match(window)
    window = window[lead.end() :] if lead and lead.end() < len(window) else window
    before = BEFORE.search(window) if window else None
    if before is None:
        return heart
    begin = heart - len(before.group().lstrip())
    # A building without a street in front may follow any words: take those that name a place, else nothing.
    return begin if named or re.search(r"[省市区區县縣镇鎮村园苑寓厦廈城府里]", before.group()) else heart


def _end(text: str, end: int) -> int:
    for _ in range(5):
        match = BEHIND.match(text, end)
        if match is None:
            break
        end = match.end()
    return end


CUE = re.compile(
    r"\d\s?(?:号|號|弄|巷|栋|棟|幢|座|单元|單元|室|房|楼|樓)|[A-Za-z] ?[栋棟幢座]|\d\S{0,3}\s[A-Za-z]"
    r"|[A-Z]\d[A-Z\d]?\s\d[A-Z]|[Bb]ox \d"
)
RECOGNISER = Recogniser(needs=CUE, find=find)
