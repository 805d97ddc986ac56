"""What is printed of a count, and what a reader knows the print to stand for."""

from dataclasses import dataclass
from math import ceil, floor, inf, isinf, isnan, nan
from typing import Final, NamedTuple

from childstats.codes import ObsStatus
from childstats.observations.ledger import Remembered
from childstats.observations.policy import Rule
from childstats.statistics.disclosure.rounding import (
    LARGEST_HIDDEN,
    counts_behind,
    rounded_count,
)

HIDDEN: Final = ObsStatus.SUPPRESSED.value
SHOWN: Final = ObsStatus.NORMAL.value
UNKNOWN: Final = ObsStatus.MISSING.value
SMALL: Final = (1.0, float(LARGEST_HIDDEN))


class Print(NamedTuple):
    """What is printed of a cell.

    Attributes
    ----------
    value
        The count, nan where it is hidden.
    status
        ``A`` or ``Q``.
    low, high
        The counts that a reader knows it to stand for; of a hidden cell, as an attacker.
    """

    value: float
    status: str
    low: float
    high: float

    @property
    def hidden(self) -> bool:
        """Whether no count is printed."""
        return self.status == HIDDEN


def stands_for(value: float, rule: Rule) -> Print:
    """Return what a reader knows a printed count that is not hedged to stand for."""
    if rule is Rule.ROUND:
        try:
            low, high = counts_behind(value)
        except ValueError:
            return Print(value, SHOWN, value, value)  # not rounded: it is known exactly
        return Print(value, SHOWN, float(low), float(high))
    return Print(value, SHOWN, value, value)


def hedged(value: float, low: float, high: float, rule: Rule) -> Print:
    """Return what is printed of a count that its source hedges.

    Parameters
    ----------
    value
        The count as it is printed.
    low, high
        The whole counts that the source lets it be. Rounded, the ends are rounded as counts are,
        outwards: "approximately 13" would tell more than 15 does.
    rule
        How it is printed.
    """
    if rule is not Rule.ROUND:
        return Print(value, SHOWN, low, high)
    return Print(value, SHOWN, _rounded(low).low, _rounded(high).high)


def _rounded(end: float) -> Print:
    """Return what an end of a range stands for as it is rounded; a small one for 0 to 7."""
    if end <= LARGEST_HIDDEN:
        return Print(nan, HIDDEN, 0.0, float(LARGEST_HIDDEN))
    return Print(inf, SHOWN, inf, inf) if isinf(end) else stands_for(_nearest(end), Rule.ROUND)


def _nearest(count: float) -> float:
    return float(rounded_count(count))


def told_by(remembered: Remembered) -> tuple[float, float]:
    """Return the smallest and largest count that an earlier edition lets a reader believe."""
    if remembered.value is None:
        return 0.0, inf
    if remembered.limits is not None:
        return remembered.limits
    told = stands_for(remembered.value, remembered.rule)
    return told.low, told.high


@dataclass(frozen=True, slots=True)
class Count:
    """A true count.

    Attributes
    ----------
    value
        The number.
    low, high
        The whole counts that its source lets it be.
    rule
        How it is printed; ``exact`` above the communes.
    """

    value: float
    low: float
    high: float
    rule: Rule


def printed(count: Count) -> Print:
    """Return what is printed of a count that is shown; of a small one, what would be known."""
    if count.rule is not Rule.ROUND:
        return Print(count.value, SHOWN, count.low, count.high)
    if may_be_small(count):
        return Print(count.value, SHOWN, *(SMALL if count.low == count.high else (0.0, inf)))
    value = _nearest(count.value)
    if count.low == count.high:
        return stands_for(value, Rule.ROUND)
    return hedged(value, count.low, count.high, Rule.ROUND)


def is_small(value: float) -> bool:
    """Return whether a count is one that must be hidden."""
    return not isnan(value) and 1 <= value <= LARGEST_HIDDEN


def may_be_small(count: Count) -> bool:
    """Return whether a count must be hidden: it is 1 to 7, or its source lets it be that."""
    return count.low <= LARGEST_HIDDEN and count.high >= 1


def least_of(row_low: float) -> float:
    """Return the smallest whole count of a range."""
    return max(0.0, float(ceil(row_low)))


def most_of(row_high: float) -> float:
    """Return the largest whole count of a range, which may have no end."""
    return row_high if isinf(row_high) else float(floor(row_high))
