"""Theil-Sen and Mann-Kendall: golden values, all orders of small series, properties, refusals."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from childstats.statistics import mann_kendall, theil_sen

# Hollander and Wolfe, example 9.1, as the R package NSM3 repeats it (theil.R, example = TRUE)
SEEDING = [1.26, 1.27, 1.12, 1.16, 1.03]
UNEVEN = (
    [10.2, 9.8, 11.5, 12.1, 11.9, 13.0, 12.7, 14.2],
    2010 + np.array([0, 1, 2, 4, 5, 6, 8, 9]),
)
TIED = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9, 3, 2, 3, 8, 4, 6, 2, 6, 4, 3, 3]


@pytest.mark.parametrize(
    ("values", "years", "level", "expected"),
    [
        # R 4.2.2, options(digits = 10):
        # > i <- which(upper.tri(diag(n)), arr.ind = TRUE)
        # > s <- sort((y[i[, 2]] - y[i[, 1]])/(t[i[, 2]] - t[i[, 1]])); k <- table(y)
        # > v <- (n*(n-1)*(2*n+5) - sum(k*(k-1)*(2*k+5)))/18; C <- qnorm((1+l)/2)*sqrt(v)
        # > M <- length(s); c(median(s), s[round((M-C)/2)], s[round((M+C)/2) + 1])
        (SEEDING, [1, 2, 3, 4, 5], 0.95, (-0.05625, -0.15, 0.04)),
        (*UNEVEN, 0.95, (0.4171428571, 0.2, 0.64)),
        (*UNEVEN, 0.8, (0.4171428571, 0.3125, 0.525)),
        # the slope as the R package zyp printed it on R-help, 6 November 2012: 0.6666667
        ([6, 4, 1, 8, 7, 8], range(6), 0.99, (0.6666667, -3, 7)),
    ],
)
def test_theil_sen_matches_r(values, years, level, expected):
    result = theil_sen(values, years, confidence_level=level)
    assert result[:3] == pytest.approx(expected, rel=1e-7)


@pytest.mark.parametrize("seed", range(30))
def test_theil_sen_matches_scipy_where_its_ranks_exist(seed):
    random = np.random.default_rng(seed)
    years = 2000 + np.cumsum(random.integers(1, 4, 12))
    values = np.round(random.normal(size=12), 1)
    result = theil_sen(values, years, confidence_level=0.9)
    oracle = stats.theilslopes(values, years, alpha=0.9)
    assert result[:3] == pytest.approx((oracle.slope, oracle.low_slope, oracle.high_slope))


def test_ranks_that_do_not_exist_leave_the_slope_unbounded():
    # With n years M = n (n - 1) / 2 and C = 1.96 √(n (n - 1)(2 n + 5) / 18): for n = 4 the rank
    # (6 - 5.77) / 2 rounds to 0, for n = 5 (10 - 8.002) / 2 rounds to 1, the smallest slope.
    four = theil_sen([1.0, 2.0, 4.0, 8.0], range(4))
    assert (four.low, four.high) == (-np.inf, np.inf)
    five = theil_sen([1.0, 2.0, 4.0, 8.0, 16.0], range(5))
    assert (five.low, five.high) == (1.0, 8.0)
    two = theil_sen([1.0, 2.0], [2010, 2014])
    assert (two.value, two.low, two.high) == (0.25, -np.inf, np.inf)


def test_equal_values_have_slope_and_limits_zero():
    assert theil_sen([5.0] * 6, range(6))[:3] == (0.0, 0.0, 0.0)


def test_one_wrong_year_hardly_moves_the_slope():
    values = np.arange(11.0)
    values[5] = 1_000
    assert theil_sen(values, range(11)).value == 1.0


SERIES = st.lists(st.integers(-20, 20), min_size=2, max_size=9)


@settings(max_examples=150, deadline=None)
@given(values=SERIES, data=st.data())
def test_slope_and_tendency_under_shift_scale_and_reversal(values, data):
    y = np.array(values, dtype=float)
    years = 1990 + np.cumsum(
        data.draw(st.lists(st.integers(1, 5), min_size=len(y), max_size=len(y)))
    )
    slope, tendency = theil_sen(y, years), mann_kendall(y, years)
    assert slope.low <= slope.value <= slope.high
    assert 0 < tendency.p_value <= 1
    assert -1 <= tendency.tau <= 1
    same = theil_sen(2 * y + 5, years + 100)
    assert same[:3] == pytest.approx([2 * part for part in slope[:3]])
    assert mann_kendall(2 * y + 5, years + 100)[:3] == tendency[:3]
    for other_slope, other in [
        (theil_sen(-y, years), mann_kendall(-y, years)),
        (theil_sen(y, -years), mann_kendall(y, -years)),
    ]:
        assert other_slope.value == pytest.approx(-slope.value)
        assert [other_slope.low, other_slope.high] == pytest.approx([-slope.high, -slope.low])
        assert (other.s, other.tau) == (-tendency.s, -tendency.tau)
        assert other.p_value == pytest.approx(tendency.p_value)


def test_theil_sen_interval_widens_with_the_confidence_level():
    result = theil_sen(*UNEVEN, confidence_level=[0.5, 0.8, 0.95, 0.998])
    assert result.value.shape == (4,)
    assert np.all(np.diff(result.low) <= 0)
    assert np.all(np.diff(result.high) >= 0)
    assert (result.low[-1], result.high[-1]) != (result.low[0], result.high[0])


def test_theil_sen_levels_and_areas_broadcast():
    areas = np.array([UNEVEN[0], UNEVEN[0][::-1]])[:, None]
    result = theil_sen(areas, UNEVEN[1], confidence_level=[0.8, 0.95])
    assert [part.shape for part in result[:3]] == [(2, 2)] * 3
    single = theil_sen(areas[1, 0], UNEVEN[1], confidence_level=0.95)
    assert [part[1, 1] for part in result[:3]] == list(single[:3])


@pytest.mark.parametrize(
    ("values", "years", "tau", "p_value", "exact"),
    [
        # R 4.2.2 > cor.test(1:5, y, method = "kendall")$p.value: 0.2333333333
        (SEEDING, None, -0.6, 0.2333333333, True),
        # > r <- cor.test(t, y, method = "kendall"); c(r$estimate, r$p.value)
        # 0.7857142857 0.005505952381
        (*UNEVEN, 0.7857142857, 0.005505952381, True),
        # > cor.test(seq_along(y), y, method = "kendall", exact = FALSE, continuity = TRUE)
        # 0.05509008351 0.7211596435
        (TIED, None, 0.05509008351, 0.7211596435, False),
    ],
)
def test_mann_kendall_matches_r(values, years, tau, p_value, exact):
    result = mann_kendall(values, years)
    assert result.tau == pytest.approx(tau, rel=1e-9)
    assert result.p_value == pytest.approx(p_value, rel=1e-9)
    assert result.exact == exact


@pytest.mark.parametrize("n", [2, 3, 7, 12, 20])
def test_mann_kendall_matches_scipy_without_ties(n):
    values = np.random.default_rng(n).permutation(n).astype(float)
    oracle = stats.kendalltau(np.arange(n), values, method="exact")
    result = mann_kendall(values)
    assert (result.tau, result.p_value) == pytest.approx((oracle.statistic, oracle.pvalue))
    assert result.exact


def _s(values):
    return sum(np.sign(b - a) for a, b in itertools.combinations(values, 2))


@settings(max_examples=40, deadline=None)
@given(values=st.lists(st.integers(0, 3), min_size=2, max_size=7))
def test_exact_p_value_is_the_share_of_all_orders_ties_included(values):
    orders = [abs(_s(order)) for order in itertools.permutations(values)]
    result = mann_kendall(np.array(values, dtype=float))
    assert result.s == _s(values)
    extreme = sum(s >= abs(_s(values)) for s in orders)
    assert result.p_value == pytest.approx(extreme / len(orders))


def test_equal_values_show_no_tendency_instead_of_nan():
    for years in (6, 30):
        result = mann_kendall([2.5] * years)
        assert (result.tau, result.s, result.p_value) == (0.0, 0.0, 1.0)


def test_exact_and_normal_meet_at_twenty_years():
    values = np.random.default_rng(0).normal(size=21) + 0.08 * np.arange(21)
    exact, normal = mann_kendall(values[:20]), mann_kendall(values)
    assert (exact.exact, normal.exact) == (True, False)
    z = (abs(exact.s) - 1) / (20 * 19 * 45 / 18) ** 0.5
    assert exact.p_value == pytest.approx(2 * stats.norm.sf(z), rel=0.05)


@pytest.mark.parametrize("trend", [theil_sen, mann_kendall])
def test_refuses_values_that_are_no_finite_numbers(trend):
    with pytest.raises(ValueError, match=r"^values must be a finite number; got inf at index 1$"):
        trend([1.0, np.inf, 2.0], [1, 2, 3])
    with pytest.raises(ValueError, match=r"^values must be numbers; got "):
        trend(["a", "b", "c"], [1, 2, 3])


def test_refuses_a_level_outside_0_and_1():
    with pytest.raises(ValueError, match=r"^confidence_level must lie between 0 and 1"):
        theil_sen([1.0, 2.0], [1, 2], confidence_level=95)
