"""The line through ordered subgroups: its ends at rank 0 and 1, linear or logistic.

With shares p, ranks X (midpoints, weighted mean 1/2), Z = X - 1/2 and estimates y, the ends are the
fitted values at Z = -1/2 and 1/2. Their derivatives by y carry standard errors to any statistic of
the ends (delta method, by the implicit function theorem for the logistic line).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from childstats.statistics.estimate import FloatArray

MOST_STEPS = 50
MOST_HALVINGS = 30
MOST_BISECTIONS = 100
RESIDUAL = 1e-10


class Ends(NamedTuple):
    """Fitted values at the two ends of the population and how they depend on the estimates.

    Attributes
    ----------
    low, high
        Fitted value at rank 0 (most disadvantaged) and at rank 1 (most advantaged).
    low_gradient, high_gradient
        Their derivatives by each estimate, subgroups along the last axis.
    defined
        False where the line has no derivative: one subgroup holds everybody, or the line is a
        step from 0 to 1.
    """

    low: FloatArray
    high: FloatArray
    low_gradient: FloatArray
    high_gradient: FloatArray
    defined: NDArray[np.bool_]


def linear_ends(estimates: FloatArray, shares: FloatArray, ranks: FloatArray) -> Ends:
    """Return the ends of the line by weighted least squares, each subgroup weighing its share.

    Parameters
    ----------
    estimates, shares, ranks
        Checked arrays of one shape, subgroups along the last axis.

    Returns
    -------
    Ends
        The ends; flat where one subgroup holds everybody.
    """
    centred = shares * (ranks - 0.5)
    spread = np.sum(centred * (ranks - 0.5), axis=-1, keepdims=True)
    defined = np.sum(shares > 0, axis=-1) > 1
    slope = np.where(defined[..., np.newaxis], centred, 0.0)
    slope = np.divide(slope, spread, out=np.zeros_like(slope), where=spread > 0)
    lowest = estimates.min(axis=-1, keepdims=True)
    # Weights that add up to 0 and to 1, applied from the lowest upwards: equal stays equal.
    above = estimates - lowest
    mean = lowest[..., 0] + np.sum(shares * above, axis=-1)
    half = np.sum(slope * above, axis=-1) / 2
    # An end at 0 but for rounding is at 0: the ratio of the ends depends on it.
    rounding = 1e-14 * (np.abs(mean) + np.abs(half))
    low, high = (np.where(np.abs(end) <= rounding, 0.0, end) for end in (mean - half, mean + half))
    return Ends(low, high, shares - slope / 2, shares + slope / 2, defined)


def logistic_ends(estimates: FloatArray, shares: FloatArray, ranks: FloatArray) -> Ends:
    """Return the ends of the logistic line by maximum likelihood, each subgroup weighing its share.

    Parameters
    ----------
    estimates, shares, ranks
        Checked arrays of one shape, subgroups along the last axis, estimates from 0 to 1.

    Returns
    -------
    Ends
        The ends. Where all with the outcome rank above (or below) all without it, the line is
        the step to which the likelihood climbs, from 0 to 1 (or 1 to 0). Where every estimate
        is the same the line is flat, with the derivatives of the straight line, which are the
        limit at 0 and 100 %.
    """
    flat = linear_ends(estimates, shares, ranks)
    rising, falling = _steps(estimates, shares, ranks)
    counted = np.where(shares > 0, estimates, np.nan)
    equal = np.nanmin(counted, axis=-1) == np.nanmax(counted, axis=-1)
    fitted = ~(rising | falling | equal)
    low = np.where(equal, flat.low, np.where(rising, 0.0, 1.0))
    high = np.where(equal, flat.high, np.where(rising, 1.0, 0.0))
    low_gradient, high_gradient = flat.low_gradient.copy(), flat.high_gradient.copy()
    if fitted.any():
        ends = _maximum_likelihood(estimates[fitted], shares[fitted], ranks[fitted] - 0.5)
        low[fitted], high[fitted], low_gradient[fitted], high_gradient[fitted] = ends
    return Ends(low, high, low_gradient, high_gradient, flat.defined & (equal | fitted))


def _steps(
    estimates: FloatArray, shares: FloatArray, ranks: FloatArray
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return where a step from 0 up to 1, and where one from 1 down to 0, fits perfectly."""
    without = (shares > 0) & (estimates < 1)
    with_outcome = (shares > 0) & (estimates > 0)
    last_without = np.max(np.where(without, ranks, -np.inf), axis=-1)
    first_without = np.min(np.where(without, ranks, np.inf), axis=-1)
    last_with = np.max(np.where(with_outcome, ranks, -np.inf), axis=-1)
    first_with = np.min(np.where(with_outcome, ranks, np.inf), axis=-1)
    return last_without <= first_with, last_with <= first_without


