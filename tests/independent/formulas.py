"""The formulas of the reports, written again from their definitions, with NumPy and SciPy alone."""

from collections.abc import Callable
from math import exp, inf, log, prod, sqrt

import numpy as np
from scipy import optimize, stats

Z = float(stats.norm.ppf(0.975))
Three = tuple[float, float, float]


def wilson(cases: float, total: float) -> Three:
    """Return a proportion with Wilson's score interval (Wilson 1927)."""
    p, n = cases / total, total
    middle = (p + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z / (1 + Z * Z / n) * sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
    return p, middle - half, middle + half


def poisson(cases: float, people: float, per: float) -> Three:
    """Return a rate with its exact interval by the gamma distribution (Garwood 1936)."""
    low = stats.chi2.ppf(0.025, 2 * cases) / 2 if cases else 0.0
    high = stats.chi2.ppf(0.975, 2 * cases + 2) / 2
    return cases / people * per, low / people * per, high / people * per


def byar(cases: float, people: float, per: float) -> Three:
    """Return a rate with Byar's interval (Breslow and Day 1987)."""
    low = cases * (1 - 1 / (9 * cases) - Z / (3 * sqrt(cases))) ** 3
    more = cases + 1
    high = more * (1 - 1 / (9 * more) + Z / (3 * sqrt(more))) ** 3
    return cases / people * per, low / people * per, high / people * per


def _score_ratio(a: float, n: float, c: float, m: float, ratio: float) -> float:
    """Return Miettinen and Nurminen's score statistic for a ratio of two proportions."""
    total = n + m
    k = total * ratio
    b = -(n * ratio + a + m + c * ratio)
    free = a + c
    p0 = (-b - sqrt(b * b - 4 * k * free)) / (2 * k)
    p1 = p0 * ratio
    variance = p1 * (1 - p1) / n + ratio**2 * p0 * (1 - p0) / m
    variance *= total / (total - 1)
    return (a / n - c / m * ratio) / sqrt(variance)


def risk_ratio(a: float, n: float, c: float, m: float) -> Three:
    """Return a ratio of proportions with its score interval (Miettinen and Nurminen 1985)."""
    value = (a / n) / (c / m)

    def limit(sign: int) -> float:
        def f(log_ratio: float) -> float:
            return _score_ratio(a, n, c, m, exp(log_ratio)) - sign * Z

        return exp(float(optimize.brentq(f, log(value) - 3, log(value) + 3, xtol=1e-14)))

    return value, limit(1), limit(-1)


def _score_difference(a: float, n: float, c: float, m: float, delta: float) -> float:
    """Return the score statistic for a difference; the null proportions by root finding."""
    total = n + m

    def gradient(p0: float) -> float:
        p1 = p0 + delta
        return a / p1 - (n - a) / (1 - p1) + c / p0 - (m - c) / (1 - p0)

    low, high = max(0.0, -delta) + 1e-13, min(1.0, 1 - delta) - 1e-13
    p0 = float(optimize.brentq(gradient, low, high, xtol=1e-15))
    p1 = p0 + delta
    variance = (p1 * (1 - p1) / n + p0 * (1 - p0) / m) * total / (total - 1)
    return (a / n - c / m - delta) / sqrt(variance)


def risk_difference(a: float, n: float, c: float, m: float) -> Three:
    """Return a difference of proportions with its score interval (Miettinen and Nurminen 1985)."""
    value = a / n - c / m

    def limit(sign: int) -> float:
        def f(delta: float) -> float:
            return _score_difference(a, n, c, m, delta) - sign * Z

        ends = (max(-1 + 1e-9, value - 0.5), min(1 - 1e-9, value + 0.5))
        return float(optimize.brentq(f, *ends, xtol=1e-14))

    return value, limit(1), limit(-1)


def theil_sen(values: list[float], years: list[int]) -> Three:
    """Return the median slope with its interval by Kendall's variance (Sen 1968)."""
    slope, _, low, high = stats.theilslopes(values, years, 0.95)
    return float(slope), float(low), float(high)


def average_annual_change(values: list[float], years: list[int]) -> Three:
    """Return the average relative change by regression of the logarithms, Student's t."""
    line = stats.linregress(years, np.log(values))
    t = float(stats.t.ppf(0.975, len(values) - 2))
    ends = (line.slope, line.slope - t * line.stderr, line.slope + t * line.stderr)
    return tuple(exp(end) - 1 for end in ends)  # type: ignore[return-value]


def heterogeneity(strata: list[tuple[float, float, float, float]]) -> tuple[float, int, float]:
    """Return Cochran's Q of the logarithms of risk ratios, its degrees of freedom and p-value.

    Around the pooled ratio of Mantel and Haenszel, as the Cochrane handbook has it.
    """
    logs = np.array([log((a / n) / (c / m)) for a, n, c, m in strata])
    weights = np.array([1 / (1 / a - 1 / n + 1 / c - 1 / m) for a, n, c, m in strata])
    mean = log(mantel_haenszel(strata)[0])
    q = float((weights * (logs - mean) ** 2).sum())
    freedom = len(strata) - 1
    return q, freedom, float(stats.chi2.sf(q, freedom))


def mantel_haenszel(strata: list[tuple[float, float, float, float]]) -> Three:
    """Return the pooled risk ratio with its interval (Greenland and Robins 1985)."""
    r = sum(a * m / (n + m) for a, n, c, m in strata)
    s = sum(c * n / (n + m) for a, n, c, m in strata)
    p = sum((n * m * (a + c) - a * c * (n + m)) / (n + m) ** 2 for a, n, c, m in strata)
    value, error = r / s, sqrt(p / (r * s))
    return value, value * exp(-Z * error), value * exp(Z * error)


def difference(better: float, worse: float, errors: tuple[float, float]) -> Three:
    """Return WHO's difference of two groups with its normal interval."""
    error = sqrt(errors[0] ** 2 + errors[1] ** 2)
    value = better - worse
    return value, value - Z * error, value + Z * error


def ratio(better: float, worse: float, errors: tuple[float, float]) -> Three:
    """Return WHO's ratio of two groups with its interval on the scale of logarithms."""
    value = better / worse
    error = sqrt((errors[0] / better) ** 2 + (errors[1] / worse) ** 2)
    return value, value * exp(-Z * error), value * exp(Z * error)


def ranks(count: int) -> np.ndarray:
    """Return the middle ranks of groups of equal size."""
    return (np.arange(count) + 0.5) / count


def delta(
    measure: Callable[[np.ndarray], float],
    values: list[float],
    errors: list[float],
    *,
    by_log: bool = False,
) -> Three:
    """Return a measure of groups with its interval by the delta method, derivatives by steps."""
    y, s = np.array(values), np.array(errors)

    def f(at: np.ndarray) -> float:
        return log(measure(at)) if by_log else measure(at)

    steps = np.eye(len(y)) * 1e-5
    slopes = np.array([(f(y + step) - f(y - step)) / 2e-5 for step in steps])
    middle, error = f(y), float(np.sqrt(((slopes * s) ** 2).sum()))
    ends = (middle, middle - Z * error, middle + Z * error)
    return tuple(exp(end) for end in ends) if by_log else ends  # type: ignore[return-value]


def concentration(values: list[float], errors: list[float], *, relative: bool) -> Three:
    """Return the absolute or relative concentration index of groups of equal size."""
    weights = (2 * ranks(len(values)) - 1) / len(values)

    def index(y: np.ndarray) -> float:
        return float((weights * y).sum() / (y.mean() if relative else 1.0))

    return delta(index, values, errors)


def logistic_ends(y: np.ndarray) -> tuple[float, float]:
    """Return a logistic curve through groups of equal size at ranks 0 and 1."""
    x = ranks(len(y))

    def scores(b: np.ndarray) -> np.ndarray:
        rest = y - 1 / (1 + np.exp(-(b[0] + b[1] * x)))
        return np.array([rest.sum(), (rest * x).sum()])

    b = optimize.root(scores, [0.0, 0.0], tol=1e-14).x
    return 1 / (1 + exp(-b[0])), 1 / (1 + exp(-b[0] - b[1]))


def slope_index(values: list[float], errors: list[float]) -> Three:
    """Return WHO's slope index of inequality by the logistic curve."""
    return delta(lambda y: logistic_ends(y)[1] - logistic_ends(y)[0], values, errors)


def relative_index(values: list[float], errors: list[float]) -> Three:
    """Return WHO's relative index of inequality, its interval on the scale of logarithms."""
    return delta(lambda y: logistic_ends(y)[1] / logistic_ends(y)[0], values, errors, by_log=True)


def attributable_fraction(values: list[float], errors: list[float]) -> Three:
    """Return by what part of itself the mean would be higher if all were like the last group."""
    return delta(lambda y: float(y[-1] / y.mean() - 1), values, errors)


def interval_ratio(this: tuple[float, float], that: tuple[float, float]) -> tuple[float, float]:
    """Return what a quotient of two ranges can be."""
    return this[0] / that[1], this[1] / that[0] if that[0] else inf


def geometric_mean(low: float, high: float) -> float:
    """Return the middle of a range of ratios."""
    return sqrt(prod((low, high)))
