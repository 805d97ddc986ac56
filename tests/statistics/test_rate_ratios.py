"""Two rates: golden values, an independent inversion, properties on a grid, and refusals."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, stats

from childstats.statistics import Estimate, rate_ratio

METHODS = ("exact", "score", "wald")
LEVELS = (0.5, 0.8, 0.9, 0.95, 0.99, 0.998)

# Each row: exposed events and exposure, reference events and exposure, level, low, high, digits.
GOLDEN = {
    "exact": [
        # R 4.2.2, options(digits = 10) > poisson.test(c(x1, x2), c(t1, t2))$conf.int
        # 41/28010 15/19017 1.005684063 3.609300311 / 0/10 5/20 0 2.18255821
        # 5/20 0/10 0.4581779287 Inf / 3/10.5 7/4.25 0.02894541448 0.75986253492
        # 1045/1e5 988/1.1e5 1.065524158 1.270470290
        (41, 28_010, 15, 19_017, 0.95, 1.005684063, 3.609300311, 10),
        (0, 10, 5, 20, 0.95, 0.0, 2.18255821, 9),
        (5, 20, 0, 10, 0.95, 0.4581779287, np.inf, 10),
        (3, 10.5, 7, 4.25, 0.95, 0.02894541448, 0.75986253492, 10),
        (1045, 1e5, 988, 1.1e5, 0.95, 1.065524158, 1.270470290, 10),
        # the same with conf.level = .998: 0.7375073383 5.3784955376
        (41, 28_010, 15, 19_017, 0.998, 0.7375073383, 5.3784955376, 10),
    ],
    "score": [
        # R 4.2.2 > s <- prop.test(x1, x1 + x2, correct = FALSE)$conf.int; s/(1 - s)*t2/t1
        # 1.035784726 3.324860957 / 0 1.536583528 / 0.04890088734 0.61535955947
        (41, 28_010, 15, 19_017, 0.95, 1.035784726, 3.324860957, 10),
        (0, 10, 5, 20, 0.95, 0.0, 1.536583528, 10),
        (3, 10.5, 7, 4.25, 0.95, 0.04890088734, 0.61535955947, 10),
        # statsmodels 0.15.0 > confint_poisson_2indep(41, 28010, 15, 19017, method="score",
        # compare="ratio") (1.0357847283316315, 3.3248609555430324), good for eight digits
        (41, 28_010, 15, 19_017, 0.95, 1.0357847283316315, 3.3248609555430324, 8),
    ],
    "wald": [
        # epitools 0.5-10.1 > rateratio.wald(c(15, 41), c(19017, 28010))$measure
        # 1.855758658 1.027225998 3.352563314; c(7, 3), c(4.25, 10.5):
        # 0.1734693878 0.04485780066 0.670822645
        (41, 28_010, 15, 19_017, 0.95, 1.027225998, 3.352563314, 10),
        (3, 10.5, 7, 4.25, 0.95, 0.04485780066, 0.670822645, 9),
        # statsmodels 0.15.0, method="wald-log": (1.0272259976476372, 3.3525633144278704)
        (41, 28_010, 15, 19_017, 0.95, 1.0272259976476372, 3.3525633144278704, 13),
    ],
}


def groups(x1, t1, x2, t2):
    return {
        "exposed_events": x1,
        "exposed_exposure": t1,
        "reference_events": x2,
        "reference_exposure": t2,
    }


@pytest.mark.parametrize(
    ("method", "x1", "t1", "x2", "t2", "level", "low", "high", "digits"),
    [(method, *row) for method, rows in GOLDEN.items() for row in rows],
)
def test_matches_r_and_statsmodels(method, x1, t1, x2, t2, level, low, high, digits):
    estimate = rate_ratio(**groups(x1, t1, x2, t2), confidence_level=level, method=method)
    assert estimate.value == pytest.approx((x1 / t1) / (x2 / t2) if x2 else np.inf)
    assert list(estimate[1:]) == pytest.approx([low, high], rel=5 * 10.0**-digits, abs=0)


def test_exact_is_the_default():
    table = groups(41, 28_010, 15, 19_017)
    assert rate_ratio(**table) == rate_ratio(**table, method="exact")


@pytest.mark.parametrize("table", [(41, 2.5, 15, 1.5), (1, 1, 7, 3), (300, 1e4, 280, 9e3)])
@pytest.mark.parametrize("level", [0.8, 0.95, 0.998])
def test_exact_limits_leave_binomial_tails_of_the_events_in_all(table, level):
    x1, t1, x2, t2 = table
    _, low, high = rate_ratio(**groups(*table), confidence_level=level)
    shares = np.array([low, high]) * t1 / (np.array([low, high]) * t1 + t2)
    assert stats.binom.sf(x1 - 1, x1 + x2, shares[0]) == pytest.approx((1 - level) / 2)
    assert stats.binom.cdf(x1, x1 + x2, shares[1]) == pytest.approx((1 - level) / 2)


@pytest.mark.parametrize("table", [(41, 2.5, 15, 1.5), (1, 1, 7, 3), (300, 1e4, 280, 9e3)])
def test_score_limits_invert_the_test_with_numerically_most_likely_rates(table):
    x1, t1, x2, t2 = table
    z = stats.norm.ppf(0.975)

    def excess(log_ratio):
        ratio = np.exp(log_ratio)
        reference = optimize.minimize_scalar(
            lambda log: (
                -stats.poisson.logpmf(x1, ratio * np.exp(log) * t1)
                - stats.poisson.logpmf(x2, np.exp(log) * t2)
            ),
            bracket=(np.log(x2 / t2) - 2, np.log(x2 / t2) + 2),
            tol=1e-12,
        ).x
        rate2 = np.exp(reference)
        variance = ratio * rate2 / t1 + ratio**2 * rate2 / t2
        return (x1 / t1 - ratio * x2 / t2) ** 2 / variance - z**2

    value, low, high = rate_ratio(**groups(*table), method="score")
    centre = np.log(value)
    assert np.log(low) == pytest.approx(optimize.brentq(excess, centre - 9, centre), abs=1e-6)
    assert np.log(high) == pytest.approx(optimize.brentq(excess, centre, centre + 9), abs=1e-6)


# 0 to 40 events in 40 units against 0 to 20 events in 20.
GRID = groups(*np.meshgrid(np.arange(41), [40.0], np.arange(21), [20.0], indexing="ij"))
SWAPPED = groups(*(GRID[name] for name in list(GRID)[2:] + list(GRID)[:2]))


@pytest.mark.parametrize("method", METHODS)
def test_exchanging_the_groups_inverts_the_ratio(method):
    swapped = rate_ratio(**SWAPPED, method=method)
    with np.errstate(divide="ignore"):
        value, low, high = (1 / part for part in rate_ratio(**GRID, method=method))
    np.testing.assert_allclose(swapped.value, value, rtol=1e-12)
    np.testing.assert_allclose(swapped.low, high, rtol=1e-12)
    np.testing.assert_allclose(swapped.high, low, rtol=1e-12)


@pytest.mark.parametrize("method", METHODS)
def test_more_exposure_divides_the_ratio(method):
    none = (GRID["exposed_events"] == 0) & (GRID["reference_events"] == 0)
    plain = rate_ratio(**GRID, method=method)
    scaled = rate_ratio(**GRID | {"exposed_exposure": 4 * 40.0}, method=method)
    both = rate_ratio(
        **GRID | {"exposed_exposure": 0.25 * 40.0, "reference_exposure": 0.25 * 20.0},
        method=method,
    )
    for part in range(3):
        np.testing.assert_allclose(scaled[part][~none], plain[part][~none] / 4, rtol=1e-12)
        np.testing.assert_allclose(both[part], plain[part], rtol=1e-12)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("level", [1e-12, *LEVELS, 1 - 1e-15])
def test_interval_is_never_nan_and_ordered(method, level):
    value, low, high = rate_ratio(**GRID, confidence_level=level, method=method)
    assert np.all((low >= 0) & (low <= value) & (value <= high))


@pytest.mark.parametrize("method", METHODS)
def test_interval_widens_with_the_confidence_level(method):
    levels = np.array(LEVELS)[:, None, None, None, None]
    _, low, high = rate_ratio(**GRID, confidence_level=levels, method=method)
    some = (GRID["exposed_events"] > 0) & (GRID["reference_events"] > 0)
    assert np.all(low[1:] <= low[:-1])
    assert np.all(high[1:] >= high[:-1])
    width = np.log(high[:, some] / low[:, some])
    assert np.all(width[1:] > width[:-1])


@pytest.mark.parametrize("method", METHODS)
def test_edges(method):
    assert rate_ratio(**groups(0, 3, 0, 8), method=method) == (1, 0, np.inf)
    none = rate_ratio(**groups(0, 3, 2, 8), method=method)
    assert none[:2] == (0, 0)
    assert np.isfinite(none.high) == (method != "wald")
    infinite = rate_ratio(**groups(2, 8, 0, 3), method=method)
    assert (infinite.value, infinite.high) == (np.inf, np.inf)
    assert (infinite.low > 0) == (method != "wald")


@settings(max_examples=300, deadline=None)
@given(
    events=st.tuples(st.integers(0, 10**9), st.integers(0, 10**9)),
    exposures=st.tuples(st.floats(1e-3, 1e12), st.floats(1e-3, 1e12)),
    level=st.floats(0.01, 1 - 1e-12),
    method=st.sampled_from(METHODS),
)
def test_any_valid_table_gives_an_ordered_interval(events, exposures, level, method):
    (x1, x2), (t1, t2) = events, exposures
    value, low, high = rate_ratio(**groups(x1, t1, x2, t2), confidence_level=level, method=method)
    assert 0 <= low <= value <= high


def test_arguments_broadcast_and_single_numbers_give_numpy_floats():
    many = rate_ratio(**groups([[3], [5]], 2.5, [1, 0, 7], 4), confidence_level=0.9)
    assert [part.shape for part in many] == [(2, 3)] * 3
    one = rate_ratio(**groups(5, 2.5, 7, 4), confidence_level=0.9)
    assert [type(part) for part in one] == [np.float64] * 3
    assert isinstance(one, Estimate)
    assert [part[1, 2] for part in many] == list(one)
    assert [part.shape for part in rate_ratio(**groups([], 4, 2, 4))] == [(0,)] * 3


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            {"exposed_events": [1, -1]},
            "exposed_events must be a whole number, 0 or more; got -1 at index 1",
        ),
        (
            {"reference_events": 0.5},
            "reference_events must be a whole number, 0 or more; got 0.5",
        ),
        (
            {"exposed_exposure": [1, 0]},
            "exposed_exposure must be a finite number above 0; got 0 at index 1",
        ),
        (
            {"reference_exposure": np.inf},
            "reference_exposure must be a finite number above 0; got inf",
        ),
        (
            {"confidence_level": 95},
            "confidence_level must lie between 0 and 1, such as 0.95; got 95",
        ),
        ({"method": "katz"}, "unknown method 'katz'; choose one of exact, score, wald"),
    ],
)
def test_refuses_with_the_argument_the_value_and_the_place(arguments, message):
    with pytest.raises(ValueError, match=f"^{message}$"):
        rate_ratio(**groups(3, 9, 2, 7) | arguments)


def test_counts_must_be_named():
    with pytest.raises(TypeError):
        rate_ratio(3, 9, 2, 7)


@pytest.mark.parametrize("method", ["exact", "score", "wald"])
def test_exposures_too_far_apart_for_a_float_give_its_extremes_and_no_nan(method):
    # 3 / 1e-300 over 3 / 1e300 is 1e600.
    estimate = rate_ratio(
        exposed_events=[3, 0, 3, 0],
        exposed_exposure=[[1e-300], [1e300]],
        reference_events=[3, 3, 0, 0],
        reference_exposure=[[1e300], [1e-300]],
        method=method,
    )
    assert not np.isnan(estimate).any()
    assert estimate.value[0, 0] >= np.finfo(np.float64).max
    assert estimate.value[1, 0] <= np.finfo(np.float64).tiny
    assert estimate.value[:, 1:].tolist() == [[0, np.inf, 1]] * 2
