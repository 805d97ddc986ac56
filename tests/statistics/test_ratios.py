"""Two proportions: golden values, an independent inversion, properties on a grid, and refusals."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, special, stats

from childstats.statistics import Estimate, risk_difference, risk_ratio, roots

RATIO_METHODS = ("miettinen_nurminen", "koopman", "scas", "katz")
DIFFERENCE_METHODS = ("miettinen_nurminen", "mee", "scas", "newcombe", "wald")
EACH = [(risk_ratio, method) for method in RATIO_METHODS]
EACH += [(risk_difference, method) for method in DIFFERENCE_METHODS]
LEVELS = (0.5, 0.8, 0.9, 0.95, 0.99, 0.998)

# Inversion in R 4.2.2, options(digits = 9); optimize() is good for seven of them:
# ll <- function(x, n, p) (if (x > 0) x*log(p) else 0) + (if (x < n) (n - x)*log(1 - p) else 0)
# score <- function(x1, n1, x2, n2, th, diff, k) {
#   p1f <- function(p) if (diff) p + th else p*th
#   p2 <- optimize(function(p) ll(x1, n1, p1f(p)) + ll(x2, n2, p), maximum = TRUE, tol = 1e-13,
#     if (diff) c(max(0, -th), min(1, 1 - th)) else c(0, min(1, 1/th)))$maximum
#   p1 <- p1f(p2); w <- if (diff) 1 else th
#   (x1/n1 - (if (diff) x2/n2 + th else th*x2/n2)) /
#     sqrt(k*(p1*(1 - p1)/n1 + w^2*p2*(1 - p2)/n2)) }
# limits <- function(x1, n1, x2, n2, measure, k) {
#   diff <- measure == "difference"; r <- if (diff) c(-1 + 1e-9, 1 - 1e-9) else c(-12, 12)
#   f <- function(t, s) score(x1, n1, x2, n2, if (diff) t else exp(t), diff, k) - s*qnorm(.975)
#   v <- sapply(c(1, -1), function(s) uniroot(f, r, s = s, tol = 1e-13)$root)
#   if (diff) v else exp(v) }

# Each row: exposed cases, total, reference cases, total, low, high, decimals printed.
DIFFERENCES = {
    "miettinen_nurminen": [
        # Newcombe (1998) Stat Med 17:873-890, Table II, p. 877, method 6, columns (a) to (h), as
        # capeconomics/mergeron-extra repeats them in its tests of proportions; METHODS.md has (d).
        (56, 70, 48, 80, 0.0528, 0.3382, 4),
        (9, 10, 3, 10, 0.1700, 0.8406, 4),
        (6, 7, 2, 7, 0.0342, 0.8534, 4),
        (5, 56, 0, 29, -0.0326, 0.1933, 4),
        (0, 10, 0, 20, -0.1658, 0.2844, 4),
        (0, 10, 0, 10, -0.2879, 0.2879, 4),
        (10, 10, 0, 20, 0.7156, 1.0, 4),
        (10, 10, 0, 10, 0.6636, 1.0, 4),
        # METHODS.md; statsmodels 0.15 prints [-0.2513, 0.0663] (its issue #10269)
        (36, 45, 40, 45, -0.2459, 0.0658, 4),
        # SAS PROC FREQ, https://www.lexjansen.com/wuss/2016/127_Final_Paper_PDF.pdf
        (84, 101, 89, 105, -0.1191, 0.0860, 4),
        # contingencytables, tests/testthat/test-ch4.R (commit 0c0a59f1):
        # MiettinenNurminen_asymptotic_score_CI_difference_2x2 "95% CI -0.3164 to -0.0056"
        (0, 16, 15, 72, -0.3164, -0.0056, 4),
        # R 4.2.2 > limits(x1, n1, x2, n2, "difference", N / (N - 1)), the R program above
        # 36 45 40 45 -0.245914515 0.0657628741 / 20 20 18 20 -0.0731341729 0.304198191
        (36, 45, 40, 45, -0.245914515, 0.0657628741, 7),
        (20, 20, 18, 20, -0.0731341729, 0.304198191, 7),
    ],
    "mee": [
        # Newcombe (1998), Table II, method 5, columns (a) to (h), and METHODS.md for (d)
        (56, 70, 48, 80, 0.0533, 0.3377, 4),
        (9, 10, 3, 10, 0.1821, 0.8370, 4),
        (6, 7, 2, 7, 0.0544, 0.8478, 4),
        (5, 56, 0, 29, -0.0313, 0.1926, 4),
        (0, 10, 0, 20, -0.1611, 0.2775, 4),
        (0, 10, 0, 10, -0.2775, 0.2775, 4),
        (10, 10, 0, 20, 0.7225, 1.0, 4),
        (10, 10, 0, 10, 0.6777, 1.0, 4),
        # SAS PROC FREQ as above
        (84, 101, 89, 105, -0.1188, 0.0857, 4),
        # contingencytables: Mee_asymptotic_score_CI_2x2 "95% CI 0.0284 to 0.3439"
        (7, 34, 1, 34, 0.0284, 0.3439, 4),
        # Gart and Nam (1990), as ratesci's test3.R (commit 0c942289) repeats it
        (7, 25, 2, 25, -0.014, 0.412, 3),
        # R > limits(..., "difference", 1): 20 20 18 20 -0.0694866015 0.301033654
        (20, 20, 18, 20, -0.0694866015, 0.301033654, 7),
    ],
    "newcombe": [
        # Newcombe (1998), Table II, method 10, columns (a) to (h), and METHODS.md for (d)
        (56, 70, 48, 80, 0.0524, 0.3339, 4),
        (9, 10, 3, 10, 0.1705, 0.8090, 4),
        (6, 7, 2, 7, 0.0582, 0.8062, 4),
        (5, 56, 0, 29, -0.0381, 0.1926, 4),
        (0, 10, 0, 20, -0.1611, 0.2775, 4),
        (0, 10, 0, 10, -0.2775, 0.2775, 4),
        (10, 10, 0, 20, 0.6791, 1.0, 4),
        (10, 10, 0, 10, 0.6075, 1.0, 4),
        # SAS PROC FREQ as above
        (84, 101, 89, 105, -0.1177, 0.0851, 4),
        # contingencytables: Newcombe_hybrid_score_CI_2x2 "95% CI 0.0189 to 0.3404"
        (7, 34, 1, 34, 0.0189, 0.3404, 4),
    ],
    "wald": [
        # SAS PROC FREQ as above
        (56, 70, 48, 80, 0.0575, 0.3425, 4),
        (84, 101, 89, 105, -0.1162, 0.0843, 4),
        (10, 10, 0, 20, 1.0, 1.0, 4),
        # R 4.2.2 > prop.test(c(x1, x2), c(n1, n2), correct = FALSE)$conf.int
        # 56/70 48/80 0.0575048991 0.3424951009 / 36/45 40/45 -0.2375149485 0.0597371707
        # 9/10 1/10 0.537043238 1.000000000
        (56, 70, 48, 80, 0.0575048991, 0.3424951009, 10),
        (36, 45, 40, 45, -0.2375149485, 0.0597371707, 10),
        (9, 10, 1, 10, 0.537043238, 1.0, 9),
        # contingencytables: Wald_CI_2x2 "95% CI 0.0292 to 0.3238"
        (7, 34, 1, 34, 0.0292, 0.3238, 4),
    ],
}
RATIOS = {
    "miettinen_nurminen": [
        # Miettinen and Nurminen (1985) Stat Med 4:213-226, example 6, p. 217, as the help of the
        # R package pairwiseCI repeats it
        (10, 10, 20, 20, 0.72, 1.20, 2),
        # Fagerland and Newcombe (2013), as ratesci's test3.R (commit 0c942289) repeats them
        (24, 73, 53, 65, 0.280, 0.560, 3),
        (29, 55, 11, 11, 0.397, 0.742, 3),
        (7, 18, 1, 18, 1.296, 42.544, 3),
        # contingencytables: MiettinenNurminen_asymptotic_score_CI_ratio_2x2
        # "estimate = 7.0000 (95% CI 1.2086 to 43.0330)"
        (7, 34, 1, 34, 1.2086, 43.0330, 4),
        # R > limits(..., "ratio", N / (N - 1)): 36 45 40 45 0.731633809 1.08384502
        # 20 20 18 20 0.919837965 1.43719086
        (36, 45, 40, 45, 0.731633809, 1.08384502, 7),
        (20, 20, 18, 20, 0.919837965, 1.43719086, 7),
    ],
    "koopman": [
        # Koopman (1984) Biometrics 40:513-517, p. 517
        (36, 40, 16, 80, 2.94, 7.15, 2),
        # Gart and Nam (1988) examples 1 and 2, as ratesci's test3.R repeats them
        (8, 15, 4, 15, 0.815, 5.336, 3),
        (6, 10, 6, 20, 0.844, 4.594, 3),
        # contingencytables: Koopman_asymptotic_score_CI_2x2 "95% CI 1.2209 to 42.5757"
        (7, 34, 1, 34, 1.2209, 42.5757, 4),
        # METHODS.md; epiR 2.0.94 prints the interval of the transposed table
        (13, 2176, 5, 3354, 1.49, 10.78, 2),
        # METHODS.md; statsmodels 0.15 prints (1.05, 1.44)
        (20, 20, 18, 20, 0.92, 1.43, 2),
        # R > limits(..., "ratio", 1): 20 20 18 20 0.923813732 1.43068404
        (20, 20, 18, 20, 0.923813732, 1.43068404, 7),
    ],
    "katz": [
        # epitools 0.5-10.1 > riskratio.wald(matrix(c(232, 24, 112, 16), 2, byrow = TRUE))
        # 1.33333333 0.734731717 2.41962847
        (16, 128, 24, 256, 0.734731717, 2.41962847, 8),
        # > riskratio.wald(matrix(c(443, 44, 95, 27), 2, byrow = TRUE))
        # 2.44951565 1.58369909 3.78867863; Katz's textbook value 2.450
        (27, 122, 44, 487, 1.58369909, 3.78867863, 8),
        # contingencytables: Katz_log_CI_2x2 "estimate = 7.0000 (95% CI 0.9096 to 53.8695)"
        (7, 34, 1, 34, 0.9096, 53.8695, 4),
    ],
}


def groups(x1, n1, x2, n2):
    return {
        "exposed_cases": x1,
        "exposed_total": n1,
        "reference_cases": x2,
        "reference_total": n2,
    }


def golden(table):
    return [(method, row[:4], *row[4:]) for method, rows in table.items() for row in rows]


@pytest.mark.parametrize(("method", "table", "low", "high", "decimals"), golden(DIFFERENCES))
def test_difference_matches_published_and_r_values(method, table, low, high, decimals):
    estimate = risk_difference(**groups(*table), method=method)
    x1, n1, x2, n2 = table
    assert estimate.value == x1 / n1 - x2 / n2
    assert list(estimate[1:]) == pytest.approx([low, high], rel=0, abs=0.5 * 10.0**-decimals)


@pytest.mark.parametrize(("method", "table", "low", "high", "decimals"), golden(RATIOS))
def test_ratio_matches_published_and_r_values(method, table, low, high, decimals):
    estimate = risk_ratio(**groups(*table), method=method)
    x1, n1, x2, n2 = table
    assert estimate.value == pytest.approx((x1 / n1) / (x2 / n2))
    assert list(estimate[1:]) == pytest.approx([low, high], rel=0, abs=0.5 * 10.0**-decimals)


def test_miettinen_and_nurminen_is_the_default():
    table = groups(36, 45, 40, 45)
    assert risk_ratio(**table) == risk_ratio(**table, method="miettinen_nurminen")
    assert risk_difference(**table) == risk_difference(**table, method="miettinen_nurminen")


# An inversion that shares no code: the likelihood is maximised numerically, the limit is found
# by Brent's method.


def log_likelihood(cases, total, risk):
    return special.xlogy(cases, risk) + special.xlog1py(total - cases, -risk)


def squared_score(x1, n1, x2, n2, *, shift=0.0, factor=1.0):
    """Score statistic of the hypothesis p1 = factor p2 + shift, without the N / (N - 1)."""
    least, most = max(0.0, -shift), min(1.0, (1 - shift) / factor)
    found = optimize.minimize_scalar(
        lambda risk: -log_likelihood(x1, n1, factor * risk + shift) - log_likelihood(x2, n2, risk),
        bounds=(least, most),
        method="bounded",
        options={"xatol": 1e-13},
    )
    p2 = found.x
    p1 = factor * p2 + shift
    variance = p1 * (1 - p1) / n1 + factor**2 * p2 * (1 - p2) / n2
    return (x1 / n1 - factor * x2 / n2 - shift) ** 2 / variance


INVERTED = [
    (36, 45, 40, 45),
    (20, 20, 18, 20),
    (20, 20, 20, 20),
    (10, 10, 20, 20),
    (5, 56, 0, 29),
    (0, 16, 15, 72),
    (0, 10, 0, 20),
    (10, 10, 0, 20),
    (1, 1, 0, 1),
    (3, 500, 7, 400),
    (497, 500, 393, 400),
    (29, 55, 11, 11),
]


@pytest.mark.parametrize("table", INVERTED)
@pytest.mark.parametrize("unbiased", [True, False])
def test_score_limits_of_the_difference_invert_the_test(table, unbiased):
    _, n1, _, n2 = table
    inflation = (n1 + n2) / (n1 + n2 - 1) if unbiased else 1.0
    method = "miettinen_nurminen" if unbiased else "mee"
    value, low, high = risk_difference(**groups(*table), method=method)

    def excess(shift):
        return squared_score(*table, shift=shift) / inflation - stats.chi2.ppf(0.95, 1)

    for limit, end in ((low, -1.0), (high, 1.0)):
        if value == end:
            assert limit == end
        else:
            inside, outside = value + 1e-7 * np.sign(end), end * (1 - 1e-7)
            assert limit == pytest.approx(optimize.brentq(excess, inside, outside), abs=1e-6)


@pytest.mark.parametrize("table", INVERTED)
@pytest.mark.parametrize("unbiased", [True, False])
def test_score_limits_of_the_ratio_invert_the_test(table, unbiased):
    x1, n1, x2, n2 = table
    inflation = (n1 + n2) / (n1 + n2 - 1) if unbiased else 1.0
    method = "miettinen_nurminen" if unbiased else "koopman"
    value, low, high = risk_ratio(**groups(*table), method=method)

    def excess(log_factor):
        statistic = squared_score(*table, factor=np.exp(log_factor)) / inflation
        return statistic - stats.chi2.ppf(0.95, 1)

    centre = np.log(value) if 0 < value < np.inf else np.copysign(15.0, value - 0.5)
    for limit, end, opposite in ((low, -16.0, x1), (high, 16.0, x2)):
        if opposite == 0:
            assert limit == (0.0 if end < 0 else np.inf)
        else:
            inside = centre + 1e-7 * np.sign(end)
            assert np.log(limit) == pytest.approx(optimize.brentq(excess, inside, end), abs=1e-6)


# Every table of 40 exposed and 20 reference children.
GRID = groups(*np.meshgrid(np.arange(41), [40], np.arange(21), [20], indexing="ij"))
SWAPPED = {
    "exposed_cases": GRID["reference_cases"],
    "exposed_total": GRID["reference_total"],
    "reference_cases": GRID["exposed_cases"],
    "reference_total": GRID["exposed_total"],
}


@pytest.mark.parametrize("method", DIFFERENCE_METHODS)
def test_exchanging_the_groups_negates_the_difference(method):
    value, low, high = risk_difference(**GRID, method=method)
    swapped = risk_difference(**SWAPPED, method=method)
    np.testing.assert_allclose(swapped.value, -value, atol=1e-15)
    np.testing.assert_allclose(swapped.low, -high, rtol=1e-12, atol=1e-13)
    np.testing.assert_allclose(swapped.high, -low, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("method", RATIO_METHODS)
def test_exchanging_the_groups_inverts_the_ratio(method):
    swapped = risk_ratio(**SWAPPED, method=method)
    with np.errstate(divide="ignore"):
        value, low, high = (1 / part for part in risk_ratio(**GRID, method=method))
    np.testing.assert_allclose(swapped.value, value, rtol=1e-12)
    np.testing.assert_allclose(swapped.low, high, rtol=1e-12)
    np.testing.assert_allclose(swapped.high, low, rtol=1e-12)


@pytest.mark.parametrize("method", DIFFERENCE_METHODS)
def test_counting_the_opposite_outcome_negates_the_difference(method):
    opposite = GRID | {
        "exposed_cases": GRID["exposed_total"] - GRID["exposed_cases"],
        "reference_cases": GRID["reference_total"] - GRID["reference_cases"],
    }
    value, low, high = risk_difference(**GRID, method=method)
    mirrored = risk_difference(**opposite, method=method)
    np.testing.assert_allclose(mirrored.value, -value, atol=1e-15)
    np.testing.assert_allclose(mirrored.low, -high, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(mirrored.high, -low, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(("measure", "method"), EACH)
@pytest.mark.parametrize("level", [1e-17, 1e-12, *LEVELS, 1 - 1e-15])
def test_interval_is_never_nan_and_holds_the_value(measure, method, level):
    value, low, high = measure(**GRID, confidence_level=level, method=method)
    least, most = (0, np.inf) if measure is risk_ratio else (-1, 1)
    assert np.all((least <= low) & (low <= value) & (value <= high) & (high <= most))


@pytest.mark.parametrize("level", [1e-17, 1e-9])
def test_interval_closes_in_on_the_value_as_the_confidence_level_falls(level):
    table = groups([36, 5, 20], [45, 56, 20], [40, 0, 20], [45, 29, 20])
    difference = risk_difference(**table, confidence_level=level)
    np.testing.assert_allclose(difference.low, difference.value, atol=1e-8)
    np.testing.assert_allclose(difference.high, difference.value, atol=1e-8)
    ratio = risk_ratio(**table, confidence_level=level)
    assert ratio.value[1] == np.inf
    assert ratio.low[1] > 1e15
    np.testing.assert_allclose(ratio.low[::2], ratio.value[::2], rtol=1e-8)
    np.testing.assert_allclose(ratio.high[::2], ratio.value[::2], rtol=1e-8)


def test_ratio_limits_do_not_cross_the_value_by_a_rounding_error():
    # Tables for which exp(log(ratio)) is above the ratio itself.
    x1, n1 = np.array([354_713, 607_225]), np.array([509_151, 634_847])
    x2, n2 = np.array([112_460, 253_010]), np.array([158_326, 989_544])
    for table in (groups(x1, n1, x2, n2), groups(x2, n2, x1, n1)):
        value, low, high = risk_ratio(**table, confidence_level=1e-17)
        assert np.all((low <= value) & (value <= high))


@pytest.mark.parametrize("measure", [risk_ratio, risk_difference])
def test_limits_are_found_in_few_steps(measure, monkeypatch):
    steps = []
    interpolated = roots._interpolated
    monkeypatch.setattr(
        roots, "_interpolated", lambda *points: steps.append(1) or interpolated(*points)
    )
    measure(**GRID)
    assert len(steps) <= 2 * 30  # bisection alone needs about 50 for each limit


@pytest.mark.parametrize(("measure", "method"), EACH)
def test_interval_widens_with_the_confidence_level(measure, method):
    levels = np.array(LEVELS)[:, None, None, None, None]
    _, low, high = measure(**GRID, confidence_level=levels, method=method)
    assert np.all(low[1:] <= low[:-1])
    assert np.all(high[1:] >= high[:-1])
    mixed = (GRID["exposed_cases"] % 40 > 0) & (GRID["reference_cases"] % 20 > 0)
    assert np.all((high - low)[1:, mixed] > (high - low)[:-1, mixed])


@pytest.mark.parametrize(
    ("measure", "methods", "null"),
    [
        (risk_ratio, ("koopman", "miettinen_nurminen"), 1),
        (risk_difference, ("mee", "miettinen_nurminen"), 0),
    ],
)
def test_interval_excludes_no_effect_exactly_when_pearsons_test_does(measure, methods, null):
    x1, n1, x2, n2 = GRID.values()
    total, cases = n1 + n2, x1 + x2
    mixed = (cases > 0) & (cases < total)
    chi_squared = np.zeros(mixed.shape)
    spread = n1 * n2 * cases * (total - cases)
    np.divide((x1 * n2 - x2 * n1) ** 2 * total, spread, out=chi_squared, where=mixed)
    example = np.array([[36, 4], [8, 12]])  # the formula itself, against SciPy, once
    assert chi_squared[36, 0, 8, 0] == pytest.approx(
        stats.chi2_contingency(example, correction=False).statistic
    )
    for method, shrink in zip(methods, (1, (total - 1) / total), strict=True):
        _, low, high = measure(**GRID, method=method)
        excluded = (low > null) | (high < null)
        significant = chi_squared * shrink > stats.chi2.ppf(0.95, 1)
        assert np.array_equal(excluded, significant)


@pytest.mark.parametrize("method", ["miettinen_nurminen", "koopman"])
@pytest.mark.parametrize("total", [1, 20, 10**6])
def test_ratio_at_0_and_100_percent(method, total):
    none_exposed = risk_ratio(**groups(0, total, 1, total), method=method)
    assert none_exposed[:2] == (0, 0)
    assert 0 < none_exposed.high < np.inf
    none_reference = risk_ratio(**groups(1, total, 0, total), method=method)
    assert 0 < none_reference.low < np.inf
    assert (none_reference.value, none_reference.high) == (np.inf, np.inf)
    everyone = risk_ratio(**groups(total, total, total, total), method=method)
    assert 0 < everyone.low < everyone.value == 1 < everyone.high < np.inf


@pytest.mark.parametrize("method", RATIO_METHODS)
def test_ratio_of_no_cases_to_no_cases_excludes_nothing(method):
    assert risk_ratio(**groups(0, 40, 0, 20), method=method) == (1, 0, np.inf)


def test_katz_says_nothing_at_0_and_collapses_at_100_percent():
    assert risk_ratio(**groups(0, 9, 3, 9), method="katz") == (0, 0, np.inf)
    assert risk_ratio(**groups(3, 9, 0, 9), method="katz") == (np.inf, 0, np.inf)
    assert risk_ratio(**groups(9, 9, 7, 7), method="katz") == (1, 1, 1)


@pytest.mark.parametrize("method", ["miettinen_nurminen", "mee", "newcombe"])
@pytest.mark.parametrize("total", [1, 20, 10**6, 10**9])
def test_difference_at_0_and_100_percent(method, total):
    for cases in (0, total):
        value, low, high = risk_difference(**groups(cases, total, cases, total), method=method)
        assert -1 < low < value == 0 < high < 1
    all_against_none = risk_difference(**groups(total, total, 0, total), method=method)
    assert all_against_none.low < all_against_none.value == all_against_none.high == 1
    none_against_all = risk_difference(**groups(0, total, total, total), method=method)
    assert none_against_all.high > none_against_all.value == none_against_all.low == -1


def test_wald_difference_has_no_width_at_0_and_100_percent_and_stays_within_one():
    assert risk_difference(**groups(0, 9, 0, 7), method="wald") == (0, 0, 0)
    assert risk_difference(**groups(9, 9, 0, 7), method="wald") == (1, 1, 1)
    assert risk_difference(**groups(1, 10, 9, 10), method="wald").low == -1


@pytest.mark.parametrize(
    ("table", "difference", "ratio"),
    [
        # mpmath 1.4.1 with 60 digits, Miettinen-Nurminen; the risks by bisection of the score
        # equation, the limits by bisection of the test; mp.nstr(limit, 14)
        (
            (3, 50_000, 7, 40_000),
            (-0.00030705594846196, 2.671306393218e-5),
            (0.096655004058955, 1.2161698275753),
        ),
        (
            (3, 10**9, 7, 10**9),
            (-1.1793901898667e-8, 2.6560655280795e-9),
            (0.12081395714424, 1.5203000839097),
        ),
        (
            (0, 10**6, 2, 10**6),
            (-7.2929584654767e-6, 1.8414498261101e-6),
            (0.0, 1.9207278444935),
        ),
        (
            (49_997, 50_000, 39_993, 40_000),
            (-2.671306393218e-5, 0.00030705594846196),
            (0.99997328352095, 1.0003071655658),
        ),
    ],
)
def test_rare_events_in_large_totals_keep_their_digits(table, difference, ratio):
    estimate = risk_difference(**groups(*table))
    assert list(estimate[1:]) == pytest.approx(difference, rel=1e-9)
    assert list(risk_ratio(**groups(*table))[1:]) == pytest.approx(ratio, rel=1e-9)


def test_difference_of_all_and_nearly_none_keeps_its_digits():
    # mpmath 1.4.1 as above, 10**6 of 10**6 against 1 of 10**9: 1 - low and 1 - high
    _, low, high = risk_difference(**groups(10**6, 10**6, 1, 10**9))
    assert [1 - low, 1 - high] == pytest.approx([3.8424440677864e-6, 1.7652455483353e-10], rel=1e-6)


def test_difference_of_nearly_all_keeps_its_digits():
    # The mirror image of 3 of 10**9 against 7 of 10**9 above; here the risks themselves are
    # rounded to 1e-16, which is 1e-8 of the limits.
    _, low, high = risk_difference(**groups(10**9 - 7, 10**9, 10**9 - 3, 10**9))
    assert [low, high] == pytest.approx([-1.1793901898667e-8, 2.6560655280795e-9], rel=1e-6)


@settings(max_examples=300, deadline=None)
@given(
    totals=st.tuples(st.integers(1, 10**9), st.integers(1, 10**9)),
    shares=st.tuples(st.floats(0, 1), st.floats(0, 1)),
    level=st.floats(0.01, 1 - 1e-12),
    each=st.sampled_from(EACH),
)
def test_any_valid_table_gives_an_ordered_interval(totals, shares, level, each):
    measure, method = each
    (n1, n2), (x1, x2) = totals, (round(s * n) for s, n in zip(shares, totals, strict=True))
    value, low, high = measure(**groups(x1, n1, x2, n2), confidence_level=level, method=method)
    assert low <= value <= high


@pytest.mark.parametrize(("measure", "method"), EACH)
def test_one_table_and_many_tables_agree(measure, method):
    x1, x2 = np.array([0, 7, 36, 45]), np.array([0, 40, 45])
    level = np.array([0.95, 0.998])
    table = groups(x1[:, None, None], 45, x2[:, None], 45)
    many = measure(**table, confidence_level=level, method=method)
    assert [part.shape for part in many] == [(4, 3, 2)] * 3
    for i, j, k in itertools.product(range(4), range(3), range(2)):
        one = measure(**groups(x1[i], 45, x2[j], 45), confidence_level=level[k], method=method)
        assert [type(part) for part in one] == [np.float64] * 3
        assert [part[i, j, k] for part in many] == pytest.approx(list(one), rel=1e-13, abs=1e-15)
    assert isinstance(many, Estimate)


@pytest.mark.parametrize(("measure", "method"), EACH)
def test_no_tables_give_no_estimates_and_arguments_stay_as_they_are(measure, method):
    assert [part.shape for part in measure(**groups([], 4, 2, 4), method=method)] == [(0,)] * 3
    table = groups(*(np.array([float(n), n]) for n in (3, 9, 0, 5)))
    kept = {name: counts.copy() for name, counts in table.items()}
    measure(**table, method=method)
    for name, counts in table.items():
        assert np.array_equal(counts, kept[name])


@pytest.mark.parametrize("measure", [risk_ratio, risk_difference])
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            {"exposed_cases": [1, -1]},
            "exposed_cases must be a whole number, 0 or more; got -1 at index 1",
        ),
        (
            {"reference_cases": 0.5},
            "reference_cases must be a whole number, 0 or more; got 0.5",
        ),
        (
            {"exposed_total": [9, np.nan]},
            "exposed_total must be a whole number, 1 or more; got nan at index 1",
        ),
        (
            {"reference_cases": 0, "reference_total": 0},
            "reference_total must be a whole number, 1 or more; got 0",
        ),
        ({"exposed_cases": 10}, "exposed_cases must not exceed exposed_total; got 10 of 9"),
        (
            {"reference_cases": [1, 8, 9]},
            "reference_cases must not exceed reference_total; got 8 of 7 at index 1",
        ),
        (
            {"confidence_level": [0.95, 95]},
            "confidence_level must lie between 0 and 1, such as 0.95; got 95 at index 1",
        ),
    ],
)
def test_refuses_with_the_argument_the_value_and_the_place(measure, arguments, message):
    with pytest.raises(ValueError, match=f"^{message}$"):
        measure(**groups(3, 9, 2, 7) | arguments)


def test_refuses_an_unknown_method_and_names_those_there_are():
    with pytest.raises(
        ValueError, match=r"'mee'; choose one of miettinen_nurminen, koopman, scas, katz$"
    ):
        risk_ratio(**groups(3, 9, 2, 7), method="mee")
    with pytest.raises(ValueError, match=r"choose one of .*, mee, scas, newcombe, wald$"):
        risk_difference(**groups(3, 9, 2, 7), method="koopman")


@pytest.mark.parametrize("measure", [risk_ratio, risk_difference])
def test_counts_must_be_named(measure):
    with pytest.raises(TypeError):
        measure(3, 9, 2, 7)
