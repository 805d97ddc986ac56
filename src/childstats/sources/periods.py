"""Periods as publishers write them, to SDMX, told apart from what only looks like one."""

import re
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

YEAR: Final = re.compile(
    r"(?:(prel?\.|sơ bộ) )?(?:(?:năm|year) )?((?:19|20)[0-9]{2})", re.IGNORECASE
)
"""``2025``, ``Năm 2025``, ``Sơ bộ 2025``, ``Prel. 2025``: a mark of preliminary, a year."""
_SDMX: Final = re.compile(
    r"[0-9]{4}(?:-(?:0[1-9]|1[0-2]))?/P[1-9][0-9]*[YM]"
    r"|[0-9]{4}-(?:Q[1-4]|S[12]|W(?:0[1-9]|[1-4][0-9]|5[0-3])|0[1-9]|1[0-2])"
)
_SCHOOL_YEAR: Final = re.compile(r"((?:19|20)[0-9]{2})\s*[-–/]\s*((?:19|20)?[0-9]{2})")
BUDDHIST_ERA: Final = 543
"""Years that the Thai calendar is ahead: 2568 is 2025."""
_EXCEL_DAYS: Final = range(10_000, 80_000)
"""Serial numbers of days from 1927 to 2119 in the 1900 system of Excel."""
_DAY_0: Final = date(1899, 12, 30)
_YEAR_PART: Final = r"(?P<year>(?:19|20)[0-9]{2})"
_FORMS: Final = (
    (rf"{_YEAR_PART}(?:-?A1?)?", "{year}"),
    (rf"YR{_YEAR_PART}", "{year}"),
    (rf"{_YEAR_PART}-?M?(?P<part>0[1-9]|1[0-2])", "{year}-{part:02d}"),
    (rf"{_YEAR_PART}-?Q(?P<part>[1-4])", "{year}-Q{part}"),
    (rf"{_YEAR_PART}-?S(?P<part>[12])", "{year}-S{part}"),
    (rf"{_YEAR_PART}-?W(?P<part>0?[1-9]|[1-4][0-9]|5[0-3])", "{year}-W{part:02d}"),
)
_PATTERNS: Final = tuple((re.compile(pattern), form) for pattern, form in _FORMS)
MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_MONTH_NUMBER: Final = {
    name.casefold(): number
    for number, month in enumerate(MONTHS, start=1)
    for name in (month, month[:3], f"tháng {number}", f"tháng {number:02d}")
}
_QUARTERS: Final = {
    f"{MONTHS[first]}{to}{MONTHS[first + 2]}".casefold(): first // 3 + 1
    for first in (0, 3, 6, 9)
    for to in (" - ", " to ")
} | {
    f"{MONTHS[first][:3]}{to}{MONTHS[first + 2][:3]}".casefold(): first // 3 + 1
    for first in (0, 3, 6, 9)
    for to in (" - ", " to ")
}
_NAMED: Final = re.compile(rf"(?P<name>[^0-9]+(?:[0-9]{{1,2}})?)[ /]{_YEAR_PART}")


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


@lru_cache(maxsize=4096)
def sdmx_period(text: str) -> str | None:
    """Return a period in SDMX form, None where it is not one that we keep.

    Parameters
    ----------
    text
        A year, half-year, quarter, month or week as DHIS2, the World Bank or SDMX spell it, or
        the English or Vietnamese name of a month or quarter with its year.

    Returns
    -------
    str or None
        ``2024``, ``2024-S1``, ``2024-Q1``, ``2024-01`` or ``2024-W05``. Days, financial years,
        weeks that do not begin on Monday, several years and other calendars give None.

    Examples
    --------
    >>> [sdmx_period(text) for text in ("2024", "202401", "2024Q1", "2020M12", "2024W5")]
    ['2024', '2024-01', '2024-Q1', '2020-12', '2024-W05']
    >>> [sdmx_period(text) for text in ("January 2024", "Tháng 3 2024", "Jan to Mar 2016")]
    ['2024-01', '2024-03', '2016-Q1']
    >>> [sdmx_period(text) for text in ("2024Oct", "20240131", "2567", "2015-2016")]
    [None, None, None, None]
    """
    folded = " ".join(text.split())
    for pattern, form in _PATTERNS:
        match = pattern.fullmatch(folded)
        if match:
            part = match.groupdict().get("part")
            return form.format(year=match["year"], part=int(part) if part else 0)
    named = _NAMED.fullmatch(folded)
    if named is None:
        return None
    name = named["name"].casefold()
    if name in _MONTH_NUMBER:
        return f"{named['year']}-{_MONTH_NUMBER[name]:02d}"
    return f"{named['year']}-Q{_QUARTERS[name]}" if name in _QUARTERS else None
