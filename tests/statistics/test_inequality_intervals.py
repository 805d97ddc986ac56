"""Inequality intervals by other roads: numerical derivatives, exact moments and simulation."""

import functools

import numpy as np
import pytest

from childstats import statistics as cs

Z = 1.959963984540054
ESTIMATES = np.array([0.42, 0.61, 0.55, 0.78, 0.9])
POPULATION = np.array([300.0, 150.0, 420.0, 90.0, 240.0])
ERRORS = np.array([0.02, 0.03, 0.015, 0.04, 0.01])

# Each measure with the arguments of one variant. Every one is smooth where ESTIMATES lie.
MEASURES = {
    "difference": functools.partial(cs.difference, order=[0, 1, 2, 3, 4]),
    "attributable risk": functools.partial(cs.population_attributable_risk, population=POPULATION),
    "attributable fraction": functools.partial(
        cs.population_attributable_fraction, population=POPULATION
    ),
    "attributable fraction, low is good": functools.partial(
        cs.population_attributable_fraction, population=POPULATION, polarity="lower"
    ),
    "absolute concentration": functools.partial(cs.concentration_index, population=POPULATION),
    "relative concentration": functools.partial(
        cs.concentration_index, population=POPULATION, relative=True
    ),
    "logistic slope": functools.partial(cs.slope_index_of_inequality, population=POPULATION),
    "linear slope": functools.partial(
        cs.slope_index_of_inequality, population=POPULATION, model="linear"
    ),
    "variance": functools.partial(cs.between_group_variance, population=POPULATION),
    "from best": functools.partial(cs.mean_difference_from_best, population=POPULATION),
    "from mean": functools.partial(cs.mean_difference_from_mean, population=POPULATION),
    "from mean, unweighted": functools.partial(
        cs.mean_difference_from_mean, population=POPULATION, weighted=False
    ),
    "from reference": functools.partial(
        cs.mean_difference_from_reference, population=POPULATION, reference=2
    ),
    "disparity": functools.partial(cs.index_of_disparity, population=POPULATION),
    "disparity, unweighted": functools.partial(
        cs.index_of_disparity, population=POPULATION, weighted=False
    ),
    "Theil": functools.partial(cs.theil_index, population=POPULATION),
    "log deviation": functools.partial(cs.mean_log_deviation, population=POPULATION),
}
# The same for measures whose limits are symmetric on another scale.
SCALED = {
    "ratio": (functools.partial(cs.ratio, order=[0, 1, 2, 3, 4]), np.log),
    "logistic ratio": (
        functools.partial(cs.relative_index_of_inequality, population=POPULATION),
        np.log,
    ),
    "linear ratio": (
        functools.partial(cs.relative_index_of_inequality, population=POPULATION, model="linear"),
        np.log,
    ),
    "standard deviation": (
        functools.partial(cs.between_group_standard_deviation, population=POPULATION),
        np.square,
    ),
    "coefficient of variation": (
        functools.partial(cs.coefficient_of_variation, population=POPULATION),
        np.square,
    ),
}
ALL = {name: (measure, lambda x: x) for name, measure in MEASURES.items()} | SCALED


def derivatives(measure, scale, step=1e-6):
    gradient = []
    for direction in np.eye(len(ESTIMATES)):
        ahead, behind = (
            scale(measure(ESTIMATES + sign * step * direction).value) for sign in (1, -1)
        )
        gradient.append((ahead - behind) / (2 * step))
    return np.array(gradient)


@pytest.mark.parametrize("name", ALL)
def test_small_errors_give_the_delta_method_by_numerical_derivatives(name):
    measure, scale = ALL[name]
    errors = ERRORS / 1_000
    value, low, high = (scale(part) for part in measure(ESTIMATES, standard_errors=errors))
    expected = np.sqrt(np.sum((derivatives(measure, scale) * errors) ** 2))
    assert (high - value) / Z == pytest.approx(expected, rel=1e-4)
    assert (value - low) / Z == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize("name", ALL)
def test_standard_error_is_that_of_simulated_estimates(name):
    measure, scale = ALL[name]
    random = np.random.default_rng(20260131)
    draws = ESTIMATES + ERRORS * random.standard_normal((40_000, len(ESTIMATES)))
    simulated = np.std(scale(measure(draws).value))
    value, _, high = (scale(part) for part in measure(ESTIMATES, standard_errors=ERRORS))
    # 40,000 draws give a standard deviation to 0.35 % (one standard error); the rest is curvature.
    assert (high - value) / Z == pytest.approx(simulated, rel=0.03)


EQUAL = np.full(5, 0.5)


