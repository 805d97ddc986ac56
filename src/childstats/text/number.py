"""A number that is printed: what it can be, what it was computed of, and how it is written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from math import inf, isfinite, isnan
from typing import Any, Final, NamedTuple

from childstats.language import Language
from childstats.precision import rounded

TOLERANCE: Final = 1e-9
"""Limits and values are rounded to ten digits."""


class Kind(StrEnum):
    """What a number is."""

    COUNT = "count"
    SHARE = "share"
    """A proportion, between 0 and 1."""
    RATE = "rate"
    RATIO = "ratio"
    """Infinite where it divides by 0."""
    DIFFERENCE = "difference"
    CHANGE = "change"
    """A change as a proportion of what it was: at least -1."""
    INDEX = "index"
    P_VALUE = "p-value"
    YEAR = "year"


class Range(NamedTuple):
    """What numbers of a kind can be."""

    least: float
    most: float
    may_be_infinite: bool = False


RANGES: Final[Mapping[Kind, Range]] = {
    Kind.COUNT: Range(0, inf),
    Kind.SHARE: Range(0, 1),
    Kind.RATE: Range(0, inf),
    Kind.RATIO: Range(0, inf, may_be_infinite=True),
    Kind.DIFFERENCE: Range(-inf, inf),
    Kind.CHANGE: Range(-1, inf),
    Kind.INDEX: Range(-inf, inf),
    Kind.P_VALUE: Range(0, 1),
    Kind.YEAR: Range(1800, 2200),
}


class NumberError(ValueError):
    """A number that cannot be; nothing is printed of it."""


class Written(NamedTuple):
    """A number as it is printed, with its limits; "" where it has none."""

    value: str
    low: str = ""
    high: str = ""


@dataclass(frozen=True, slots=True)
class Number:
    """A number with its origin; one that cannot be is refused.

    Attributes
    ----------
    kind
        What it is.
    value
        Shares and changes as proportions, a difference of shares too.
    formula
        Name of what computed it; ``print`` of a figure as its source prints it.
    inputs
        Ids of the published figures that it was computed of, in the order of the formula.
    low, high
        Its limits, if it has any.
    digits
        Decimals that are printed.
    percent
        Whether a hundred times the number is printed.
    sign
        Whether a positive number is written with a plus sign.
    most
        The highest value that it may have, where that is not its kind's: coverage may exceed 1.
    arguments
        What else the formula takes.

    Raises
    ------
    NumberError
        If it is outside of what its kind can be, no number, or outside of its limits.
    """

    kind: Kind
    value: float
    formula: str
    inputs: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    digits: int = 0
    percent: bool = False
    sign: bool = False
    most: float | None = None
    arguments: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        range_ = RANGES[self.kind]
        most = range_.most if self.most is None else self.most
        for end in (self.value, self.low, self.high):
            if end is None:
                continue
            if isnan(end) or not (isfinite(end) or range_.may_be_infinite):
                raise NumberError(f"{self._named}: {end} is no {self.kind}")
            if not range_.least - TOLERANCE <= end <= most + TOLERANCE:
                raise NumberError(
                    f"{self._named}: {end:g} is no {self.kind}; it is at least {range_.least:g}"
                    + (f" and at most {most:g}" if isfinite(most) else "")
                )
        if self.low is not None and self.low > self.value + TOLERANCE * max(1, abs(self.value)):
            raise NumberError(f"{self._named}: {self.value:g} is below its limit {self.low:g}")
        if self.high is not None and self.value > self.high + TOLERANCE * max(1, abs(self.high)):
            raise NumberError(f"{self._named}: {self.value:g} is above its limit {self.high:g}")

    @property
    def _named(self) -> str:
        return f"{self.formula} of {', '.join(self.inputs[:4]) or 'no figure'}"

    def written(self, t: Language) -> Written:
        """Return number and limits as a language writes them, all with the same decimals."""
        ends = (None if end is None else float(end) for end in (self.value, self.low, self.high))
        return Written(*("" if end is None else self._one(t, end) for end in ends))

    def _one(self, t: Language, number: float) -> str:
        scale = 100 if self.percent else 1
        shown = rounded(number * scale) if isfinite(number) else number
        is_share = self.percent and self.kind in {Kind.SHARE, Kind.CHANGE}
        text = (
            t.percent(shown / scale, digits=self.digits)
            if is_share
            else t.decimal(shown, digits=self.digits)
        )
        is_above_0 = round(shown, self.digits) > 0 if isfinite(shown) else shown > 0
        return f"+{text}" if self.sign and is_above_0 else text
