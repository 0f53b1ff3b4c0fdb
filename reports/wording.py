"""What the reports say, in three languages: phrases from reports/locales, numbers and dates through Babel."""

import math
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml
from babel import Locale
from babel.dates import format_date, format_interval, get_day_names
from babel.lists import format_list
from babel.numbers import format_decimal, format_percent
from babel.units import format_unit

from data.errors import EarshotError

ReportLanguage = Literal["en", "zh-Hans", "zh-Hant"]
LOCALES = Path(__file__).with_name("locales")
_BABEL: Mapping[str, str] = {"en": "en_GB", "zh-Hans": "zh_Hans_CN", "zh-Hant": "zh_Hant_TW"}


class UnknownLanguage(EarshotError):
    """A report language was asked for that has no phrases."""


class UnknownPhrase(EarshotError):
    """A phrase was asked for that the locale file does not hold."""


@cache
def phrases(language: str) -> Mapping[str, Any]:
    """The phrases of a language by dotted key; a value is a text, or texts by plural form."""
    if language not in _BABEL:
        raise UnknownLanguage(f"No phrases for report language {language!r}. There are: {', '.join(_BABEL)}.")
    tree = yaml.safe_load((LOCALES / f"{language}.yaml").read_text(encoding="utf-8"))
    flat: dict[str, Any] = {}

    def walk(node: Mapping[str, Any], path: str) -> None:
        for key, value in node.items():
            if isinstance(value, Mapping) and "other" not in value:
                walk(value, f"{path}{key}.")
            else:
                flat[path + str(key)] = value

    walk(tree, "")
    return flat


def known(value: object) -> bool:
    """Whether a cell of a table holds a number (not null, NaN or infinite)."""
    try:
        return value is not None and math.isfinite(float(value))  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return False


class Words:
    """The phrases, numbers and dates of one report language. Unknown numbers are shown as "–"."""

    def __init__(self, language: str, monthly: bool = False) -> None:
        """With `monthly` a phrase under `month.<key>` stands in the place of the one under <key>."""
        self.language = language
        self.monthly = monthly
        self._phrases = phrases(language)
        self._locale = Locale.parse(_BABEL[language])

    def say(self, key: str, /, **parts: object) -> str:
        """The phrase under `key` with its `{parts}` filled in; the plural form follows the part `count`."""
        phrase = self._phrases.get(f"month.{key}") if self.monthly else None
        phrase = self._phrases.get(key) if phrase is None else phrase
        if phrase is None:
            raise UnknownPhrase(f"No phrase {key!r} in {LOCALES / self.language}.yaml. Add it in all three languages.")
        if isinstance(phrase, Mapping):
            count = parts.get("count", 0)
            form = self._locale.plural_form(abs(count) if isinstance(count, (int, float)) else 0)
            phrase = phrase.get(form, phrase["other"])
        shown = {name: self._shown(part) for name, part in parts.items()}
        return str(phrase).format(**shown)

    def _shown(self, part: object) -> object:
        """Numbers as the language writes them, whole where they are whole; anything else as it is."""
        if isinstance(part, bool) or not isinstance(part, (int, float)):
            return part
        return self.number(part, 0 if float(part).is_integer() else 1)

    def name(self, group: str, key: object, /) -> str:
        """The name under `group.key`, or a readable form of the key when the group does not know it."""
        return str(self._phrases.get(f"{group}.{key}", str(key).replace("_", " ")))

    def fact(self, kind: str, value: object, /) -> str:
        """What a source calls a channel, region or plan, in this language where we know it: app_review -> "app review".

        Products and carriers are names and stay as they are; so does what nobody translated.
        """
        key = "_".join(str(value).casefold().replace("-", " ").split())
        fallback = str(value).replace("_", " ") if kind == "channel" else str(value)
        return str(self._phrases.get(f"{kind}_name.{key}", fallback))

    def has(self, key: str) -> bool:
        return key in self._phrases

    def number(self, value: object, digits: int = 0) -> str:
        """1234.5 -> "1,234.5" with `digits` decimals, always all of them."""
        if not known(value):
            return "–"
        pattern = "#,##0" + ("." + "0" * digits if digits else "")
        return str(format_decimal(_round(value, digits), format=pattern, locale=self._locale)).replace("-", "−")

    def signed(self, value: object, digits: int = 1) -> str:
        """A number with its sign, "+6.8" or "−6.8"; zero after rounding has none."""
        shown = self.number(value, digits)
        return f"+{shown}" if known(value) and _round(value, digits) > 0 else shown

    def percent(self, share: object, digits: int = 1) -> str:
        """0.124 -> "12.4%"."""
        if not known(share):
            return "–"
        pattern = "#,##0" + ("." + "0" * digits if digits else "") + "%"
        return str(format_percent(_round(share, digits + 2), format=pattern, locale=self._locale))

    def duration(self, seconds: object) -> str:
        """Seconds in the unit that reads best, with two figures: "45 sec", "6.5 min", "3.2 hr", "2.5 days"."""
        if not known(seconds):
            return "–"
        value = float(seconds)  # type: ignore[arg-type]
        units = (("second", 1, 90.0), ("minute", 60, 5400.0), ("hour", 3600, 129600.0), ("day", 86400, math.inf))
        unit, size = next((unit, size) for unit, size, until in units if value < until)
        number = round(value / size, 1 if unit != "second" and value / size < 10 else 0)
        return str(format_unit(number, f"duration-{unit}", length="short", locale=self._locale))

    def weekday(self, number: int, short: bool = False) -> str:
        """The name of a day of the week, 0 is Monday: "Monday", "周一"."""
        return str(get_day_names("abbreviated" if short else "wide", locale=self._locale)[number])

    def month(self, first: date) -> str:
        """The month of a day with its year, "October 2026" or "2026年10月"."""
        pattern = "LLLL y" if self.language == "en" else "y年M月"
        return str(format_date(first, format=pattern, locale=self._locale))

    def day(self, moment: date | datetime, year: bool = False) -> str:
        """A day as "12 Nov" or "11月12日", with its year if asked for."""
        pattern = {"en": "d MMM", "zh-Hans": "M月d日", "zh-Hant": "M月d日"}[self.language]
        if year:
            pattern = f"{pattern} y" if self.language == "en" else f"y年{pattern}"
        return str(format_date(moment, format=pattern, locale=self._locale))

    def days(self, first: date, last: date) -> str:
        """A stretch of days as "9–15 November 2026" or "2026年11月9日至15日"."""
        return str(format_interval(first, last, skeleton="yMMMd", locale=self._locale))

    def joined(self, sentences: Iterable[str]) -> str:
        """Sentences as one paragraph; Chinese needs no blank between them."""
        return (" " if self.language == "en" else "").join(sentence for sentence in sentences if sentence)

    def listed(self, items: list[str]) -> str:
        """Items as running text: "a, b and c", "a、b和c"."""
        return str(format_list(items, locale=self._locale)) if items else ""


def _round(value: object, digits: int) -> float:
    rounded = round(float(value), digits)  # type: ignore[arg-type]
    return rounded or 0.0  # no "−0.0"
