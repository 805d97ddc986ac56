"""Sentences and numbers in the two languages of the reports.

English sentences stand in the code; their Vietnamese counterparts in
``locale/vi/LC_MESSAGES/childstats.po``. Numbers follow CLDR through Babel.
"""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files
from math import isinf, isnan
from typing import Final

from babel.dates import format_date
from babel.messages.pofile import read_po
from babel.numbers import get_decimal_symbol, get_group_symbol

from childstats.codes import UnitMeasure
from childstats.errors import InputError
from childstats.precision import DIGITS, rounded

LANGUAGES: Final = ("vi", "en")
NBSP: Final = "\u00a0"
EN_DASH: Final = "–"

_SDMX_RANGE: Final = re.compile(r"(\d{4})(?:-(\d{2}))?/P(\d+)([YM])", re.ASCII)


@cache
def messages_in(code: str) -> dict[str, str]:
    """Return every English message with its translation; nothing for English itself."""
    if code == "en":
        return {}
    path = files("childstats").joinpath("locale", code, "LC_MESSAGES", "childstats.po")
    with path.open("rb") as po_file:
        catalogue = read_po(po_file, locale=code)
    return {str(m.id): str(m.string) for m in catalogue if m.id and m.string and not m.fuzzy}


@cache
def _marks(code: str) -> dict[int, str]:
    """Return the marks of a language in place of English ones, and a true minus sign."""
    return str.maketrans({",": get_group_symbol(code), ".": get_decimal_symbol(code), "-": "−"})


def mark(message: str) -> str:
    """Mark a message for translation where it is defined, and return it unchanged."""
    return message


@dataclass(frozen=True, slots=True)
class Language:
    r"""One of the report languages: says messages and writes numbers.

    Attributes
    ----------
    code
        ``vi`` or ``en``.

    Raises
    ------
    InputError
        If the code is neither.

    Examples
    --------
    >>> Language("vi").count(208222), Language("en").count(208222)
    ('208.222', '208,222')
    >>> Language("vi").percent(0.955, digits=1), Language("en").percent(0.955, digits=1)
    ('95,5%', '95.5%')
    """

    code: str

    def __post_init__(self) -> None:
        if self.code not in LANGUAGES:
            raise InputError(f"unknown language {self.code!r}; use one of {', '.join(LANGUAGES)}")

    def say(self, message: str, **values: str) -> str:
        """Return a message in this language with its named places filled.

        Parameters
        ----------
        message
            The English message, with places such as ``{area}``.
        values
            The text for each place, already written in this language.

        Returns
        -------
        str
            The sentence.

        Raises
        ------
        LookupError
            If this language has no translation of the message.
        """
        if self.code != "en":
            try:
                message = messages_in(self.code)[message]
            except KeyError:
                raise LookupError(f"no {self.code} translation of {message!r}") from None
        return message.format(**values)

    def pick(self, *, en: str, vi: str) -> str:
        """Return the one of two texts that is in this language."""
        return vi if self.code == "vi" else en

    def count(self, number: float) -> str:
        """Return a whole number with grouped thousands: ``208,222`` or ``208.222``."""
        return self.decimal(number, digits=0)

    def decimal(self, number: float, *, digits: int) -> str:
        """Return a number with a fixed number of decimals, and a true minus sign.

        What is rounded is the published number, with more digits only where they are asked for:
        no digit depends on the machine. No zero has a sign. The limit of a ratio may be infinite.

        Raises
        ------
        ValueError
            If it is no number.
        """
        if isnan(number):
            raise ValueError("nan cannot be printed; say in words what is not known")
        if isinf(number):
            return "∞" if number > 0 else "−∞"
        if not isinstance(number, int):
            number = rounded(number, max(DIGITS, len(f"{abs(number):.0f}") + digits))
        written = format(Decimal(str(number)), f"z,.{digits}f")
        return written.translate(_marks(self.code))

    def percent(self, proportion: float, *, digits: int) -> str:
        """Return a proportion as a percentage: ``95.5%`` or ``95,5%``."""
        return f"{self.decimal(proportion * 100, digits=digits)}%"

    def span(self, low: str, high: str) -> str:
        """Return two written numbers as a range; one number when they read the same."""
        return low if low == high else self.say("{low} to {high}", low=low, high=high)

    def date(self, day: date) -> str:
        """Return a day in words: ``24 November 2026``."""
        if self.code == "vi":  # as official documents write it; CLDR's long form is shorter
            return f"ngày {day.day} tháng {day.month} năm {day.year}"
        return format_date(day, "long", locale="en_GB")

    def published(self, when: str) -> str:
        """Return an ISO day, month or year in words: ``January 2026`` for ``2026-01``."""
        year, *rest = (int(part) for part in when.split("-"))
        if len(rest) == 2:
            return self.date(date(year, *rest))
        if not rest:
            return self.pick(en=str(year), vi=f"năm {year}")
        month = date(year, rest[0], 1)
        return self.pick(
            en=format_date(month, "MMMM y", locale="en_GB"), vi=f"tháng {month.month}/{year}"
        )

    def join(self, parts: list[str]) -> str:
        """Return parts as an enumeration: ``a, b and c``."""
        if len(parts) < 2:
            return "".join(parts)
        return self.say("{several} and {last}", several=", ".join(parts[:-1]), last=parts[-1])

    def value(self, number: float, unit_measure: str, *, digits: int = 1) -> str:
        """Return an observation's value in its unit: a percentage, a rate or a count."""
        if unit_measure == UnitMeasure.PROPORTION:
            return self.percent(number, digits=digits)
        if unit_measure == UnitMeasure.DEATHS_PER_1000_BIRTHS:
            return self.decimal(number, digits=digits)
        return self.count(number)

    def values(self, low: float, high: float, unit_measure: str, *, digits: int) -> str:
        """Return a printed range in its unit: ``90–95%``, ``10–15``."""
        first, last = (self.value(end, unit_measure, digits=digits) for end in (low, high))
        if unit_measure == UnitMeasure.PROPORTION:
            first = self.decimal(low * 100, digits=digits)
        return f"{first}{EN_DASH}{last}"

    def period(self, time_period: int | str) -> str:
        """Return a period in words: ``2025``, or ``1/2024 to 9/2024`` for ``2024-01/P9M``."""
        match = _SDMX_RANGE.fullmatch(str(time_period))
        if match is None:
            return str(time_period)
        year, month, number = int(match[1]), int(match[2] or 1), int(match[3])
        if match[4] == "Y":
            return self.span(str(year), str(year + number - 1))
        last = month + number - 2
        return self.span(f"{month}/{year}", f"{last % 12 + 1}/{year + last // 12}")
