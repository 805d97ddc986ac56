"""Inequality measures at 0 and 100 %, without people, all equal; and what they refuse."""

import functools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inequality_measures import (
    ERRORS,
    POPULATION,
    RATIOS,
    UNWEIGHTED,
    WEIGHTED,
)

from childstats import statistics as cs

# 0, 1, ... 100 %, each for four subgroups
EQUAL = np.repeat(np.arange(101)[:, np.newaxis] / 100, 4, axis=1)


@pytest.mark.parametrize("name", WEIGHTED)
def test_equal_subgroups_are_no_inequality_also_at_0_and_100_percent(name):
    estimate = WEIGHTED[name](
        EQUAL, population=[5, 1, 3, 2], standard_errors=[0.02, 0.01, 0.03, 0.02]
    )
    assert np.all(estimate.value == (1 if name in RATIOS else 0))
    assert np.all(estimate.low <= estimate.value)
    assert np.all(estimate.value < estimate.high)


@pytest.mark.parametrize("name", UNWEIGHTED)
def test_equal_subgroups_are_no_inequality_without_weights(name):
    estimate = UNWEIGHTED[name](EQUAL, standard_errors=0.02)
    assert np.all(estimate.value == (1 if name in RATIOS else 0))
    assert np.all(estimate.low <= estimate.value)
    assert np.all(estimate.value < estimate.high)


@pytest.mark.parametrize("polarity", ["higher", "lower"])
def test_a_reference_beyond_all_others_is_compared_with_itself(polarity):
    rows = [[0.2, 0.5, 0.9], [0.9, 0.5, 0.2], [0.2, 0.2, 0.9], [0.9, 0.9, 0.2]]
    arguments = {"reference": 0, "polarity": polarity, "standard_errors": 0.03}
    difference, ratio = cs.difference(rows, **arguments), cs.ratio(rows, **arguments)
    alone, tied = (0, 2) if polarity == "higher" else (1, 3)
    assert [part[alone] for part in difference] == [0, 0, 0]
    assert [part[alone] for part in ratio] == [1, 1, 1]
    assert difference.value[tied] == 0
    assert difference.high[tied] == pytest.approx(1.959964 * 0.03 * 2**0.5, rel=1e-6)
    assert ratio.low[tied] < ratio.value[tied] == 1 < ratio.high[tied]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        # value, low, high where every subgroup is at 0 and a relative measure is 0/0
        ("relative concentration", (0, -1, 1)),
        ("attributable fraction", (0, -1, math.inf)),
        ("variation", (0, 0, math.inf)),
        ("disparity", (0, 0, math.inf)),
        ("Theil", (0, 0, math.inf)),
        ("log deviation", (0, 0, math.inf)),
        ("logistic ratio", (1, 0, math.inf)),
        ("linear ratio", (1, 0, math.inf)),
    ],
)
@pytest.mark.parametrize("errors", [[0, 0.1, 0.1], [0, 0, 0]])
def test_relative_measures_say_nothing_where_all_is_zero(name, expected, errors):
    estimate = WEIGHTED[name](np.zeros(3), population=[1, 2, 3], standard_errors=errors)
    assert tuple(estimate) == expected


@pytest.mark.parametrize(
    ("measure", "estimates", "errors", "expected"),
    [
        (cs.ratio, [0.0, 0.5], 0.1, (math.inf, 0, math.inf)),
        (functools.partial(cs.ratio, order=[2, 1]), [0.0, 0.5], 0.1, (0, 0, math.inf)),
        (cs.ratio, [0.0, 0.0], 0.1, (1, 0, math.inf)),
        # a subgroup with people at 0: the logarithm has no limit
        (
            functools.partial(cs.mean_log_deviation, population=[1, 1]),
            [0.0, 0.5],
            0.1,
            (math.inf, 0, math.inf),
        ),
        # r = 0 and 2: T = (2 log 2) / 2, its slope infinite at 0 unless there is no error
        (
            functools.partial(cs.theil_index, population=[1, 1]),
            [0.0, 0.5],
            0.1,
            (math.log(2), 0, math.inf),
        ),
        (
            functools.partial(cs.theil_index, population=[1, 1]),
            [0.0, 0.5],
            [0, 0],
            (math.log(2),) * 3,
        ),
        # the best is at 0: all of the average would go
        (
            functools.partial(
                cs.population_attributable_fraction, population=[1, 1], polarity="lower"
            ),
            [0.0, 0.5],
            [0, 0.1],
            (-1, -1, -1),
        ),
        # nobody lives where the reference is, and the average of the others is 0
        (
            functools.partial(cs.population_attributable_fraction, population=[1, 0], reference=1),
            [0.0, 0.5],
            0.1,
            (math.inf, -1, math.inf),
        ),
        # steps: everybody with the outcome ranks above everybody without it, or below
        (
            functools.partial(cs.slope_index_of_inequality, population=[1, 1, 1]),
            [0, 0.3, 1],
            0.1,
            (1, -1, 1),
        ),
        (
            functools.partial(cs.slope_index_of_inequality, population=[1, 1, 1]),
            [1, 1, 0],
            0.1,
            (-1, -1, 1),
        ),
        (
            functools.partial(cs.relative_index_of_inequality, population=[1, 1, 1]),
            [0, 0.3, 1],
            0.1,
            (math.inf, 0, math.inf),
        ),
        (
            functools.partial(cs.relative_index_of_inequality, population=[1, 1, 1]),
            [1, 1, 0],
            0.1,
            (0, 0, math.inf),
        ),
        # a step, whatever is said of places where nobody lives
        (
            functools.partial(cs.slope_index_of_inequality, population=[0, 1, 1, 0]),
            [1, 0, 1, 0],
            0.1,
            (1, -1, 1),
        ),
        # one subgroup holds everybody: there is no line
        (
            functools.partial(cs.slope_index_of_inequality, population=[0, 7]),
            [0.2, 0.4],
            0.1,
            (0, -1, 1),
        ),
        (
            functools.partial(cs.slope_index_of_inequality, population=[0, 7], model="linear"),
            [0.2, 0.4],
            0.1,
            (0, -math.inf, math.inf),
        ),
        (
            functools.partial(cs.relative_index_of_inequality, population=[0, 7]),
            [0.2, 0.4],
            0.1,
            (1, 0, math.inf),
        ),
        # the straight line through 20 and 60 % starts at 0, whatever rounding says
        (
            functools.partial(cs.relative_index_of_inequality, population=[1, 1], model="linear"),
            [0.2, 0.6],
            0.1,
            (math.inf, 0, math.inf),
        ),
        # the straight line through 0, 0, 90 % is below 0 at rank 0
        (
            functools.partial(
                cs.relative_index_of_inequality, population=[1, 1, 1], model="linear"
            ),
            [0, 0, 0.9],
            0.1,
            (math.inf, 0, math.inf),
        ),
    ],
)
def test_edges_give_the_documented_numbers(measure, estimates, errors, expected):
    assert tuple(measure(estimates, standard_errors=errors)) == pytest.approx(expected, rel=1e-12)


