"""Projection to a target: R, the band inverted by another road, every way not to get there."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, stats

from childstats.statistics import projection_to_target

COVERAGE = ([80, 82.5, 83.7, 86, 88.4], range(2015, 2020))
DEATHS = ([41.2, 38, 30.3, 23], [1997, 2000, 2002, 2006])


@pytest.mark.parametrize(
    ("values", "years", "target", "level", "expected", "slope"),
    [
        # R 4.2.2, options(digits = 10) > f <- lm(y ~ t); p <- function(x, k) predict(f,
        # +   data.frame(t = x), interval = "confidence", level = l)[k]
        # > sapply(k, function(k) uniroot(function(x) p(x, k) - g, c(1990, 2200), tol = 1e-10)$root)
        (*COVERAGE, 95, 0.95, (2022.359606, 2021.487828, 2023.612411), 2.03),
        (*COVERAGE, 95, 0.8, (2022.359606, 2021.875584, 2022.941966), 2.03),
        (*DEATHS, 5, 0.95, (2014.517241, 2009.329443, 2034.263755), -2.119883041),
    ],
)
def test_matches_the_confidence_band_of_r(values, years, target, level, expected, slope):
    result = projection_to_target(values, years, target, confidence_level=level)
    assert result[:3] == pytest.approx(expected, abs=2e-6)
    assert result.annual_change == pytest.approx(slope)


def _edge(values, years, level, side):
    """Return the edge of the confidence band as a function of the year, from SciPy's line."""
    years = np.asarray(years, dtype=float)
    line, n = stats.linregress(years, values), len(years)
    q = stats.t.ppf((1 + level) / 2, n - 2)
    residual = np.asarray(values) - line.intercept - line.slope * years
    s = (residual @ residual / (n - 2)) ** 0.5
    spread = ((years - years.mean()) ** 2).sum()

    def at(year):
        error = q * s * np.sqrt(1 / n + (year - years.mean()) ** 2 / spread)
        return line.intercept + line.slope * year + side * error

    return at


def _first_meeting(edge, target, first, last):
    """Search, as one would by eye: when does this edge rise to the target (higher is better)?"""
    grid = np.concatenate([np.linspace(first, last, 400), last + np.geomspace(1e-3, 1e7, 4_000)])
    above = edge(grid) >= target
    met = edge(last) >= target
    rises = np.flatnonzero(~above[:-1] & above[1:])
    rises = [i for i in rises if (grid[i + 1] <= last) == met]
    if not rises:
        return -np.inf if met else np.inf
    i = rises[-1] if met else rises[0]
    return optimize.brentq(lambda year: edge(year) - target, grid[i], grid[i + 1])


@settings(max_examples=200, deadline=None)
@given(
    values=st.lists(st.integers(700, 960), min_size=3, max_size=8),
    gaps=st.lists(st.integers(1, 4), min_size=8, max_size=8),
    target=st.integers(600, 1_000),
    level=st.sampled_from([0.5, 0.8, 0.95, 0.99]),
)
def test_each_limit_is_where_its_edge_of_the_band_rises_to_the_target(values, gaps, target, level):
    y, goal = np.array(values) / 10, target / 10 + 0.003
    years = 2000 + np.cumsum(gaps[: len(y)])
    result = projection_to_target(y, years, goal, polarity="higher", confidence_level=level)
    for found, side in [(result.value, 0), (result.low, 1), (result.high, -1)]:
        expected = _first_meeting(_edge(y, years, level, side), goal, years[0], years[-1])
        if abs(expected) > 1e6:  # beyond the grid's reach: a slope of almost nothing
            assert found > 1e6 or found == expected
        else:
            assert found == pytest.approx(expected, abs=1e-3)


def test_a_perfect_line_has_no_error():
    result = projection_to_target([80, 82, 84, 86], [2010, 2012, 2014, 2016], 90)
    assert result[:3] == pytest.approx((2020, 2020, 2020))


# Graybill and Iyer (1994), chapter 6, pages 433 and 434, as bgreenwell/investr repeats them in
# tests/testthat/test-calibrate.R: calibrate(d, y0 = 400, mean.response = TRUE, level = 0.99) is
# 66.5 (65.07, 68.03) for the chamber, calibrate(crystal.lm, y0 = 5, mean.response = TRUE,
# level = 0.9) is 9.93 (8.65, 11.05) for the crystals.
CHAMBER = (206.36, 225.52, 252.18, 289.33, 318.11, 349.49, 383.03, 410.70, 444.40, 469.14, 501.16)
CRYSTALS = (
    *(0.08, 1.12, 4.43, 4.98, 4.92, 7.18, 5.57),
    *(8.40, 8.81, 10.81, 11.16, 10.12, 13.12, 15.04),
)


