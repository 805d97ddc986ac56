"""A printed number as a value *and* the interval of values that the print may stand for."""

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from childstats.codes import ObsStatus


class Qualifier(StrEnum):
    """How a source hedges a number; it decides the shape of the printed interval."""

    EXACT = "exact"
    """A plain count: ``6,847`` is 6,847."""
    ROUNDED = "rounded"
    """Rounded to its last printed digit: ``31.2%`` is [31.15, 31.25)."""
    ABOUT = "about"
    """``approximately 68,000`` is [67,500, 68,500)."""
    OVER = "over"
    """``over 216,000`` is [216,000, 217,000)."""
    NEARLY = "nearly"
    """``nearly 381,700`` is (381,600, 381,700]."""
    UP_TO = "up_to"
    """``as many as 180`` is (170, 180]."""
    BELOW = "below"
    """``<5`` is [0, 5)."""
    RANGE = "range"
    """``10-15`` is [10, 15]; the value is the middle."""
    MISSING = "missing"
    """``..``: the source prints a mark where a number would stand."""


class Interval(NamedTuple):
    """The lowest and highest value that a printed figure, or arithmetic on figures, allows."""

    low: float
    high: float

    def overlaps(self, other: "Interval") -> bool:
        """Return whether the two intervals share a value (ends included)."""
        return self.low <= other.high and other.low <= self.high

    def divided_by(self, other: "Interval") -> "Interval":
        """Return the quotients that the two intervals allow.

        Both intervals hold non-negative values. A divisor that may be 0 gives ``inf``, unless
        nothing is divided.

        Examples
        --------
        >>> Interval(6847, 6847).divided_by(Interval(382_000, 383_000))
        Interval(low=0.01787728459530026, high=0.017924083769633507)
        """
        if not other.high:
            return Interval(math.inf, math.inf)
        high = self.high / other.low if other.low else math.inf if self.high else 0.0
        return Interval(self.low / other.high, high)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as printed.

    Attributes
    ----------
    text
        The characters as printed, NFC.
    value
        The number that the text names, in the printed unit; nan where it is a missing mark.
    low, high
        The interval of true values that the print may stand for. Half-open: the high end is
        excluded for rounded, about, over and below; the low end for nearly and up_to. Equal
        ends mean an exact count. nan where `value` is.
    qualifier
        How the source hedges the number.
    unit
        ``percent``, ``per_1000``, ``per_10000``, ``per_100000``, ``proportion`` (a printed
        fraction), ``persons`` or ``number`` (a noun stands beside it), a unit that the caller
        named, or None for a bare number.
    numerator, denominator
        The two counts of a printed fraction such as ``36/45``, else None.
    obs_status
        ``A``; ``P`` where the text says preliminary; ``L``, ``M``, ``O`` or ``Q`` for a missing
        mark (`childstats.figures.grammar.MISSING_MARKS`).
    lower_bound, upper_bound
        The interval that the publisher prints behind the number, ``21.6 [18.6-25.8]``, else None.
        Not the printed interval: it is what the publisher knows, not what the digits leave open.
    decimals
        Decimals of `value` as printed: 1 for ``95.0%``, 0 for ``95%`` and for ``1.5 million``; of
        a printed range, those of its finer end. None where no number in `unit` is printed: a
        missing mark, a fraction.
    printed_low, printed_high
        The two ends of a printed range, ``90-95%``, in the printed unit; else None. Of a hedged
        range the interval goes beyond them.
    """

    text: str
    value: float
    low: float
    high: float
    qualifier: Qualifier
    unit: str | None = None
    numerator: int | None = None
    denominator: int | None = None
    obs_status: ObsStatus = ObsStatus.NORMAL
    lower_bound: float | None = None
    upper_bound: float | None = None
    decimals: int | None = None
    printed_low: float | None = None
    printed_high: float | None = None

    def __repr__(self) -> str:
        """Return the print and what it may stand for, in one line."""
        if self.is_missing:
            return f"<Figure {self.text!r}: missing, status {self.obs_status.value}>"
        value = f"{self.low:.10g}"
        if not self.is_exact:
            value = f"{self.value:.10g}, from {self.low:.10g} to {self.high:.10g}"
        return f"<Figure {self.text!r}: {' '.join(filter(None, [value, self.unit]))}>"

    @property
    def is_missing(self) -> bool:
        """Whether the source prints a mark in place of a number."""
        return self.qualifier is Qualifier.MISSING

    @property
    def interval(self) -> Interval:
        """The printed interval."""
        return Interval(self.low, self.high)

    @property
    def is_exact(self) -> bool:
        """Whether the print leaves no doubt about the value."""
        return self.low == self.high
