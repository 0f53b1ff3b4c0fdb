"""Drop what a mail carries besides the customer's words: quoted mails, signatures, machine translations."""

import re
from collections.abc import Iterator

from nlp.edits import Edit, Edited, edit

MONTHLIKE = r"(?:\d|mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"

#: A line that introduces a quoted mail.
ATTRIBUTION = re.compile(
    rf"\s*>?\s*(?:on\s+{MONTHLIKE}.{{5,200}}\bwrote\s?[:：]"
    r"|.{1,120}<[^<>@\s]{1,64}@[^<>@\s]{1,128}>\s*(?:wrote|写道|寫道|於.{5,60}寫道|于.{5,60}写道)\s?[:：]?"
    r"|[在於于]\s?\d{2,4}\s?[年/.-].{3,200}(?:写道|寫道)\s?[:：]?"
    r"|.{1,80}[於于]\s?\d{2,4}\s?[年/.-].{3,120}(?:写道|寫道)\s?[:：]?)\s*",
    re.IGNORECASE,
)
#: A line after which nothing is the writer's.
DIVIDER = re.compile(
    r"\s*(?:[-_—]{2,}\s*(?:original\s(?:message|mail)|forwarded\s(?:message|by.{0,60})|原始邮件|原始郵件|原邮件|原郵件|邮件原件"
    r"|转发的邮件|轉寄的郵件|回复的原邮件|原始訊息|原始信息)\s*[-_—]{2,}|begin forwarded message\s?[:：])\s*",
    re.IGNORECASE,
)
HEADER = re.compile(r"\s*(?:\*{0,2})(?:from|发件人|發件人|寄件者|寄件人)\*{0,2}\s?[:：]\s*\S.*", re.IGNORECASE)
HEADER_BELOW = re.compile(
    r"\s*(?:\*{0,2})(?:sent|date|to|subject|发送时间|发送日期|發送時間|日期|时间|收件人|收件者"
    r"|主题|主題|主旨"
    r"|寄件日期|已傳送)\*{0,2}\s?[:：]",
    re.IGNORECASE,
)
DEVICE = re.compile(
    r"\s*(?:(?:sent|envoyé) (?:from|via) (?:my|the)?\s?[\w .+'-]{2,40}|get outlook for \w+.{0,40}|sent with .{2,30}"
    r"|(?:发|發|寄|傳送)自(?:我的|my)?\s?[\w .+-]{2,30}"
    r"|[从從](?:我的)?\s?[\w .+-]{2,30}(?:[传傳]送|发送|發送|寄出|上傳送)"
    r"|来自我的\s?[\w .+-]{2,30}|[来來]自\s?(?:QQ邮箱|网易邮箱\w*|\w{2,8}邮箱\w{0,3}))[.。]?\s*",
    re.IGNORECASE,
)
DELIMITER = re.compile(r"--\s?")
CLOSING = re.compile(
    r"\s*(?:(?:best|kind|warm|warmest|kindest|with kind|with best)?\s?regards|yours (?:truly|sincerely|faithfully)"
    r"|sincerely(?: yours)?|respectfully|best wishes|all the best|cheers|best"
    r"|thanks(?: again| so much| in advance)?|thank you|many thanks"
    r"|此致|敬礼|敬禮|祝好|顺祝商祺|順頌商祺|顺颂商祺|敬上|谨上|謹上|致敬)\s?[,.!，。！]?\s*",
    re.IGNORECASE,
)
#: A name, a role, a phone: what stands under a closing. Anything that looks like a sentence is the customer's.
UNDER_CLOSING = re.compile(
    r"\s*(?:[A-Z][\w.'’-]{0,20}(?:\s[A-Z][\w.'’-]{0,20}){0,4},?|[\u4e00-\u9fff·]{2,6}(?:敬上|谨上|謹上|敬礼|敬禮)?"
    r"|敬[礼禮][!！]?|[\w.+-]{1,40}@[\w.-]{3,60}|(?:tel|phone|mobile|电话|電話|手机|手機)?[.:： ]*\+?[\d ()-]{7,20}|https?://\S{3,120}|www\.\S{3,80})\s*"
)
NOTE = re.compile(
    r"[(（]\s?(?:(?P<translated>translated by google|由\s?google\s?(?:提供)?(?:翻譯|翻译|的翻譯|的翻译)"
    r"|google\s?(?:翻譯|翻译))|(?P<original>original|原始評論|原始评论|原文))\s?[)）]",
    re.IGNORECASE,
)


