"""Cochran-Armitage: golden values, full enumeration of small tables, properties, refusals."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from childstats.statistics import trend_test
from childstats.statistics.trend_test import exact_distribution

# Each row: cases, totals, years, chi-squared, p-value, slope.
ASYMPTOTIC = [
    # R 4.2.2 > prop.trend.test(x, n, t); coef(lm(x / n ~ t, weights = n))[2]
    (
        [83, 90, 129, 70],
        [86, 93, 136, 82],
        [1, 2, 3, 4],
        8.224922285,
        0.004131897478,
        -0.0334156264,
    ),
    (
        [8, 10, 11, 22, 6],
        [61, 58, 111, 124, 135],
        [1, 2, 3, 4, 5],
        3.196256769,
        0.07380702023,
        -0.0194243491,
    ),
    (
        [994, 1_023, 1_199, 1_332, 1_367],
        [40_299, 41_527, 42_811, 44_064, 44_701],
        [2014, 2015, 2016, 2017, 2018],
        47.89667671,
        4.492825163e-12,
        0.001742763841,
    ),
    # MMR at two years, Yorkshire and the Humber (Fingertips indicator 30309)
    (
        [57_274, 55_865, 53_681, 51_767, 53_185],
        [61_834, 60_511, 59_074, 57_508, 59_028],
        [2020, 2021, 2022, 2023, 2024],
        405.047909,
        4.386168373e-90,
        -0.007348498732,
    ),
    # years with gaps
    (
        [3, 5, 9, 30],
        [40, 42, 38, 90],
        [2010, 2011, 2014, 2020],
        13.47070302,
        0.0002423174991,
        0.02433756316,
    ),
]


@pytest.mark.parametrize(("cases", "total", "years", "chi", "p_value", "slope"), ASYMPTOTIC)
def test_asymptotic_test_matches_r(cases, total, years, chi, p_value, slope):
    result = trend_test(cases, total, years, method="asymptotic")
    assert result.chi_squared == pytest.approx(chi, rel=1e-8)
    assert result.p_value == pytest.approx(p_value, rel=1e-7)
    assert result.slope == pytest.approx(slope, rel=1e-8)
    assert not result.exact


def test_chi_squared_matches_fingertips_own_test():
    # ukhsa-collaboration/fingertips-open, TrendMarkerCalculatorTest.cs,
    # TestIsSignificantForProportionsReturnsTrue: "Math.Round(….ChiSquare, 2) == 47.9"
    result = trend_test(
        [1_367, 1_332, 1_199, 1_023, 994],
        [44_701, 44_064, 42_811, 41_527, 40_299],
        [2018, 2017, 2016, 2015, 2014],
    )
    assert round(result.chi_squared, 2) == 47.9


@pytest.mark.parametrize(
    ("cases", "total", "years", "p_value"),
    [
        # R 4.2.2, all tables with these margins:
        # > g <- as.matrix(expand.grid(lapply(n, function(k) 0:min(k, sum(x)))))
        # > g <- g[rowSums(g) == sum(x), ]; m <- sum(x)*sum(n*s)/sum(n)
        # > p <- rowSums(sapply(seq_along(n), function(i) lchoose(n[i], g[, i])))
        # > sum(exp(p - lchoose(sum(n), sum(x)))[abs(g %*% s - m) >= abs(sum(x*s) - m) - 1e-9])
        # 0.03871545656 0.01692312735 1 0.6837280367
        ([0, 1, 0, 4], [12, 10, 9, 11], [0, 1, 3, 4], 0.03871545656),
        ([1, 4, 3, 8], [20, 20, 20, 20], [1, 2, 3, 4], 0.01692312735),
        ([3, 3, 3], [5, 5, 5], [0, 1, 2], 1.0),
        ([5, 9, 8, 10], [5, 10, 10, 10], [2015, 2016, 2018, 2021], 0.6837280367),
    ],
)
def test_exact_test_matches_an_enumeration_in_r(cases, total, years, p_value):
    result = trend_test(cases, total, years, method="exact")
    assert result.p_value == pytest.approx(p_value, rel=1e-9)
    assert result.exact


@pytest.mark.parametrize(
    ("cases", "total", "scores", "upper", "twice_smaller"),
    [
        # CATTexact 0.1.1, tests/testthat/test_pval.R: one-sided exact p-values 0.622 and 0.005
        ([3, 3, 3], [5, 5, 5], [0, 1, 2], 0.622, None),
        ([3, 13, 16], [48, 50, 52], [0, 10, 35], 0.005, None),
        # contingencytables, tests/testthat/test-ch5.R: "Cochran-Armitage exact cond. test:
        # P = 0.62494", "P = 0.00216", earlier also "P = 0.08579": twice the smaller tail
        ([8, 10, 11, 22], [61, 58, 111, 124], [0, 1, 2, 3], None, 0.62494),
        ([1, 2, 3, 0, 0], [1, 2, 3, 5, 1], [0, 1, 2, 3, 4], None, 0.00216),
        ([8, 10, 11, 22, 6], [61, 58, 111, 124, 135], [0, 1, 2, 3, 4], None, 0.08579),
    ],
)
def test_exact_distribution_has_the_tails_of_two_r_packages(
    cases, total, scores, upper, twice_smaller
):
    sums, chances = exact_distribution(np.array(total, float), sum(cases), np.array(scores))
    observed = sum(x * score for x, score in zip(cases, scores, strict=True))
    above, below = chances[sums >= observed].sum(), chances[sums <= observed].sum()
    if upper is not None:
        assert round(above, 3) == upper
    else:
        assert round(2 * min(above, below), 5) == twice_smaller


def _p_value_of_all_orders(cases, total, years):
    """Deal the cases to the people in every way, and count by hand."""
    dates = [year for year, n in zip(years, total, strict=True) for _ in range(n)]
    number, people = sum(cases), len(dates)
    observed = sum(x * year for x, year in zip(cases, years, strict=True))
    distance = abs(people * observed - number * sum(dates))
    deals = list(itertools.combinations(dates, number))
    extreme = sum(abs(people * sum(deal) - number * sum(dates)) >= distance for deal in deals)
    assert len(deals) == math.comb(people, number)
    return extreme / len(deals)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_exact_p_value_is_the_share_of_all_deals(data):
    total = data.draw(st.lists(st.integers(1, 5), min_size=2, max_size=3))
    cases = [data.draw(st.integers(0, n)) for n in total]
    gaps = data.draw(st.lists(st.integers(1, 4), min_size=len(total), max_size=len(total)))
    years = [2000 + sum(gaps[:i]) for i in range(len(total))]
    result = trend_test(cases, total, years, method="exact")
    assert result.p_value == pytest.approx(_p_value_of_all_orders(cases, total, years))


COUNTS = st.lists(st.integers(1, 60), min_size=2, max_size=6)


@settings(max_examples=100, deadline=None)
@given(data=st.data(), method=st.sampled_from(["asymptotic", "exact"]))
def test_reversing_time_complementing_and_shifting_change_only_the_sign(data, method):
    total = np.array(data.draw(COUNTS))
    cases = np.array([data.draw(st.integers(0, n)) for n in total])
    years = 2000 + np.cumsum([data.draw(st.integers(1, 3)) for _ in total])
    result = trend_test(cases, total, years, method=method)
    assert 0 <= result.p_value <= 1
    for other, sign in [
        (trend_test(cases, total, -years, method=method), -1),
        (trend_test(total - cases, total, years, method=method), -1),
        (trend_test(cases, total, years + 1_000, method=method), 1),
    ]:
        assert other.slope == pytest.approx(sign * result.slope, abs=1e-10)
        assert other.chi_squared == pytest.approx(result.chi_squared, abs=1e-7)
        assert other.p_value == pytest.approx(result.p_value, abs=1e-7)


def test_exact_and_asymptotic_agree_in_a_large_table():
    cases, total, years = [40, 52, 49, 61], [150, 160, 155, 150], [1, 2, 3, 4]
    exact = trend_test(cases, total, years, method="exact").p_value
    asymptotic = trend_test(cases, total, years, method="asymptotic").p_value
    assert exact == pytest.approx(asymptotic, rel=0.1)
    assert exact != asymptotic


@pytest.mark.parametrize(
    ("cases", "total", "exact"),
    [
        ([83, 90, 129, 70], [86, 93, 136, 82], False),  # expected non-cases 5.4 and more
        ([0, 1, 0, 4], [12, 10, 9, 11], True),  # all four expected cases under 5
        ([20, 20, 20, 20, 2], [40, 40, 40, 40, 9], False),  # 2 of 10 cells under 5: a fifth
        ([20, 20, 20, 2, 2], [40, 40, 40, 9, 9], True),  # 4 of 10
        ([30, 30, 30, 30, 0], [60, 60, 60, 60, 1], True),  # expected 0.5 of the one
    ],
)
def test_auto_is_exact_where_the_table_is_sparse_by_cochrans_rule(cases, total, exact):
    result = trend_test(cases, total, range(2000, 2000 + len(cases)))
    assert result.exact == exact
    chosen = trend_test(
        cases, total, range(2000, 2000 + len(cases)), method="exact" if exact else "asymptotic"
    )
    assert result.p_value == chosen.p_value


def test_coverage_near_all_is_as_cheap_as_coverage_near_none():
    # 29,980 cases would be far too many; the 20 others carry the same information.
    total, missed = np.array([10_000, 10_000, 10_000]), np.array([12, 7, 1])
    result = trend_test(total - missed, total, [2019, 2021, 2022], method="exact")
    same = trend_test(missed, total, [2019, 2021, 2022], method="exact")
    assert result.p_value == pytest.approx(same.p_value)
    assert result.slope == pytest.approx(-same.slope)


def test_auto_leaves_a_sparse_table_of_many_cases_to_the_asymptotic_test():
    # One tiny year makes it sparse, but 1,000 cases are far beyond a second's work.
    result = trend_test([500, 500, 0], [1_000, 1_000, 1], [2000, 2010, 2020])
    assert not result.exact


@pytest.mark.parametrize("method", ["auto", "asymptotic", "exact"])
@pytest.mark.parametrize("cases", [[0, 0, 0], [20, 30, 40]])
def test_all_or_none_shows_no_trend_instead_of_nan(method, cases):
    result = trend_test(cases, [20, 30, 40], [2018, 2019, 2022], method=method)
    assert (result.slope, result.chi_squared, result.p_value) == (0.0, 0.0, 1.0)


def test_every_small_table_has_a_p_value():
    grid = np.array(list(itertools.product(range(6), repeat=3)))
    for method in ("auto", "asymptotic", "exact"):
        result = trend_test(grid, 5, [2015, 2016, 2019], method=method)
        assert np.all((result.p_value >= 0) & (result.p_value <= 1))
        assert np.isfinite(result.slope).all()


def test_a_missing_total_or_missing_cases_drop_the_year():
    alone = trend_test([3, 9], [40, 38], [2010, 2014])
    for cases, total in [([3, np.nan, 9], [40, 42, 38]), ([3, 5, 9], [40, np.nan, 38])]:
        assert repr(trend_test(cases, total, [2010, 2011, 2014])) == repr(alone)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"cases": [1, 5, 2]}, "cases must not exceed total; got 5 of 4 at index 1"),
        ({"cases": [1, -1, 2]}, "cases must be a whole number, 0 or more; got -1 at index 1"),
        ({"cases": [1, 0.5, 2]}, "cases must be a whole number, 0 or more; got 0.5 at index 1"),
        ({"cases": [1, np.inf, 2]}, "cases must be a whole number, 0 or more; got inf at index 1"),
        ({"cases": ["1", "2", "3"]}, "cases must be numbers; got "),
        ({"total": [4, 0, 4]}, "total must be a whole number, 1 or more; got 0 at index 1"),
        ({"method": "fisher"}, "unknown method 'fisher'; choose one of auto, asymptotic, exact"),
        (
            {"periods": [2000, 2000.01, 2001], "method": "exact"},
            "periods must be whole years or months for method 'exact'",
        ),
        (
            {"cases": [4_000] * 3, "total": [9_000] * 3, "method": "exact"},
            "cases are too many for method 'exact': 12000 over 2 steps of time; use 'asymptotic'",
        ),
    ],
)
def test_refuses_with_the_argument_the_value_and_the_place(arguments, message):
    good = {"cases": [1, 2, 3], "total": [4, 4, 4], "periods": [2000, 2001, 2002]}
    with pytest.raises(ValueError, match=f"^{message}"):
        trend_test(**(good | arguments))


@pytest.mark.parametrize("method", ["auto", "asymptotic", "exact"])
def test_no_years_at_all_give_no_trend(method):
    nothing = trend_test([], [], [], method=method)
    assert np.isnan([nothing.slope, nothing.chi_squared, nothing.p_value]).all()
    assert nothing.periods_used == 0
    assert trend_test(*np.empty((2, 4, 0)), [], method=method).p_value.shape == (4,)
