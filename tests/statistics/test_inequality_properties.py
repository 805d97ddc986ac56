"""Inequality measures: definitions as loops, and what must not change them."""

import functools
import math

import numpy as np
import pytest
from inequality_measures import (
    ERRORS,
    ESTIMATES,
    ORDERED,
    POPULATION,
    RATIOS,
    UNORDERED,
    UNWEIGHTED,
    WEIGHTED,
)
from scipy import optimize, special

from childstats import statistics as cs
from childstats.statistics import Estimate


def by_hand(y, n):
    """Return every weighted value from the definitions, one subgroup at a time."""
    people = sum(n)
    mean = sum(a * b for a, b in zip(y, n, strict=True)) / people
    found = dict.fromkeys(WEIGHTED, 0.0)
    below, slope, spread = 0.0, 0.0, 0.0
    for value, size in zip(y, n, strict=True):
        share, rank = size / people, (below + size / 2) / people
        below += size
        found["absolute concentration"] += share * (2 * rank - 1) * value
        slope += size * (rank - 0.5) * (value - mean)
        spread += size * (rank - 0.5) ** 2
        found["variance"] += share * (value - mean) ** 2
        found["from best"] += share * abs(value - max(y))
        found["from mean"] += share * abs(value - mean)
        found["from reference"] += share * abs(value - y[0])
        found["Theil"] += share * value / mean * math.log(value / mean)
        found["log deviation"] -= share * math.log(value / mean)
    found["relative concentration"] = found["absolute concentration"] / mean
    found["linear slope"] = slope / spread
    found["linear ratio"] = (mean + slope / spread / 2) / (mean - slope / spread / 2)
    found["attributable risk"] = max(y) - mean
    found["attributable fraction"] = (max(y) - mean) / mean
    found["standard deviation"] = found["variance"] ** 0.5
    found["variation"] = found["standard deviation"] / mean
    found["disparity"] = found["from mean"] / mean
    return found


@pytest.mark.parametrize("name", [name for name in WEIGHTED if not name.startswith("logistic")])
def test_value_is_the_definition_written_as_a_loop(name):
    expected = by_hand(ESTIMATES.tolist(), POPULATION.tolist())[name]
    assert WEIGHTED[name](ESTIMATES, population=POPULATION).value == pytest.approx(
        expected, rel=1e-12
    )


def test_unweighted_values_are_the_definitions_written_as_sums():
    # mean = (0.42 × 300 + 0.61 × 150 + 0.55 × 420 + 0.78 × 90 + 0.9 × 240) / 1,200 = 734.7 / 1,200
    mean = (126 + 91.5 + 231 + 70.2 + 216) / 1_200
    from_mean = (mean - 0.42 + abs(0.61 - mean) + mean - 0.55 + 0.78 - mean + 0.9 - mean) / 5
    expected = {
        "difference": 0.9 - 0.42,
        "ratio": 0.9 / 0.42,
        "from best": (0.48 + 0.29 + 0.35 + 0.12 + 0) / 5,
        "from mean": from_mean,
        "from reference": (0 + 0.19 + 0.13 + 0.36 + 0.48) / 5,
        "disparity": from_mean / mean,
    }
    for name, measure in UNWEIGHTED.items():
        needs_mean = name in {"from mean", "disparity"}
        arguments = {"population": POPULATION} if needs_mean else {}
        assert measure(ESTIMATES, **arguments).value == pytest.approx(expected[name]), name


def test_unweighted_mean_without_population_is_the_plain_one():
    # mean (0.42 + 0.61 + 0.55 + 0.78 + 0.9) / 5 = 0.652
    expected = (0.232 + 0.042 + 0.102 + 0.128 + 0.248) / 5
    value = cs.mean_difference_from_mean(ESTIMATES, weighted=False).value
    assert value == pytest.approx(expected)
    value = cs.index_of_disparity(ESTIMATES, weighted=False, per=100).value
    assert value == pytest.approx(100 * expected / 0.652)


