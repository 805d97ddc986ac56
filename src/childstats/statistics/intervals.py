"""Intervals from a variance: symmetric, symmetric on the logarithmic scale, or by a square root."""

import numpy as np
from numpy.typing import ArrayLike

from childstats.statistics.estimate import (
    Estimate,
    FloatArray,
    checked_confidence_level,
    estimate_from,
    two_sided_quantile,
)


def normal_interval(
    value: FloatArray,
    variance: FloatArray | None,
    confidence_level: ArrayLike,
    *,
    least: float = -np.inf,
    most: float = np.inf,
    per: FloatArray | float = 1.0,
) -> Estimate:
    """Return value ± z standard errors, kept within the range of the statistic.

    Parameters
    ----------
    value
        The statistic.
    variance
        Its variance; infinite where no interval is defined, which gives the whole range; None
        where no interval was asked for, which gives nan.
    confidence_level
        Levels as proportions; they broadcast with `value`.
    least, most
        Range of the statistic, before it is multiplied.
    per
        What value and limits are multiplied by.

    Returns
    -------
    Estimate
        Value and limits.

    Raises
    ------
    ValueError
        If a level is not between 0 and 1.
    """
    z = two_sided_quantile(checked_confidence_level(confidence_level))
    if variance is None:
        low = high = np.full(np.broadcast_shapes(value.shape, z.shape), np.nan)
    else:
        defined = np.isfinite(variance) & np.isfinite(value)
        centre, spread = np.where(defined, value, 0.0), np.sqrt(np.where(defined, variance, 0.0))
        low = np.where(defined, np.clip(centre - z * spread, least, most), least)
        high = np.where(defined, np.clip(centre + z * spread, least, most), most)
    return _scaled(value, low, high, per)


def log_interval(
    value: FloatArray, log_variance: FloatArray | None, confidence_level: ArrayLike
) -> Estimate:
    """Return a ratio with limits that are symmetric on the logarithmic scale.

    Parameters
    ----------
    value
        The ratio, 0 to inf.
    log_variance
        Variance of its logarithm; infinite where no interval is defined, which gives 0 to inf;
        None where no interval was asked for, which gives nan.
    confidence_level
        Levels as proportions; they broadcast with `value`.

    Returns
    -------
    Estimate
        Value and limits.

    Raises
    ------
    ValueError
        If a level is not between 0 and 1.
    """
    z = two_sided_quantile(checked_confidence_level(confidence_level))
    if log_variance is None:
        low = high = np.full(np.broadcast_shapes(value.shape, z.shape), np.nan)
    else:
        defined = np.isfinite(log_variance) & (value > 0) & np.isfinite(value)
        centre = np.where(defined, value, 1.0)
        with np.errstate(over="ignore"):
            factor = np.exp(z * np.sqrt(np.where(defined, log_variance, 0.0)))
            low = np.where(defined, centre / factor, 0.0)
            high = np.where(defined, centre * factor, np.inf)
    return _scaled(value, low, high, 1.0)


def root_interval(squared: Estimate, per: FloatArray | float = 1.0) -> Estimate:
    """Return the square root of an estimate and of its limits, which are 0 or more.

    Parameters
    ----------
    squared
        A squared statistic with limits that were kept at 0 or more.
    per
        What value and limits are multiplied by.

    Returns
    -------
    Estimate
        The roots.
    """
    value, low, high = (np.asarray(np.sqrt(part)) for part in squared)
    return _scaled(value, low, high, per)


def _scaled(
    value: FloatArray, low: FloatArray, high: FloatArray, per: FloatArray | float
) -> Estimate:
    value, low, high, unit = np.broadcast_arrays(value, low, high, per)
    return estimate_from(unit * value, unit * low, unit * high)
