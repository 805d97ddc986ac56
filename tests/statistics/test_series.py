"""Missing years and breaks: every trend uses the same part of a series, and says which."""

import numpy as np
import pytest

from childstats.statistics import (
    average_annual_change,
    mann_kendall,
    projection_to_target,
    recent_trend,
    theil_sen,
    trend_test,
)
from childstats.statistics.series import usable_series, whole_scores

YEARS = np.array([2014, 2015, 2016, 2018, 2019, 2020, 2021, 2022])
VALUES = np.array([50.0, 48.0, 47.5, 61.0, 62.5, 62.0, 64.0, 66.5])


def _trend_test(values, periods, **keywords):
    return trend_test(np.round(values), np.where(np.isnan(values), np.nan, 90), periods, **keywords)


def _recent_trend(values, periods, **keywords):
    return recent_trend(values, np.full(np.shape(values), 0.7), periods, **keywords)


def _projection(values, periods, **keywords):
    return projection_to_target(values, periods, 80, **keywords)


def _same(one, other):
    """Assert that two results are equal up to the last digits of their numbers."""
    for part, as_before in zip(one, other, strict=True):
        if isinstance(part, str):
            assert part == as_before
        else:
            np.testing.assert_allclose(part, as_before, rtol=1e-9, atol=1e-12)


TRENDS = [
    _trend_test,
    _recent_trend,
    theil_sen,
    mann_kendall,
    average_annual_change,
    _projection,
]


@pytest.mark.parametrize("trend", TRENDS)
def test_a_trend_stops_at_the_last_break_and_says_so(trend):
    joined = trend(VALUES, YEARS)
    assert np.isnan(joined.broken_at)
    assert joined.first_period_used == (2018 if trend is _recent_trend else 2014)
    broken = trend(VALUES, YEARS, obs_status=list("ABABAAAA"))
    alone = trend(VALUES[3:], YEARS[3:])
    assert broken.broken_at == broken.first_period_used == 2018
    assert broken.periods_used == 5
    _same(broken[:-1], alone[:-1])
    if trend is not _recent_trend:
        assert broken[0] != joined[0]


@pytest.mark.parametrize("trend", TRENDS)
def test_a_break_in_a_missing_year_still_breaks(trend):
    values = VALUES.copy()
    values[2] = np.nan
    broken = trend(values, YEARS, obs_status=list("AABAAAAA"))
    assert (broken.broken_at, broken.first_period_used) == (2016, 2018)


@pytest.mark.parametrize("trend", TRENDS)
def test_a_missing_year_is_as_if_absent_but_its_gap_counts(trend):
    values = VALUES.copy()
    values[[1, 4]] = np.nan
    kept = ~np.isnan(values)
    _same(trend(values, YEARS), trend(values[kept], YEARS[kept]))


@pytest.mark.parametrize("trend", [t for t in TRENDS if t is not mann_kendall])
def test_the_gap_between_years_counts(trend):
    values, years = VALUES[[0, 1, 2, 3, 6, 7]], YEARS[[0, 1, 2, 3, 6, 7]]
    place = 0 if trend is theil_sen else 1
    evenly = trend(values, np.arange(6) + 2014)
    assert trend(values, years)[place] != pytest.approx(evenly[place])


@pytest.mark.parametrize("letter", list("DFLMOQU"))
@pytest.mark.parametrize("trend", TRENDS)
def test_a_figure_held_back_is_as_if_absent(trend, letter):
    kept = np.arange(YEARS.size) != 5
    status = np.where(kept, "A", letter)
    held_back = trend(VALUES, YEARS, obs_status=status)
    _same(held_back, trend(VALUES[kept], YEARS[kept]))


@pytest.mark.parametrize("letter", list("EP"))
@pytest.mark.parametrize("trend", TRENDS)
def test_estimated_and_provisional_figures_are_used(trend, letter):
    _same(trend(VALUES, YEARS, obs_status=[letter] * 8), trend(VALUES, YEARS))