def drop_translation(text: str) -> Edited:
    """Return `text` without what Google translated, keeping the words as written; alone, only the note goes."""
    notes = list(NOTE.finditer(text))
    translated = next((note for note in notes if note["translated"]), None)
    if translated is None:
        return Edited(text)
    original = next((note for note in notes if note["original"] and note.start() > translated.end()), None)
    if original and text[original.end() :].strip():
        return edit(text, [Edit(translated.start(), original.end(), "")])
    if text[: translated.start()].strip():
        return edit(text, [Edit(translated.start(), len(text), "")])
    return edit(text, [Edit(translated.start(), translated.end(), "")])


def drop_quotes(text: str) -> Edited:
    """Return `text` without quoted mails and signatures; a text that is nothing else comes back whole."""
    if "\n" not in text:
        return Edited(text)
    lines = list(_lines(text))
    edits = [Edit(start, end, "") for start, end in _foreign(text, lines)]
    result = edit(text, edits)
    return result if result.text.strip() else Edited(text)


def _lines(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    while start <= len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        yield start, end
        start = end + 1


def _foreign(text: str, lines: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield the stretches, whole lines, that the writer did not write for us."""
    spoken = own = False
    index = 0
    while index < len(lines):
        start, end = lines[index]
        line = text[start : min(end, start + 400)]
        if spoken and (_opens_quote(text, lines, index, line) or _opens_signature(lines, index, line)):
            if ATTRIBUTION.fullmatch(line) and _quoted(text, lines, index + 1):
                yield start, end  # the quoted lines below go one by one, what was written between them stays
            else:
                yield start, len(text)
                return
        elif line.lstrip().startswith(">"):
            above = text[lines[index - 1][0] : lines[index - 1][1]][:400] if index else ""
            if not above.lstrip().startswith(">"):
                own = _heads_list(above)
            if not own:
                yield start, end
        elif DEVICE.fullmatch(line):
            yield start, end
        elif spoken and CLOSING.fullmatch(line) and (last := _signature_end(text, lines, index)) > index:
            yield lines[index + 1][0], lines[last][1]
            index = last
        else:
            spoken = spoken or any(map(str.isalnum, line))
        index += 1


def _opens_quote(text: str, lines: list[tuple[int, int]], index: int, line: str) -> bool:
    if ATTRIBUTION.fullmatch(line) or DIVIDER.fullmatch(line):
        return True
    below = "\n".join(text[start : min(end, start + 200)] for start, end in lines[index + 1 : index + 4])
    if HEADER.fullmatch(line):
        return any(map(HEADER_BELOW.match, below.split("\n")))
    # Mail programs wrap a long attribution: "On Mon, Jan 5 ...\n<a@b.com> wrote:".
    return line[:3].lower() == "on " and bool(ATTRIBUTION.fullmatch(line + " " + below.split("\n", 1)[0]))


def _quoted(text: str, lines: list[tuple[int, int]], index: int) -> bool:
    for start, end in lines[index : index + 3]:
        line = text[start : min(end, start + 20)].strip()
        if line:
            return line.startswith(">")
    return False


def _heads_list(above: str) -> bool:
    """Whether lines with ">" below this one are the customer's own list ("My problems:"), not a quotation."""
    return above.rstrip().endswith((":", "：")) and not ATTRIBUTION.fullmatch(above)


def _opens_signature(lines: list[tuple[int, int]], index: int, line: str) -> bool:
    return DELIMITER.fullmatch(line) is not None and len(lines) - index <= 12


def _signature_end(text: str, lines: list[tuple[int, int]], index: int) -> int:
    """Return the last line of the names and numbers under a closing, if they end the text; else `index`."""
    below = lines[index + 1 :]
    if len(below) > 8:
        return index
    for start, end in below:
        line = text[start : min(end, start + 200)]
        if line.strip() and not UNDER_CLOSING.fullmatch(line) and not DEVICE.fullmatch(line):
            return index
    return len(lines) - 1
