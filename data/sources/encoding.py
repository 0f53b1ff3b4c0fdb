"""Find out in which encoding a text file was written."""

from charset_normalizer import from_bytes

#: Enough for a sure guess, small enough to be quick on a file of gigabytes.
SAMPLE = 512_000
CHINESE = ("gb18030", "big5hkscs")
#: The most frequent characters of modern Chinese in both scripts: a text decoded wrongly hardly has any of them.
FREQUENT = frozenset(
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里"
    "這個們來為國說時會對過發後裡還沒很好都用买買东東西货貨快递遞送客服务務电電话話价價格质質量包装裝收退款商品"
)


def encoding_of(data: bytes) -> str:
    """Return the codec that decodes `data`: UTF-8, UTF-16 with mark, GB18030, Big5, or what charset-normalizer says.

    `data` is a file's beginning (`SAMPLE` bytes are enough). Falls back to "utf-8", whose errors then show by row.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    foreign = sum(byte > 127 for byte in data)
    broken = data.decode("utf-8", "replace").count("\ufffd")
    if _decodes(data, "utf-8-sig") or broken < foreign / 20:
        return "utf-8-sig"
    candidates = [codec for codec in CHINESE if _decodes(data, codec)]
    if candidates:
        best = max(candidates, key=lambda codec: _familiarity(data.decode(codec, "replace")))
        if _familiarity(data.decode(best, "replace")) > 0.1:
            return best
    match = from_bytes(data[:50_000]).best()
    return match.encoding if match else "utf-8-sig"


def _decodes(data: bytes, codec: str) -> bool:
    # The sample may end in the middle of a character: up to three bytes at the end do not count.
    for cut in range(4):
        try:
            data[: len(data) - cut].decode(codec)
        except UnicodeDecodeError:
            continue
        return True
    return False


def _familiarity(text: str) -> float:
    """Share of the non-ASCII characters that are among the most frequent ones."""
    foreign = [character for character in text if ord(character) > 127]
    return sum(character in FREQUENT for character in foreign) / len(foreign) if foreign else 0.0
