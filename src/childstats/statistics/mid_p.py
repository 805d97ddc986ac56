"""Mid-P limits: exact limits that count half the probability of what was seen."""

from collections.abc import Callable
from typing import Any, TypeAlias

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
from childstats.statistics.roots import EPSILON, MOST_ITERATIONS, Rows, each_row_once

# Of the rows still searched, a parameter for each: their tail, and how fast it changes.
Tail: TypeAlias = Callable[[Rows, FloatArray], tuple[FloatArray, FloatArray]]

# A step this small, relative to bracket and parameter, leaves an error of about its square.
SMALLEST_STEP = 1e-8

# Above this chance and up to this many people, 1 - betainc has 13 right digits and takes a sixth
# of the time of betaincc; betainc loses digits in proportion to the total.
LIKELY, FEW = 1e-3, 1_000


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
    rows = np.broadcast_arrays(cases, total, (1 - confidence_level) / 2)
    low, high = each_row_once(_proportion_limits, *rows)
    return low, high


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
    low, high = each_row_once(
        _count_limits, *np.broadcast_arrays(events, (1 - confidence_level) / 2)
    )
    return low, high


def _proportion_limits(x: FloatArray, n: FloatArray, tail: FloatArray) -> FloatArray:
    limits = np.empty((2, x.size))
    none, everyone, some = x == 0, x == n, (x > 0) & (x < n)
    limits[0, none], limits[1, everyone] = 0.0, 1.0
    limits[1, none] = -np.expm1(np.log(2 * tail[none]) / n[none])
    limits[0, everyone] = (2 * tail[everyone]) ** (1 / n[everyone])
    x, others, tail = x[some], n[some] - x[some], tail[some]
    bracket = betaincinv(x, others + 1, tail), betaincinv(x + 1, others, tail)
    limits[0, some] = _limit(_at_least, (x, others), bracket, tail)
    bracket = betainccinv(x, others + 1, tail), betainccinv(x + 1, others, tail)
    limits[1, some] = _limit(_at_most, (x, others), bracket, tail)
    return limits


def _at_least(rows: Rows, risk: FloatArray) -> tuple[FloatArray, FloatArray]:
    seen, unseen = rows
    as_many, more = betainc(seen, unseen + 1, risk), betainc(seen + 1, unseen, risk)
    return (as_many + more) / 2, (as_many - more) * (seen / risk + unseen / (1 - risk)) / 2


def _at_most(rows: Rows, risk: FloatArray) -> tuple[FloatArray, FloatArray]:
    seen, unseen = rows
    fewer, as_few = _beyond(seen, unseen + 1, risk), _beyond(seen + 1, unseen, risk)
    return (as_few + fewer) / 2, (fewer - as_few) * (seen / risk + unseen / (1 - risk)) / 2


def _beyond(a: FloatArray, b: FloatArray, risk: FloatArray) -> FloatArray:
    chance: FloatArray = np.asarray(1 - betainc(a, b, risk), dtype=np.float64)
    doubtful = (chance < LIKELY) | (a + b > FEW)
    chance[doubtful] = betaincc(a[doubtful], b[doubtful], risk[doubtful])
    return chance


def _count_limits(x: FloatArray, tail: FloatArray) -> FloatArray:
    limits = np.empty((2, x.size))
    none, some = x == 0, x > 0
    limits[0, none], limits[1, none] = 0.0, -np.log(2 * tail[none])
    x, tail = x[some], tail[some]
    bracket = gammaincinv(x, tail), gammaincinv(x + 1, tail)
    limits[0, some] = _limit(_events_at_least, (x,), bracket, tail)
    bracket = gammainccinv(x, tail), gammainccinv(x + 1, tail)
    limits[1, some] = _limit(_events_at_most, (x,), bracket, tail)
    return limits


def _events_at_least(rows: Rows, mean: FloatArray) -> tuple[FloatArray, FloatArray]:
    (seen,) = rows
    as_many, more = gammainc(seen, mean), gammainc(seen + 1, mean)
    return (as_many + more) / 2, (as_many - more) * (seen / mean + 1) / 2


def _events_at_most(rows: Rows, mean: FloatArray) -> tuple[FloatArray, FloatArray]:
    (seen,) = rows
    fewer, as_few = gammaincc(seen, mean), gammaincc(seen + 1, mean)
    return (as_few + fewer) / 2, (fewer - as_few) * (seen / mean + 1) / 2


def _limit(
    tail: Tail, rows: Rows, bracket: tuple[NDArray[Any], NDArray[Any]], wanted: FloatArray
) -> FloatArray:
    """Return where a tail is as wanted, between the exact limits of the count and its neighbour.

    Newton's steps on the logarithm of the tail, which is nearly straight between those limits and
    curved one way. A step that would leave them ends halfway to the limit instead.
    """
    limit = np.asarray((bracket[0] + bracket[1]) / 2)
    left: NDArray[np.intp] = np.arange(limit.size)
    for _ in range(MOST_ITERATIONS):
        if not left.size:
            break
        point, first, last = limit[left], bracket[0][left], bracket[1][left]
        chance, slope = tail(tuple(row[left] for row in rows), point)
        better = point - np.log(chance / wanted[left]) * chance / slope
        better = np.where(better < first, (first + point) / 2, better)
        limit[left] = better = np.where(better > last, (last + point) / 2, better)
        precision = np.maximum(SMALLEST_STEP * np.minimum(last - first, point), 2 * EPSILON * point)
        left = left[np.abs(better - point) > precision]
    return limit
