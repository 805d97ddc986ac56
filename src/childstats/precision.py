"""The digits of published numbers: the same on every machine.

Processors and mathematical libraries differ in the last bits of a logarithm, an exponential or a
sum. What is published, compared with a limit or put into words is therefore rounded first, here.
"""

import json
import re
from collections.abc import Mapping
from typing import Any, Final

DIGITS: Final = 12
"""Digits of a computed number: significant ones from 1 on, decimals below 1.

Decimals, since a small difference is no surer than the numbers that it is taken of.
"""
ESTIMATE_DIGITS: Final = 10
"""Digits of an estimate: the last ones of a root that is searched for depend on the steps."""
MOST_DIGITS: Final = 17
"""More digits than these no float tells apart."""
EXACT_BELOW: Final = 2**53
"""Whole numbers below are exact in a float."""
_NUMBER: Final = re.compile(r"\d[\d.,\u00a0\u202f]*")


def rounded(number: float, digits: int = DIGITS) -> float:
    """Return a number with the digits that are published; a whole number as it is.

    Parameters
    ----------
    number
        Any number, also inf or nan.
    digits
        Significant digits of a number from 1 on, decimals of a smaller one.

    Returns
    -------
    float
        Never minus zero. The order of numbers stays.

    Examples
    --------
    >>> rounded(100 * 0.575), rounded(2 / 3), rounded(0.3 - 0.2 - 0.1), rounded(98765432.123456)
    (57.5, 0.666666666667, 0.0, 98765432.1235)
    """
    value = float(number)
    if abs(value) < 1:
        return round(value, digits) + 0.0
    if value.is_integer() and abs(value) < EXACT_BELOW:
        return value
    return float(f"{value:.{digits}g}")


def magnitude(number: float) -> int:
    """Return the place of a number's first digit: 0 for 5, 2 for 500, -3 for 0.005.

    Examples
    --------
    >>> magnitude(0.3 - 0.2), magnitude(0.1), magnitude(999.9)
    (-1, -1, 2)
    """
    return int(f"{number:.{DIGITS - 1}e}".partition("e")[2])


def kept_digits(printed: str) -> int:
    """Return with how many digits the numbers of a figure are published.

    Parameters
    ----------
    printed
        The figure as printed.

    Returns
    -------
    int
        `DIGITS`; where the print has more, those, and one for the limits of its rounding.

    Examples
    --------
    >>> kept_digits("382 out of 463 (82.51%)"), kept_digits("97,582,693.682081")
    (12, 15)
    """
    if len(printed) <= DIGITS:
        return DIGITS
    longest = max(
        (sum(map(str.isdigit, n.lstrip("0.,"))) for n in _NUMBER.findall(printed)), default=0
    )
    return DIGITS if longest <= DIGITS else min(longest + 1, MOST_DIGITS)


def written(number: float, digits: int = DIGITS) -> str:
    """Return a number as it stands in a file: the shortest text of its published digits.

    Parameters
    ----------
    number
        The number; nan is written as nothing.
    digits
        As in `rounded`; `kept_digits` where the number was printed.

    Examples
    --------
    >>> written(81436400.0), written(1 / 3), written(97582693.682081, 15), written(float("nan"))
    ('81436400', '0.333333333333', '97582693.682081', '')
    """
    value = rounded(number, digits)
    if value.is_integer() and abs(value) < EXACT_BELOW:
        return str(int(value))
    return "" if value != value else repr(value)  # noqa: PLR0124  # nan is not itself


def json_text(value: Any, **layout: Any) -> str:
    """Return JSON as it is published: letters as they are, floats with their published digits.

    Parameters
    ----------
    value
        What `json.dumps` takes.
    **layout
        Its ``indent`` and ``separators``.

    Examples
    --------
    >>> json_text({"share": 2 / 3, "children": [81436400.0, None]})
    '{"share": 0.666666666667, "children": [81436400, null]}'
    """
    return json.dumps(_rounded_inside(value), ensure_ascii=False, **layout)


def _rounded_inside(value: Any) -> Any:
    if isinstance(value, float):
        number = rounded(value)
        return int(number) if number.is_integer() and abs(number) < EXACT_BELOW else number
    if isinstance(value, Mapping):
        return {name: _rounded_inside(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded_inside(part) for part in value]
    return value