@pytest.mark.parametrize(
    ("y", "order", "reference", "polarity", "compared"),
    [
        ([0.5, 0.2, 0.9], [1, 2, 3], None, "higher", (0.9, 0.5)),
        ([0.5, 0.2, 0.9], [1, 2, 3], None, "lower", (0.5, 0.9)),
        ([0.5, 0.2, 0.9], [2, 3, 1], None, "higher", (0.2, 0.9)),
        ([0.5, 0.2, 0.9], None, None, "higher", (0.9, 0.2)),
        ([0.5, 0.2, 0.9], None, None, "lower", (0.9, 0.2)),
        ([0.5, 0.2, 0.9], None, 0, "higher", (0.5, 0.2)),
        ([0.5, 0.2, 0.9], None, 0, "lower", (0.9, 0.5)),
    ],
)
def test_gaps_compare_the_two_subgroups_of_whos_table(y, order, reference, polarity, compared):
    arguments = {"order": order, "reference": reference, "polarity": polarity}
    a, b = compared
    assert cs.difference(y, **arguments).value == pytest.approx(a - b)
    assert cs.ratio(y, **arguments).value == pytest.approx(a / b)


@pytest.mark.parametrize("name", WEIGHTED)
def test_the_unit_of_population_does_not_matter(name):
    few, many = (
        WEIGHTED[name](ESTIMATES, population=scale * POPULATION, standard_errors=ERRORS)
        for scale in (1e-3, 1e6)
    )
    np.testing.assert_allclose(few, many, rtol=1e-11)


@pytest.mark.parametrize("name", WEIGHTED)
def test_a_subgroup_without_people_does_not_count(name):
    # Higher than any, so that it would be the best; in the middle, so that ranks go on past it.
    measure = WEIGHTED[name]
    with_empty = measure(
        np.insert(ESTIMATES, 3, 0.99),
        population=np.insert(POPULATION, 3, 0.0),
        standard_errors=np.insert(ERRORS, 3, 0.5),
    )
    without = measure(ESTIMATES, population=POPULATION, standard_errors=ERRORS)
    np.testing.assert_allclose(with_empty, without, rtol=1e-11)


SPLIT = {name: m for name, m in WEIGHTED.items() if not name.endswith(("slope", "ratio"))}


@pytest.mark.parametrize("name", SPLIT)
def test_splitting_a_subgroup_in_two_alike_changes_no_value(name):
    # The ranks of the halves differ, so a fitted line moves; every other measure stays.
    split = [0, 1, 2, 2, 3, 4]
    population = POPULATION[split] * [1, 1, 0.5, 0.5, 1, 1]
    whole = SPLIT[name](ESTIMATES, population=POPULATION).value
    assert SPLIT[name](ESTIMATES[split], population=population).value == pytest.approx(whole)


@pytest.mark.parametrize("name", ORDERED)
def test_reversing_the_order_turns_the_sign_or_the_ratio_round(name):
    measure = ORDERED[name]
    arguments = {"population": POPULATION, "standard_errors": ERRORS}
    value, low, high = measure(ESTIMATES, **arguments)
    reversed_order = measure(ESTIMATES, order=[5, 4, 3, 2, 1], **arguments)
    turned = (1 / value, 1 / high, 1 / low) if name in RATIOS else (-value, -high, -low)
    np.testing.assert_allclose(reversed_order, turned, rtol=1e-9)


@pytest.mark.parametrize("name", ORDERED)
def test_order_says_where_the_subgroups_stand(name):
    shuffle = np.array([3, 0, 4, 2, 1])
    in_order = ORDERED[name](ESTIMATES, population=POPULATION, standard_errors=ERRORS)
    shuffled = ORDERED[name](
        ESTIMATES[shuffle],
        population=POPULATION[shuffle],
        standard_errors=ERRORS[shuffle],
        order=10 * shuffle - 7,
    )
    np.testing.assert_allclose(shuffled, in_order, rtol=1e-11)


