"""Bracketed root finding on whole arrays: where a falling statistic reaches its critical value."""

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from childstats.statistics.estimate import FloatArray

Point: TypeAlias = tuple[FloatArray, FloatArray]
Rows: TypeAlias = tuple[NDArray[Any], ...]
Statistic: TypeAlias = Callable[[Rows, FloatArray], FloatArray]

Search: TypeAlias = tuple[FloatArray, FloatArray, FloatArray]

# Rows at a time: their intermediate results stay in the processor's cache.
BLOCK = 2**14

# Rows that have converged are dropped when less than this share is left.
FEWER = 0.8

MOST_ITERATIONS = 200
EPSILON = float(np.finfo(np.float64).eps)
TINY = 1e-100


def in_blocks(function: Callable[..., FloatArray], *rows: FloatArray) -> FloatArray:
    """Return what a function makes of rows, in blocks that stay in the processor's cache.

    Parameters
    ----------
    function
        Called with one part of each array at a time, in one dimension.
    rows
        Arrays of one shape.

    Returns
    -------
    ndarray
        One number for each row, in that shape.
    """
    flat = [np.ravel(row) for row in rows]
    results = np.empty(flat[0].size)
    for start in range(0, results.size, BLOCK):
        block = slice(start, start + BLOCK)
        results[block] = function(*(row[block] for row in flat))
    return results.reshape(np.shape(rows[0]))


def each_row_once(function: Callable[..., FloatArray], *rows: FloatArray) -> FloatArray:
    """Return what a function makes of rows, each distinct row being given to it once, in blocks.

    Many areas share the same small counts, which are costly to solve and quick to sort.

    Parameters
    ----------
    function
        Called with one part of each array at a time, in one dimension; it returns a table whose
        last axis are the rows.
    rows
        Arrays of one shape.

    Returns
    -------
    ndarray
        The table, its last axis in that shape.
    """
    flat = [np.ravel(row) for row in rows]
    order = np.lexsort(flat)
    arranged = [row[order] for row in flat]
    new = np.ones(order.size, dtype=bool)
    new[1:] = np.logical_or.reduce([row[1:] != row[:-1] for row in arranged])
    distinct = [row[new] for row in arranged]
    starts = range(0, max(distinct[0].size, 1), BLOCK)
    results = [function(*(row[start : start + BLOCK] for row in distinct)) for start in starts]
    place = np.empty(order.size, dtype=np.intp)
    place[order] = np.cumsum(new) - 1
    table = np.concatenate(results, axis=-1)[..., place]
    return table.reshape(*table.shape[:-1], *np.shape(rows[0]))


def first_not_rejected(
    statistic: Statistic,
    rows: Rows,
    search: Search,
    critical: FloatArray,
    guess: FloatArray | None = None,
) -> FloatArray:
    """Return where a falling statistic reaches its critical value.

    Chandrupatla's (1997, Adv Eng Softw 28:145-149) bracketing on whole arrays: inverse quadratic
    interpolation where it is safe, else bisection. Rows that have converged, in the point or in
    the value, stand still until enough of them have to be dropped.

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
    guess
        Points that are likely a little on the far side of the root; they save steps.

    Returns
    -------
    ndarray
        The roots. Near where the statistic is above its critical value even there, far where it
        is not above it even there.
    """
    shape = np.shape(critical)
    far, near, scale = (np.ravel(part) for part in search)
    rows, critical = tuple(np.ravel(row) for row in rows), np.ravel(critical)
    likely = far if guess is None else np.ravel(guess)
    likely = np.clip(likely, np.minimum(far, near), np.maximum(far, near))
    x1, f1 = near, statistic(rows, near) - critical
    x2, f2 = likely.copy(), statistic(rows, likely) - critical
    short = np.flatnonzero(f2 <= 0)
    if short.size:
        x1, f1 = near.copy(), f1.copy()
        x1[short], f1[short], x2[short] = likely[short], f2[short], far[short]
        f2[short] = statistic(tuple(row[short] for row in rows), far[short]) - critical[short]
    limit = np.where(f2 > 0, near, far)
    places = np.flatnonzero((f1 <= 0) & (f2 > 0))
    left, rows = places, tuple(row[places] for row in rows)
    critical, scale = critical[places], scale[places]
    x1, f1, x2, f2 = x1[places], f1[places], x2[places], f2[places]
    step = np.clip(f1 / (f1 - f2), 0.1, 0.9)
    for _ in range(MOST_ITERATIONS):
        if not left.size:
            break
        x = x1 + step * (x2 - x1)
        f = statistic(rows, x) - critical
        same = (f > 0) == (f1 > 0)
        x3, f3 = np.where(same, x1, x2), np.where(same, f1, f2)
        x2, f2 = np.where(same, x2, x1), np.where(same, f2, f1)
        x1, f1 = x, f
        limit[places] = x1
        width = np.abs(x2 - x1)
        precision = EPSILON * (2 * np.abs(x1) + scale) + TINY
        smallest = np.minimum(precision / np.maximum(width, TINY), 0.5)
        step = _interpolated((x1, f1), (x2, f2), (x3, f3))
        unfinished = (width > 2 * precision) & (np.abs(f1) > 8 * EPSILON * np.abs(critical))
        step = unfinished * np.minimum(np.maximum(step, smallest), 1 - smallest)
        left = np.flatnonzero(unfinished)
        if left.size < FEWER * places.size:
            rows, places = tuple(row[left] for row in rows), places[left]
            critical, scale, step = critical[left], scale[left], step[left]
            x1, f1, x2, f2 = x1[left], f1[left], x2[left], f2[left]
    return limit.reshape(shape)


def _interpolated(newest: Point, opposite: Point, older: Point) -> FloatArray:
    """Return the step from newest to opposite: inverse quadratic where it is safe, else 1/2."""
    (x1, f1), (x2, f2), (x3, f3) = newest, opposite, older
    with np.errstate(all="ignore"):  # 0/0 fails both comparisons and so becomes a bisection
        xi, phi = (x1 - x2) / (x3 - x2), (f1 - f2) / (f3 - f2)
        safe = (phi**2 < xi) & ((1 - phi) ** 2 < 1 - xi)
        quadratic = f1 / (f2 - f1) * (f3 / (f2 - f3))
        quadratic += (x3 - x1) / (x2 - x1) * (f1 / (f3 - f1)) * (f2 / (f3 - f2))
    return np.where(safe, quadratic, 0.5)
