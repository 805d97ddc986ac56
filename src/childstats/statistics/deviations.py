"""Mean absolute deviations of subgroups from an anchor, with a variance that holds at the kinks.

The statistic is the sum of v |y - a'y| with term weights v and anchor weights a: population shares
for the mean, 1 for one subgroup. |d| has no derivative at 0, where the delta method fails. But the
mean of |D| for a normal D with mean d and standard deviation t is smooth, and the expansion of the
covariance of |D| and |D'| in the powers of their correlation (Hermite polynomials) begins with

    erf(d / t√2) erf(d' / t'√2) c + 2 f(d / t) f(d' / t') c² / (t t'),

c being the covariance of D and D' and f the normal density. Far from the kink the first term is
the delta method and the second vanishes; at the kink the second alone is left.
"""

from typing import NamedTuple

import numpy as np
from scipy.special import erf

from childstats.statistics.estimate import FloatArray
from childstats.statistics.subgroups import Subgroups


class MeanDeviation(NamedTuple):
    """A mean absolute deviation and the parts of its variance.

    Attributes
    ----------
    value
        Sum of term weights times absolute deviations.
    gradient
        Smoothed derivative by each estimate, subgroups along the last axis.
    second
        Second-order part of the variance; the first is ``Subgroups.linear_variance(gradient)``.
    """

    value: FloatArray
    gradient: FloatArray
    second: FloatArray


def mean_deviation(groups: Subgroups, weights: FloatArray, anchor: FloatArray) -> MeanDeviation:
    """Return the mean absolute deviation from an anchor and the parts of its variance.

    Parameters
    ----------
    groups
        Checked subgroups.
    weights
        Weight of each absolute deviation, subgroups along the last axis.
    anchor
        Weights that add up to 1 and make the anchor from the estimates.

    Returns
    -------
    MeanDeviation
        The value and the two parts; both are 0 where standard errors are.
    """
    y = groups.estimates
    lowest = y.min(axis=-1, keepdims=True)
    deviations = y - (lowest + np.sum(anchor * (y - lowest), axis=-1, keepdims=True))
    value = np.asarray(np.sum(weights * np.abs(deviations), axis=-1))
    s2 = np.zeros_like(y) if groups.variances is None else groups.variances
    shared = anchor * s2
    of_anchor = np.sum(anchor * shared, axis=-1, keepdims=True)
    spread = np.sqrt(np.maximum(s2 - 2 * shared + of_anchor, 0.0))
    certain = spread == 0
    divisor = np.where(certain, 1.0, spread)
    distance = deviations / divisor
    gradient = weights * erf(distance / np.sqrt(2))
    gradient = gradient - anchor * gradient.sum(axis=-1, keepdims=True)
    density = np.exp(-(distance**2) / 2) / np.sqrt(2 * np.pi)
    factor = np.where(certain, 0.0, weights * density / divisor)
    return MeanDeviation(
        value, gradient, 2 * _double_sum(factor, shared, of_anchor[..., 0], spread)
    )


def _double_sum(
    factor: FloatArray, shared: FloatArray, of_anchor: FloatArray, spread: FloatArray
) -> FloatArray:
    """Return the sum of b b' c² over all pairs, in time linear in their number.

    c is A - e - e' off the diagonal (A variance of the anchor, e covariance of a subgroup with
    it) and the squared spread on it.
    """
    zeroth, once, twice = (np.sum(factor * shared**power, axis=-1) for power in (0, 1, 2))
    everywhere = (of_anchor * zeroth) ** 2 - 4 * of_anchor * zeroth * once
    everywhere = everywhere + 2 * zeroth * twice + 2 * once**2
    diagonal = np.sum((factor * (of_anchor[..., np.newaxis] - 2 * shared)) ** 2, axis=-1)
    own = np.sum((factor * spread**2) ** 2, axis=-1)
    return np.asarray(np.maximum(everywhere - diagonal, 0.0) + own)
