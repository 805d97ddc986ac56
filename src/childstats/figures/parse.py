"""Read a printed number in Vietnamese or English, with its hedge, without guessing."""

import math
import re
import unicodedata
from decimal import Decimal
from typing import Final

from childstats.codes import ObsStatus
from childstats.errors import FigureError
from childstats.figures.figure import Figure, Qualifier
from childstats.figures.grammar import (
    MAGNITUDES,
    MARKS,
    MAX_LENGTH,
    MISSING_MARKS,
    NOUNS,
    PATTERNS,
    PRELIMINARY,
    RATE_UNITS,
    ROUNDED_UNITS,
    SPACES,
    UNITS,
    UPWARDS,
    WHOLE,
)

_FROM_BELOW: Final = {Qualifier.NEARLY, Qualifier.UP_TO, Qualifier.BELOW}
"""Hedges that say that the true value is not more than the printed one."""
YEARS: Final = re.compile(r"(?:19|20)[0-9]{2}")


def parse_figure(text: str, *, language: str, unit: str | None = None) -> Figure:
    """Read one printed figure as a value, an interval and a qualifier.

    Parameters
    ----------
    text
        The figure as printed, for example ``"approximately 68,000"``, ``"95,5 %"``, ``"36/45"``,
        ``"10-15%"``, ``"21.6 [18.6-25.8]"``, ``"Prel. 14.5"`` or a missing mark such as ``".."``.
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
        from the digits: the last decimal, or for a hedged integer its last non-zero digit; the
        zeros of 100 % (of 1,000 ‰) are printed digits. A percentage up to 100 gets no higher end
        than 100, unless it is said to be over 100. A missing mark gives nan and its status.

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
    >>> parse_figure("…", language="vi").obs_status
    <ObsStatus.NOT_COLLECTED: 'L'>
    """
    if language not in PATTERNS:
        raise FigureError(f"unknown number format {language!r}; use 'vi' or 'en'")
    clean = unicodedata.normalize("NFC", text).translate(SPACES).strip()
    if len(clean) > MAX_LENGTH:
        raise FigureError(_refusal(clean, language))
    lowered = clean.lower()
    if lowered in MISSING_MARKS:
        return _missing(clean, MISSING_MARKS[lowered], unit)
    status = ObsStatus.NORMAL
    if preliminary := PRELIMINARY.fullmatch(lowered):
        lowered = preliminary[1] or preliminary[2] or preliminary[3]
        status = ObsStatus.PROVISIONAL
    if upwards := UPWARDS[language].fullmatch(lowered):
        lowered = f"≥ {upwards[1]}"
    match = PATTERNS[language].fullmatch(lowered)
    if match is None:
        raise FigureError(_refusal(clean, language))
    found = _unit_in(match, clean, language)
    if found and unit and found != unit:
        raise FigureError(f"figure {clean!r} says {found}, its column says {unit}; correct one")
    if match["numerator"]:
        figure = _fraction(match, clean, language, status)
    elif match["first"]:
        figure = _range(match, clean, language, status, found or unit)
    else:
        figure = _number(match, clean, language, status, found or unit)
    if max(figure.high, figure.denominator or 0) > LARGEST:
        shown = clean if len(clean) <= 60 else clean[:57] + "…"
        raise FigureError(f"figure {shown!r} is above 10^15, and nothing counted is; correct it")
    return figure


LARGEST: Final = 10**15
"""Whole numbers up to here, and a decimal more, are exact in floats and in 64 bits."""


def _unit_in(match: re.Match[str], clean: str, language: str) -> str | None:
    """Return the unit that the text itself names, if it names one."""
    if match["numerator"]:
        return "proportion"
    written = match["unit"] or match["range_unit"] or match["first_unit"]
    unit = UNITS[language].get(written or "")
    if match["first_unit"] and match["first_unit"] != match["range_unit"]:
        raise FigureError(f"the ends of {clean!r} have two units; transcribe them alike")
    noun = next((name for name in NOUNS[language] if match[f"noun_{name}"]), None)
    if unit and noun:
        raise FigureError(f"figure {clean!r} says {unit} and names what is counted; leave one out")
    return unit or noun


def _missing(clean: str, status: ObsStatus, unit: str | None) -> Figure:
    nan = math.nan
    return Figure(clean, nan, nan, nan, Qualifier.MISSING, unit, obs_status=status)


def _number(
    match: re.Match[str], clean: str, language: str, status: ObsStatus, unit: str | None
) -> Figure:
    number = _decimal(match["number"], language)
    magnitude = match["magnitude"] or ""
    scale = _scale(magnitude, clean, language, unit)
    qualifier = next((q for q in Qualifier if q in match.groupdict() and match[q]), None)
    last_digit = _last_digit(number, unit, hedged=qualifier is not None)
    if qualifier in _FROM_BELOW and not number:
        raise FigureError(f"figure {clean!r} is said to be 0 or less; write 0 if it is none")
    if qualifier is None:
        printed_exactly = number == number.to_integral_value() and last_digit == 1
        rounded = not printed_exactly or magnitude or match["lower"] or unit in ROUNDED_UNITS
        qualifier = Qualifier.ROUNDED if rounded else Qualifier.EXACT
    low, high = _ends(number, last_digit, qualifier)
    if unit == "percent" and number <= 100 and qualifier is not Qualifier.OVER:
        high = min(high, Decimal(100))
    lower, upper = _bounds(match, clean, language, number)
    return Figure(
        text=clean,
        value=float(number * scale),
        low=float(max(low, Decimal(0)) * scale),
        high=float(high * scale),
        qualifier=qualifier,
        unit=unit,
        obs_status=status,
        lower_bound=None if lower is None else float(lower * scale),
        upper_bound=None if upper is None else float(upper * scale),
        decimals=_decimals(number, scale),
    )


