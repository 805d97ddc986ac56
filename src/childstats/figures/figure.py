"""A printed number as a value *and* the interval of values that the print may stand for."""

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


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


class Interval(NamedTuple):
    """The lowest and highest value that a printed figure, or arithmetic on figures, allows."""

    low: float
    high: float

    def overlaps(self, other: "Interval") -> bool:
        """Return whether the two intervals share a value (ends included)."""
        return self.low <= other.high and other.low <= self.high

    def divided_by(self, other: "Interval") -> "Interval":
        """Return the quotients that the two intervals allow.

        Both intervals hold non-negative values; a divisor that may be 0 gives ``inf``.

        Examples
        --------
        >>> Interval(6847, 6847).divided_by(Interval(382_000, 383_000))
        Interval(low=0.01787728459530026, high=0.017924083769633507)
        """
        low = self.low / other.high if other.high else math.inf
        high = self.high / other.low if other.low else math.inf
        return Interval(low, high)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as printed.

    Attributes
    ----------
    text
        The characters as printed, NFC.
    value
        The number that the text names, in the printed unit.
    low, high
        The interval of true values that the print may stand for. Half-open: the high end is
        excluded for rounded, about, over and below; the low end for nearly and up_to. Equal
        ends mean an exact count.
    qualifier
        How the source hedges the number.
    unit
        ``percent``, ``per_1000``, ``per_100000``, ``proportion`` (a printed fraction), a unit
        that the caller named, or None for a bare number.
    numerator, denominator
        The two counts of a printed fraction such as ``36/45``, else None.
    """

    text: str
    value: float
    low: float
    high: float
    qualifier: Qualifier
    unit: str | None = None
    numerator: int | None = None
    denominator: int | None = None

    @property
    def interval(self) -> Interval:
        """The printed interval."""
        return Interval(self.low, self.high)

    @property
    def is_exact(self) -> bool:
        """Whether the print leaves no doubt about the value."""
        return self.low == self.high


def implied_total(part: Figure, share: Figure) -> Interval:
    """Return the totals of which `part` can be the printed `share`.

    Parameters
    ----------
    part
        A count.
    share
        The percentage of the total that the count is said to be; unit ``percent``.

    Returns
    -------
    Interval
        Lowest and highest total, in the unit of `part`.

    Raises
    ------
    ValueError
        If `share` is not a percentage.

    Examples
    --------
    208,222 children who are 31.2 % of the people imply 666,310 to 668,449 people:

    >>> children = Figure("208,222", 208222, 208222, 208222, Qualifier.EXACT)
    >>> share = Figure("31.2%", 31.2, 31.15, 31.25, Qualifier.ROUNDED, "percent")
    >>> [round(end) for end in implied_total(children, share)]
    [666310, 668449]
    """
    if share.unit != "percent":
        raise ValueError(f"share must be a percentage, not {share.text!r} in unit {share.unit!r}")
    return part.interval.divided_by(Interval(share.low / 100, share.high / 100))


def implied_count(share: Figure, total: Figure) -> Interval:
    """Return the whole counts of which `total` can give the printed `share`.

    Parameters
    ----------
    share
        A percentage of the total; unit ``percent``.
    total
        The exact count that the percentage is of.

    Returns
    -------
    Interval
        Lowest and highest whole count. ``low > high`` means that no count gives this print.

    Raises
    ------
    ValueError
        If `share` is not a percentage or `total` is not an exact count.

    References
    ----------
    Brown NJL, Heathers JAJ (2017). The GRIM test. *Social Psychological and Personality
    Science* 8(4), 363-369.

    Examples
    --------
    96 % of 430 schools is 411 to 414 schools:

    >>> schools = Figure("430", 430, 430, 430, Qualifier.EXACT)
    >>> implied_count(Figure("96%", 96, 95.5, 96.5, Qualifier.ROUNDED, "percent"), schools)
    Interval(low=411, high=414)
    """
    if share.unit != "percent":
        raise ValueError(f"share must be a percentage, not {share.text!r} in unit {share.unit!r}")
    if not total.is_exact:
        raise ValueError(f"total must be an exact count, not {total.text!r}")
    # 95.5 % of 430 is 410.65 in decimal; round away binary noise before taking whole counts
    low = round(share.low * total.value / 100, 9)
    high = round(share.high * total.value / 100, 9)
    from_above = share.qualifier in {Qualifier.NEARLY, Qualifier.UP_TO}
    capped = share.high == 100 and share.qualifier is not Qualifier.BELOW
    return Interval(
        math.floor(low) + 1 if from_above else math.ceil(low),
        math.floor(high) if from_above or capped else math.ceil(high) - 1,
    )
