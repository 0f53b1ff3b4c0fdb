"""Names in chat systems (WeChat, QQ, LINE, WhatsApp ...) after words that announce them."""

import re
from collections.abc import Iterator

from data.records import Span
from nlp.recognisers.base import Recogniser

WECHAT = re.compile(
    r"(?:微信|薇信|威信|(?<=加)v(?![A-Za-z])|(?<![A-Za-z])(?:we ?chat|weixin|vx|wx|v信)(?![A-Za-z]))"
    r"\s?(?:号码|号|號|帐号|账号|帳號|id)?\s?(?:是|为|為|叫|:|：|is|=)*\s?"
    r"(?P<id>(?-i:[A-Za-z])[A-Za-z0-9_-]{5,19}|\d{6,11})(?![A-Za-z0-9])",
    re.IGNORECASE,
)
QQ = re.compile(
    r"(?<![A-Za-z])(?:qq|扣扣|企鹅)\s?(?:号码|号|號|群|id)*\s?(?:是|为|為|:|：|is|=)*\s?(?P<id>[1-9]\d{4,10})(?!\d)",
    re.IGNORECASE,
)
OTHERS = re.compile(
    r"(?<![A-Za-z])(?:(?-i:LINE|Line|賴|赖)|line(?=\s?id)|telegram|whats ?app|skype|snapchat|instagram|抖音|小红书"
    r"|小紅書|微博|(?-i:IG|TG))"
    r"\s?(?:号|號|id|帐号|账号|帳號|handle|username)?\s?(?:(?:是|为|為|:|：|is|=|@)\s?)+"
    r"(?P<id>[A-Za-z0-9][A-Za-z0-9_.-]{3,29})(?![A-Za-z0-9])",
    re.IGNORECASE,
)
LINK = re.compile(r"[号號是为為叫:：=@]|\bis\b|\bid\b|[加+]\s?(?:我|个|個)?\s?(?:微信|薇信|v|wx)", re.IGNORECASE)


def find(text: str) -> Iterator[Span]:
    """Give each id: a link word must stand between, or the id must hold a digit, so "微信iPhone" is none."""
    for match in WECHAT.finditer(text):
        start, end = match.span("id")
        linked = LINK.search(text, max(0, match.start() - 3), start) is not None
        shown = text[match.start() : start].rstrip()[-1:] in set("号號:：=dD")
        if re.search(r"\d", match["id"]) or (linked and (shown or "_" in match["id"])):
            yield Span(start, end)
    for match in QQ.finditer(text):
        yield Span(*match.span("id"))
    for match in OTHERS.finditer(text):
        start, given = match.start("id"), match["id"].rstrip(".-")
        if re.search(r"[\d_.]", given) or text[match.start() : start].rstrip()[-1:] in set(":："):
            yield Span(start, start + len(given))


CUE = re.compile(
    r"微信|薇信|威信|加v|we ?chat|weixin|vx|wx|v信|qq|扣扣|企鹅|line|賴|赖|telegram|whats|skype|snapchat|instagram|抖音"
    r"|小红书|小紅書|微博|IG|TG",
    re.IGNORECASE,
)
RECOGNISER = Recogniser(needs=CUE, find=find)
