"""Inequality measures against what WHO's software and papers print."""

import numpy as np
import pytest

from childstats import statistics as cs

# healthequal's tests/testthat (AGPL; numbers only) draw their subgroups in R, as 4.2.2 does here:
# > set.seed(123); pop <- round(rnorm(25, 1000, 300)); est <- rbinom(25, 1000, .065)
# > se <- rbinom(25, 100, .045); ref <- rep(0, 25); ref[sample(25, 1)] <- 1; which(ref == 1)
# 14
# fmt: off
POPULATION = [832, 931, 1468, 1021, 1039, 1515, 1138, 620, 794, 866, 1367, 1108, 1120, 1033, 833,
              1536, 1149, 410, 1210, 858, 680, 935, 692, 781, 812]
ESTIMATES = [61, 74, 58, 59, 72, 75, 74, 68, 75, 67, 73, 63, 66, 62, 60, 66, 71, 73, 71, 61, 74, 84,
             55, 69, 60]
ERRORS = [5, 3, 3, 3, 4, 9, 2, 2, 2, 5, 5, 7, 5, 6, 4, 5, 6, 6, 9, 4, 3, 4, 1, 3, 7]
# fmt: on
REFERENCE = 13

# > set.seed(123); pop <- round(rnorm(5, 100, 40)); pop
# 78 91 162 103 105
QUINTILES = ([20, 30, 40, 50, 60], [78, 91, 162, 103, 105])


@pytest.mark.parametrize(
    ("measure", "arguments", "expected"),
    [
        # healthequal tests/testthat/test-*.R (commit c7824b85): expected_* of the file named. They
        # compare within 1e-3 (mld, rci) or 1e-4; their MLD and TI differ in the sixth digit.
        (cs.between_group_variance, {}, (46.198326, 1e-6)),  # test-bgv.R
        (cs.between_group_standard_deviation, {}, (6.7969351, 1e-6)),  # test-bgsd.R
        (cs.index_of_disparity, {"weighted": False, "per": 100}, (8.7018175, 1e-6)),  # idisu
        (cs.index_of_disparity, {"per": 100}, (8.6178417, 1e-6)),  # test-idisw.R
        (cs.mean_difference_from_best, {"weighted": False}, (16.360001, 1e-6)),  # test-mdbu.R
        (cs.mean_difference_from_best, {}, (16.293156, 1e-6)),  # test-mdbw.R
        (cs.mean_difference_from_mean, {"weighted": False}, (5.891726, 1e-6)),  # test-mdmu.R
        (cs.mean_difference_from_mean, {}, (5.8348689, 1e-6)),  # test-mdmw.R
        (
            cs.mean_difference_from_reference,  # test-mdru.R
            {"weighted": False, "reference": REFERENCE},
            (7.2399998, 1e-6),
        ),
        (cs.mean_difference_from_reference, {"reference": REFERENCE}, (7.2228465, 1e-6)),  # mdrw
        (cs.mean_log_deviation, {"per": 1_000}, (5.0524006, 1e-5)),  # test-mld.R
        (cs.theil_index, {"per": 1_000}, (5.0359201, 2e-5)),  # test-ti.R
        (cs.population_attributable_risk, {}, (16.293152, 1e-6)),  # test-par-nonordered.R
        (cs.population_attributable_fraction, {"per": 100}, (24.06426, 1e-6)),  # paf-nonordered
    ],
)
def test_subgroups_without_order_as_healthequal_expects_them(measure, arguments, expected):
    value, tolerance = expected
    assert measure(ESTIMATES, population=POPULATION, **arguments).value == pytest.approx(
        value, rel=tolerance
    )


@pytest.mark.parametrize(
    ("measure", "arguments", "expected"),
    [
        (cs.concentration_index, {}, 7.3284202),  # test-aci.R
        (cs.concentration_index, {"relative": True}, 0.17776859),  # test-rci.R
        (cs.population_attributable_risk, {}, 18.775509),  # test-parisk.R
        (cs.population_attributable_fraction, {"per": 100}, 45.544548),  # paf
    ],
)
def test_ordered_subgroups_as_healthequal_expects_them(measure, arguments, expected):
    estimates, population = QUINTILES
    value = measure(estimates, population=population, order=range(5), **arguments).value
    assert value == pytest.approx(expected, rel=1e-6)


def test_standard_error_of_between_group_variance_as_healthequal_expects_it():
    # tests/testthat/test-bgv.R (commit c7824b85): expected_se 17.134647
    value, low, high = cs.between_group_variance(
        ESTIMATES, population=POPULATION, standard_errors=ERRORS
    )
    z = 1.959963984540054
    assert (high - value) / z == pytest.approx(17.134647, rel=2e-7)
    assert (value - low) / z == pytest.approx(17.134647, rel=2e-7)


