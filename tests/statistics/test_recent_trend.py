"""Fingertips' recent trend: its own test data, R, the rule's two halves, refusals."""

import numpy as np
import pytest
from scipy import stats

from childstats.statistics import TrendVerdict, recent_trend
from childstats.statistics.recent_trend import SIGNIFICANT_CHI_SQUARED

# Each row: estimates, 95 % limits, first year, slope, chi-squared, verdict.
FINGERTIPS = [
    # ukhsa-collaboration/fingertips-open, TrendMarkerCalculatorTest.cs, GetTrendData_Set1:
    # significant, "Math.Round(trendMarkerResult.ChiSquare, 2) == 46.77"; Set2: not significant.
    # dhsc-govuk/FingertipsNext, TrendMarkerCalculatorTests.cs, sight loss: "Increasing".
    # Slopes and further digits from R 4.2.2, options(digits = 10), se <- (high - low)/3.92:
    # > f <- lm(y ~ t, weights = se^-2); b <- coef(f)[[2]]; c(b, b^2/summary(f)$cov.unscaled[2, 2])
    # 1.751566223 46.76531579 / -0.2599809644 0.4642430851 / 0.1398436489 33.48578067
    (
        [24.67, 24.6, 28, 30.2, 30.6],
        [23.16, 23.15, 26.44, 28.63, 28.98],
        [26.25, 26.19, 29.64, 31.9, 32.25],
        2014,
        1.751566223,
        46.76531579,
        "increasing",
    ),
    (
        [20.5506, 19.5952, 19.0349, 21.3966, 18.4372],
        [18.1803, 17.3444, 16.8421, 19.0918, 16.2925],
        [23.1427, 22.0602, 21.4394, 23.8975, 20.7941],
        2014,
        -0.2599809644,
        0.4642430851,
        "no significant change",
    ),
    (
        [2.935, 1.93028, 2.7567, 2.8701, 3.0121],
        [2.7841, 1.8085, 2.6113, 2.7225, 2.8616],
        [3.0919, 2.058, 2.9082, 3.0237, 3.1683],
        2020,
        0.1398436489,
        33.48578067,
        "increasing",
    ),
]


@pytest.mark.parametrize(("value", "low", "high", "year", "slope", "chi", "verdict"), FINGERTIPS)
def test_matches_fingertips_and_r(value, low, high, year, slope, chi, verdict):
    errors = (np.array(high) - np.array(low)) / 3.92
    result = recent_trend(value, errors, range(year, year + 5))
    assert result.verdict == verdict
    assert result.slope == pytest.approx(slope, rel=1e-8)
    assert result.chi_squared == pytest.approx(chi, rel=1e-8)
    assert recent_trend(value, errors)[1:3] == pytest.approx(result[1:3])


def test_unequal_years_match_r():
    # R as above with t <- c(2015, 2016, 2019, 2020, 2024): 0.07578227275 51.0703781
    value, low, high = (np.array(part) for part in FINGERTIPS[2][:3])
    result = recent_trend(value, (high - low) / 3.92, [2015, 2016, 2019, 2020, 2024])
    assert result.slope == pytest.approx(0.07578227275, rel=1e-8)
    assert result.chi_squared == pytest.approx(51.0703781, rel=1e-8)


def test_the_threshold_is_the_quantile_it_claims_to_be():
    # FingertipsNext, TrendMarkerCalculator.cs: ChiSquareConfidence = 9.54953570608324
    assert pytest.approx(stats.chi2.isf(0.002, 1), abs=5e-5) == SIGNIFICANT_CHI_SQUARED


@pytest.mark.parametrize(("chi_squared", "significant"), [(9.54, False), (9.56, True)])
def test_the_threshold_decides(chi_squared, significant):
    # On a perfect line 0…4 with equal errors chi-squared is 10 / SE².
    result = recent_trend(range(5), [(10 / chi_squared) ** 0.5] * 5)
    assert result.chi_squared == pytest.approx(chi_squared)
    assert (result.verdict == "increasing") == significant


@pytest.mark.parametrize(
    "value",
    [
        # R as above: leaving out the first leaves a rise (+1) of a series that falls (-1.2)
        [20, 10, 11, 12, 13],
        # leaving out the last turns a rise (2.8) into a fall (-0.3)
        [11, 10, 10, 10, 25],
    ],
)
def test_a_trend_that_one_year_makes_is_no_trend(value):
    result = recent_trend(value, [0.2] * 5)
    assert result.chi_squared > 300
    assert result.verdict is TrendVerdict.NO_SIGNIFICANT_CHANGE


def test_only_the_latest_five_usable_years_count():
    value = np.array([90.0, 80, 1, 2, np.nan, 3, 4, 5])
    result = recent_trend(value, 0.1, range(2010, 2018))
    assert result.verdict is TrendVerdict.INCREASING
    assert (result.periods_used, result.first_period_used) == (5, 2012)


def test_four_years_cannot_be_calculated():
    result = recent_trend([1.0, 2, 3, 4], 0.1)
    assert result.verdict is TrendVerdict.CANNOT_BE_CALCULATED
    assert np.isnan([result.slope, result.chi_squared]).all()
    assert result.periods_used == 4


def test_a_missing_standard_error_drops_its_year():
    result = recent_trend([1.0, 2, 3, 4, 5], [0.1, 0.1, np.nan, 0.1, 0.1])
    assert result.verdict is TrendVerdict.CANNOT_BE_CALCULATED


@pytest.mark.parametrize("seed", range(20))
def test_reversing_time_or_sign_reverses_the_verdict_and_units_do_not_matter(seed):
    random = np.random.default_rng(seed)
    value, error = random.normal(size=5) + np.arange(5) * 0.3, random.uniform(0.1, 0.4, 5)
    years = 2000 + np.cumsum(random.integers(1, 4, 5))
    opposite = {"increasing": "decreasing", "decreasing": "increasing"}
    result = recent_trend(value, error, years)
    for other in (recent_trend(value, error, -years), recent_trend(-value, error, years)):
        assert other.verdict == opposite.get(result.verdict, result.verdict)
        assert other.slope == pytest.approx(-result.slope)
        assert other.chi_squared == pytest.approx(result.chi_squared)
    scaled = recent_trend(100 * value + 7, 100 * error, years)
    assert scaled.verdict == result.verdict
    assert scaled.slope == pytest.approx(100 * result.slope)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            {"estimates": [1, 2, np.inf, 4, 5]},
            "estimates must be a finite number; got inf at index",
        ),
        ({"standard_errors": [1, 0, 1, 1, 1]}, "standard_errors must be a finite number above 0;"),
        ({"standard_errors": -1.0}, "standard_errors must be a finite number above 0; got -1"),
    ],
)
def test_refuses_with_the_argument_the_value_and_the_place(arguments, message):
    with pytest.raises(ValueError, match=f"^{message}"):
        recent_trend(**({"estimates": [1, 2, 3, 4, 5], "standard_errors": 1.0} | arguments))


def test_no_years_at_all_cannot_be_calculated():
    assert recent_trend([], []).verdict == TrendVerdict.CANNOT_BE_CALCULATED
    assert [*recent_trend(np.empty((2, 0)), np.empty((2, 0))).periods_used] == [0, 0]