@pytest.mark.parametrize(
    ("name", "tolerance"),
    [
        ("variance", 0.02),
        ("Theil", 0.05),
        ("log deviation", 0.05),
        ("from mean", 0.1),
        ("from mean, unweighted", 0.1),
        ("disparity", 0.1),
        ("standard deviation", 0.02),
        ("coefficient of variation", 0.05),
    ],
)
def test_equal_subgroups_keep_an_open_interval_of_the_simulated_width(name, tolerance):
    # The delta method alone would give 0 to 0 here.
    measure, scale = ALL[name]
    random = np.random.default_rng(20260131)
    draws = EQUAL + ERRORS * random.standard_normal((40_000, 5))
    simulated = np.std(scale(measure(draws).value))
    value, low, high = (scale(part) for part in measure(EQUAL, standard_errors=ERRORS))
    assert value == low == 0
    assert high / Z == pytest.approx(simulated, rel=tolerance)


def test_variance_of_between_group_variance_is_the_exact_one_by_matrices():
    shares = POPULATION / POPULATION.sum()
    form = np.diag(shares) - np.outer(shares, shares)
    covariance = np.diag(ERRORS**2)
    exact = 4 * ESTIMATES @ form @ covariance @ form @ ESTIMATES
    exact += 2 * np.trace(form @ covariance @ form @ covariance)
    value, _, high = cs.between_group_variance(
        ESTIMATES, population=POPULATION, standard_errors=ERRORS
    )
    assert value == pytest.approx(ESTIMATES @ form @ ESTIMATES)
    assert (high - value) / Z == pytest.approx(exact**0.5, rel=1e-10)


@pytest.mark.parametrize("measure", [cs.theil_index, cs.mean_log_deviation])
def test_second_order_of_entropies_is_half_the_squared_hessian(measure):
    step = 1e-4
    hessian = np.empty((5, 5))
    unit = np.eye(5) * step
    for j in range(5):
        for k in range(5):
            corners = [
                a * b * measure(ESTIMATES + a * unit[j] + b * unit[k], population=POPULATION).value
                for a in (1, -1)
                for b in (1, -1)
            ]
            hessian[j, k] = sum(corners) / (4 * step**2)
    gradient = derivatives(functools.partial(measure, population=POPULATION), lambda x: x)
    errors = 3 * ERRORS
    variance = np.sum((gradient * errors) ** 2)
    variance += np.sum(hessian**2 * np.outer(errors**2, errors**2)) / 2
    value, _, high = measure(ESTIMATES, population=POPULATION, standard_errors=errors)
    assert (high - value) / Z == pytest.approx(variance**0.5, rel=1e-5)


def test_mean_deviation_variance_is_the_double_sum_written_out():
    shares = POPULATION / POPULATION.sum()
    estimates = np.array([0.50, 0.52, 0.49, 0.5, 0.55])
    errors = 2 * ERRORS
    centring = np.eye(5) - shares
    deviations = centring @ estimates
    covariance = centring @ np.diag(errors**2) @ centring.T
    spread = np.sqrt(np.diag(covariance))
    variance = 0.0
    for j in range(5):
        for k in range(5):
            slopes, densities = 1.0, 1.0
            for i in (j, k):
                # erf(x / √2) is the mean sign of a normal variable about x
                x = deviations[i] / spread[i]
                grid = np.linspace(-12, 12, 48_001)
                density = np.exp(-(grid**2) / 2) / np.sqrt(2 * np.pi)
                slopes *= np.trapezoid(np.sign(grid + x) * density, grid)
                densities *= np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi)
            c = covariance[j, k]
            term = slopes * c + 2 * densities * c**2 / (spread[j] * spread[k])
            variance += shares[j] * shares[k] * term
    value, _, high = cs.mean_difference_from_mean(
        estimates, population=POPULATION, standard_errors=errors
    )
    assert value == pytest.approx(np.sum(shares * np.abs(deviations)))
    assert (high - value) / Z == pytest.approx(variance**0.5, rel=1e-4)


@pytest.mark.parametrize("name", ALL)
def test_interval_widens_with_the_confidence_level_and_closes_without_errors(name):
    measure, _ = ALL[name]
    levels = np.array([0.5, 0.8, 0.95, 0.998])
    value, low, high = measure(ESTIMATES, standard_errors=ERRORS, confidence_level=levels)
    assert value.shape == (4,)
    assert np.all(np.diff(low) < 0)
    assert np.all(np.diff(high) > 0)
    assert np.all((low < value) & (value < high))
    value, low, high = measure(ESTIMATES, standard_errors=0.0)
    assert low == pytest.approx(value, rel=1e-12)
    assert high == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize("name", ALL)
def test_no_standard_errors_ask_for_no_interval(name):
    measure, _ = ALL[name]
    value, low, high = measure(ESTIMATES)
    assert np.isfinite(value)
    assert np.isnan(low)
    assert np.isnan(high)