@pytest.mark.parametrize(
    ("values", "periods", "target", "level", "expected"),
    [
        (CHAMBER, range(0, 110, 10), 400, 0.99, (66.5, 65.07, 68.03)),
        (CRYSTALS, range(2, 30, 2), 5, 0.90, (9.93, 8.65, 11.05)),
    ],
)
def test_matches_inverse_regression_in_a_textbook(values, periods, target, level, expected):
    found = projection_to_target(values, periods, target, confidence_level=level)
    assert round(float(found.value), 1 if target == 400 else 2) == expected[0]
    assert [round(float(limit), 2) for limit in (found.low, found.high)] == [*expected[1:]]
    mirrored = projection_to_target([-v for v in values], periods, -target, confidence_level=level)
    assert mirrored[:3] == pytest.approx(found[:3], rel=1e-12)


def test_two_years_give_a_year_without_bounds():
    result = projection_to_target([80, 82], [2010, 2012], 90)
    assert result[:3] == (2020, -np.inf, np.inf)


@pytest.mark.parametrize(
    ("values", "target", "polarity", "expected"),
    [
        ([80, 78, 76, 74], 90, "higher", np.inf),  # leads away
        ([80, 80, 80, 80], 90, "higher", np.inf),  # stands still
        ([80, 80, 80, 80], 80, "higher", -np.inf),  # stands at the target
        ([99, 98, 97, 96], 90, "higher", -np.inf),  # falls, but still meets it
        ([80, 82, 84, 86], 70, "higher", -np.inf),  # met before the series begins
        ([80, 82, 84, 86], 83, "higher", 2011.5),  # met within the series
        ([80, 82, 84, 86], 83, "lower", np.inf),  # met once, and lost
        ([30, 25, 20, 15], 5, "lower", 2015),
        ([30, 25, 20, 15], 5, None, 2015),  # from the side on which it begins
        ([80, 82, 84, 86], 90, None, 2015),
        ([80, 82, 84, 86], 70, None, np.inf),  # begins above and rises
    ],
)
def test_every_way_to_meet_a_target_or_not(values, target, polarity, expected):
    result = projection_to_target(values, range(2010, 2014), target, polarity=polarity)
    assert result.value == pytest.approx(expected)
    assert result.low <= result.value <= result.high


def test_a_slope_that_is_not_significant_may_never_get_there():
    result = projection_to_target([80, 84, 79, 85, 81], range(2015, 2020), 95)
    assert np.isfinite(result.value)
    assert result.high == np.inf


def test_needed_change_runs_from_the_line_at_the_last_year():
    years = [2015, 2016, 2019]
    result = projection_to_target([80, 82, 88], years, [95, 85], by=2023, polarity="higher")
    assert result.annual_change == pytest.approx(2)
    assert result.needed_annual_change == pytest.approx([(95 - 88) / (2023 - 2019), 0])
    falling = projection_to_target([30, 28, 22], years, 10, by=2022, polarity="lower")
    assert falling.needed_annual_change == pytest.approx((10 - 22) / (2022 - 2019))
    assert np.isnan(projection_to_target([80, 82, 88], years, 95).needed_annual_change)


@pytest.mark.parametrize("level", [0.8, 0.95])
def test_mirrored_values_and_shifted_years_meet_at_the_same_time(level):
    values, years = np.array(COVERAGE[0]), np.array(COVERAGE[1])
    result = projection_to_target(values, years, 95, confidence_level=level)
    mirrored = projection_to_target(
        100 - values, years, 5, polarity="lower", confidence_level=level
    )
    assert mirrored[:3] == pytest.approx(result[:3])
    shifted = projection_to_target(values / 100, years - 2_000, 0.95, confidence_level=level)
    assert shifted[:3] == pytest.approx(tuple(part - 2_000 for part in result[:3]), abs=1e-6)


def test_interval_widens_with_the_level_and_later_targets_are_met_later():
    levels = np.array([[0.5], [0.8], [0.95]])
    result = projection_to_target(*COVERAGE, [90, 92, 95], confidence_level=levels)
    assert [part.shape for part in result[:3]] == [(3, 3)] * 3
    assert np.all(np.diff(result.low, axis=0) < 0)
    assert np.all(np.diff(result.high, axis=0) > 0)
    for part in result[:3]:
        assert np.all(np.diff(part, axis=1) > 0)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"target": np.inf}, "target must be a finite number; got inf"),
        ({"polarity": "none"}, "unknown polarity 'none'; choose one of higher, lower"),
        ({"by": 2019}, "by must be after the last period used; got 2019"),
        ({"values": [1, 2, 3, np.inf, 5]}, "values must be a finite number; got inf at index 3"),
    ],
)
def test_refuses_with_the_argument_and_the_value(arguments, message):
    good = {"values": COVERAGE[0], "periods": COVERAGE[1], "target": 95}
    with pytest.raises(ValueError, match=f"^{message}$"):
        projection_to_target(**(good | arguments))
