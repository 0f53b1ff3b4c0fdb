"""The tokens that segmentation works on: words, Chinese runs, marks, and things that must stay in one piece."""

import re
from typing import Any, Literal

from spacy.tokens import Doc
from spacy.vocab import Vocab

from nlp.connectives import TURN, TURN_FIRST

Kind = Literal["opaque", "number", "list", "newline", "end", "rest", "comma", "semi", "emoji", "open", "turn", "han",
               "word", "letters", "space", "other"]  # fmt: skip

HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_LATIN = "A-Za-z\u00aa\u00b5\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02af\u0300-\u036f"
_EMOJI = "\u2600-\u27bf\u2b05-\u2b55\u231a-\u23ff\U0001f000-\U0001faff"
_CLOSE = "”’\"'』」）)\\]】》>〉"
_NEXT = rf"(?=[{_CLOSE}]*(?:\s|$|[A-Z](?![A-Z])|[{HAN}{_EMOJI}<@#“\"「『(（]))"

#: One branch a kind, tried in order; every character matches some branch, and none looks ahead without a bound.
PIECE = re.compile(
    rf"""
    (?P<opaque><[A-Z][A-Z0-9_]{{1,30}}>|(?:https?://|www\.)[^\s{HAN}，。！？；、（）<>"“”]+
        |@[A-Za-z0-9_]+|\#[^\s\#]{{1,40}}\#|\#[A-Za-z0-9_]+
        |\b(?:[A-Za-z]\.){{2,8}}|\b(?i:mr|mrs|ms|dr|prof)\.|\b[Nn]o\.(?=\s?\d)|\betc\.(?!\s+[A-Z])
        |\b(?i:st|vs|approx|dept|inc|ltd|co|jr|sr|est|max|min|hrs?|mins?)\.(?=\s?[a-z0-9{HAN}<,]))
    |(?P<list>[（(]\d{{1,2}}[)）]|[①-⑳]|(?<![\w.])\d{{1,2}}(?:[、)）]|[.．](?!\d))|\d{{1,2}}、(?!\d))
    |(?P<number>[+-]?[$€£¥￥]?\d+(?:[.,:：/~～-]\d+)*+[%％°]?)
    |(?P<newline>\s*[\n\r\u2028\u2029\x0b\x0c\x85]\s*)
    |(?P<end>[。！？!?｡]+[。！？!?｡….~～]*[{_CLOSE}]*|\.(?!\.){_NEXT}[{_CLOSE}]*)
    |(?P<rest>(?:…|\.{{2,}}|⋯)[….⋯]*[{_CLOSE}]*|[~～]+(?!\d))
    |(?P<semi>[;；]|——+|—|(?<=[ ])(?:-{{1,3}}|–|/|\|)(?=[ ]))
    |(?P<comma>[,，])
    |(?P<emoji>[{_EMOJI}][{_EMOJI}\ufe0e\ufe0f\u200d\u20e3\U000e0020-\U000e007f]*|\[[{HAN}]{{1,4}}\]
        |[:;=][-']?[)(DPpd/|]+(?![A-Za-z0-9])|\^_*\^|T_T|Orz|@@+)
    |(?P<open>[（(“‘『「【《\[{{〈])
    |(?P<turn>{TURN})
    |(?P<han>(?:[{HAN}](?<![{TURN_FIRST}])|(?!{TURN})[{HAN}])++)
    |(?P<word>[{_LATIN}]+(?:(?:['’&-]|\.(?=[a-z]))[{_LATIN}]+|\d+)*+)
    |(?P<letters>[\u0370-\u1fff\u3041-\u30ff\uac00-\ud7af\uff66-\uff9f]+)
    |(?P<space>\s+)
    |(?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)


class Pieces:
    """A spaCy tokeniser that keeps every character: `doc.text == text`, and `doc.user_data["kinds"]` has a `Kind` each.

    spaCy's own tokenisers make a token of each Chinese character, which costs twice the time budget of a comment.
    Lone surrogates, which spaCy cannot store, become U+FFFD: same length, same offsets.
    """

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        words: list[str] = []
        kinds: list[str | None] = []
        for piece in PIECE.finditer(text):
            words.append(piece.group())
            kinds.append(piece.lastgroup)
        try:
            doc = Doc(self.vocab, words=words, spaces=[False] * len(words))
        except UnicodeEncodeError:
            words = [word.encode("utf-16", "surrogatepass").decode("utf-16", "replace") for word in words]
            doc = Doc(self.vocab, words=words, spaces=[False] * len(words))
        doc.user_data["kinds"] = kinds
        doc.user_data["words"] = words
        return doc

    def to_bytes(self, **_: Any) -> bytes:
        """Return nothing: there is no state. spaCy asks for it when a pipeline is saved."""
        return b""