def test_a_flat_line_at_0_or_100_percent_has_the_interval_of_the_linear_one():
    arguments = {"population": POPULATION, "standard_errors": ERRORS}
    linear = cs.slope_index_of_inequality(np.full(5, 0.5), model="linear", **arguments)
    for level in (0.0, 1e-9, 0.5, 1.0):
        logistic = cs.slope_index_of_inequality(np.full(5, level), **arguments)
        np.testing.assert_allclose(logistic, linear, rtol=1e-6, atol=1e-15)


@settings(max_examples=300, deadline=None)
@given(
    rows=st.lists(
        st.tuples(
            st.one_of(st.sampled_from([0.0, 1.0, 0.5, 1 - 1e-12]), st.floats(1e-12, 1)),
            st.one_of(st.just(0.0), st.floats(1e-3, 1e6)),
            st.one_of(st.just(0.0), st.floats(1e-6, 0.3)),
        ),
        min_size=2,
        max_size=8,
    ).filter(lambda rows: any(size for _, size, _ in rows)),
    name=st.sampled_from(list(WEIGHTED)),
)
def test_any_valid_subgroups_give_an_interval_around_the_value(rows, name):
    estimates, population, errors = zip(*rows, strict=True)
    value, low, high = WEIGHTED[name](estimates, population=population, standard_errors=errors)
    slack = 1e-12 * (1 + abs(value)) if math.isfinite(value) else 0.0
    assert low - slack <= value <= high + slack
    if name in {"logistic slope", "relative concentration"}:
        assert low >= -1
        assert high <= 1


TWO = {"estimates": [0.2, 0.4], "population": [1, 2]}


@pytest.mark.parametrize(
    ("measure", "arguments", "message"),
    [
        (
            cs.between_group_variance,
            {"estimates": [0.2, np.nan]},
            "estimates must be a finite number; got nan at index 1",
        ),
        (
            cs.theil_index,
            {"estimates": [[0.2, 0.3], [0.1, -0.5]]},
            "estimates must be a finite number, 0 or more; got -0.5 at index (1, 1)",
        ),
        (
            cs.slope_index_of_inequality,
            {"estimates": [0.2, 40]},
            "estimates must lie between 0 and 1; got 40 at index 1",
        ),
        (
            cs.theil_index,
            {"population": [1, -2]},
            "population must be a finite number, 0 or more; got -2 at index 1",
        ),
        (
            cs.theil_index,
            {"population": [[1, 2], [0, 0]]},
            "population must not be 0 in every subgroup at index 1",
        ),
        (
            cs.between_group_variance,
            {"standard_errors": [0.1, np.inf]},
            "standard_errors must be a finite number, 0 or more; got inf at index 1",
        ),
        (
            cs.between_group_variance,
            {"estimates": [0.2], "population": 1},
            "estimates must hold two subgroups or more along the last axis",
        ),
        (
            cs.concentration_index,
            {"order": [1, 1]},
            "order must give each subgroup a place of its own",
        ),
        (
            cs.mean_difference_from_reference,
            {"reference": 2},
            "reference must be an index from 0 to 1; got 2",
        ),
        (
            cs.population_attributable_risk,
            {"reference": -1},
            "reference must be an index from 0 to 1; got -1",
        ),
        (
            cs.population_attributable_risk,
            {"reference": 0, "order": [1, 2]},
            "give order or reference, not both",
        ),
        (
            cs.population_attributable_risk,
            {"polarity": "up"},
            "unknown polarity 'up'; choose one of higher, lower",
        ),
        (
            cs.slope_index_of_inequality,
            {"model": "probit"},
            "unknown model 'probit'; choose one of logit, linear",
        ),
        (
            cs.mean_difference_from_mean,
            {"population": None},
            "population must be given to weigh by it; or set weighted=False",
        ),
        (cs.theil_index, {"per": 0}, "per must be a finite number above 0; got 0"),
        (
            cs.between_group_variance,
            {"confidence_level": 95},
            "confidence_level must lie between 0 and 1, such as 0.95; got 95",
        ),
    ],
)
def test_refuses_with_the_argument_the_value_and_the_place(measure, arguments, message):
    with pytest.raises(ValueError, match=r".") as raised:
        measure(**TWO | arguments)
    assert str(raised.value) == message


def test_gaps_refuse_order_with_reference():
    with pytest.raises(ValueError, match=r"^give order or reference, not both$"):
        cs.difference([0.2, 0.4], order=[1, 2], reference=0)
