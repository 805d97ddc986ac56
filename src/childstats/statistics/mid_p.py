"""Mid-P limits: exact limits that count half the probability of what was seen."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import (
    betainc,
    betaincc,
    betainccinv,
    betaincinv,
    gammainc,
    gammaincc,
    gammainccinv,
    gammaincinv,
)

from childstats.statistics.estimate import FloatArray
from childstats.statistics.roots import Rows, first_not_rejected


def proportion_mid_p_limits(
    cases: FloatArray, total: FloatArray, confidence_level: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return the mid-P limits of a proportion.

    Parameters
    ----------
    cases, total, confidence_level
        Checked arrays whose shapes broadcast.

    Returns
    -------
    tuple of ndarray
        Lower limits, exactly 0 for no cases, and upper limits, exactly 1 for all.
    """
    x, n, tail = np.broadcast_arrays(cases, total, (1 - confidence_level) / 2)
    some, others = np.maximum(x, 1), np.maximum(n - x, 1)

    def at_least(rows: Rows, risk: FloatArray) -> FloatArray:
        seen, unseen = rows
        more = np.where(unseen > 0, betainc(seen + 1, np.maximum(unseen, 1), risk), 0.0)
        return (betainc(np.maximum(seen, 1), unseen + 1, risk) + more) / 2

    def at_most(rows: Rows, risk: FloatArray) -> FloatArray:
        seen, unseen = rows
        fewer = np.where(seen > 0, betaincc(np.maximum(seen, 1), unseen + 1, risk), 0.0)
        return (betaincc(seen + 1, np.maximum(unseen, 1), risk) + fewer) / 2

    far = betaincinv(some, n - x + 1, tail)
    near = np.where(x < n, betaincinv(x + 1, others, tail), 1.0)
    low = _limit(at_least, (x, n - x), (far, near), tail)
    far = betainccinv(x + 1, others, tail)
    near = np.where(x > 0, betainccinv(some, n - x + 1, tail), 0.0)
    high = _limit(at_most, (x, n - x), (far, near), tail)
    return np.where(x == 0, 0.0, low), np.where(x == n, 1.0, high)


def count_mid_p_limits(
    events: FloatArray, confidence_level: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return the mid-P limits of the mean of a Poisson count.

    Parameters
    ----------
    events, confidence_level
        Checked arrays whose shapes broadcast.

    Returns
    -------
    tuple of ndarray
        Lower limits, exactly 0 for no events, and upper limits.
    """
    x, tail = np.broadcast_arrays(events, (1 - confidence_level) / 2)
    some = np.maximum(x, 1)

    def at_least(rows: Rows, mean: FloatArray) -> FloatArray:
        (seen,) = rows
        return (gammainc(np.maximum(seen, 1), mean) + gammainc(seen + 1, mean)) / 2

    def at_most(rows: Rows, mean: FloatArray) -> FloatArray:
        (seen,) = rows
        fewer = np.where(seen > 0, gammaincc(np.maximum(seen, 1), mean), 0.0)
        return (gammaincc(seen + 1, mean) + fewer) / 2

    low = _limit(at_least, (x,), (gammaincinv(some, tail), gammaincinv(x + 1, tail)), tail)
    near = np.where(x > 0, gammainccinv(some, tail), 0.0)
    high = _limit(at_most, (x,), (gammainccinv(x + 1, tail), near), tail)
    return np.where(x == 0, 0.0, low), high


def _limit(
    tail: Callable[[Rows, FloatArray], FloatArray],
    rows: Rows,
    bracket: tuple[NDArray[Any], NDArray[Any]],
    wanted: FloatArray,
) -> FloatArray:
    """Return where a tail is as wanted, between the exact limits of the count and its neighbour."""
    far, near = bracket

    def statistic(some: Rows, parameter: FloatArray) -> FloatArray:
        return -tail(some, parameter)

    return first_not_rejected(statistic, rows, (far, near, np.zeros_like(near)), -wanted)
