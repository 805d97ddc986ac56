"""Periods as publishers write them, told apart from what only looks like one."""

import re
from datetime import date, timedelta
from typing import Final

YEAR: Final = re.compile(
    r"(?:(prel?\.|sơ bộ) )?(?:(?:năm|year) )?((?:19|20)[0-9]{2})", re.IGNORECASE
)
"""``2025``, ``Năm 2025``, ``Sơ bộ 2025``, ``Prel. 2025``: a mark of preliminary, a year."""
_SDMX: Final = re.compile(
    r"[0-9]{4}(?:-(?:0[1-9]|1[0-2]))?/P[1-9][0-9]*[YM]|[0-9]{4}-(?:Q[1-4]|S[12]|0[1-9]|1[0-2])"
)
_SCHOOL_YEAR: Final = re.compile(r"((?:19|20)[0-9]{2})\s*[-–/]\s*((?:19|20)?[0-9]{2})")
BUDDHIST_ERA: Final = 543
"""Years that the Thai calendar is ahead: 2568 is 2025."""
_EXCEL_DAYS: Final = range(10_000, 80_000)
"""Serial numbers of days from 1927 to 2119 in the 1900 system of Excel."""
_DAY_0: Final = date(1899, 12, 30)


def period_of(text: str) -> tuple[str, str] | None:
    """Return a period and its status; None when it is none.

    Parameters
    ----------
    text
        As the source writes it.

    Returns
    -------
    tuple of str
        A year or an SDMX period, and ``P`` where the source marks it as preliminary.

    Examples
    --------
    >>> period_of("Sơ bộ 2024"), period_of("2024-01/P9M"), period_of("2568")
    (('2024', 'P'), ('2024-01/P9M', ''), None)
    """
    match = YEAR.fullmatch(text)
    if match:
        return match[2], "P" if match[1] else ""
    return (text, "") if _SDMX.fullmatch(text) else None


def no_period(text: str) -> str:
    """Return why a text is no period, and what to do.

    Examples
    --------
    >>> no_period("45292")
    "'45292' is the day 2024-01-01 as Excel counts it; write the year as a number"
    >>> no_period("2024-2025")
    "'2024-2025' is a school year, no calendar year; write 2024-09/P9M"
    """
    if not text:
        return "empty period; every figure needs one"
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T.*)?", text):
        return f"{text!r} is a day; write its year as a number, or {text[:7]}"
    if text.isascii() and text.isdecimal() and len(text) < 10:
        number = int(text)
        if 1900 <= number - BUDDHIST_ERA <= 2100:
            return f"{text!r} looks like a Buddhist year, {number - BUDDHIST_ERA}; write that"
        if number in _EXCEL_DAYS:
            day = _DAY_0 + timedelta(days=number)
            return f"{text!r} is the day {day} as Excel counts it; write the year as a number"
    match = _SCHOOL_YEAR.fullmatch(text)
    if match and int(match[2][-2:]) == (int(match[1]) + 1) % 100:
        return f"{text!r} is a school year, no calendar year; write {match[1]}-09/P9M"
    return f"{text!r} is no period; write 2025 or 2024-01/P9M"
