"""Rates and ratios standardised for age (or for any other strata)."""

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammainccinv, gammaincinv

from childstats.statistics.estimate import (
    Estimate,
    FloatArray,
    checked_between,
    checked_confidence_level,
    checked_counts,
    checked_method,
    checked_positive,
    estimate_from,
)
from childstats.statistics.rates import rate


def directly_standardised_rate(
    events: ArrayLike,
    exposure: ArrayLike,
    standard_population: ArrayLike,
    *,
    per: ArrayLike,
    confidence_level: ArrayLike = 0.95,
    method: str = "dobson",
) -> Estimate:
    r"""Estimate the rate that a standard population would have at these age-specific rates.

    Parameters
    ----------
    events
        Number of events in each age group, whole, 0 or more; age groups along the last axis.
    exposure
        Person-time or population in each age group, above 0; broadcasts.
    standard_population
        People of the standard in each age group, above 0; broadcasts. Only its shares count.
    per
        Units of exposure to which the rate refers, such as ``100_000``; broadcasts with the
        leading axes.
    confidence_level
        Level of the two-sided interval, above 0 and below 1; broadcasts with the leading axes.
    method
        ``"dobson"``, ``"dobson_exact"`` or ``"fay_feuer"``.

    Returns
    -------
    Estimate
        Value, low and high as events per `per` units of exposure, in the shape of the leading
        axes.

    Raises
    ------
    ValueError
        If `events` is negative, not finite or not whole, if `exposure`, `standard_population` or
        `per` is not a finite number above 0, if there is no axis of age groups, if
        `confidence_level` is not between 0 and 1, or if `method` is unknown.

    Notes
    -----
    With x events, exposure n and share w of the standard in each age group, the value is
    y = Σ w x / n, its variance v = Σ w² x / n², and O = Σ x. All are multiplied by `per`.

    dobson
        .. math:: y + \sqrt{v / O}\,(O_L - O) \text{ to } y + \sqrt{v / O}\,(O_U - O)

        where :math:`O_L` and :math:`O_U` are the limits of the count O as `rate` has them by
        default: Byar from 10 events on, exact below, as in Fingertips. With one age group it is
        `rate`.
    dobson_exact
        The same with the exact limits throughout, as Dobson and others published it.
    fay_feuer
        From the a/2 quantile of a gamma distribution with mean y and variance v to the 1 - a/2
        quantile of one with mean y + m and variance v + m², where m is the largest w / n and
        a = 1 - `confidence_level`. It holds its level also where weights differ greatly; its high
        limit is then far above Dobson's.

    Edge: without events the value and low are exactly 0. v / O is then not defined; Dobson takes
    its largest possible value m² instead, so that high is 3.689 m at 95 %, as Fay and Feuer's is.

    Use it to compare areas or years whose age structures differ. Fingertips publishes no directly
    standardised rate of fewer than 10 events; the indirect ratio needs fewer.

    References
    ----------
    Dobson AJ, Kuulasmaa K, Eberle E, Scherer J (1991). Confidence intervals for weighted sums of
    Poisson parameters. Statistics in Medicine 10:457-462.

    Fay MP, Feuer EJ (1997). Confidence intervals for directly standardized rates: a method based
    on the gamma distribution. Statistics in Medicine 16:791-801.

    Examples
    --------
    Down's syndrome at birth order 5 and above, Michigan 1950-1964, by six age groups of mothers,
    standardised to all births (Fleiss 1981, table 14.4, as Fay and Feuer use it):

    >>> from childstats.statistics import directly_standardised_rate
    >>> cases = [0, 8, 63, 112, 262, 295]
    >>> births = [327, 30_666, 123_419, 149_919, 104_088, 34_392]
    >>> all_births = [319_933, 931_318, 786_511, 488_235, 237_863, 61_313]
    >>> for method in ("dobson", "fay_feuer"):
    ...     down = directly_standardised_rate(
    ...         cases, births, all_births, per=100_000, method=method
    ...     )
    ...     print("{:.2f} ({:.2f} to {:.2f})".format(*down))
    75.53 (67.63 to 83.87)
    75.53 (67.70 to 188.30)
    """
    checked_method(method, ("dobson", "dobson_exact", "fay_feuer"))
    x, n, standard = np.broadcast_arrays(
        checked_counts("events", events),
        checked_positive("exposure", exposure),
        checked_positive("standard_population", standard_population),
    )
    if x.ndim == 0:
        raise ValueError("events must have an axis of age groups; got a single number")
    weight = standard / standard.sum(axis=-1, keepdims=True) / n
    value, variance, count, largest, unit, level = np.broadcast_arrays(
        (weight * x).sum(axis=-1),
        (weight**2 * x).sum(axis=-1),
        x.sum(axis=-1),
        weight.max(axis=-1),
        checked_positive("per", per),
        checked_confidence_level(confidence_level),
    )
    if method == "fay_feuer":
        low, high = _gamma_limits(value, variance, largest, level)
    else:
        limits = "byar" if method == "dobson" else "exact"
        _, fewest, most = rate(count, 1, per=1, confidence_level=level, method=limits)
        scale = np.sqrt(np.where(count > 0, variance / np.maximum(count, 1), largest**2))
        low, high = value + scale * (fewest - count), value + scale * (most - count)
    return estimate_from(unit * value, unit * low, unit * high)


def _gamma_limits(
    value: FloatArray, variance: FloatArray, largest: FloatArray, level: FloatArray
) -> tuple[FloatArray, FloatArray]:
    tail = (1 - level) / 2
    some = value > 0
    mean, spread = np.where(some, value, 1.0), np.where(some, variance, 1.0)
    low = np.where(some, spread / mean * gammaincinv(mean**2 / spread, tail), 0.0)
    mean, spread = value + largest, variance + largest**2
    return low, spread / mean * gammainccinv(mean**2 / spread, tail)


