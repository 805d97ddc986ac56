"""Estimates of subgroups along the last axis, checked once."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from childstats.statistics.estimate import FloatArray, checked_between, checked_choice


class Subgroups(NamedTuple):
    """Checked estimates of subgroups along the last axis, arrays of one shape.

    Attributes
    ----------
    estimates
        Estimate of each subgroup.
    shares
        Share of each subgroup in the population; they add up to 1 along the last axis.
    variances
        Squared standard error of each estimate, or None where no interval was asked for.
    """

    estimates: FloatArray
    shares: FloatArray
    variances: FloatArray | None

    @property
    def mean(self) -> FloatArray:
        """The average of the setting: the estimates weighted by population share."""
        # From the lowest upwards, so that equal estimates have exactly that mean.
        lowest = self.estimates.min(axis=-1)
        above = self.estimates - lowest[..., np.newaxis]
        return np.asarray(lowest + np.sum(self.shares * above, axis=-1))

    def linear_variance(self, gradient: FloatArray) -> FloatArray | None:
        """Return the variance of a statistic with this gradient, or None without errors.

        Parameters
        ----------
        gradient
            Derivative of the statistic by each estimate, subgroups along the last axis.

        Returns
        -------
        ndarray or None
            Sum of squared derivatives times variances: the delta method for independent
            estimates, exact for a linear statistic.
        """
        if self.variances is None:
            return None
        return np.asarray(np.sum(gradient**2 * self.variances, axis=-1))


def checked_subgroups(
    estimates: ArrayLike,
    population: ArrayLike | None,
    standard_errors: ArrayLike | None,
    *,
    low: float = -np.inf,
    high: float = np.inf,
) -> Subgroups:
    """Return estimates, population shares and variances of subgroups, or refuse them.

    Parameters
    ----------
    estimates
        Estimates with subgroups along the last axis, at least two.
    population
        Sizes or shares, 0 or more, not all 0 in a row; None gives every subgroup the same share.
    standard_errors
        Standard errors, 0 or more, or None for no interval. All arguments broadcast.
    low, high
        Smallest and largest estimate allowed.

    Returns
    -------
    Subgroups
        Arrays of one shape.

    Raises
    ------
    ValueError
        If there are fewer than two subgroups, a number is out of bounds or not finite, or the
        whole population of a row is 0.
    """
    y = checked_between("estimates", estimates, low=low, high=high)
    sizes = checked_between("population", 1.0 if population is None else population, low=0.0)
    errors = checked_between(
        "standard_errors", 0.0 if standard_errors is None else standard_errors, low=0.0
    )
    y, sizes, errors = np.broadcast_arrays(y, sizes, errors)
    if y.ndim == 0 or y.shape[-1] < 2:
        raise ValueError("estimates must hold two subgroups or more along the last axis")
    whole = sizes.sum(axis=-1, keepdims=True)
    if not (whole > 0).all():
        index = tuple(int(i) for i in np.argwhere(whole[..., 0] == 0)[0])
        where = f" at index {index[0] if len(index) == 1 else index}" if index else ""
        raise ValueError(f"population must not be 0 in every subgroup{where}")
    return Subgroups(y, sizes / whole, None if standard_errors is None else errors**2)


def checked_order(order: ArrayLike, shape: tuple[int, ...]) -> FloatArray:
    """Return the places of ordered subgroups in the shape of their estimates, or refuse them.

    Parameters
    ----------
    order
        Place of each subgroup from the most disadvantaged (lowest) to the most advantaged.
    shape
        Shape of the estimates.

    Returns
    -------
    ndarray
        The places, broadcast to `shape`.

    Raises
    ------
    ValueError
        If a place is not finite or two subgroups share one.
    """
    places = np.broadcast_to(checked_between("order", order), shape)
    if (np.diff(np.sort(places, axis=-1), axis=-1) == 0).any():
        raise ValueError("order must give each subgroup a place of its own")
    return places


def checked_reference(reference: int, number: int) -> int:
    """Return the index of a reference subgroup, or refuse it.

    Parameters
    ----------
    reference
        Index along the last axis, 0 for the first subgroup.
    number
        How many subgroups there are.

    Returns
    -------
    int
        The same index.

    Raises
    ------
    ValueError
        If there is no subgroup with this index.
    """
    if reference not in range(number):
        raise ValueError(f"reference must be an index from 0 to {number - 1}; got {reference!r}")
    return int(reference)


def midpoint_ranks(shares: FloatArray, order: ArrayLike | None) -> FloatArray:
    """Return the rank of the middle of each subgroup in the population, from 0 to 1.

    Parameters
    ----------
    shares
        Population shares, subgroups along the last axis.
    order
        Place of each subgroup from the most disadvantaged (lowest); None if they stand in order.

    Returns
    -------
    ndarray
        Shares of everybody below plus half the subgroup's own (ridits); their weighted mean
        is 1/2.

    Raises
    ------
    ValueError
        If `order` is not finite or has ties.
    """
    if order is None:
        return np.asarray(np.cumsum(shares, axis=-1) - shares / 2)
    sequence = np.argsort(checked_order(order, shares.shape), axis=-1)
    in_order = np.take_along_axis(shares, sequence, axis=-1)
    ranks = np.empty_like(shares)
    np.put_along_axis(ranks, sequence, np.cumsum(in_order, axis=-1) - in_order / 2, axis=-1)
    return ranks


def best_subgroup(groups: Subgroups, polarity: str) -> NDArray[np.intp]:
    """Return the index of the best subgroup that has any people, the first of equals.

    Parameters
    ----------
    groups
        Checked subgroups.
    polarity
        ``"higher"`` if a high estimate is favourable, ``"lower"`` if a low one is.

    Returns
    -------
    ndarray of int
        Index along the last axis.

    Raises
    ------
    ValueError
        If `polarity` is unknown.
    """
    sign = 1.0 if checked_polarity(polarity) == "higher" else -1.0
    comparable = np.where(groups.shares > 0, sign * groups.estimates, -np.inf)
    return np.asarray(np.argmax(comparable, axis=-1), dtype=np.intp)


def checked_polarity(polarity: str) -> str:
    """Return a polarity, or refuse one that is neither ``"higher"`` nor ``"lower"``.

    Parameters
    ----------
    polarity
        Which end of the indicator is favourable.

    Returns
    -------
    str
        The same word.

    Raises
    ------
    ValueError
        If the word is neither.
    """
    return checked_choice("polarity", polarity, ("higher", "lower"))


def of_subgroup(values: FloatArray, index: NDArray[np.intp] | int) -> FloatArray:
    """Return the value of one chosen subgroup from each row.

    Parameters
    ----------
    values
        Values with subgroups along the last axis.
    index
        Which subgroup, one for all rows or one a row.

    Returns
    -------
    ndarray
        The chosen values, without the last axis.
    """
    chosen = np.broadcast_to(index, values.shape[:-1])[..., np.newaxis]
    return np.asarray(np.take_along_axis(values, chosen, axis=-1)[..., 0])


def indicator_of(index: NDArray[np.intp] | int, shape: tuple[int, ...]) -> FloatArray:
    """Return 1 for one chosen subgroup of each row and 0 for the others.

    Parameters
    ----------
    index
        Which subgroup, one for all rows or one a row.
    shape
        Shape of the estimates.

    Returns
    -------
    ndarray
        Ones and zeros of that shape.
    """
    chosen = np.broadcast_to(index, shape[:-1])[..., np.newaxis]
    return np.asarray(np.arange(shape[-1]) == chosen, dtype=np.float64)
