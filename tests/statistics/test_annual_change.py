"""Average annual change: golden values, regression by another road, zeros, refusals."""

import numpy as np
import pytest
from scipy import stats

from childstats.statistics import average_annual_change

# U5MR of Viet Nam, BMC Health Services Research 2012, 12:456, table 3, total sample
DEATHS, YEARS = [41.2, 47.0, 30.3, 23.0], [1997, 2000, 2002, 2006]


@pytest.mark.parametrize(
    ("level", "low", "high"),
    [
        # R 4.2.2 > f <- lm(log(a) ~ t); exp(c(coef(f)[2], confint(f, level = l)[2, ])) - 1
        # -0.07134109636 -0.1814563952 0.05358755993 / l = .8: -0.1213132833 -0.0185269187
        (0.95, -0.1814563952, 0.05358755993),
        (0.8, -0.1213132833, -0.0185269187),
    ],
)
def test_regression_matches_r(level, low, high):
    result = average_annual_change(DEATHS, YEARS, confidence_level=level)
    assert result[:3] == pytest.approx((-0.07134109636, low, high), rel=1e-8)


def test_regression_matches_scipys_line_through_the_logarithms():
    line = stats.linregress(YEARS, np.log(DEATHS))
    reach = stats.t.ppf(0.975, 2) * line.stderr
    expected = np.exp([line.slope, line.slope - reach, line.slope + reach]) - 1
    assert average_annual_change(DEATHS, YEARS)[:3] == pytest.approx(tuple(expected))


def test_a_constant_rate_is_found_by_both_methods():
    # UNICEF's AARR of a prevalence that falls by 3 % a year is 0.03, whatever the years.
    years = np.array([2000, 2003, 2004, 2011])
    values = 40 * 0.97 ** (years - 2000)
    regression = average_annual_change(values, years)
    assert regression[:3] == pytest.approx((-0.03, -0.03, -0.03))
    end_points = average_annual_change(values, years, method="end_points")
    assert end_points.value == pytest.approx(-0.03)
    assert np.isnan([end_points.low, end_points.high]).all()


def test_end_points_take_the_first_and_last_year_in_time():
    result = average_annual_change([30, 80, 20], [2004, 2002, 2000], method="end_points")
    assert result.value == pytest.approx((30 / 20) ** (1 / 4) - 1)
    assert result.first_period_used == 2000


def test_two_years_say_nothing_about_the_error():
    result = average_annual_change([50, 40], [2010, 2012])
    assert result.value == pytest.approx((40 / 50) ** 0.5 - 1)
    assert (result.low, result.high) == (-1.0, np.inf)


@pytest.mark.parametrize(
    ("values", "expected"), [([8, 3, 0], -1.0), ([0, 3, 8], np.inf), ([0, 3, 0], 0.0)]
)
def test_zeros_at_the_end_points_have_an_answer(values, expected):
    assert average_annual_change(values, [2010, 2012, 2015], method="end_points").value == expected


def test_zeros_have_no_regression_and_do_not_disturb_other_areas():
    result = average_annual_change([[8, 3, 0], [8, 4, 2]], [2010, 2011, 2012])
    assert np.isnan([part[0] for part in result[:3]]).all()
    assert [part[1] for part in result[:3]] == pytest.approx([-0.5] * 3)


def test_a_zero_that_is_not_used_does_not_matter():
    result = average_annual_change([0, 8, 4, 2], range(4), obs_status=list("ABAA"))
    assert result.value == pytest.approx(-0.5)


@pytest.mark.parametrize("method", ["regression", "end_points"])
def test_units_do_not_matter_and_reversed_time_inverts_the_growth(method):
    result = average_annual_change(DEATHS, YEARS, method=method)
    scaled = average_annual_change(1_000 * np.array(DEATHS), np.array(YEARS) - 7, method=method)
    np.testing.assert_allclose(scaled[:3], result[:3], rtol=1e-9)
    reverse = average_annual_change(DEATHS, -np.array(YEARS), method=method)
    assert 1 + reverse.value == pytest.approx(1 / (1 + result.value))
    if method == "regression":
        assert [1 + reverse.low, 1 + reverse.high] == pytest.approx(
            [1 / (1 + result.high), 1 / (1 + result.low)]
        )


@pytest.mark.parametrize("method", ["regression", "end_points"])
def test_levels_and_areas_broadcast(method):
    areas = np.array([DEATHS, DEATHS[::-1]])[:, None]
    result = average_annual_change(areas, YEARS, confidence_level=[0.8, 0.95], method=method)
    assert [part.shape for part in result[:3]] == [(2, 2)] * 3
    single = average_annual_change(DEATHS[::-1], YEARS, confidence_level=0.95, method=method)
    np.testing.assert_allclose([part[1, 1] for part in result[:3]], single[:3])
    if method == "regression":
        assert np.all(np.diff(result.low, axis=1) < 0)
        assert np.all(np.diff(result.high, axis=1) > 0)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"values": [3, -1]}, "values must be a finite number, 0 or more; got -1 at index 1"),
        ({"values": [3, np.inf]}, "values must be a finite number, 0 or more; got inf at index 1"),
        ({"method": "aarr"}, "unknown method 'aarr'; choose one of regression, end_points"),
        ({"confidence_level": 0}, "confidence_level must lie between 0 and 1, such as 0.95; got 0"),
    ],
)
def test_refuses_with_the_argument_the_value_and_the_place(arguments, message):
    with pytest.raises(ValueError, match=f"^{message}$"):
        average_annual_change(**({"values": [3, 4], "periods": [1, 2]} | arguments))
