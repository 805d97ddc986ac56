"""Read a printed number in Vietnamese or English, with its hedge, without guessing."""

import re
import unicodedata
from decimal import Decimal
from typing import Final

from childstats.errors import FigureError
from childstats.figures.figure import Figure, Qualifier

_SPACES: Final = dict.fromkeys(map(ord, "\u00a0\u202f\u2009\u2007"), " ")
"""No-break and thin spaces, which typesetters put inside numbers."""

# Digits are spelled [0-9]: \d would also take full-width and Arabic-Indic digits.
_NUMBER: Final = {
    "en": r"(?:[1-9][0-9]{0,2}(?:,[0-9]{3})+|[1-9][0-9]{0,2}(?: [0-9]{3})+|[0-9]+)(?:\.[0-9]+)?",
    "vi": r"(?:[1-9][0-9]{0,2}(?:\.[0-9]{3})+|[1-9][0-9]{0,2}(?: [0-9]{3})+|[0-9]+)(?:,[0-9]+)?",
}
_MARKS: Final = {"en": (",", "."), "vi": (".", ",")}
"""Per language: the mark that groups thousands, the mark before decimals."""

_HEDGES: Final = {
    "en": {
        Qualifier.ABOUT: "approximately|approx.|about|around|roughly|some|~|≈",
        Qualifier.OVER: "over|more than|above|at least|>|≥",
        Qualifier.NEARLY: "nearly|almost|close to",
        Qualifier.UP_TO: "as many as|up to",
        Qualifier.BELOW: "less than|fewer than|under|below|<",
    },
    "vi": {
        Qualifier.ABOUT: "khoảng|chừng|xấp xỉ|ước khoảng|ước|~|≈",
        Qualifier.OVER: "trên|hơn|ít nhất|>|≥",
        Qualifier.NEARLY: "gần|ngót|suýt soát",
        Qualifier.UP_TO: "lên tới|lên đến|tới",
        Qualifier.BELOW: "dưới|chưa đến|chưa tới|ít hơn|<",
    },
}
_MAGNITUDES: Final = {
    "en": {"thousand": 3, "million": 6, "billion": 9},
    "vi": {"nghìn": 3, "ngàn": 3, "vạn": 4, "triệu": 6, "tỷ": 9, "tỉ": 9},
}
_UNITS: Final = {
    "en": {
        "%": "percent",
        "per cent": "percent",
        "percent": "percent",
        "‰": "per_1000",
        "per thousand": "per_1000",
        "per 1,000": "per_1000",
        "per 100,000": "per_100000",
    },
    "vi": {
        "%": "percent",
        "phần trăm": "percent",
        "‰": "per_1000",
        "phần nghìn": "per_1000",
        "trên 1.000": "per_1000",
        "trên 100.000": "per_100000",
    },
}
_ROUNDED_UNITS: Final = {"percent", "per_1000", "per_100000", "thousand_persons"}
"""A number in one of these was rounded by its printer; a bare integer is an exact count."""


