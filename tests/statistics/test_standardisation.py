"""Standardised rates and ratios: golden values, a gamma by another road, edges, refusals."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, stats

from childstats.statistics import (
    directly_standardised_rate,
    expected_events,
    indirectly_standardised_ratio,
    rate,
)

METHODS = ("dobson", "dobson_exact", "fay_feuer")

# Stark and Mantel (1966) in Fleiss (1981), table 14.4, birth order 5+, as the R package dsrTest
# repeats it (tests/testthat/test-alternatives.R, commit 0b0d648f).
CASES = [0, 8, 63, 112, 262, 295]
BIRTHS = [327, 30_666, 123_419, 149_919, 104_088, 34_392]
ALL_BIRTHS = [319_933, 931_318, 786_511, 488_235, 237_863, 61_313]
FEW = ([0, 1, 2, 4], [1_200, 3_400, 2_100, 800], [25_000, 35_000, 25_000, 15_000])

# Each row: events, exposure, standard, confidence level, value, low, high per 100,000.
GOLDEN = {
    "fay_feuer": [
        # dsrTest, vignette "dsrTest - examples" of 2022-06-19, Gamma Method:
        # 95 percent confidence interval: 67.70212 188.30017, estimate 75.52901
        (CASES, BIRTHS, ALL_BIRTHS, 0.95, 75.52901, 67.70212, 188.30017),
        # epitools 0.5.10.1, R 4.2.2, options(digits = 10)
        # > ageadjust.direct(x, n, stdpop = w, conf.level = .998) * 1e5
        # 75.52900745 63.48461059 249.77835941
        (CASES, BIRTHS, ALL_BIRTHS, 0.998, 75.52900745, 63.48461059, 249.77835941),
        # > ageadjust.direct(c(0,1,2,4), c(1200,3400,2100,800), stdpop = c(25,35,25,15)*1e3) * 1e5
        # 109.10364146 42.52367756 237.53460051
        (*FEW, 0.95, 109.10364146, 42.52367756, 237.53460051),
    ],
    "dobson_exact": [
        # R 4.2.2 > w <- w/sum(w); y <- sum(w*x/n); v <- sum(w^2*x/n^2); O <- sum(x)
        # > 1e5*c(y, y + sqrt(v/O)*(poisson.test(O, conf.level = l)$conf.int - O))
        # l = .95: 75.52900745 67.63283526 83.86703174 / l = .998: 63.28106120 88.79563593
        (CASES, BIRTHS, ALL_BIRTHS, 0.95, 75.52900745, 67.63283526, 83.86703174),
        (CASES, BIRTHS, ALL_BIRTHS, 0.998, 75.52900745, 63.28106120, 88.79563593),
        # the seven events: 109.10364146 42.06499087 227.98785098
        (*FEW, 0.95, 109.10364146, 42.06499087, 227.98785098),
    ],
    # below 10 events Dobson's limits are the exact ones
    "dobson": [(*FEW, 0.95, 109.10364146, 42.06499087, 227.98785098)],
}


@pytest.mark.parametrize(
    ("method", "row"), [(method, row) for method, rows in GOLDEN.items() for row in rows]
)
def test_direct_rate_matches_r_packages(method, row):
    events, exposure, standard, level, value, low, high = row
    estimate = directly_standardised_rate(
        events, exposure, standard, per=100_000, confidence_level=level, method=method
    )
    assert list(estimate) == pytest.approx([value, low, high], rel=1e-7)


def test_dobson_is_the_arithmetic_of_the_guide_with_byars_limits():
    # Fingertips technical guidance, "Directly standardised rates", two age groups by hand:
    # weights 0.6 and 0.4, 12 of 1,000 and 24 of 800, O = 36 and its Byar limits.
    value = 0.6 * 12 / 1_000 + 0.4 * 24 / 800
    variance = 0.6**2 * 12 / 1_000**2 + 0.4**2 * 24 / 800**2
    z = stats.norm.ppf(0.975)
    low = 36 * (1 - 1 / (9 * 36) - z / (3 * 36**0.5)) ** 3
    high = 37 * (1 - 1 / (9 * 37) + z / (3 * 37**0.5)) ** 3
    estimate = directly_standardised_rate([12, 24], [1_000, 800], [60, 40], per=1_000)
    per_event = 1_000 * (variance / 36) ** 0.5
    assert estimate.value == pytest.approx(1_000 * value)
    assert estimate.low == pytest.approx(1_000 * value + per_event * (low - 36))
    assert estimate.high == pytest.approx(1_000 * value + per_event * (high - 36))


@pytest.mark.parametrize("level", [0.8, 0.95, 0.998])
def test_fay_feuer_limits_are_where_the_gamma_leaves_its_tail(level):
    events, exposure, standard = (np.array(part, dtype=float) for part in FEW)
    weight = standard / standard.sum() / exposure
    mean, variance = (weight * events).sum(), (weight**2 * events).sum()
    _, low, high = directly_standardised_rate(
        *FEW, per=1, confidence_level=level, method="fay_feuer"
    )

    def below(limit, mean, variance):
        return stats.gamma.cdf(limit, mean**2 / variance, scale=variance / mean)

    tail = (1 - level) / 2
    most = weight.max()
    assert below(low, mean, variance) == pytest.approx(tail)
    assert below(high, mean + most, variance + most**2) == pytest.approx(1 - tail)


@pytest.mark.parametrize("method", METHODS)
def test_no_events_start_at_exactly_zero_and_end_where_the_largest_weight_puts_them(method):
    value, low, high = directly_standardised_rate(
        [0, 0], [500, 100], [1, 3], per=1_000, method=method
    )
    assert (value, low) == (0.0, 0.0)
    # 3.688879 is the exact upper limit of 0 events; the largest weight is 0.75 / 100 per person.
    assert high == pytest.approx(3.688879454113936 * 0.75 / 100 * 1_000)


@pytest.mark.parametrize(("method", "same_as"), [("dobson", "byar"), ("dobson_exact", "exact")])
@pytest.mark.parametrize("events", [0, 1, 9, 10, 200])
def test_one_age_group_is_a_rate(method, same_as, events):
    standardised = directly_standardised_rate([events], [321.5], [7], per=100, method=method)
    assert list(standardised) == pytest.approx(list(rate(events, 321.5, per=100, method=same_as)))


def test_one_age_group_of_fay_and_feuer_is_the_exact_rate():
    standardised = directly_standardised_rate([5], [100], [1], per=10, method="fay_feuer")
    assert list(standardised) == pytest.approx(list(rate(5, 100, per=10, method="exact")))


@settings(max_examples=150, deadline=None)
@given(
    events=st.lists(st.integers(0, 200), min_size=2, max_size=6),
    method=st.sampled_from(METHODS),
    level=st.floats(0.5, 0.999),
    data=st.data(),
)
def test_order_and_scale_of_the_age_groups_do_not_matter(events, method, level, data):
    k = len(events)
    numbers = st.lists(st.floats(1, 1e6), min_size=k, max_size=k)
    exposure, standard = np.array(data.draw(numbers)), np.array(data.draw(numbers))
    order = data.draw(st.permutations(range(k)))

    def interval(events, exposure, standard, per=1_000):
        return np.array(
            directly_standardised_rate(
                events, exposure, standard, per=per, confidence_level=level, method=method
            )
        )

    estimate = interval(events, exposure, standard)
    value, low, high = estimate
    assert 0 <= value <= high < np.inf
    assert low <= value
    # Equal shares of any standard, and ten times the exposure at ten times the unit, are the same.
    shuffled = interval(np.array(events)[order], exposure[order], standard[order])
    np.testing.assert_allclose(shuffled, estimate, rtol=1e-9)
    scaled = interval(events, 10 * exposure, 3 * standard, per=10_000)
    np.testing.assert_allclose(scaled, estimate, rtol=1e-9)


@pytest.mark.parametrize("method", METHODS)
def test_interval_widens_with_the_confidence_level(method):
    levels = np.array([0.5, 0.8, 0.95, 0.998])
    _, low, high = directly_standardised_rate(
        CASES, BIRTHS, ALL_BIRTHS, per=1, confidence_level=levels, method=method
    )
    assert np.all(np.diff(low) < 0)
    assert np.all(np.diff(high) > 0)


def test_areas_and_levels_broadcast_over_the_leading_axes():
    areas = np.array([CASES, BIRTHS])[:, None] // 10
    estimate = directly_standardised_rate(
        areas, BIRTHS, ALL_BIRTHS, per=1_000, confidence_level=[0.9, 0.95, 0.99]
    )
    assert [part.shape for part in estimate] == [(2, 3)] * 3
    single = directly_standardised_rate(
        areas[1, 0], BIRTHS, ALL_BIRTHS, per=1_000, confidence_level=0.99
    )
    assert [part[1, 2] for part in estimate] == list(single)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"events": [1, -1]}, "events must be a whole number, 0 or more; got -1 at index 1"),
        ({"events": 3, "exposure": 1, "standard_population": 1}, "events must have an axis of age"),
        ({"exposure": [0, 5]}, "exposure must be a finite number above 0; got 0 at index 0"),
        ({"standard_population": [1, 0]}, "standard_population must be a finite number above 0"),
        ({"per": 0}, "per must be a finite number above 0; got 0"),
        ({"confidence_level": 95}, "confidence_level must lie between 0 and 1"),
        ({"method": "byar"}, "unknown method 'byar'; choose one of dobson, dobson_exact, fay_feue"),
    ],
)
def test_direct_rate_refuses_with_the_argument_the_value_and_the_place(arguments, message):
    good = {"events": [1, 2], "exposure": [10, 10], "standard_population": [1, 1], "per": 1}
    with pytest.raises(ValueError, match=f"^{message}"):
        directly_standardised_rate(**(good | arguments))


# epitools 0.5.10.1 and R 4.2.2 hold the limits of the count (see test_rates); here the ratio's.
# Grimsrud and Peto (2006) Occup Environ Med 63:365-366, table 1, in per cent.
@pytest.mark.parametrize(
    ("observed", "expected", "value", "low", "high"),
    [(20, 14.45, 138, None, None), (14, 11.88, 118, 64, 198), (28, 20.17, 139, 92, 201)],
)
@pytest.mark.parametrize("method", ["byar", "exact"])
def test_indirect_ratio_matches_a_published_table(observed, expected, value, low, high, method):
    estimate = indirectly_standardised_ratio(observed=observed, expected=expected, method=method)
    assert round(100 * estimate.value) == value
    if low is not None:
        assert (round(100 * estimate.low), round(100 * estimate.high)) == (low, high)


@pytest.mark.parametrize("observed", [1, 9, 10, 65])
def test_exact_ratio_leaves_equal_poisson_tails(observed):
    _, low, high = indirectly_standardised_ratio(observed=observed, expected=12.3, method="exact")
    upper = optimize.brentq(lambda m: stats.poisson.cdf(observed, m) - 0.025, 1e-9, 1e3)
    lower = optimize.brentq(lambda m: stats.poisson.sf(observed - 1, m) - 0.025, 1e-9, 1e3)
    assert [low, high] == pytest.approx([lower / 12.3, upper / 12.3])


def test_nothing_observed_starts_at_exactly_zero():
    value, low, high = indirectly_standardised_ratio(observed=[0, 0], expected=[1.0, 4.0])
    assert value.tolist() == low.tolist() == [0.0, 0.0]
    assert high == pytest.approx([3.688879454113936, 3.688879454113936 / 4])


def test_expected_events_sum_reference_rates_over_age_groups():
    expected = expected_events(
        exposure=[[500, 200], [10, 20]], reference_events=[10, 30], reference_exposure=[1_000, 500]
    )
    assert expected.tolist() == [500 * 0.01 + 200 * 0.06, 10 * 0.01 + 20 * 0.06]


def test_an_area_like_its_reference_has_a_ratio_of_one():
    expected = expected_events(exposure=BIRTHS, reference_events=CASES, reference_exposure=BIRTHS)
    assert indirectly_standardised_ratio(observed=sum(CASES), expected=expected).value == 1.0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"observed": 2.5}, "observed must be a whole number, 0 or more; got 2.5"),
        ({"expected": 0}, "expected must be a finite number above 0; got 0"),
        ({"method": "dobson"}, "unknown method 'dobson'; choose one of byar, exact"),
    ],
)
def test_indirect_ratio_refuses_with_the_argument_and_the_value(arguments, message):
    with pytest.raises(ValueError, match=f"^{message}$"):
        indirectly_standardised_ratio(**({"observed": 3, "expected": 2.0} | arguments))


def test_an_age_group_without_people_expects_no_events():
    assert expected_events(exposure=[0, 200], reference_events=[7, 3], reference_exposure=100) == 6
    with pytest.raises(ValueError, match=r"^exposure must be a finite number, 0 or more; got -1"):
        expected_events(exposure=[-1, 200], reference_events=[7, 3], reference_exposure=100)


def test_expected_events_refuse_a_single_number():
    with pytest.raises(ValueError, match=r"^exposure must have an axis of age groups"):
        expected_events(exposure=10, reference_events=1, reference_exposure=10)