@pytest.mark.parametrize(
    ("measure", "printed"),
    [
        # tests/testthat: expected_se .0014201 (test-ti.R) and .0014242 (test-mld.R), which the
        # package puts beside values multiplied by 1,000 without multiplying it too
        (cs.theil_index, 0.0014201),
        (cs.mean_log_deviation, 0.0014242),
    ],
)
def test_entropy_errors_are_healthequals_plus_the_second_order(measure, printed):
    errors = np.array(ERRORS)
    value, _, high = measure(ESTIMATES, population=POPULATION, standard_errors=errors)
    tiny = measure(ESTIMATES, population=POPULATION, standard_errors=errors / 1_000)
    z = 1.959963984540054
    assert 1_000 * (tiny.high - value) / z == pytest.approx(printed, abs=5e-8)
    assert printed < (high - value) / z < 1.5 * printed


# OrderedSample of healthequal 1.0.1, as its help of `aci` prints it: births attended by skilled
# personnel (%), Indonesia DHS 2017, poorest to richest fifth.
INDONESIA = np.array([75.60530, 91.01997, 96.03959, 97.04223, 99.22405])
BIRTHS = [2072.436, 2112.204, 1983.059, 2052.124, 1884.510]
INDONESIA_ERRORS = np.array([1.5996131, 1.1351504, 0.6461946, 0.5676206, 0.2237683])


@pytest.mark.parametrize(
    ("estimate", "value", "low", "high"),
    [
        # Schlotheuber and Hosseinpoor (2022), correction, Int J Environ Res Public Health 19:6969,
        # table of economic-related inequality, column 2017 (HEAT): D 23.6 (20.5-26.8),
        # R 1.3 (1.3-1.4), ACI 4.3 (3.7-4.9)
        (
            cs.difference(INDONESIA, standard_errors=INDONESIA_ERRORS, order=range(5)),
            23.6,
            20.5,
            26.8,
        ),
        (cs.ratio(INDONESIA, standard_errors=INDONESIA_ERRORS, order=range(5)), 1.3, 1.3, 1.4),
        (
            cs.concentration_index(INDONESIA, population=BIRTHS, standard_errors=INDONESIA_ERRORS),
            4.3,
            3.7,
            4.9,
        ),
    ],
)
def test_indonesia_as_heat_prints_it_with_intervals(estimate, value, low, high):
    assert [round(float(part), 1) for part in estimate] == [value, low, high]


def test_indonesia_as_heat_and_healthequal_print_the_values():
    # The same table: RCI 4.7, PAR 7.6, PAF 8.3, RII 1.5. Help of healthequal 1.0.1 on
    # OrderedSample: aci 4.30052, rci 0.0469506
    index = cs.concentration_index(INDONESIA, population=BIRTHS)
    assert index.value == pytest.approx(4.30052, abs=5e-6)
    relative = cs.concentration_index(INDONESIA, population=BIRTHS, relative=True)
    assert relative.value == pytest.approx(0.0469506, abs=5e-8)
    arguments = {"population": BIRTHS, "order": range(5)}
    assert cs.population_attributable_risk(INDONESIA, **arguments).value == pytest.approx(
        7.6, abs=0.05
    )
    fraction = cs.population_attributable_fraction(INDONESIA, per=100, **arguments)
    assert fraction.value == pytest.approx(8.3, abs=0.05)
    ends = cs.relative_index_of_inequality(INDONESIA / 100, **arguments)
    assert ends.value == pytest.approx(1.5, abs=0.05)


def test_aceh_against_the_lowest_province_as_healthequal_prints_it():
    # Help of healthequal 1.0.1, NonorderedSample (34 provinces of Indonesia, Aceh the reference):
    # d 30.92258, se 7.217724 (16.7761 to 45.06906); r 1.481696 (1.191918 to 1.841924).
    # aceh 95.11784, se 1.5384434; the lowest follows from d and its se.
    low, low_error = 95.11784 - 30.92258, (7.217724**2 - 1.5384434**2) ** 0.5
    provinces = {"estimates": [95.11784, low], "standard_errors": [1.5384434, low_error]}
    assert list(cs.difference(reference=0, **provinces)) == pytest.approx(
        [30.92258, 16.7761, 45.06906], abs=6e-5
    )
    assert list(cs.ratio(reference=0, **provinces)) == pytest.approx(
        [1.481696, 1.191918, 1.841924], abs=5e-7
    )


