"""The policy numbers of small-count rounding, and what a rounded count still lets a reader know."""

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from childstats.statistics.estimate import FloatArray, checked_counts

LARGEST_HIDDEN: Final = 7
"""Counts from 1 to this are hidden.

NHS Digital, Disclosure control methodology for Hospital Episode Statistics and Emergency Care Data
Set (September 2018); the National Child Measurement Programme took the rule over in October 2020
(Changes to the NCMP 2019-20 publication content and disclosure control methodology), since manual
secondary suppression took long and went wrong.
"""
ROUNDING_BASE: Final = 5
"""Every count that is not hidden, totals too, is rounded to this on its own (same source)."""
ONE_DECIMAL_FROM: Final = 4_000
"""Rounded denominator from which a percentage may have one decimal (same source).

There the two roundings together move a percentage by less than 0.1 points.
"""
MINIMUM_WIDTH: Final = 2
"""Largest minus smallest value that must remain believable for a hidden count: three values.

A choice of this project; the sources above ask only that no hidden count can be worked out.
"""
INSIDER_WIDTH: Final = 1
"""The same for a contributor who knows that one hidden cell is 1, his own: two values."""

IntArray = NDArray[np.int64]


def rounded_count(counts: ArrayLike) -> IntArray:
    """Round counts to the nearest `ROUNDING_BASE`.

    Parameters
    ----------
    counts
        Whole numbers, 0 or more; any shape.

    Returns
    -------
    ndarray
        Multiples of 5, of the same shape. A whole number is never half-way between two of them.

    Raises
    ------
    ValueError
        If a count is negative, not finite or not whole.

    Examples
    --------
    >>> from childstats.statistics.disclosure import rounded_count
    >>> rounded_count([0, 8, 12, 13, 38]).tolist()
    [0, 10, 10, 15, 40]
    """
    checked = checked_counts("counts", counts)
    return (np.floor_divide(checked + ROUNDING_BASE // 2, ROUNDING_BASE) * ROUNDING_BASE).astype(
        np.int64
    )


def counts_behind(rounded: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Return the smallest and largest count that is printed as each rounded count.

    Parameters
    ----------
    rounded
        Printed counts: 0, or a multiple of 5 from 10; any shape.

    Returns
    -------
    tuple of ndarray
        Smallest and largest count. 0 stands for itself, since 1 and 2 are hidden; 10 stands for
        8 to 12.

    Raises
    ------
    ValueError
        If a number cannot have been printed under the rule.

    Examples
    --------
    >>> from childstats.statistics.disclosure import counts_behind
    >>> [limits.tolist() for limits in counts_behind([0, 10, 40])]
    [[0.0, 8.0, 38.0], [0.0, 12.0, 42.0]]
    """
    printed = checked_counts("rounded", rounded)
    possible = (printed == 0) | ((printed % ROUNDING_BASE == 0) & (printed > LARGEST_HIDDEN))
    if not possible.all():
        index = tuple(int(i) for i in np.argwhere(~possible)[0])
        raise ValueError(
            f"rounded{list(index) if index else ''} is {printed[index]:g}; "
            f"it must be 0 or a multiple of {ROUNDING_BASE} above {LARGEST_HIDDEN}"
        )
    reach = np.where(printed == 0, 0, ROUNDING_BASE // 2)
    return printed - reach, printed + reach


def percent_decimals(rounded_denominator: ArrayLike) -> IntArray:
    """Return how many decimals a percentage of small counts may be printed with.

    Parameters
    ----------
    rounded_denominator
        Denominators after rounding; any shape.

    Returns
    -------
    ndarray
        1 where the denominator is 4,000 or more, else 0.

    Raises
    ------
    ValueError
        If a denominator is negative, not finite or not whole.

    Examples
    --------
    >>> from childstats.statistics.disclosure import percent_decimals
    >>> percent_decimals([3995, 4000]).tolist()
    [0, 1]
    """
    denominator = checked_counts("rounded_denominator", rounded_denominator)
    return (denominator >= ONE_DECIMAL_FROM).astype(np.int64)
