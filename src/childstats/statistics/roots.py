"""Bracketed root finding on whole arrays: where a falling statistic reaches its critical value."""

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from childstats.statistics.estimate import FloatArray

Point: TypeAlias = tuple[FloatArray, FloatArray]
Rows: TypeAlias = tuple[NDArray[Any], ...]
Statistic: TypeAlias = Callable[[Rows, FloatArray], FloatArray]

MOST_ITERATIONS = 200
TINY = 1e-100


def first_not_rejected(
    statistic: Statistic,
    rows: Rows,
    search: tuple[FloatArray, FloatArray, FloatArray],
    critical: FloatArray,
) -> FloatArray:
    """Return where a falling statistic reaches its critical value.

    Chandrupatla's (1997, Adv Eng Softw 28:145-149) bracketing on whole arrays: inverse quadratic
    interpolation where it is safe, else bisection; rows that have converged drop out.

    Parameters
    ----------
    statistic
        Called with the rows still searched and one point for each; above its critical value at
        far, at most that at near.
    rows
        What the statistic needs to know of each row, arrays of one shape.
    search
        Far, near, and the scale to whose rounding error a limit near 0 is found; of that shape.
    critical
        The values to reach, of that shape.

    Returns
    -------
    ndarray
        The roots. Near where the statistic is above its critical value even there, far where it
        is not above it even there.
    """
    far, near, scale = search
    x1, f1 = near, statistic(rows, near) - critical
    x2, f2 = far, statistic(rows, far) - critical
    limit = np.where(f2 > 0, near, far)
    unfinished = (f1 <= 0) & (f2 > 0)
    places = np.arange(near.size).reshape(near.shape)
    step: FloatArray = np.full_like(near, 0.5)
    for _ in range(MOST_ITERATIONS):
        if not unfinished.any():
            break
        rows, places = tuple(row[unfinished] for row in rows), places[unfinished]
        critical, scale, step = critical[unfinished], scale[unfinished], step[unfinished]
        x1, f1, x2, f2 = x1[unfinished], f1[unfinished], x2[unfinished], f2[unfinished]
        x = x1 + step * (x2 - x1)
        f = statistic(rows, x) - critical
        same = (f > 0) == (f1 > 0)
        x3, f3 = np.where(same, x1, x2), np.where(same, f1, f2)
        x2, f2 = np.where(same, x2, x1), np.where(same, f2, f1)
        x1, f1 = x, f
        limit.flat[places] = x1
        width = np.abs(x2 - x1)
        precision = np.finfo(np.float64).eps * (2 * np.abs(x1) + scale) + TINY
        unfinished = width > 2 * precision
        smallest = np.minimum(precision / np.maximum(width, TINY), 0.5)
        step = np.clip(_interpolated((x1, f1), (x2, f2), (x3, f3)), smallest, 1 - smallest)
    return limit


def _interpolated(newest: Point, opposite: Point, older: Point) -> FloatArray:
    """Return the step from newest to opposite: inverse quadratic where it is safe, else 1/2."""
    (x1, f1), (x2, f2), (x3, f3) = newest, opposite, older
    with np.errstate(all="ignore"):  # 0/0 fails both comparisons and so becomes a bisection
        xi, phi = (x1 - x2) / (x3 - x2), (f1 - f2) / (f3 - f2)
        safe = (phi**2 < xi) & ((1 - phi) ** 2 < 1 - xi)
        quadratic = f1 / (f2 - f1) * (f3 / (f2 - f3))
        quadratic += (x3 - x1) / (x2 - x1) * (f1 / (f3 - f1)) * (f2 / (f3 - f2))
    return np.where(safe, quadratic, 0.5)
