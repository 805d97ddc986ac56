"""The average annual rate of change: how many per cent a value rises or falls each year."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtrit

from childstats.statistics.brief import brief_repr
from childstats.statistics.estimate import (
    FloatArray,
    checked_between,
    checked_confidence_level,
    checked_method,
)
from childstats.statistics.series import UsableSeries, usable_series, with_missing


class AnnualChange(NamedTuple):
    """An average annual rate of change.

    Attributes
    ----------
    value, low, high
        Relative change per unit of the periods (per year) as a proportion, and its confidence
        limits: -0.05 is a fall of 5 % a year.
    periods_used, first_period_used
        Number of periods used, and the earliest; nan where none is.
    broken_at
        Period of the last break, at which the trend begins; nan where there is none.
    """

    value: np.float64 | FloatArray
    low: np.float64 | FloatArray
    high: np.float64 | FloatArray
    periods_used: np.int64 | NDArray[np.int64]
    first_period_used: np.float64 | FloatArray
    broken_at: np.float64 | FloatArray

    def __repr__(self) -> str:
        return brief_repr(self)


def average_annual_change(
    values: ArrayLike,
    periods: ArrayLike,
    *,
    method: str = "regression",
    confidence_level: ArrayLike = 0.95,
    obs_status: ArrayLike | None = None,
) -> AnnualChange:
    r"""Estimate by which proportion a value changes each year.

    Parameters
    ----------
    values
        One value for each period, 0 or more, any unit; periods along the last axis. nan marks a
        missing year.
    periods
        Years of the last axis, in any order and with any gaps; a year may simply be absent.
    method
        ``"regression"`` or ``"end_points"``.
    confidence_level
        Level of the two-sided interval, above 0 and below 1; broadcasts with the leading axes.
    obs_status
        SDMX status letters, a shape that broadcasts to that of the values. A break (``B``) leaves
        only the years from the last one on; D, F, L, M, O, Q and U are as if absent.

    Returns
    -------
    AnnualChange
        Rate of change and limits in the shape of the leading axes, with what was used. With fewer
        than two years used they are not defined: nan.

    Raises
    ------
    ValueError
        If a value is negative or not finite, if `periods` do not fit, if a status or `method` is
        unknown, or if `confidence_level` is not between 0 and 1.

    Notes
    -----
    regression
        exp(b) - 1, with b the least-squares slope of ln y on the year, and from exp(b - q e) - 1
        to exp(b + q e) - 1, with e the standard error of b and q the quantile of Student's t with
        n - 2 degrees of freedom. UNICEF's average annual rate of reduction (AARR) is the value
        with its sign changed. Edge: two years say nothing about the error, so low is -1 and high
        inf. A value of 0 has no logarithm: value, low and high are not defined, nan; take
        ``"end_points"`` or `theil_sen`.
    end_points
        (y_n / y_1)^(1 / (t_n - t_1)) - 1, from the first and last year used. An interval is not
        defined: low and high are nan. Edge: -1 where the last value is 0, inf where the first is,
        0 where both are.

    Regression uses every year; end points depend on two years only and suit exact counts. Do not
    use either for a proportion near 1 (coverage): a rate that compounds would pass 100 %.

    References
    ----------
    UNICEF (2007). Technical note: how to calculate average annual rate of reduction (AARR) of
    underweight prevalence. New York: UNICEF, Statistics and Monitoring Section.

    Examples
    --------
    Deaths under five per 1,000 births in Viet Nam (BMC Health Services Research 2012, 12:456, table
    3, total sample): by regression 7.1 % fewer each year, from the end points 6.3 %.

    >>> from childstats.statistics import average_annual_change
    >>> deaths, years = [41.2, 47.0, 30.3, 23.0], [1997, 2000, 2002, 2006]
    >>> by_regression = average_annual_change(deaths, years)
    >>> print("{:.3f} ({:.3f} to {:.3f})".format(*by_regression[:3]))
    -0.071 (-0.181 to 0.054)
    >>> print(f"{average_annual_change(deaths, years, method='end_points').value:.3f}")
    -0.063
    """
    checked_method(method, ("regression", "end_points"))
    given, (y,) = with_missing(values)
    y = checked_between("values", y, low=0)
    series = usable_series(periods, given, obs_status)
    level = checked_confidence_level(confidence_level)
    if method == "regression":
        value, low, high = _by_regression(y, series, level)
    else:
        value = _by_end_points(y, series)
        low = high = np.full(np.broadcast_shapes(value.shape, level.shape), np.nan)
    return AnnualChange(
        np.broadcast_to(value, low.shape)[()],
        low[()],
        high[()],
        series.number[()],
        series.first[()],
        series.broken_at[()],
    )


def _by_regression(
    y: FloatArray, series: UsableSeries, level: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    defined = (series.number >= 2) & ~(series.used & (y == 0)).any(axis=-1)
    logarithm = np.log(np.where(series.used & (y > 0), y, 1.0))
    line = fitted_line(logarithm, series)
    slope = np.where(defined, line.slope, np.nan)
    reach = student_quantile(series.number, level) * line.residual / np.sqrt(line.spread)
    reach = np.where(series.number == 2, np.inf, reach)
    with np.errstate(over="ignore"):
        return np.expm1(slope), np.expm1(slope - reach), np.expm1(slope + reach)


def _by_end_points(y: FloatArray, series: UsableSeries) -> FloatArray:
    defined = series.number >= 2
    years = np.where(series.used, series.years, np.nan)
    filled = np.where(defined[..., None], years, series.years)
    start = np.argmin(np.where(np.isnan(filled), np.inf, filled), axis=-1)[..., None]
    end = np.argmax(np.where(np.isnan(filled), -np.inf, filled), axis=-1)[..., None]
    begun = np.take_along_axis(y, start, axis=-1)[..., 0]
    ended = np.take_along_axis(y, end, axis=-1)[..., 0]
    elapsed = (series.years[end] - series.years[start])[..., 0]
    growth = np.where(begun > 0, ended / np.where(begun > 0, begun, 1.0), np.inf)
    growth = np.where((begun == 0) & (ended == 0), 1.0, growth)
    return np.where(defined, growth ** (1 / np.where(defined, elapsed, 1.0)) - 1, np.nan)


class FittedLine(NamedTuple):
    """A least-squares line through a series.

    Attributes
    ----------
    slope
        Change per unit of the periods; nan with fewer than two years used, as all others.
    middle, level
        Mean period and mean value, through which the line runs.
    spread
        Sum of squared distances of the periods from their mean.
    residual
        Residual standard deviation with n - 2 degrees of freedom; 0 with two years.
    """

    slope: FloatArray
    middle: FloatArray
    level: FloatArray
    spread: FloatArray
    residual: FloatArray


def fitted_line(y: FloatArray, series: UsableSeries) -> FittedLine:
    """Fit a line to the used figures of each series by least squares.

    Parameters
    ----------
    y
        Finite values of shape (…, years).
    series
        What is used.

    Returns
    -------
    FittedLine
        The lines, in the shape of the leading axes.
    """
    n = np.where(series.number >= 2, series.number, np.nan)
    middle = (series.used * series.years).sum(axis=-1) / n
    level = series.only(y).sum(axis=-1) / n
    distance = np.where(series.used, series.years - middle[..., None], 0.0)
    above = np.where(series.used, y - level[..., None], 0.0)
    spread = np.where(series.number >= 2, (distance**2).sum(axis=-1), np.nan)
    slope = (distance * above).sum(axis=-1) / spread
    squares = ((above - slope[..., None] * distance) ** 2).sum(axis=-1)
    residual = np.where(n > 2, np.sqrt(squares / np.maximum(n - 2, 1)), 0 * n)
    return FittedLine(slope, middle, level, spread, residual)


def student_quantile(count: NDArray[np.int64], level: FloatArray) -> FloatArray:
    """Return the two-sided quantile of Student's t with `count` - 2 degrees of freedom.

    Parameters
    ----------
    count
        Number of figures a line was fitted to.
    level
        Checked confidence levels; both broadcast.

    Returns
    -------
    ndarray
        The quantiles; that of one degree of freedom where there are fewer.
    """
    return np.asarray(-stdtrit(np.maximum(count - 2, 1), (1 - level) / 2))