@pytest.mark.parametrize("name", UNORDERED)
def test_without_order_the_sequence_does_not_matter(name):
    shuffle = np.array([0, 3, 4, 2, 1])
    first = UNORDERED[name](ESTIMATES, population=POPULATION, standard_errors=ERRORS)
    second = UNORDERED[name](
        ESTIMATES[shuffle], population=POPULATION[shuffle], standard_errors=ERRORS[shuffle]
    )
    np.testing.assert_allclose(second, first, rtol=1e-11)


ABSOLUTE = {
    "absolute concentration",
    "linear slope",
    "attributable risk",
    "standard deviation",
    "from best",
    "from mean",
    "from reference",
}


@pytest.mark.parametrize("name", [n for n in WEIGHTED if not n.startswith("logistic")])
def test_percent_changes_absolute_measures_only(name):
    share = WEIGHTED[name](ESTIMATES, population=POPULATION, standard_errors=ERRORS)
    percent = WEIGHTED[name](100 * ESTIMATES, population=POPULATION, standard_errors=100 * ERRORS)
    factor = 100 if name in ABSOLUTE else 100**2 if name == "variance" else 1
    np.testing.assert_allclose(percent, factor * np.array(share), rtol=1e-10)


@pytest.mark.parametrize("name", WEIGHTED)
def test_leading_axes_broadcast_row_by_row(name):
    random = np.random.default_rng(7)
    estimates = random.uniform(0.05, 0.95, (2, 3, 5))
    population = random.uniform(1, 9, (3, 5))
    together = WEIGHTED[name](estimates, population=population, standard_errors=ERRORS)
    assert isinstance(together, Estimate)
    assert [part.shape for part in together] == [(2, 3)] * 3
    alone = WEIGHTED[name](estimates[1, 2], population=population[2], standard_errors=ERRORS)
    assert [type(part) for part in alone] == [np.float64] * 3
    np.testing.assert_allclose([part[1, 2] for part in together], list(alone), rtol=1e-9)


@pytest.mark.parametrize(
    ("measure", "printed_with"),
    [
        (functools.partial(cs.concentration_index, relative=True), 100),
        (cs.population_attributable_fraction, 100),
        (cs.coefficient_of_variation, 100),
        (cs.index_of_disparity, 100),
        (cs.theil_index, 1_000),
        (cs.mean_log_deviation, 1_000),
    ],
)
def test_per_multiplies_value_and_limits_alike(measure, printed_with):
    arguments = {"population": POPULATION, "standard_errors": ERRORS}
    plain, multiplied = (
        measure(ESTIMATES, **arguments),
        measure(ESTIMATES, per=printed_with, **arguments),
    )
    np.testing.assert_allclose(multiplied, printed_with * np.array(plain), rtol=1e-12)


@pytest.mark.parametrize(
    ("y", "sizes"),
    [
        # Newton, damped, stops at -1, -0.0008, 1 and -1 on these
        ([0.001, 0.001, 0.01, 0.999, 1], [10, 1, 10, 1_000, 1]),
        ([0.999, 1, 0.999, 0.999, 1], [100, 100, 10, 1_000, 10]),
        ([0.5, 1, 0.999, 0, 0], [1, 10, 1_000, 10, 1]),
        ([0, 0.99, 0.999, 0, 0.99], [1_000, 1, 10, 1, 1]),
        ([0.2, 0.3, 0.4, 0.5, 0.6], [78, 91, 162, 103, 105]),
    ],
)
def test_logistic_line_solves_its_equations_also_where_newton_gets_stuck(y, sizes):
    share = np.array(sizes) / np.sum(sizes)
    rank = np.cumsum(share) - share / 2

    def residuals(level, slope):
        return share * (y - special.expit(level + slope * (rank - 0.5)))

    def level_for(slope):
        return optimize.brentq(lambda a: residuals(a, slope).sum(), -9e3, 9e3, xtol=1e-13)

    slope = optimize.brentq(
        lambda b: residuals(level_for(b), b) @ rank, -1e3, 1e3, xtol=1e-12, maxiter=500
    )
    low, high = special.expit(level_for(slope) + slope * np.array([-0.5, 0.5]))
    gap = cs.slope_index_of_inequality(y, population=sizes).value
    assert gap == pytest.approx(high - low, abs=1e-8)
