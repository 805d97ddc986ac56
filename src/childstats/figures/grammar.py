"""The grammar of printed figures: the words, marks and number formats of two languages."""

import re
from typing import Final

from childstats.codes import ObsStatus
from childstats.figures.figure import Qualifier

SPACES: Final = dict.fromkeys(map(ord, "\u00a0\u202f\u2009\u2007"), " ")
"""No-break and thin spaces, which typesetters put inside numbers."""

# Digits are spelled [0-9]: \d would also take full-width and Arabic-Indic digits.
NUMBER: Final = {
    "en": r"(?:[1-9][0-9]{0,2}(?:,[0-9]{3})+|[1-9][0-9]{0,2}(?: [0-9]{3})+|[0-9]+)(?:\.[0-9]+)?",
    "vi": r"(?:[1-9][0-9]{0,2}(?:\.[0-9]{3})+|[1-9][0-9]{0,2}(?: [0-9]{3})+|[0-9]+)(?:,[0-9]+)?",
}
MARKS: Final = {"en": (",", "."), "vi": (".", ",")}
"""Per language: the mark that groups thousands, the mark before decimals."""

MISSING_MARKS: Final = {
    "": ObsStatus.MISSING,
    "..": ObsStatus.MISSING,
    "x": ObsStatus.MISSING,
    "no data": ObsStatus.MISSING,
    "...": ObsStatus.NOT_COLLECTED,
    "…": ObsStatus.NOT_COLLECTED,
    "-": ObsStatus.CANNOT_EXIST,
    "–": ObsStatus.CANNOT_EXIST,
    "*": ObsStatus.SUPPRESSED,
}
"""Marks in place of a number, and the status that they stand for.

After the legend of Viet Nam's Statistical Yearbook: "-" where nothing occurred, "..." where it
occurred but was not collected. A source that means something else by a mark declares it.
"""

HEDGES: Final = {
    "en": {
        Qualifier.ABOUT: "approximately|approx.|about|around|roughly|some|circa|~|≈",
        Qualifier.OVER: "over|just over|more than|above|at least|>|>=|≥",
        Qualifier.NEARLY: "nearly|almost|close to|just under",
        Qualifier.UP_TO: "as many as|up to",
        Qualifier.BELOW: "less than|fewer than|under|below|<",
    },
    "vi": {
        Qualifier.ABOUT: "khoảng|chừng|xấp xỉ|ước khoảng|ước|trên dưới|~|≈",
        Qualifier.OVER: "trên|hơn|ít nhất|tối thiểu|>|>=|≥",
        Qualifier.NEARLY: "gần|ngót|suýt soát",
        Qualifier.UP_TO: "lên tới|lên đến|tới",
        Qualifier.BELOW: "dưới|chưa đến|chưa tới|ít hơn|<",
    },
}
MAGNITUDES: Final = {
    "en": {"thousand": 3, "million": 6, "billion": 9},
    "vi": {"nghìn": 3, "ngàn": 3, "vạn": 4, "triệu": 6, "tỷ": 9, "tỉ": 9},
}
UNITS: Final = {
    "en": {
        "%": "percent",
        "per cent": "percent",
        "percent": "percent",
        "‰": "per_1000",
        "per thousand": "per_1000",
        "per 1,000": "per_1000",
        "per 10,000": "per_10000",
        "per 100,000": "per_100000",
        "/100,000": "per_100000",
        "/100000": "per_100000",
    },
    "vi": {
        "%": "percent",
        "phần trăm": "percent",
        "‰": "per_1000",
        "phần nghìn": "per_1000",
        "trên 1.000": "per_1000",
        "trên 10.000": "per_10000",
        "trên 100.000": "per_100000",
        "trên 1000": "per_1000",
        "trên 10000": "per_10000",
        "trên 100000": "per_100000",
        "/100.000": "per_100000",
        "/100000": "per_100000",
    },
}
NOUNS: Final = {
    "en": {
        "persons": "children|people|persons|pupils|students|infants|boys|girls",
        "number": "cases|schools|communes|wards|households|deaths|births",
    },
    "vi": {
        "persons": "trẻ em|em|trẻ|cháu|người|học sinh",
        "number": "vụ|ca|trường hợp|trường|xã, phường|xã|phường|hộ|ca tử vong",
    },
}
"""Words for what is counted that may stand behind a count, and the unit that they make it."""
WHOLE: Final = {"percent": 100, "per_1000": 1_000, "per_10000": 10_000, "per_100000": 100_000}
"""What all of them are in a unit of rates: the zeros of this number are printed digits."""
RATE_UNITS: Final = set(WHOLE)
ROUNDED_UNITS: Final = {*RATE_UNITS, "thousand_persons"}
"""A number in one of these was rounded by its printer; a bare integer is an exact count."""

