"""Words for a change or a difference, from the interval that is printed beside them."""

from enum import StrEnum
from math import isfinite


class Direction(StrEnum):
    """Which way something went."""

    ROSE = "rose"
    FELL = "fell"
    UNCLEAR = "unclear"
    """The interval of the change holds 0."""
    DENOMINATOR = "denominator"
    """The share and those whom it counts went opposite ways."""
    UNKNOWN = "unknown"
    """Too few comparable years."""


def change_verdict(low: float, high: float) -> Direction:
    """Return the direction that an interval of a change allows.

    Parameters
    ----------
    low, high
        Limits of the change, with the digits that are printed.

    Returns
    -------
    Direction
        Rose or fell only where both limits are on one side of 0.
    """
    if not (isfinite(low) and isfinite(high)):
        return Direction.UNCLEAR
    if low > 0:
        return Direction.ROSE
    return Direction.FELL if high < 0 else Direction.UNCLEAR