@pytest.mark.parametrize(
    ("rates", "unweighted", "weighted"),
    [
        # Sex Transm Dis 2017;44:513-518 (PMC6727205), Tables 2 and 4: gonorrhoea per 100,000
        ([27.0, 515.2, 52.9, 14.5, 82.8], 133.0, 114.8),
        ([23.4, 426.2, 47.9, 14.4, 107.4], 134.1, 112.1),
        ([35.4, 1408.1, 95.2, 22.4, 94.0], 166.5, 137.2),
        ([28.3, 1205.8, 89.5, 21.0, 96.0], 163.8, 136.9),
    ],
)
def test_index_of_disparity_as_published(rates, unweighted, weighted):
    people = [200e6, 40e6, 55e6, 20e6, 3e6]
    for expected, weighs in ((unweighted, False), (weighted, True)):
        index = cs.index_of_disparity(rates, population=people, weighted=weighs, per=100)
        assert index.value == pytest.approx(expected, abs=0.06)


# R 4.2.2, options(digits = 10)
# > w <- pop / sum(pop); x <- cumsum(w) - w / 2; n <- data.frame(x = c(0, 1))
# > p <- predict(glm(y ~ x, quasibinomial, weights = pop), n, type = "response")
# > c(p[2] - p[1], p[2] / p[1])
# y = c(.2, .3, .4, .5, .6), pop = c(78, 91, 162, 103, 105)   0.4489053359 3.236339737
# Indonesia as above, y / 100                                   0.3167886099 1.467362056
# statsmodels 0.15.0, sm.GLM(y, sm.add_constant(x), sm.families.Binomial(), var_weights=pop).fit()
# gives p1 - p0, p1 / p0  0.4489053359019856 3.2363397365245024 and
#                         0.3167886099249482 1.4673620561735958
# sm.WLS(y, sm.add_constant(x), weights=pop).fit().params  0.18097584 0.46253811
#                                                          0.78154958 0.26883467
@pytest.mark.parametrize(
    ("estimates", "population", "logit", "linear"),
    [
        (
            [0.2, 0.3, 0.4, 0.5, 0.6],
            QUINTILES[1],
            (0.4489053359019856, 3.2363397365245024),
            (0.18097584, 0.46253811),
        ),
        (
            INDONESIA / 100,
            BIRTHS,
            (0.3167886099249482, 1.4673620561735958),
            (0.78154958, 0.26883467),
        ),
    ],
)
def test_line_as_r_and_statsmodels_fit_it(estimates, population, logit, linear):
    slope = cs.slope_index_of_inequality(estimates, population=population)
    relative = cs.relative_index_of_inequality(estimates, population=population)
    assert (slope.value, relative.value) == pytest.approx(logit, rel=1e-9)
    level, gap = linear
    slope = cs.slope_index_of_inequality(estimates, population=population, model="linear")
    relative = cs.relative_index_of_inequality(estimates, population=population, model="linear")
    assert slope.value == pytest.approx(gap, abs=5e-9)
    assert relative.value == pytest.approx((level + gap) / level, rel=1e-7)


def fitted_by_least_squares(y, weights, ranks):
    """Iteratively reweighted least squares by the normal equations, one row, its own weights."""
    design = np.column_stack([np.ones(len(y)), ranks])
    line = np.zeros(len(y))
    for _ in range(60):
        fitted = 1 / (1 + np.exp(-line))
        working = line + (y - fitted) / (fitted * (1 - fitted))
        scaled = design * (weights * fitted * (1 - fitted))[:, None]
        coefficients = np.linalg.solve(design.T @ scaled, scaled.T @ working)
        line = design @ coefficients
    ends = 1 / (1 + np.exp(-np.array([[1, 0], [1, 1]]) @ coefficients))
    return ends[1] - ends[0], ends[1] / ends[0]


@pytest.mark.parametrize(
    ("estimates", "population", "printed"),
    [
        # healthequal tests/testthat/test-sii.R and test-rii.R: 44.44502 and 3.159506; its help on
        # OrderedSample: sii 31.61763, rii 1.466089
        ([0.2, 0.3, 0.4, 0.5, 0.6], QUINTILES[1], (0.4444502, 3.159506)),
        (INDONESIA / 100, BIRTHS, (0.3161763, 1.466089)),
    ],
)
def test_healthequals_logistic_line_weighs_by_the_square_of_the_population(
    estimates, population, printed
):
    y, size = np.array(estimates), np.array(population)
    people = np.ceil(size)
    rounded = np.round(y * people) / people
    ranks = (np.cumsum(people) - people / 2) / people.sum()
    squared = fitted_by_least_squares(rounded, people**2, ranks)
    assert squared == pytest.approx(printed, rel=1e-6)

    ranks = (np.cumsum(size) - size / 2) / size.sum()
    slope = cs.slope_index_of_inequality(y, population=size).value
    relative = cs.relative_index_of_inequality(y, population=size).value
    assert (slope, relative) == pytest.approx(fitted_by_least_squares(y, size, ranks), rel=1e-12)
    assert (slope, relative) != pytest.approx(printed, rel=5e-4)
