"""One rate: golden values, the exact limits by another road, edges, and refusals."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from childstats.statistics import Estimate, rate

METHODS = ("byar", "exact", "mid_p")
LEVELS = (0.5, 0.8, 0.9, 0.95, 0.99, 0.998)

# Each row: events, confidence level, low, high, significant digits printed.
GOLDEN = {
    "byar": [
        # epiR 2.0.57 (Debian r-cran-epir), R 4.2.2, options(digits = 10)
        # > r <- epi.smr(x, x, method = "byar", conf.level = .95); c(r$lower, r$upper) * x
        # 10 4.787449914 18.391458606 / 15 8.389264013 24.741631343 / 41 29.41907131 55.62257575
        # 65 50.16318771 82.84913855 / 100 81.36210549 121.62793758 / 1045 982.5932018 1110.3312130
        (10, 0.95, 4.787449914, 18.391458606, 10),
        (15, 0.95, 8.389264013, 24.741631343, 10),
        (41, 0.95, 29.41907131, 55.62257575, 10),
        (65, 0.95, 50.16318771, 82.84913855, 10),
        (100, 0.95, 81.36210549, 121.62793758, 10),
        (1045, 0.95, 982.5932018, 1110.3312130, 10),
        # the same with conf.level = .998
        # 10 2.916318375 24.193724928 / 65 42.88026147 94.00029084
        (10, 0.998, 2.916318375, 24.193724928, 10),
        (65, 0.998, 42.88026147, 94.00029084, 10),
        # Below 10 events the exact limits: R 4.2.2 > poisson.test(9)$conf.int
        # 4.1153731 17.0848035; > poisson.test(0)$conf.int 0 3.68887945
        (9, 0.95, 4.1153731, 17.0848035, 8),
        (0, 0.95, 0.0, 3.68887945, 9),
    ],
    "exact": [
        # R 4.2.2 > poisson.test(x)$conf.int
        # 1 0.025317808 5.57164339 / 10 4.7953887 18.390356 / 65 50.1656277 82.8478358
        # 1045 982.593709 1110.33078
        (0, 0.95, 0.0, 3.68887945, 9),
        (1, 0.95, 0.025317808, 5.57164339, 8),
        (10, 0.95, 4.7953887, 18.390356, 8),
        (65, 0.95, 50.1656277, 82.8478358, 9),
        (1045, 0.95, 982.593709, 1110.33078, 9),
        # > poisson.test(10, conf.level = .998)$conf.int 2.96052037 24.1339711
        (10, 0.998, 2.96052037, 24.1339711, 9),
        # DescTools as statsmodels 0.15.0 quotes it in test_rates_poisson.py:
        # > PoissonCI(x=15, n=400, method = "exact") 0.0375 0.0209884653319583 0.0618505471787146
        (15, 0.95, 400 * 0.0209884653319583, 400 * 0.0618505471787146, 13),
    ],
    "mid_p": [
        # R 4.2.2 > mid <- function(x, a = .05) c(
        #   uniroot(function(m) dpois(x, m)/2 + ppois(x, m, lower = FALSE) - a/2,
        #     c(0, x + 1), tol = 1e-14)$root,
        #   uniroot(function(m) dpois(x, m)/2 + ppois(x - 1, m) - a/2,
        #     c(0, 10*x + 20), tol = 1e-14)$root)
        # 0 - 2.995732274 / 1 0.05002034484 4.931860525 / 9 4.389068435 16.51642547
        # 41 29.81096549 55.08579498 / 1045 983.0710906 1109.823312
        # mid(10, .002) 3.147837462 23.54373269
        (0, 0.95, 0.0, 2.995732274, 9),
        (1, 0.95, 0.05002034484, 4.931860525, 9),
        (9, 0.95, 4.389068435, 16.51642547, 9),
        (41, 0.95, 29.81096549, 55.08579498, 9),
        (1045, 0.95, 983.0710906, 1109.823312, 9),
        (10, 0.998, 3.147837462, 23.54373269, 9),
        # statsmodels 0.15.0 > confint_poisson(15, 1, method="midp-c")
        # (8.71605462899278, 24.18496386660678)
        (15, 0.95, 8.71605462899278, 24.18496386660678, 9),
    ],
}


@pytest.mark.parametrize(
    ("method", "events", "level", "low", "high", "digits"),
    [(method, *row) for method, rows in GOLDEN.items() for row in rows],
)
def test_matches_r_packages(method, events, level, low, high, digits):
    estimate = rate(events, 1, per=1, confidence_level=level, method=method)
    assert estimate.value == events
    assert estimate.low == pytest.approx(low, rel=5 * 10.0**-digits)
    assert estimate.high == pytest.approx(high, rel=5 * 10.0**-digits)


def test_byar_is_the_published_formula_by_hand():
    # Fingertips guidance "Rates", Byar's method, with O = 16 and z = 1.959964:
    # 16 (1 - 1/144 - 1.959964/12)³ and 17 (1 - 1/153 + 1.959964/(3 √17))³
    z = 1.959964
    _, low, high = rate(16, 2_000, per=1_000)
    assert low == pytest.approx(16 * (1 - 1 / 144 - z / 12) ** 3 / 2, rel=1e-6)
    assert high == pytest.approx(17 * (1 - 1 / 153 + z / (3 * 17**0.5)) ** 3 / 2, rel=1e-6)


def test_byar_is_within_a_fifth_of_a_percent_of_the_exact_limits():
    # Public Health Data Science, Technical Guide: Confidence intervals (25 May 2018): "within
    # 0.2% of the exact value for numerators of 10 or more" at 95 %.
    events = np.arange(10, 2_000)
    byar, exact = rate(events, 1, per=1), rate(events, 1, per=1, method="exact")
    np.testing.assert_allclose(byar.low, exact.low, rtol=0.002)
    np.testing.assert_allclose(byar.high, exact.high, rtol=0.002)
    assert np.all(byar.low != exact.low)


def test_byar_gives_way_to_exact_below_ten_events_only():
    byar, exact = rate([9, 10], 1, per=1), rate([9, 10], 1, per=1, method="exact")
    assert (byar.low == exact.low).tolist() == [True, False]
    assert (byar.high == exact.high).tolist() == [True, False]


@pytest.mark.parametrize("events", [0, 1, 2, 9, 10, 41, 1_000])
@pytest.mark.parametrize("level", [0.8, 0.95, 0.998])
def test_exact_limits_leave_equal_poisson_tails(events, level):
    _, low, high = rate(events, 1, per=1, confidence_level=level, method="exact")
    assert stats.poisson.cdf(events, high) == pytest.approx((1 - level) / 2)
    if events == 0:
        assert low == 0.0
    else:
        assert stats.poisson.sf(events - 1, low) == pytest.approx((1 - level) / 2)


@pytest.mark.parametrize("events", [1, 2, 9, 41, 1_000])
@pytest.mark.parametrize("level", [0.8, 0.95, 0.998])
def test_mid_p_limits_leave_tails_that_count_half_of_what_was_seen(events, level):
    _, low, high = rate(events, 1, per=1, confidence_level=level, method="mid_p")
    seen = stats.poisson.pmf(events, [low, high]) / 2
    assert stats.poisson.sf(events, low) + seen[0] == pytest.approx((1 - level) / 2)
    assert stats.poisson.cdf(events - 1, high) + seen[1] == pytest.approx((1 - level) / 2)


def test_mid_p_limit_of_no_events_is_minus_the_logarithm_of_one_minus_the_level():
    assert rate(0, 1, per=1, method="mid_p").high == pytest.approx(-np.log(0.05), rel=1e-14)


@pytest.mark.parametrize("method", METHODS)
def test_rate_is_scaled_by_exposure_and_unit(method):
    # 41 cases in 28,010 person-years (Rothman's radiation cohort)
    count = rate(41, 1, per=1, method=method)
    per_year = rate(41, 28_010, per=10_000, method=method)
    assert per_year.value == pytest.approx(10_000 * 41 / 28_010)
    assert list(per_year) == pytest.approx([10_000 * part / 28_010 for part in count])
    fractional = rate(3, 0.5, per=2, method=method)
    assert fractional.value == 12


@pytest.mark.parametrize("method", METHODS)
def test_interval_holds_the_value_and_widens_with_the_confidence_level(method):
    events = np.arange(200)
    estimate = rate(events, 7, per=3, confidence_level=np.array(LEVELS)[:, None], method=method)
    assert np.all((estimate.low <= estimate.value) & (estimate.value <= estimate.high))
    assert np.all(estimate.low >= 0)
    assert np.all(np.diff(estimate.low, axis=0) <= 0)
    assert np.all(np.diff(estimate.high, axis=0) > 0)
    assert np.all(np.diff(estimate.low, axis=1) >= 0)
    assert np.all(np.diff(estimate.high, axis=1) > 0)


@settings(max_examples=200, deadline=None)
@given(
    events=st.integers(0, 10**9),
    exposure=st.floats(1e-3, 1e12),
    level=st.floats(0.05, 1 - 1e-12),
    method=st.sampled_from(METHODS),
)
def test_any_valid_count_gives_an_ordered_finite_interval(events, exposure, level, method):
    value, low, high = rate(events, exposure, per=1_000, confidence_level=level, method=method)
    assert 0 <= low <= high < np.inf
    if method != "mid_p":
        assert low <= value <= high


def test_single_numbers_give_numpy_floats():
    estimate = rate(16, 2_000, per=1_000)
    assert isinstance(estimate, Estimate)
    assert [type(part) for part in estimate] == [np.float64] * 3


def test_every_argument_broadcasts():
    estimate = rate([[1], [20]], [100.0, 200.0, 300.0], per=[1, 10, 100])
    assert [part.shape for part in estimate] == [(2, 3)] * 3
    single = rate(20, 300.0, per=100)
    assert [part[1, 2] for part in estimate] == list(single)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"events": [2, -1]}, "events must be a whole number, 0 or more; got -1 at index 1"),
        ({"events": 2.5}, "events must be a whole number, 0 or more; got 2.5"),
        ({"events": np.nan}, "events must be a whole number, 0 or more; got nan"),
        (
            {"exposure": [1, 0]},
            "exposure must be a finite number above 0; got 0 at index 1",
        ),
        ({"exposure": -2.5}, "exposure must be a finite number above 0; got -2.5"),
        ({"exposure": np.inf}, "exposure must be a finite number above 0; got inf"),
        ({"exposure": np.nan}, "exposure must be a finite number above 0; got nan"),
        ({"per": 0}, "per must be a finite number above 0; got 0"),
        ({"per": "100"}, "per must be numbers; got '100'"),
        (
            {"confidence_level": 1.5},
            "confidence_level must lie between 0 and 1, such as 0.95; got 1.5",
        ),
        ({"method": "wald"}, "unknown method 'wald'; choose one of byar, exact, mid_p"),
    ],
)
def test_refuses_with_the_argument_the_value_and_the_place(arguments, message):
    with pytest.raises(ValueError, match=f"^{message}$"):
        rate(**{"events": 3, "exposure": 10, "per": 1} | arguments)


def test_the_unit_must_be_said():
    with pytest.raises(TypeError, match="per"):
        rate(3, 10)
