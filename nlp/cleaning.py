"""Take out what hides the customer's words: markup, quoted mail, invisible characters, letters held down."""

import re

from nlp.edits import Edit, Edited, edit
from nlp.mail import drop_quotes, drop_translation
from nlp.markup import strip_markup

#: A text without any of these is clean as it is (nine in ten are), so one search decides.
SUSPECT = re.compile(
    r"[<>&\t\r\n\x00-\x08\x0b-\x1f\x7f-\xa0\xad\u061c\u115f\u1160\u180e\u2000-\u200f\u2028-\u202f\u2060-\u206f\u3000\u3164"
    r"\ud800-\udfff\ufeff\uff01-\uff5e\ufff9-\ufffc]|^\s|\s$|  |[Gg]oogle|GOOGLE|(.)\1{3}|([^\W\d_]{2,4}?)\2{3}"
)
#: Full-width letters and digits, and the marks that mail addresses and numbers need; Chinese punctuation stays.
WIDTH = {code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}
WIDTH |= {
    ord("＠"): "@",
    ord("＋"): "+",
    ord("．"): ".",
    ord("－"): "-",
    ord("＿"): "_",
    ord("\u3000"): " ",
    ord("\xa0"): " ",
}
WIDTH |= dict.fromkeys([*range(0x2000, 0x200B), 0x202F, 0x205F], " ") | {0x2028: "\n", 0x2029: "\n", 0x85: "\n"}

INVISIBLE = re.compile(
    r"(?P<line>\r\n?)"
    r"|(?P<pair>[\ud800-\udbff][\udc00-\udfff])"
    # A joiner between two emoji makes one emoji of them.
    r"|(?<=[\u2190-\u2bff\ufe0f\U0001f000-\U0001faff])\u200d(?=[\u2190-\u2bff\U0001f000-\U0001faff])(?P<joiner>)"
    r"|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u061c\u115f\u1160\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    r"\ud800-\udfff\ufeff\ufff9-\ufffc]+?"
)
#: Held keys: a sign or letter four times or more, a syllable four times or more; digits are amounts and numbers.
HELD = re.compile(
    r"([^\d\s])\1{3,}|([^\W\d_]{2,4}?|[\u2190-\u2bff\U0001f000-\U0001faff][\ufe0f\U0001f3fb-\U0001f3ff])\2{3,}"
)
SPACE = re.compile(r"[ \t]*\n[ \t\n]*|[ \t]{2,}|\t")


def clean(text: str) -> Edited:
    """Return the customer's words as plain text, mapped back to `text`.

    HTML becomes text; quoted mails, signatures, translation notes, control and zero-width characters go; full-width
    letters and digits become half-width; what is repeated more than three times is cut to three; spaces and blank
    lines are squeezed. Emoji and Chinese punctuation stay. Clean text comes back equal. Never raises; linear.
    """
    if not SUSPECT.search(text):
        return Edited(text)
    result = strip_markup(text).then(_show)
    result = Edited(result.text.translate(WIDTH), result.layers)
    result = result.then(drop_quotes)
    if "oogle" in result.text.lower():
        result = result.then(drop_translation)
    return result.then(_release).then(_squeeze)


def _show(text: str) -> Edited:
    """Drop what nobody sees, join surrogate pairs that a broken decoder left apart, end lines with a newline."""
    edits = []
    for match in INVISIBLE.finditer(text):
        if match["joiner"] is not None:
            continue
        new = "\n" if match["line"] else ""
        if match["pair"]:
            new = match["pair"].encode("utf-16-le", "surrogatepass").decode("utf-16-le")
        edits.append(Edit(*match.span(), new))
    return edit(text, edits)


def _release(text: str) -> Edited:
    edits = []
    for match in HELD.finditer(text):
        unit = match[1] or match[2]
        edits.append(Edit(match.start() + 3 * len(unit), match.end(), ""))
    return edit(text, edits)


def _squeeze(text: str) -> Edited:
    edits = []
    begin = len(text) - len(text.lstrip())
    stop = max(begin, len(text.rstrip()))
    if begin:
        edits.append(Edit(0, begin, ""))
    for match in SPACE.finditer(text, begin, stop):
        found = match.group()
        new = "\n" * min(2, found.count("\n")) or " "
        if found != new:
            edits.append(Edit(*match.span(), new))
    if stop < len(text):
        edits.append(Edit(stop, len(text), ""))
    return edit(text, edits)