def indirectly_standardised_ratio(
    *,
    observed: ArrayLike,
    expected: ArrayLike,
    confidence_level: ArrayLike = 0.95,
    method: str = "byar",
) -> Estimate:
    r"""Estimate how many times the expected number of events were observed.

    Parameters
    ----------
    observed
        Number of events observed, whole, 0 or more; any shape.
    expected
        Events expected at reference rates, above 0 and not necessarily whole, such as
        `expected_events` gives; broadcasts. It is taken as known without error.
    confidence_level
        Level of the two-sided interval, above 0 and below 1; broadcasts too.
    method
        ``"byar"`` (exact below 10 events) or ``"exact"`` throughout.

    Returns
    -------
    Estimate
        Value, low and high as ratios (1 is as expected), of the broadcast shape.

    Raises
    ------
    ValueError
        If `observed` is negative, not finite or not whole, if `expected` is not a finite number
        above 0, if `confidence_level` is not between 0 and 1, or if `method` is unknown.

    Notes
    -----
    Value is O / E; the limits of the Poisson count O (see `rate`) are divided by E. Edge: low is
    exactly 0 where nothing was observed, and high is 3.689 / E at 95 %.

    Use it for small areas, whose age-specific rates are too unsteady for the direct method. Two
    such ratios are standardised to different populations: compare each with 1, not with the other.

    References
    ----------
    Breslow NE, Day NE (1987). Statistical methods in cancer research, volume II: the design and
    analysis of cohort studies. Lyon: IARC, p. 69.

    Grimsrud TK, Peto J (2006). Persisting risk of nickel related lung cancer and nasal cancer
    among Clydach refiners. Occupational and Environmental Medicine 63:365-366.

    Examples
    --------
    Lung cancers among nickel refiners first employed in 1940-1949 and in 1953-1992, printed as 118
    (64 to 198) and 139 (92 to 201) per cent (Grimsrud and Peto 2006, table 1):

    >>> from childstats.statistics import indirectly_standardised_ratio
    >>> refiners = indirectly_standardised_ratio(observed=[14, 28], expected=[11.88, 20.17])
    >>> for row in zip(*refiners):
    ...     print("{:.0%} ({:.0%} to {:.0%})".format(*row))
    118% (64% to 198%)
    139% (92% to 201%)
    """
    checked_method(method, ("byar", "exact"))
    return rate(
        checked_counts("observed", observed),
        checked_positive("expected", expected),
        per=1,
        confidence_level=confidence_level,
        method=method,
    )


def expected_events(
    *, exposure: ArrayLike, reference_events: ArrayLike, reference_exposure: ArrayLike
) -> np.float64 | FloatArray:
    """Return the events that a population would have at the rates of a reference population.

    Parameters
    ----------
    exposure
        Person-time or population in each age group, 0 or more; age groups along the last axis.
    reference_events
        Events of the reference population in each age group, whole, 0 or more; broadcasts.
    reference_exposure
        Person-time or population of the reference in each age group, above 0; broadcasts.

    Returns
    -------
    float or ndarray
        Expected events, in the shape of the leading axes.

    Raises
    ------
    ValueError
        If `reference_events` is negative, not finite or not whole, if `exposure` is negative or not
        finite, if `reference_exposure` is not a finite number above 0, or if there is no axis of
        age groups.

    References
    ----------
    Armitage P, Berry G, Matthews JNS (2002). Statistical methods in medical research. 4th edition.
    Oxford: Blackwell, table 19.6.

    Examples
    --------
    Deaths from lung cancer expected of asbestos workers in four decades, by their person-years at
    25 to 29, 30 to 34 … 75 and above and the rates of England and Wales per 100,000. 13.8 were
    expected and 67 observed, which is 4.9 (3.8 to 6.2) times as many (table 19.6):

    >>> from childstats.statistics import expected_events, indirectly_standardised_ratio
    >>> person_years = [[82, 148, 74, 41, 33, 23, 14, 11, 4, 0, 0],
    ...                 [62, 273, 446, 395, 229, 172, 158, 109, 78, 47, 16],
    ...                 [13, 156, 435, 677, 749, 590, 399, 288, 185, 124, 58],
    ...                 [1, 43, 141, 290, 485, 642, 621, 479, 273, 151, 72]]
    >>> deaths = [[2, 3, 9, 21, 46, 78, 112, 137, 137, 107, 86],
    ...           [1, 4, 10, 25, 58, 124, 216, 294, 343, 325, 270],
    ...           [1, 3, 8, 22, 54, 119, 226, 370, 508, 562, 518],
    ...           [1, 2, 6, 16, 46, 106, 201, 346, 530, 651, 756]]
    >>> expected = expected_events(
    ...     exposure=person_years, reference_events=deaths, reference_exposure=100_000).sum()
    >>> print(f"{expected:.1f}")
    13.8
    >>> print("{:.1f} ({:.1f} to {:.1f})".format(*indirectly_standardised_ratio(
    ...     observed=67, expected=expected)))
    4.9 (3.8 to 6.2)
    """
    n, x, reference = np.broadcast_arrays(
        checked_between("exposure", exposure, low=0),
        checked_counts("reference_events", reference_events),
        checked_positive("reference_exposure", reference_exposure),
    )
    if n.ndim == 0:
        raise ValueError("exposure must have an axis of age groups; got a single number")
    total: FloatArray = np.asarray((n * x / reference).sum(axis=-1))
    return total[()]
