"""Turn feedback into the pieces that the encoder reads, so that both Chinese scripts look the same to it.

Folding is length-preserving (one character to one character), so a piece's offsets point into the text as it was given.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tokenizers import Tokenizer

TABLE = Path(__file__).with_name("script_table.tsv")
TERMS = Path(__file__).with_name("script_terms.tsv")
# Variants that OpenCC's table leaves, because Simplified Chinese has both forms or because only Taiwan tells
# them apart.
VARIANTS: Mapping[str, str] = {
    "著": "着",
    "妳": "你",
    "牠": "它",
    "祂": "他",
    "麽": "么",
    "噁": "恶",
    "喫": "吃",
    "啲": "的",
}
PUNCTUATION: Mapping[str, str] = {
    "\u3000": " ", "\u00a0": " ", "\t": " ", "\n": " ", "\r": " ", "\u2018": "'", "\u2019": "'", "\u201c": '"',
    "\u201d": '"', "「": '"', "」": '"', "『": '"', "』": '"', "﹐": ",", "﹑": "、",
    "\u2013": "-", "\u2014": "-", "～": "~",
}  # fmt: skip
SHOUTED = re.compile(r"(?<![A-Za-z])[A-Z]{4,}(?![A-Za-z])")

START, PAD, END, UNKNOWN = 0, 1, 2, 3
SPECIALS = ("<s>", "<pad>", "</s>", "<unk>")


@dataclass(frozen=True, slots=True)
class Pieces:
    """The pieces of one text without start and end marks: ids, and for each the span [start, end) in characters."""

    ids: list[int]
    offsets: list[tuple[int, int]]


def _pairs(path: Path) -> dict[str, str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return {before: after for before, _, after in (line.partition("\t") for line in lines if line[:1] != "#")}


@cache
def _folding() -> dict[int, int]:
    table = _pairs(TABLE)
    table.update(VARIANTS)
    table.update(PUNCTUATION)
    for code in range(0xFF01, 0xFF5F):
        table[chr(code)] = chr(code - 0xFEE0)
    for key, value in table.items():
        table[key] = table.get(value, value)
    return {ord(key): ord(value) for key, value in table.items()}


@cache
def _traditional() -> re.Pattern[str]:
    return re.compile(f"[{''.join(map(re.escape, _pairs(TABLE)))}]")


@cache
def _terms() -> tuple[re.Pattern[str], dict[str, str]]:
    terms = _pairs(TERMS)
    return re.compile("|".join(map(re.escape, sorted(terms, key=len, reverse=True)))), terms


def fold(text: str) -> str:
    """Return the text as the encoder sees it, of the same length.

    Traditional characters become Simplified (OpenCC's character table), in texts that hold one also Taiwan's words the
    mainland's where both are as long (螢幕 becomes 屏幕); full-width ASCII half-width, curly quotes straight, white
    space a blank, words shouted in four or more capitals lower case. Folding twice changes nothing.
    """
    if _traditional().search(text):
        pattern, terms = _terms()
        text = pattern.sub(lambda match: terms[match.group()], text)
    return SHOUTED.sub(lambda match: match.group().lower(), text.translate(_folding()))


class FeedbackTokenizer:
    """Unigram pieces over folded text; build it with `from_json` or `trimmed`."""

    def __init__(self, backend: Tokenizer) -> None:
        self._backend = backend
        self._backend.no_padding()
        self._backend.no_truncation()

    @classmethod
    def from_json(cls, content: str) -> "FeedbackTokenizer":
        """Return the tokenizer held in the content of a tokenizer.json."""
        return cls(Tokenizer.from_str(content))

    def to_json(self) -> str:
        """Return the content of the tokenizer.json."""
        return str(self._backend.to_str())

    def __len__(self) -> int:
        return int(self._backend.get_vocab_size())

    def encode(self, texts: Sequence[str]) -> list[Pieces]:
        """Return the pieces of each text, all of them (nothing is cut), in the same order."""
        encodings = self._backend.encode_batch([fold(text) for text in texts], add_special_tokens=False)
        return [Pieces(list(encoding.ids), list(encoding.offsets)) for encoding in encodings]


def trimmed(tokenizer_json: str, counts: Mapping[int, int], size: int) -> tuple[FeedbackTokenizer, list[int]]:
    """Return a tokenizer of the `size` most useful pieces and, for each of its ids, the id in the full tokenizer.

    `counts` says how often each full id occurs in the training texts. Single characters that people type (ASCII, common
    Chinese, punctuation, emoji) are kept whatever their count, so that hardly any text becomes unknown.
    """
    content = json.loads(tokenizer_json)
    vocabulary: list[tuple[str, float]] = [(piece, score) for piece, score in content["model"]["vocab"]]
    kept = set(range(len(SPECIALS))) | {i for i, (piece, _) in enumerate(vocabulary) if _always(piece)}
    ranked = sorted((i for i in counts if i not in kept), key=lambda i: (-counts[i], i))
    kept.update(ranked[: max(size - len(kept), 0)])
    order = sorted(kept)
    content["model"]["vocab"] = [vocabulary[i] for i in order]
    content["added_tokens"] = [token for token in content["added_tokens"] if token["content"] in SPECIALS]
    return FeedbackTokenizer.from_json(json.dumps(content)), order


@cache
def _common_characters() -> frozenset[str]:
    """GB 2312 level 1: the 3,755 characters that make up 99.7 % of running Chinese text."""
    return frozenset(
        bytes((high, low)).decode("gb2312", "ignore") for high in range(0xB0, 0xD8) for low in range(0xA1, 0xFF)
    )


def _always(piece: str) -> bool:
    bare = piece.removeprefix("▁") or piece
    if len(bare) != 1:
        return False
    code = ord(bare)
    return (
        code < 0x180
        or bare in _common_characters()
        or 0x2010 <= code < 0x2800
        or 0x3000 <= code < 0x3020
        or code >= 0x1F300
    )


def count_pieces(tokenizer_json: str, texts: Iterable[str], chunk: int = 2000) -> dict[int, int]:
    """Return how often each piece of the full tokenizer occurs in the folded texts."""
    backend = Tokenizer.from_str(tokenizer_json)
    counts: dict[int, int] = {}
    waiting: list[str] = []

    def count() -> None:
        for encoding in backend.encode_batch(waiting, add_special_tokens=False):
            for piece in encoding.ids:
                counts[piece] = counts.get(piece, 0) + 1
        waiting.clear()

    for text in texts:
        waiting.append(fold(text))
        if len(waiting) >= chunk:
            count()
    count()
    return counts
