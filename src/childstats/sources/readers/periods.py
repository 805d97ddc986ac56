"""Periods as publishers spell them, to SDMX."""

import re
from functools import lru_cache
from typing import Final

_YEAR: Final = r"(?P<year>(?:19|20)[0-9]{2})"
_FORMS: Final = (
    (rf"{_YEAR}(?:-?A1?)?", "{year}"),
    (rf"YR{_YEAR}", "{year}"),
    (rf"{_YEAR}-?M?(?P<part>0[1-9]|1[0-2])", "{year}-{part:02d}"),
    (rf"{_YEAR}-?Q(?P<part>[1-4])", "{year}-Q{part}"),
    (rf"{_YEAR}-?S(?P<part>[12])", "{year}-S{part}"),
    (rf"{_YEAR}-?W(?P<part>0?[1-9]|[1-4][0-9]|5[0-3])", "{year}-W{part:02d}"),
)
_PATTERNS: Final = tuple((re.compile(pattern), form) for pattern, form in _FORMS)
_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_MONTH_NUMBER: Final = {
    name.casefold(): number
    for number, month in enumerate(_MONTHS, start=1)
    for name in (month, month[:3], f"tháng {number}", f"tháng {number:02d}")
}
_QUARTERS: Final = {
    f"{_MONTHS[first]}{to}{_MONTHS[first + 2]}".casefold(): first // 3 + 1
    for first in (0, 3, 6, 9)
    for to in (" - ", " to ")
} | {
    f"{_MONTHS[first][:3]}{to}{_MONTHS[first + 2][:3]}".casefold(): first // 3 + 1
    for first in (0, 3, 6, 9)
    for to in (" - ", " to ")
}
_NAMED: Final = re.compile(rf"(?P<name>[^0-9]+(?:[0-9]{{1,2}})?)[ /]{_YEAR}")


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
