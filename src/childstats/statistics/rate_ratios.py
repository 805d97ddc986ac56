"""Two rates compared: their ratio with its confidence interval."""

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betainccinv, betaincinv

from childstats.statistics.estimate import (
    Estimate,
    FloatArray,
    checked_confidence_level,
    checked_counts,
    checked_method,
    checked_positive,
    estimate_from,
    two_sided_quantile,
)

# Exposures further apart count as this far apart: else 0 events would meet an infinite factor.
SMALLEST, LARGEST = float(np.finfo(np.float64).tiny), float(np.finfo(np.float64).max)


def rate_ratio(
    *,
    exposed_events: ArrayLike,
    exposed_exposure: ArrayLike,
    reference_events: ArrayLike,
    reference_exposure: ArrayLike,
    confidence_level: ArrayLike = 0.95,
    method: str = "exact",
) -> Estimate:
    r"""Estimate the ratio of the exposed group's rate to the reference group's.

    Parameters
    ----------
    exposed_events, reference_events
        Number of events in each group, whole, 0 or more. They may exceed the exposure.
    exposed_exposure, reference_exposure
        Person-time or population at risk of each group, above 0, not necessarily whole; both in
        the same unit. All arguments broadcast.
    confidence_level
        Level of the two-sided interval, above 0 and below 1; broadcasts too.
    method
        ``"exact"`` (conditional binomial), ``"score"`` or ``"wald"``.

    Returns
    -------
    Estimate
        Value, low and high as ratios in [0, inf], of the broadcast shape; never nan.

    Raises
    ------
    ValueError
        If a number of events is negative, not finite or not whole, if an exposure is not a finite
        number above 0, if `confidence_level` is not between 0 and 1, or if `method` is unknown.

    Notes
    -----
    With x1 events in t1 exposed and x2 in t2 reference person-time, value (x1 / t1) / (x2 / t2)
    and z the normal quantile. Given x1 + x2 events in all, x1 is binomial with the share
    s = r t1 / (r t1 + t2) for a ratio r of the rates; the methods differ in the limits of s:

    exact
        Clopper and Pearson's limits of s, so at least the level, with a/2 in each tail.
    score
        Wilson's limits of s, which are those of Miettinen and Nurminen's score test:

        .. math:: \frac{(x_1 - r x_2 t_1/t_2)^2}{(x_1 + x_2)\, r\, t_1/t_2} \le z^2
    wald
        .. math:: \exp\left(\log \text{value} \pm z \sqrt{1/x_1 + 1/x_2}\right)

    Edges:

    - x1 = 0 < x2: value and low are 0, high is finite; Wald gives inf.
    - x2 = 0 < x1: value and high are inf, low is positive; Wald gives 0.
    - x1 = x2 = 0: nothing is known of the ratio; the interval is 0 to inf, and the value is set
      to 1 as a placeholder, as `risk_ratio` does. Print the interval, or "not estimable".

    References
    ----------
    Przyborowski J, Wilenski H (1940). Homogeneity of results in testing samples from Poisson
    series. Biometrika 31:313-323.

    Miettinen O, Nurminen M (1985). Comparative analysis of two rates. Stat Med 4:213-226; p. 223.

    Examples
    --------
    41 and 15 breast cancers in 28,010 and 19,017 person-years of women with and without repeated
    fluoroscopy, the example of R's ``poisson.test``, which prints 1.855759 (1.005684 to
    3.609300), and of epitools' ``rateratio.wald``, which prints 1.855759 (1.027226 to 3.352563):

    >>> from childstats.statistics import rate_ratio
    >>> for method in ("exact", "score", "wald"):
    ...     print("{:.6f} ({:.6f} to {:.6f})".format(*rate_ratio(
    ...         exposed_events=41, exposed_exposure=28_010,
    ...         reference_events=15, reference_exposure=19_017, method=method)))
    1.855759 (1.005684 to 3.609300)
    1.855759 (1.035785 to 3.324861)
    1.855759 (1.027226 to 3.352563)
    """
    limits = {"exact": _exact_lower, "score": _score_lower, "wald": _wald_lower}
    lower = limits[checked_method(method, limits)]
    x1, t1, x2, t2, level = np.broadcast_arrays(
        checked_counts("exposed_events", exposed_events),
        checked_positive("exposed_exposure", exposed_exposure),
        checked_counts("reference_events", reference_events),
        checked_positive("reference_exposure", reference_exposure),
        checked_confidence_level(confidence_level),
    )
    with np.errstate(over="ignore"):  # what no float can hold is inf
        per_event = np.clip(t2 / t1, SMALLEST, LARGEST)
        value = np.where((x1 == 0) & (x2 == 0), 1.0, per_event * _quotient(x1, x2))
        low = per_event * lower(x1, x2, level)
        high = per_event * _quotient(np.ones_like(level), lower(x2, x1, level))
    return estimate_from(value, np.minimum(low, value), np.maximum(high, value))


def _quotient(dividend: FloatArray, divisor: FloatArray) -> FloatArray:
    infinite = np.full_like(divisor, np.inf)
    return np.divide(dividend, divisor, out=infinite, where=divisor > 0)


def _exact_lower(events: FloatArray, others: FloatArray, level: FloatArray) -> FloatArray:
    """Return the smallest odds of an event in one group rather than in the other."""
    tail, some = (1 - level) / 2, np.maximum(events, 1)
    share = betaincinv(some, others + 1, tail)
    return np.where(events == 0, 0.0, share / betainccinv(others + 1, some, tail))


def _score_lower(events: FloatArray, others: FloatArray, level: FloatArray) -> FloatArray:
    squared, some = two_sided_quantile(level) ** 2, np.maximum(events, 1)
    sum_part = squared * (some + others)
    divisor = 2 * some * others + sum_part + np.sqrt(sum_part * (4 * some * others + sum_part))
    return np.where(events == 0, 0.0, 2 * some**2 / divisor)


def _wald_lower(events: FloatArray, others: FloatArray, level: FloatArray) -> FloatArray:
    estimable = (events > 0) & (others > 0)
    some, rest = np.where(estimable, events, 1.0), np.where(estimable, others, 1.0)
    factor = np.exp(-two_sided_quantile(level) * np.sqrt(1 / some + 1 / rest))
    return np.where(estimable, some / rest * factor, 0.0)
