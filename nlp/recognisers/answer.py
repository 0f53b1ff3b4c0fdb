"""Personal data that only the question before gives away: "May I have your name?" - "John Smith"."""

import re
from collections.abc import Iterator

from data.records import Span

_NAME_ASKED = re.compile(
    r"(?:贵姓|貴姓|怎么称呼|怎麼稱呼|如何称呼|如何稱呼|(?:您|你|客户|收件人|联系人|聯絡人)的?(?:全名|姓名|名字|大名)|提供.{0,6}姓名"
    r"|\b(?:your|full|first|last|the) (?:full |first |last |sur)?name\b"
    r"|who am i (?:speaking|chatting) (?:to|with))[^.。!！\n]{0,40}[?？.。]?\s*$",
    re.IGNORECASE,
)
_NUMBER_ASKED = re.compile(
    r"(?P<PHONE>手机号|手機號|电话|電話|联系方式|聯絡方式"
    r"|\b(?:phone|mobile|contact|cell|callback) (?:number|no)\b)"
    r"|(?P<ORDER>订单号|訂單|单号|單號"
    r"|\b(?:order|booking|confirmation|reference|ticket|case|claim)\b.{0,10}\b(?:number|no|id|code)\b)"
    r"|(?P<ACCOUNT>卡号|卡號|账号|帳號|尾号|尾號|\b(?:account|card)\b.{0,16}\b(?:number|no|digits)\b)"
    r"|(?P<BIRTH>出生|生日|\b(?:date of birth|dob|birthday)\b)"
    r"|(?P<ID>身份证|身分證|身份證|护照|護照|\b(?:ssn|social security|passport|id) (?:number|no)?\b)",
    re.IGNORECASE,
)
#: The whole of a short answer that can be a name: one to three words, or two to four Chinese characters.
_NAME_GIVEN = re.compile(
    r"\s*(?:(?:it'?s|it is|sure,?|yes,?|ok,?|我?姓|叫|是)\s?)?"
    r"(?P<given>[A-Za-z][A-Za-z'’.-]{1,20}(?:\s[A-Za-z][A-Za-z'’.-]{0,20}){0,2}"
    r"|[\u4e00-\u9fff]{1,4}?)(?:先生|女士|小姐)?\s*[.。!！]?\s*",
    re.IGNORECASE,
)
_NUMBER_GIVEN = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{0,6}[-#]?\d(?:[A-Za-z0-9]|[ /.-](?=\w))*(?![A-Za-z0-9])")
_WORDS = """
yes no ok okay sure hello hi thanks thank you why what not sorry please wait one moment good fine great right done nope
yeah hey none 好 好的 是 是的 不是 没有 沒有 可以 不用 谢谢 謝謝 你好 您好 对 對 嗯 嗯嗯
等等 稍等 不知道 为什么 為什麼 什么 什麼
有 没 沒 在 人工
"""
_NO_NAME = frozenset(_WORDS.split())


def answers(question: str, text: str) -> Iterator[tuple[Span, str]]:
    """Give what `text` tells when the other side has just asked `question`, with the name of its placeholder."""
    question = question[-300:]
    name = _NAME_GIVEN.fullmatch(text) if _NAME_ASKED.search(question) else None
    if name and _NO_NAME.isdisjoint(name["given"].lower().split()):
        yield Span(*name.span("given")), "NAME"
    # The last thing asked for is what the answer tells.
    asked = next(reversed(list(_NUMBER_ASKED.finditer(question))), None)
    if asked and asked.lastgroup and len(text) <= 120:
        for given in _NUMBER_GIVEN.finditer(text):
            if sum(map(str.isdigit, given.group())) >= 4:
                yield Span(*given.span()), asked.lastgroup