def _maximum_likelihood(
    y: FloatArray, weights: FloatArray, z: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return both ends and their derivatives: Newton, and bisection where that gets stuck."""
    level, slope = _by_newton(y, weights, z)
    mean = np.sum(weights * y, axis=-1)
    fitted, information = _information(level, slope, weights, z)
    residual = weights * (y - fitted)
    missed = np.abs(residual.sum(axis=-1)) + np.abs(np.sum(residual * z, axis=-1))
    stuck = ~(missed <= RESIDUAL * np.minimum(mean, 1 - mean))
    if stuck.any():
        level[stuck], slope[stuck] = _by_bisection(y[stuck], weights[stuck], z[stuck])
        _, information = _information(level, slope, weights, z)
    whole = tuple(part[:, np.newaxis] for part in information)
    by_level, by_slope = _solve(whole, weights, weights * z)
    low, high = expit(level - slope / 2), expit(level + slope / 2)
    low_gradient = (low * (1 - low))[:, np.newaxis] * (by_level - by_slope / 2)
    high_gradient = (high * (1 - high))[:, np.newaxis] * (by_level + by_slope / 2)
    return low, high, low_gradient, high_gradient


def _by_newton(y: FloatArray, weights: FloatArray, z: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return level and slope by Newton steps; halving them seldom leaves work to bisection."""
    level = logit(np.sum(weights * y, axis=-1))
    slope = np.zeros_like(level)
    for _ in range(MOST_STEPS):
        fitted, information = _information(level, slope, weights, z)
        residual = weights * (y - fitted)
        step = _solve(information, residual.sum(axis=-1), np.sum(residual * z, axis=-1))
        line = level[:, np.newaxis] + slope[:, np.newaxis] * z
        direction = step[0][:, np.newaxis] + step[1][:, np.newaxis] * z
        factor = _factor_that_climbs(line, direction, y, weights)
        level, slope = level + factor * step[0], slope + factor * step[1]
        moved = np.abs(factor * step[0]) + np.abs(factor * step[1])
        if np.all(moved <= 1e-13 * (1 + np.abs(level) + np.abs(slope))):
            break
    return level, slope


def _by_bisection(
    y: FloatArray, weights: FloatArray, z: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return level and slope by halving a bracket of the slope, the level fitted to each.

    The residuals' sum falls with the level; with the level fitted, their sum times z falls with
    the slope. Slower than Newton and never stuck.
    """
    middle = logit(np.sum(weights * y, axis=-1))

    def fitted_level(slope: FloatArray) -> FloatArray:
        low, high = middle - np.abs(slope) / 2, middle + np.abs(slope) / 2
        for _ in range(MOST_BISECTIONS):
            level = (low + high) / 2
            line = level[:, np.newaxis] + slope[:, np.newaxis] * z
            too_low = np.sum(weights * (y - expit(line)), axis=-1) > 0
            low, high = np.where(too_low, level, low), np.where(too_low, high, level)
        return np.asarray((low + high) / 2)

    def rises(slope: FloatArray) -> NDArray[np.bool_]:
        line = fitted_level(slope)[:, np.newaxis] + slope[:, np.newaxis] * z
        return np.asarray(np.sum(weights * (y - expit(line)) * z, axis=-1) > 0)

    sign = np.where(rises(np.zeros_like(middle)), 1.0, -1.0)
    near, far = np.zeros_like(middle), np.ones_like(middle)
    for _ in range(MOST_BISECTIONS):
        short = rises(sign * far) == (sign > 0)
        if not short.any():
            break
        near, far = np.where(short, far, near), np.where(short, 2 * far, far)
    for _ in range(MOST_BISECTIONS):
        between = (near + far) / 2
        short = rises(sign * between) == (sign > 0)
        near, far = np.where(short, between, near), np.where(short, far, between)
    slope = sign * (near + far) / 2
    return fitted_level(slope), slope


def _information(
    level: FloatArray, slope: FloatArray, weights: FloatArray, z: FloatArray
) -> tuple[FloatArray, tuple[FloatArray, FloatArray, FloatArray]]:
    fitted = expit(level[:, np.newaxis] + slope[:, np.newaxis] * z)
    variance = weights * fitted * (1 - fitted)
    moments = (np.sum(variance * z**power, axis=-1) for power in (0, 1, 2))
    zeroth, first, second = moments
    return fitted, (zeroth, first, second)


def _solve(
    information: tuple[FloatArray, ...], first: FloatArray, second: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Solve the two equations of each row; a row without information stays where it is."""
    a, b, c = information
    determinant = a * c - b * b
    known = determinant > 0
    divisor = np.where(known, determinant, 1.0)
    level = np.where(known, (c * first - b * second) / divisor, 0.0)
    return level, np.where(known, (a * second - b * first) / divisor, 0.0)


def _factor_that_climbs(
    line: FloatArray, direction: FloatArray, y: FloatArray, weights: FloatArray
) -> FloatArray:
    def likelihood(factor: FloatArray) -> FloatArray:
        moved = line + factor[:, np.newaxis] * direction
        return np.asarray(np.sum(weights * (y * moved - np.logaddexp(0, moved)), axis=-1))

    factor = np.ones(len(line))
    before = likelihood(np.zeros_like(factor))
    for _ in range(MOST_HALVINGS):
        falls = likelihood(factor) < before - 1e-14 * np.abs(before)
        if not falls.any():
            break
        factor = np.where(falls, factor / 2, factor)
    return factor
