"""The counts of two groups to be compared, checked once."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from childstats.statistics.estimate import FloatArray, checked_cases, checked_confidence_level


class TwoGroups(NamedTuple):
    """Checked cases x of n people, exposed (1) and reference (2), as arrays of one shape.

    Attributes
    ----------
    x1, n1
        Cases and total of the exposed group.
    x2, n2
        Cases and total of the reference group.
    """

    x1: FloatArray
    n1: FloatArray
    x2: FloatArray
    n2: FloatArray

    def exchanged(self) -> "TwoGroups":
        """Return the groups the other way round: differences change sign, ratios invert.

        Returns
        -------
        TwoGroups
            The reference group as exposed and the exposed group as reference.
        """
        return TwoGroups(self.x2, self.n2, self.x1, self.n1)

    def where(self, chosen: NDArray[np.bool_]) -> "TwoGroups":
        """Return the comparisons chosen by a mask of the same shape, in one dimension.

        Parameters
        ----------
        chosen
            True for each comparison to keep.

        Returns
        -------
        TwoGroups
            The chosen counts, in one dimension.
        """
        return TwoGroups(*(counts[chosen] for counts in self))

    def with_fewest_cases(self) -> "TwoGroups":
        """Return tables with the same odds ratios whose cases are the smallest of four totals.

        The ratio stays when groups and outcomes change places, or both are read backwards. Few
        cases have few possible tables, and expected counts in which nothing cancels.

        Returns
        -------
        TwoGroups
            The counts, turned so that both groups' cases together are at most either group.
        """
        x1, n1, x2, n2 = self
        a, b, c, d = x1, n1 - x1, x2, n2 - x2
        totals = np.stack((a + c, b + d, n1, n2))
        turned = (
            (a, n1, c, n2),
            (d, n2, b, n1),
            (a, a + c, b, b + d),
            (d, b + d, c, a + c),
        )
        smallest = totals.argmin(axis=0)
        return TwoGroups(*(np.choose(smallest, counts) for counts in zip(*turned, strict=True)))


def checked_groups(
    *,
    exposed_cases: ArrayLike,
    exposed_total: ArrayLike,
    reference_cases: ArrayLike,
    reference_total: ArrayLike,
    confidence_level: ArrayLike,
) -> tuple[TwoGroups, FloatArray]:
    """Return the counts of two groups and the confidence levels as floats of one shape.

    Parameters
    ----------
    exposed_cases, exposed_total, reference_cases, reference_total
        Whole numbers of people, cases at most their total, totals 1 or more.
    confidence_level
        Levels above 0 and below 1. All arguments broadcast.

    Returns
    -------
    tuple of TwoGroups and ndarray
        The groups and the levels, broadcast to one shape.

    Raises
    ------
    ValueError
        If a count is negative, not finite or not whole, if cases exceed their total, if a total
        is 0, or if a level is not between 0 and 1.
    """
    x1, n1, x2, n2, level = np.broadcast_arrays(
        *checked_cases("exposed_cases", exposed_cases, "exposed_total", exposed_total),
        *checked_cases("reference_cases", reference_cases, "reference_total", reference_total),
        checked_confidence_level(confidence_level),
    )
    return TwoGroups(x1, n1, x2, n2), level
