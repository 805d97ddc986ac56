"""A rate of events with its confidence interval."""

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammainccinv, gammaincinv

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
from childstats.statistics.mid_p import count_mid_p_limits

# Fingertips public health technical guidance, "Rates": Byar for 10 events or more, else exact.
BYAR_FEWEST_EVENTS = 10


def rate(
    events: ArrayLike,
    exposure: ArrayLike,
    *,
    per: ArrayLike,
    confidence_level: ArrayLike = 0.95,
    method: str = "byar",
) -> Estimate:
    r"""Estimate a rate, such as deaths per 1,000 live births, with its interval.

    Parameters
    ----------
    events
        Number of events, whole, 0 or more; any shape. It may exceed `exposure`.
    exposure
        Person-time or population at risk, above 0, not necessarily whole; broadcasts.
    per
        Units of exposure to which the rate refers, such as ``1_000`` or ``100_000``; broadcasts.
    confidence_level
        Level of the two-sided interval, above 0 and below 1; broadcasts too.
    method
        ``"byar"`` (exact below 10 events), ``"exact"`` (Garwood) or ``"mid_p"`` throughout.

    Returns
    -------
    Estimate
        Value, low and high as events per `per` units of exposure, of the broadcast shape.

    Raises
    ------
    ValueError
        If `events` is negative, not finite or not whole, if `exposure` or `per` is not a finite
        number above 0, if `confidence_level` is not between 0 and 1, or if `method` is unknown.

    Notes
    -----
    Value is `per` × O / `exposure` with O events. The limits for the count O are scaled alike;
    z is the normal quantile and a = 1 - `confidence_level`:

    byar
        .. math:: O \left(1 - \frac{1}{9O} - \frac{z}{3\sqrt{O}}\right)^3 \text{ to }
                  (O + 1) \left(1 - \frac{1}{9(O + 1)} + \frac{z}{3\sqrt{O + 1}}\right)^3

        Edge: below 10 events the exact limits take its place, as in Fingertips. From 10 events
        on it is within 0.2 % of the exact limits at 95 %.
    exact
        From the a/2 quantile of Gamma(O, 1) to the 1 - a/2 quantile of Gamma(O + 1, 1), which is
        half the chi-squared quantile with 2 O and 2 O + 2 degrees of freedom. Edge: low is
        exactly 0 when O = 0, and high keeps its tail of a/2 (3.689 events at 95 %).
    mid_p
        Garwood's condition with half the probability of O in each tail. Edge: low is exactly 0
        when O = 0, and high is then -log a (2.996 events at 95 %). Not centred on the value: at
        levels far below the usual ones and few events it can miss it.

    What epitools (``pois.byar``) and DescTools (``PoissonCI``) call Byar puts O + 1/2 into both
    limits. That is another, narrower interval.

    References
    ----------
    Garwood F (1936). Fiducial limits for the Poisson distribution. Biometrika 28:437-442.

    Cohen GR, Yang SY (1994). Mid-P confidence intervals for the Poisson expectation. Stat Med
    13:2189-2203.

    Breslow NE, Day NE (1987). Statistical methods in cancer research, volume II: the design and
    analysis of cohort studies. Lyon: IARC, p. 69.

    Office for Health Improvement and Disparities. Fingertips public health technical guidance:
    Rates. https://fingertips.phe.org.uk/static-reports/public-health-technical-guidance/

    Examples
    --------
    41 and 15 breast cancers in 28,010 and 19,017 person-years (Rothman's radiation cohort); R's
    epiR 2.0.57 prints Byar's limits of the counts as 29.41907 to 55.62258 and 8.38926 to 24.74163,
    which is 10.50 to 19.86 and 4.41 to 13.01 per 10,000:

    >>> from childstats.statistics import rate
    >>> radiation = rate([41, 15], [28_010, 19_017], per=10_000)
    >>> for row in zip(*radiation):
    ...     print("{:.2f} ({:.2f} to {:.2f})".format(*row))
    14.64 (10.50 to 19.86)
    7.89 (4.41 to 13.01)

    137 deaths where 24.19893 were expected, the first example of R's ``poisson.test``, which prints
    5.661407 (4.753125 to 6.692709):

    >>> print("{:.6f} ({:.6f} to {:.6f})".format(*rate(137, 24.19893, per=1, method="exact")))
    5.661407 (4.753125 to 6.692709)
    """
    checked_method(method, ("byar", "exact", "mid_p"))
    x = checked_counts("events", events)
    scale = checked_positive("per", per) / checked_positive("exposure", exposure)
    level = checked_confidence_level(confidence_level)
    limits = {"byar": _byar_limits, "exact": _exact_limits, "mid_p": count_mid_p_limits}
    low, high = limits[method](x, level)
    return estimate_from(scale * x, scale * low, scale * high)


def _exact_limits(events: FloatArray, level: FloatArray) -> tuple[FloatArray, FloatArray]:
    tail = (1 - level) / 2
    low = np.where(events == 0, 0.0, gammaincinv(np.maximum(events, 1), tail))
    return low, gammainccinv(events + 1, tail)


def _byar_limits(events: FloatArray, level: FloatArray) -> tuple[FloatArray, FloatArray]:
    z = two_sided_quantile(level)
    some, more = np.maximum(events, BYAR_FEWEST_EVENTS), events + 1
    low_root = 1 - 1 / (9 * some) - z / (3 * np.sqrt(some))
    high_root = 1 - 1 / (9 * more) + z / (3 * np.sqrt(more))
    low = np.asarray(some * low_root * low_root * low_root)
    high = np.asarray(more * high_root * high_root * high_root)
    few = np.broadcast_to(events < BYAR_FEWEST_EVENTS, low.shape)
    if few.any():
        x, confidence = np.broadcast_to(events, low.shape), np.broadcast_to(level, low.shape)
        low[few], high[few] = _exact_limits(x[few], confidence[few])
    return low, high