@pytest.mark.parametrize("trend", TRENDS)
def test_the_order_in_which_years_are_given_does_not_matter(trend):
    order = np.random.default_rng(4).permutation(YEARS.size)
    status = np.array(list("ABAAAAAA"))
    shuffled = trend(VALUES[order], YEARS[order], obs_status=status[order])
    sorted_one = trend(VALUES, YEARS, obs_status=status)
    _same(shuffled, sorted_one)


@pytest.mark.parametrize("trend", TRENDS)
def test_areas_with_different_gaps_and_breaks_broadcast(trend):
    values = np.stack([VALUES, VALUES[::-1].copy(), VALUES])
    values[1, 2] = np.nan
    status = np.array([list("AAAAAAAA"), list("AAAAAAAA"), list("AABAAAAA")])
    together = trend(values, YEARS, obs_status=status)
    for row in range(3):
        single = trend(values[row], YEARS, obs_status=status[row])
        assert {part.shape for part in together} == {(3,)}
        _same([part[row] for part in together], single)


@pytest.mark.parametrize("trend", TRENDS)
@pytest.mark.parametrize("status", [list("AAAAAAAB"), list("MMMMMMMM")])
def test_too_few_years_are_not_defined_instead_of_guessed(trend, status):
    result = trend(VALUES, YEARS, obs_status=status)
    numbers = [part for part in result[:-3] if isinstance(part, np.floating)]
    assert np.isnan(numbers).all()
    assert result.periods_used == (1 if "B" in status else 0)


@pytest.mark.parametrize("trend", TRENDS)
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"periods": YEARS[:-1]}, r"periods must be one for each figure .* got shape \(7,\) for 8"),
        ({"periods": [*YEARS[:-1], 2014]}, "periods must not repeat; got 2014 again at index 7"),
        ({"periods": [*YEARS[:-1], np.nan]}, "periods must be finite numbers; got "),
        ({"periods": [str(year) for year in YEARS]}, "periods must be finite numbers; got "),
        ({"obs_status": list("AAAAAXAA")}, "obs_status must be one of A, .*; got 'X' at index 5"),
        ({"obs_status": list("AAB")}, r"obs_status must fit the figures, shape \(8,\); got shape"),
    ],
)
def test_refuses_periods_and_statuses_that_do_not_fit(trend, arguments, message):
    with pytest.raises(ValueError, match=f"^{message}"):
        trend(VALUES, **({"periods": YEARS} | arguments))


@pytest.mark.parametrize(
    "call",
    [
        lambda: theil_sen(3.0, [2020]),
        lambda: trend_test(3, 5, [2020]),
        lambda: mann_kendall(3.0),
        lambda: recent_trend(3.0, 0.1),
        lambda: average_annual_change(3.0, [2020]),
        lambda: projection_to_target(3.0, [2020], 5),
    ],
)
def test_refuses_a_single_number(call):
    with pytest.raises(ValueError, match=r"^periods must be one for each figure"):
        call()


def test_scores_are_the_smallest_whole_numbers_that_keep_the_distances():
    assert whole_scores(np.array([2021.0, 2015.0, 2018.0])).tolist() == [2, 0, 1]
    assert whole_scores(np.array([2020.0, 2020.5, 2022.0])).tolist() == [0, 1, 4]
    assert whole_scores(np.array([2020 + 1 / 12, 2020.0])).tolist() == [1, 0]
    assert whole_scores(np.array([2020.0])).tolist() == [0]
    assert whole_scores(np.array([2020.0, 2020.01])) is None


def test_the_latest_periods_are_the_latest_in_time_that_are_used():
    observed = np.array([True, True, False, True, True])
    series = usable_series([2020, 2016, 2019, 2018, 2017], observed, None).latest(2)
    assert series.used.tolist() == [True, False, False, True, False]
    assert (series.number, series.first) == (2, 2018)