def _alternatives(words: list[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def _pattern(language: str) -> re.Pattern[str]:
    hedges = "|".join(
        f"(?P<{qualifier}>{_alternatives(words.split('|'))})"
        for qualifier, words in _HEDGES[language].items()
    )
    number = _NUMBER[language]
    out_of = {"en": "out of|of|/", "vi": "trên tổng số|/"}[language]
    return re.compile(
        rf"(?:(?:{hedges}) ?)?"
        rf"(?:(?P<numerator>{number}) ?(?:{out_of}) ?(?P<denominator>{number})"
        rf"(?: ?\((?P<stated>{number}) ?%\))?"
        rf"|(?P<number>{number})"
        rf"(?: ?(?P<magnitude>{_alternatives(list(_MAGNITUDES[language]))}))?"
        rf"(?: ?(?P<unit>{_alternatives(list(_UNITS[language]))}))?)"
    )


_PATTERNS: Final = {language: _pattern(language) for language in ("en", "vi")}

MAX_LENGTH: Final = 100
"""A longer cell is prose, not a figure."""


def parse_figure(text: str, *, language: str, unit: str | None = None) -> Figure:
    """Read one printed figure as a value, an interval and a qualifier.

    Parameters
    ----------
    text
        The figure as printed, for example ``"approximately 68,000"``, ``"95,5 %"``, ``"36/45"``.
    language
        The language whose number format the *source* prints, ``"vi"`` or ``"en"``. It is a
        property of the source and never guessed from the figure.
    unit
        Unit that the column or heading gives: ``"percent"``, ``"per_1000"``, or any other name,
        which is kept. A unit inside the text must agree with it.

    Returns
    -------
    Figure
        In the printed unit: 95.5 for ``"95.5%"``, 0.8 for ``"36/45"``. The rounding unit is read
        from the digits: the last decimal, or for a hedged integer its last non-zero digit. A
        percentage up to 100 gets no higher end than 100.

    Raises
    ------
    FigureError
        If the text is not one figure in that language's number format.

    Examples
    --------
    >>> parse_figure("approximately 68,000", language="en").interval
    Interval(low=67500.0, high=68500.0)
    >>> parse_figure("95,5 %", language="vi").interval
    Interval(low=95.45, high=95.55)
    >>> parse_figure("382 out of 463 (82.51%)", language="en").denominator
    463
    """
    if language not in _PATTERNS:
        raise FigureError(f"unknown number format {language!r}; use 'vi' or 'en'")
    clean = unicodedata.normalize("NFC", text).translate(_SPACES).strip()
    match = _PATTERNS[language].fullmatch(clean.lower()) if len(clean) <= MAX_LENGTH else None
    if match is None:
        raise FigureError(_refusal(clean, language))
    found = _UNITS[language].get(match["unit"] or "")
    if match["numerator"]:
        found = "proportion"
    if found and unit and found != unit:
        raise FigureError(f"figure {clean!r} says {found}, its column says {unit}; correct one")
    if match["numerator"]:
        if any(match[q] for q in Qualifier if q in match.groupdict()):
            raise FigureError(f"figure {clean!r} hedges a fraction; transcribe the two counts")
        return _fraction(match, clean, language)
    number = _decimal(match["number"], language)
    magnitude = match["magnitude"] or ""
    if magnitude and unit == "thousand_persons":
        raise FigureError(f"figure {clean!r} says {magnitude}, and so does its column; correct one")
    scale = Decimal(10) ** _MAGNITUDES[language].get(magnitude, 0)
    qualifier = next((q for q in Qualifier if q in match.groupdict() and match[q]), None)
    last_digit = _last_digit(number, trailing_zeros=qualifier is not None)
    if qualifier is None:
        printed_exactly = number == number.to_integral_value() and last_digit == 1
        rounded = not printed_exactly or magnitude or (found or unit) in _ROUNDED_UNITS
        qualifier = Qualifier.ROUNDED if rounded else Qualifier.EXACT
    low, high = _ends(number, last_digit, qualifier)
    if (found or unit) == "percent" and number <= 100:
        high = min(high, Decimal(100))
    return Figure(
        text=clean,
        value=float(number * scale),
        low=float(max(low, Decimal(0)) * scale),
        high=float(high * scale),
        qualifier=qualifier,
        unit=found or unit,
    )


def _fraction(match: re.Match[str], clean: str, language: str) -> Figure:
    numerator = _decimal(match["numerator"], language)
    denominator = _decimal(match["denominator"], language)
    if _has_decimals(numerator) or _has_decimals(denominator) or not denominator:
        raise FigureError(f"figure {clean!r} is not a whole count out of a whole total above 0")
    value = float(numerator / denominator)
    return Figure(
        text=clean,
        value=value,
        low=value,
        high=value,
        qualifier=Qualifier.EXACT,
        unit="proportion",
        numerator=int(numerator),
        denominator=int(denominator),
    )


def _has_decimals(number: Decimal) -> bool:
    return number != number.to_integral_value()


def _decimal(printed: str, language: str) -> Decimal:
    group, point = _MARKS[language]
    return Decimal(printed.replace(" ", "").replace(group, "").replace(point, "."))


def _last_digit(number: Decimal, *, trailing_zeros: bool) -> Decimal:
    """Return the unit of the last printed digit; of a round integer, of its last non-zero digit."""
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int):  # NaN and infinities, which the grammar does not let in
        raise TypeError(f"not a finite number: {number}")
    if exponent == 0 and trailing_zeros and number:
        exponent = len(str(number)) - len(str(number).rstrip("0"))
    return Decimal(10) ** exponent


def _ends(number: Decimal, unit: Decimal, qualifier: Qualifier) -> tuple[Decimal, Decimal]:
    match qualifier:
        case Qualifier.EXACT:
            return number, number
        case Qualifier.ROUNDED | Qualifier.ABOUT:
            return number - unit / 2, number + unit / 2
        case Qualifier.OVER:
            return number, number + unit
        case Qualifier.NEARLY | Qualifier.UP_TO:
            return number - unit, number
        case Qualifier.BELOW:
            return Decimal(0), number


def _refusal(clean: str, language: str) -> str:
    shown = clean if len(clean) <= 60 else clean[:57] + "…"
    group, point = _MARKS[language]
    other = {"en": "vi", "vi": "en"}[language]
    examples = {"en": "12,345 or 12.3", "vi": "12.345 or 12,3"}[language]
    if len(clean) <= MAX_LENGTH and _PATTERNS[other].fullmatch(clean.lower()) and group in clean:
        misread = clean.replace(group, "").replace(point, ".")
        return (
            f"unreadable figure {shown!r} in number format '{language}': there {group!r} groups "
            f"thousands, so it could be misread as {misread}; correct the digits, or declare "
            f'language = "{other}" in source.toml if the whole source is printed that way'
        )
    return (
        f"unreadable figure {shown!r}; expected a number such as {examples} "
        f'(number format: language = "{language}")'
    )
