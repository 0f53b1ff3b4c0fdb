"""Order, ticket and waybill numbers: by the carrier's or shop's prefix, or after words that announce them."""

import re
from collections.abc import Iterator

from data.records import Span
from nlp.recognisers.base import Recogniser

#: SF Express, YTO, JD, ZTO, STO, Yunda, J&T, Deppon, Best, UPS, Amazon, Cainiao, postal services (UPU S10).
WAYBILL_SHAPE = re.compile(
    r"(?<![A-Za-z0-9])(?:SF\s?\d{12,15}|YT\s?\d{13,16}|JD[A-Z]{0,2}\d{10,15}(?:-\d+){0,3}|ZTO\s?\d{10,14}|STO?\s?\d{12,13}"
    r"|YD\s?\d{12,15}|JT\s?\d{12,15}|DPK?\s?\d{9,14}|BEST\s?\d{10,14}|TBA\d{12}|LP\d{14,17}"
    r"|1Z\s?[0-9A-Z]{3}\s?[0-9A-Z]{3}\s?[0-9A-Z]{2}\s?\d{4}\s?\d{4}|[A-Z]{2}\s?\d{3}\s?\d{3}\s?\d{3}\s?[A-Z]{2})"
    r"(?![A-Za-z0-9])"
)
WAYBILL_CUE = (
    r"(?:(?:运单|運單|快递单|快遞單|物流单|物流單|托运单|托運單|宅配單|货运单|貨運單|包裹)(?:号码|號碼|编号|編號|号|號)?"
    r"|追[踪蹤](?:碼|编?号)|(?:快递|快遞|物流|查件|追蹤)(?:单?号|單?號|号码|號碼)"
    r"|\b(?:tracking|waybill|awb|consignment|shipment|parcel)\b(?:\s(?:number|no\.?|num|code|id|#))?)"
)
ORDER_SHAPE = re.compile(
    r"(?<![A-Za-z0-9])(?:SB|BC|PO|SO|ORD|INV|TT|RMA)[-#]?\s?\d{8,14}(?![A-Za-z0-9])"
    r"|(?<![\dA-Za-z.])\d{15,28}(?![\dA-Za-z]|\.\d)"
)
ORDER_CUE = (
    r"(?:(?:订单|訂單|定单|定單|单据|單據|工单|工單|案件|申诉|投诉|受理|发票|發票|预订|預訂|订位|訂位|订房|訂房|退款|退货|退貨"
    r"|流水|交易|参考|會員|会员|客户|客戶|保单|保單|票)(?:号码|號碼|编号|編號|号|號|代码|代號)"
    r"|(?<![简菜保账帳名清品])(?:单号|單號|编号|編號)|订单|訂單"
    r"|\b(?:order|purchase|case|ticket|booking|reservation|confirmation|reference|ref|invoice|claim|incident|complaint"
    r"|transaction|member(?:ship)?|customer|policy|record locator|pnr)\b"
    r"(?:\s(?:number|no\.?|num|code|id|ref(?:erence)?)|\s?#)?)"
)
#: What may stand between the word and the number.
LINK = r"\s?(?:是|为|為|is|was|:|：|#|№|no\.?|=|\(|（|“|\"|的)*\s?"
NUMBER = (
    r"(?P<number>[A-Za-z]{0,6}[-#]?\d[A-Za-z0-9]*(?:-[A-Za-z0-9]+)*|[A-Za-z]{1,5}\d[A-Za-z0-9]*)(?![A-Za-z0-9])(?!\.\d)"
)
WAYBILL_ANNOUNCED = re.compile(f"(?P<cue>{WAYBILL_CUE}){LINK}{NUMBER}", re.IGNORECASE)
ORDER_ANNOUNCED = re.compile(f"(?P<cue>{ORDER_CUE}){LINK}{NUMBER}", re.IGNORECASE)
LOCATOR = re.compile(
    r"\b(?:confirmation|booking|reservation|record locator|pnr|ref(?:erence)?)\b"
    r"(?:\s(?:number|no\.?|code|#))?\s?(?:is|:|#)*\s?(?-i:(?P<number>(?=[A-Z]*\d)[A-Z0-9]{6}))(?![A-Za-z0-9])",
    re.IGNORECASE,
)
#: Dates, times and amounts that stand where a number might.
NO_NUMBER = re.compile(
    r"(?:19|20)\d{2}[-/.]?(?:[01]?\d(?:[-/.]?[0-3]?\d)?)?$|\d{1,2}-\d{1,2}(?:-\d{2,4})?$"
    r"|\d+(?:st|nd|rd|th|am|pm|k|hrs?|mins?|days?|x|gb)$",
    re.IGNORECASE,
)
UNIT = re.compile(
    r"\s?(?:元|块|塊|钱|錢|件|个|個|天|日|月|年|分|小时|小時|点|點|次|份|位|%"
    r"|rmb|yuan|dollars?|usd|gbp|pounds?|items?|pieces?|pcs|units?|days?|hours?|minutes?|times|people)",
    re.IGNORECASE,
)
SAYS_NUMBER = re.compile(r"号|號|碼|码|number|\bno\b|num|code|\bid\b|#|locator|pnr|awb|tracking", re.IGNORECASE)


def find_waybills(text: str) -> Iterator[Span]:
    """Give numbers in a carrier's form and numbers announced as a carrier's."""
    for match in WAYBILL_SHAPE.finditer(text):
        yield Span(*match.span())
    yield from _announced(WAYBILL_ANNOUNCED, text)


def find_orders(text: str) -> Iterator[Span]:
    """Give numbers in a shop's form, announced numbers, and any run of 15 digits or more, which nothing else has."""
    for match in ORDER_SHAPE.finditer(text):
        yield Span(*match.span())
    yield from _announced(ORDER_ANNOUNCED, text)
    for match in LOCATOR.finditer(text):
        yield Span(*match.span("number"))


def _announced(pattern: re.Pattern[str], text: str) -> Iterator[Span]:
    for match in pattern.finditer(text):
        start, end = match.span("number")
        number = match["number"]
        digits = sum(map(str.isdigit, number))
        # "order 20000 pieces" says how many, "order no. 20000" says which.
        least = 4 if SAYS_NUMBER.search(text, match.start(), start) else 6
        if digits >= least and not NO_NUMBER.match(number) and not UNIT.match(text, end):
            yield Span(start, end)


WAYBILL = Recogniser(needs=re.compile(r"\d{4}|1Z"), find=find_waybills)
ORDER = Recogniser(needs=re.compile(r"\d[A-Za-z0-9-]{3}|\d[A-Z]|[A-Z]\d"), find=find_orders)
