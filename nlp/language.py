"""Tell the language of a text: Simplified or Traditional Chinese, English, both, or another.

The script is told by characters that only one of the two has (OpenCC's tables). Latin texts are told apart by
py3langid, after a look at English function words and slang, since short informal English puzzles every detector.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import opencc
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from data.records import Language

HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
KANA = re.compile(r"[\u3041-\u3096\u30a1-\u30fa]")
#: A placeholder or an address is of no language, nor are handles and hashtags.
NO_LANGUAGE = re.compile(r"<[A-Z_]{2,}>|https?://[!-~]+|[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+|[@#][A-Za-z0-9_]+")
WORD = re.compile(r"[A-Za-zÀ-ɏ]+(?:['’][A-Za-z]+)?")
OTHER_LETTER = re.compile(r"[\u0370-\u1fff\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]")
#: Four English words in a row make a clause; fewer are names and borrowings inside Chinese.
ENGLISH_CLAUSE = re.compile(r"(?:[A-Za-z]+(?:['’][A-Za-z]+)?[ ,.!?;:\-]+){3,}[A-Za-z]+")
#: Written Cantonese has characters of its own, and is written in Traditional script.
CANTONESE = frozenset("嘅冇唔咗喺哋嚟嗰咁啲嘢佢乜噉冧攞")
COMMON = """
the a an and or but so if of to in on for with at by from is are was were be been am do does did have has had not no
yes i you he she it we they me my your our this that these those there here what why how when who which can could
will would should just very too really still again never ever only got get good bad great nice love hate thanks
thank thx please pls ok okay lol omg wtf ugh u ur im dont cant wont didnt its than then as up out off over all any
some more most much many after before now today yesterday order delivery service app price quality phone work
works working worked broken slow fast late bought buy use using money refund customer product
"""
ENGLISH = frozenset(COMMON.split())
#: Languages that feedback of our users comes in beside English; fewer candidates, fewer wild guesses.
CANDIDATES = ("en", "fr", "de", "es", "it", "pt", "nl", "sv", "da", "pl", "cs", "tr", "id", "ms", "vi", "tl")
#: Shorter texts than this (in letters) are too short to be called another language.
SHORTEST = 15


def detect(text: str, hint: str | None = None) -> Language:
    """Return the language of a text; one without evidence for either script takes a Chinese `hint`, else zh-Hans.

    Symbols and emoji alone are "other". A few foreign words do not make a text "mixed": it takes a clause of each.
    """
    bare = NO_LANGUAGE.sub(" ", text)
    han = HAN.findall(bare)
    if not han:
        return _without_han(bare)
    kana = len(KANA.findall(bare))
    if kana > 1 and kana > len(han) / 4:
        return "other"
    words = len(WORD.findall(bare))
    share = 2 * words / (len(han) + 2 * words)
    if share > 0.9 and len(han) < 4:
        return "en" if _is_english(bare) else "other"
    if share >= 0.25 and len(han) >= 4 and ENGLISH_CLAUSE.search(bare):
        return "mixed"
    return _script(han, hint)


def _without_han(text: str) -> Language:
    if KANA.search(text) or len(OTHER_LETTER.findall(text)) > len(WORD.findall(text)):
        return "other"
    return "en" if WORD.search(text) and _is_english(text) else "other"


def _script(han: list[str], hint: str | None) -> Language:
    simplified, traditional = exclusive()
    balance = sum((c in traditional) + (c in CANTONESE) - (c in simplified) for c in han)
    if balance:
        return "zh-Hant" if balance > 0 else "zh-Hans"
    return "zh-Hant" if (hint or "").lower() in {"zh-hant", "zh-tw", "zh-hk", "zh-mo", "zh_tw", "zh_hk"} else "zh-Hans"


def _is_english(text: str) -> bool:
    words = [word.lower().replace("’", "'").replace("'", "") for word in WORD.findall(text)]
    if not words or sum(map(len, words)) < SHORTEST:
        return all(word.isascii() for word in words) or any(word in ENGLISH for word in words)
    if sum(word in ENGLISH for word in words) >= len(words) / 4:
        return True
    chances: dict[str, float] = dict(_identifier().rank(" ".join(WORD.findall(text)).lower()))
    return chances["en"] > 0.1


@lru_cache(maxsize=1)
def _identifier() -> LanguageIdentifier:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(list(CANDIDATES))
    return identifier


@lru_cache(maxsize=1)
def exclusive() -> tuple[frozenset[str], frozenset[str]]:
    """The characters that only Simplified and only Traditional Chinese have, by OpenCC's tables."""
    to_simplified, to_traditional = dict(_table("TSCharacters")), dict(_table("STCharacters"))
    traditional = {c for c, forms in to_simplified.items() if c not in forms and c not in to_traditional}
    simplified = {c for c, forms in to_traditional.items() if c not in forms and c not in to_simplified}
    return frozenset(simplified), frozenset(traditional)


def simplified(text: str) -> str:
    """Return the text with each Traditional character as its Simplified one; every character keeps its place."""
    return text.translate(_to_simplified())


@lru_cache(maxsize=1)
def _to_simplified() -> dict[int, str]:
    return {ord(character): forms[0] for character, forms in _table("TSCharacters") if len(forms[0]) == 1}


def _table(name: str) -> Iterator[tuple[str, list[str]]]:
    path = Path(opencc.__file__).parent / "dictionary" / f"{name}.txt"
    for line in path.read_text(encoding="utf-8").splitlines():
        character, _, forms = line.partition("\t")
        yield character, forms.split()
