"""Turn HTML into plain text without taking "<3", "a < b" or a placeholder for a tag."""

import html
import re

from nlp.edits import Edit, Edited, edit

_LINES = """
address article aside blockquote body br center dd div dl dt fieldset footer form h1 h2 h3 h4 h5 h6 head header hr html
legend li main nav ol option p pre section select table tbody tfoot thead title tr ul
"""
_INLINE = """
a abbr acronym b bdi bdo big cite code del dfn em figcaption figure font i ins kbd label link mark meta o q s samp small
span strike strong sub summary sup svg tt u var wbr
"""
#: Tags that end a line, that part two words, and that merely decorate.
LINES = frozenset(_LINES.split())
GAPS = frozenset({"td", "th", "img", "input", "button", "iframe", "video", "audio", "canvas", "object", "embed"})
INLINE = frozenset(_INLINE.split())
#: Elements whose content nobody ever read.
HIDDEN = frozenset({"script", "style", "template", "noscript"})

MARKUP = re.compile(
    r"<!--(?P<comment>)"
    r"|<(?P<close>/)?(?P<tag>[A-Za-z][A-Za-z0-9]{0,11}+)(?:[\s/](?:[^<>\"']|\"[^\"<]*+\"|'[^'<]*+')*+)?>"
    r"|<!DOCTYPE[^<>]*>"
    r"|(?P<entity>&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});)",
    re.IGNORECASE,
)


def strip_markup(text: str) -> Edited:
    """Return `text` with its HTML tags, comments and entities made plain; unknown tags and placeholders stay."""
    if "<" not in text and "&" not in text:
        return Edited(text)
    edits: list[Edit] = []
    done = 0
    lowered: str | None = None
    endless: set[str] = set()
    for match in MARKUP.finditer(text):
        start, end = match.span()
        if start < done:
            continue
        new: str | None = None
        if match["entity"]:
            new = _character(match["entity"])
        elif match["comment"] is not None:
            close = -1 if "--" in endless else text.find("-->", end)
            if close < 0:
                endless.add("--")  # not to be sought again: a thousand open comments would take a thousand searches
            # A comment that never ends is not one: better a mark too many than a lost complaint.
            new, end = ("", close + 3) if close >= 0 else (None, end)
        elif match["tag"]:
            name = match["tag"].lower()
            if name in HIDDEN:
                new = ""
                if not match["close"] and name not in endless:
                    lowered = _ascii_lower(text) if lowered is None else lowered
                    close = lowered.find(f"</{name}", end)
                    close = text.find(">", close) if close >= 0 else -1
                    if close >= 0:
                        end = close + 1
                    else:
                        endless.add(name)
            elif match.group() != "<ADDRESS>":
                new = "\n" if name in LINES else " " if name in GAPS else "" if name in INLINE else None
        else:
            new = ""
        if new is not None:
            edits.append(Edit(start, end, new))
            done = end
    return edit(text, edits)


def _ascii_lower(text: str) -> str:
    # str.lower() may change the length ("İ"), which would move every offset behind it.
    return text.translate({upper: upper + 32 for upper in range(65, 91)})


def _character(entity: str) -> str | None:
    plain = html.unescape(entity)
    return plain if plain != entity else None