_PRELIMINARY: Final = r"prel?\.|preliminary|sơ bộ"
PRELIMINARY: Final = re.compile(
    rf"(?:{_PRELIMINARY}):? ?(.+)|(.+?) ?\((?:{_PRELIMINARY}|p)\)|(.*[0-9%‰]) ?p"
)
"""``Prel. 95.5``, ``Sơ bộ 95,5``, ``95.5 (prel.)``, ``95.5 p``: the figure is preliminary."""
UPWARDS: Final = {
    "en": re.compile(r"(?:from )?(.+?) (?:(?:or|and) )?(?:more|over|above|upwards?)"),
    "vi": re.compile(r"(?:từ )?(.+?) trở lên"),
}
"""``95% or more``, ``từ 95 % trở lên``: a hedge that stands behind its number."""


def alternatives(words: list[str]) -> str:
    """Return a pattern for any of some words, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def _pattern(language: str) -> re.Pattern[str]:
    hedges = "|".join(
        f"(?P<{qualifier}>{alternatives(words.split('|'))})"
        for qualifier, words in HEDGES[language].items()
    )
    number = NUMBER[language]
    # "150 trên 1.000" is a rate, "45 trên 45" a fraction
    over = "trên(?! ?10{0,2}[.]?000(?![0-9]))"
    out_of = {
        "en": "out of|of|/",
        "vi": f"trên tổng số|trong tổng số|trong số|{over}|/",
    }[language]
    to = {"en": "-|–|to|and", "vi": "-|–|đến|tới"}[language]
    since = {"en": "between|from", "vi": "từ"}[language]
    magnitude = alternatives(list(MAGNITUDES[language]))
    unit = alternatives(list(UNITS[language]))
    nouns = "|".join(
        f"(?P<noun_{name}>{alternatives(words.split('|'))})"
        for name, words in NOUNS[language].items()
    )
    bound = rf"(?:<|&lt;)?{number}"
    return re.compile(
        rf"(?:(?:{hedges}) ?)?"
        rf"(?:(?P<numerator>{number}) ?(?:{out_of}) ?(?!100[,.]?000(?![0-9]))"
        rf"(?P<denominator>{number})"
        rf"(?: ?\((?P<stated>{number}) ?%\))?"
        rf"|(?:(?:{since}) )?(?P<first>{number})(?: ?(?P<first_unit>{unit}))? ?(?:{to}) ?"
        rf"(?P<last>{number})(?: ?(?P<range_magnitude>{magnitude}))?(?: ?(?P<range_unit>{unit}))?"
        rf"|(?P<number>{number})"
        rf"(?: ?(?P<magnitude>{magnitude}))?"
        rf"(?: ?(?P<unit>{unit}))?"
        rf"(?: ?[\[(](?:95 ?% ?(?:ci|ui|ktc)[:,]? )?"
        rf"(?P<lower>{bound}) ?(?:-|–|to|đến|; |, ) ?(?P<upper>{bound})(?: ?%)?[\])])?)"
        rf"(?: (?:{nouns}))?"
    )


PATTERNS: Final = {language: _pattern(language) for language in ("en", "vi")}

MAX_LENGTH: Final = 100
"""A longer cell is prose, not a figure."""