def _bounds(
    match: re.Match[str], clean: str, language: str, number: Decimal
) -> tuple[Decimal | None, Decimal | None]:
    """Return the interval printed in brackets; "<5" as its lower end is 0, as its upper end 5."""
    if not match["lower"]:
        return None, None
    lower, upper = (_decimal(match[end].lstrip("&lt;<"), language) for end in ("lower", "upper"))
    if match["lower"][0] in "<&":
        lower = Decimal(0)
    if not lower <= number <= upper:
        raise FigureError(f"the interval in {clean!r} does not hold its value; correct one")
    return lower, upper


def _range(
    match: re.Match[str], clean: str, language: str, status: ObsStatus, unit: str | None
) -> Figure:
    first, last = (_decimal(match[end], language) for end in ("first", "last"))
    if YEARS.fullmatch(match["first"]) and YEARS.fullmatch(match["last"]) and not unit:
        raise FigureError(f"{clean!r} looks like a period of years; it belongs in time_period")
    if first >= last:
        raise FigureError(f"the range {clean!r} does not rise; write its lower end first")
    hedges = [q for q in Qualifier if q in match.groupdict() and match[q]]
    if hedges and hedges != [Qualifier.ABOUT]:
        raise FigureError(f"figure {clean!r} hedges a range; transcribe one or the other")
    scale = _scale(match["range_magnitude"] or "", clean, language, unit)
    low, high = first, last
    if hedges:
        last_digit = min(_last_digit(end, unit, hedged=True) for end in (first, last))
        low, high = first - last_digit / 2, last + last_digit / 2
    if unit == "percent" and last <= 100:
        high = min(high, Decimal(100))
    return Figure(
        text=clean,
        value=float((first + last) / 2 * scale),
        low=float(max(low, Decimal(0)) * scale),
        high=float(high * scale),
        qualifier=Qualifier.RANGE,
        unit=unit,
        obs_status=status,
        decimals=max(_decimals(end, scale) for end in (first, last)),
        printed_low=float(first * scale),
        printed_high=float(last * scale),
    )


def _scale(magnitude: str, clean: str, language: str, unit: str | None) -> Decimal:
    if magnitude and unit == "thousand_persons":
        raise FigureError(f"figure {clean!r} says {magnitude}, and so does its column; correct one")
    if magnitude and unit in RATE_UNITS:
        raise FigureError(f"figure {clean!r} is a rate of {magnitude}; transcribe what is printed")
    return Decimal(10) ** MAGNITUDES[language].get(magnitude, 0)


def _fraction(match: re.Match[str], clean: str, language: str, status: ObsStatus) -> Figure:
    if any(match[q] for q in Qualifier if q in match.groupdict()):
        raise FigureError(f"figure {clean!r} hedges a fraction; transcribe the two counts")
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
        obs_status=status,
    )


def _has_decimals(number: Decimal) -> bool:
    return number != number.to_integral_value()


def _decimal(printed: str, language: str) -> Decimal:
    group, point = MARKS[language]
    return Decimal(printed.replace(" ", "").replace(group, "").replace(point, "."))


def _exponent(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int):  # NaN and infinities, which the grammar does not let in
        raise TypeError(f"not a finite number: {number}")
    return exponent


def _decimals(number: Decimal, scale: Decimal) -> int:
    """Return the decimals that a printed number has times a power of ten, its last zeros too."""
    return max(0, -_exponent(number) - scale.adjusted())


def _last_digit(number: Decimal, unit: str | None, *, hedged: bool) -> Decimal:
    """Return the unit of the last printed digit; of a hedged integer, of its last non-zero digit.

    A round integer in a hedge was rounded to its first digits, unless it is all of them: nobody
    says “about 100 %” of a half.
    """
    exponent = _exponent(number)
    if exponent == 0 and hedged and number and number != WHOLE.get(unit or ""):
        exponent = len(str(number)) - len(str(number).rstrip("0"))
    return Decimal(10) ** exponent


def _ends(number: Decimal, unit: Decimal, qualifier: Qualifier) -> tuple[Decimal, Decimal]:
    match qualifier:
        case Qualifier.ROUNDED | Qualifier.ABOUT:
            return number - unit / 2, number + unit / 2
        case Qualifier.OVER:
            return number, number + unit
        case Qualifier.NEARLY | Qualifier.UP_TO:
            return number - unit, number
        case Qualifier.BELOW:
            return Decimal(0), number
        case _:
            return number, number


def _refusal(clean: str, language: str) -> str:
    shown = clean if len(clean) <= 60 else clean[:57] + "…"
    group, point = MARKS[language]
    other = {"en": "vi", "vi": "en"}[language]
    examples = {"en": "12,345 or 12.3", "vi": "12.345 or 12,3"}[language]
    exchanged = clean.lower().translate(str.maketrans(",.", ".,"))
    if (
        group in clean
        and len(clean) <= MAX_LENGTH
        and (PATTERNS[other].fullmatch(clean.lower()) or PATTERNS[language].fullmatch(exchanged))
    ):
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
