"""One proportion: golden values, each limit by another road, edges, and refusals."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, optimize, stats

from childstats.statistics import Estimate, proportion, proportions

METHODS = ("wilson", "clopper_pearson", "mid_p", "jeffreys", "agresti_coull")
LEVELS = (0.5, 0.8, 0.9, 0.95, 0.99, 0.998)
Z95 = stats.norm.ppf(0.975)

# Each row: cases, total, low, high, decimals printed.
GOLDEN = {
    "wilson": [
        # Newcombe (1998) Stat Med 17:857-872, method 3; as METHODS.md quotes it and as
        # petelaud/ratesci tests/testthat/test3.R (commit 0c942289) repeats the last three.
        (81, 263, 0.2553, 0.3662, 4),
        (15, 148, 0.0624, 0.1605, 4),
        (0, 20, 0.0, 0.1611, 4),
        (1, 29, 0.0061, 0.1718, 4),
        # R 4.2.2 > prop.test(x, n, correct = FALSE)$conf.int
        # 81 263 0.25528852 0.366209577 / 36 45 0.661770309 0.891038732 / 45 45 0.921348401 1
        (81, 263, 0.25528852, 0.366209577, 8),
        (36, 45, 0.661770309, 0.891038732, 9),
        (45, 45, 0.921348401, 1.0, 9),
        # Fagerland, Lydersen and Laake's contingencytables, tests/testthat/test-ch2.R (commit
        # 0b16d6d5): Wilson_score_CI_1x2(13, 16) "95% CI 0.5699 to 0.9341"
        (13, 16, 0.5699, 0.9341, 4),
    ],
    "clopper_pearson": [
        # Newcombe (1998) examples, method 5, as ratesci's test3.R repeats them.
        (15, 148, 0.0578, 0.1617, 4),
        (0, 20, 0.0, 0.1684, 4),
        (1, 29, 0.0009, 0.1776, 4),
        # R 4.2.2 > binom.test(x, n)$conf.int
        # 81 263 0.252736746 0.367621923 / 36 45 0.654041702 0.90424273 / 45 45 0.9212949 1
        (81, 263, 0.252736746, 0.367621923, 9),
        (36, 45, 0.654041702, 0.90424273, 8),
        (45, 45, 0.9212949, 1.0, 7),
        # epitools 0.5-10.1 > binom.exact(c(1), c(29)): 0.000872646884 0.177644295
        (1, 29, 0.000872646884, 0.177644295, 9),
        # contingencytables: ClopperPearson_exact_CI_1x2(13, 16) "95% CI 0.5435 to 0.9595"
        (13, 16, 0.5435, 0.9595, 4),
    ],
    "mid_p": [
        # Newcombe (1998) examples, method 6, as ratesci's test3.R repeats them.
        (15, 148, 0.0601, 0.1581, 4),
        (0, 20, 0.0, 0.1391, 4),
        (1, 29, 0.0017, 0.1585, 4),
        # R 4.2.2 > mid <- function(x, n, a = .05) c(
        #   uniroot(function(p) dbinom(x, n, p)/2 + pbinom(x, n, p, lower = FALSE) - a/2,
        #     c(0, 1), tol = 1e-14)$root,
        #   uniroot(function(p) dbinom(x, n, p)/2 + pbinom(x - 1, n, p) - a/2,
        #     c(0, 1), tol = 1e-14)$root)
        # 81 263 0.2544021049 0.3657734743 / 36 45 0.6646199047 0.8978039663
        # 29 29 0.9018553723 - / 430 430 0.9930573928 -
        (81, 263, 0.2544021049, 0.3657734743, 9),
        (36, 45, 0.6646199047, 0.8978039663, 9),
        (29, 29, 0.9018553723, 1.0, 9),
        (430, 430, 0.9930573928, 1.0, 9),
    ],
    "jeffreys": [
        # contingencytables: Jeffreys_CI_1x2(13, 16) "95% CI 0.5792 to 0.9442"
        (13, 16, 0.5792, 0.9442, 4),
        # R package binom, as statsmodels 0.15.0 keeps it in results_proportion.py:
        # > binom.confint(x = c(18), n = 20, tol = 1e-8), row "bayes", and 4 of 20
        (18, 20, 0.716146742695748, 0.97862751197755, 9),
        (4, 20, 0.07152005247873425, 0.4082257625169254, 9),
        # R 4.2.2 > qbeta(c(.025, .975), x + .5, n - x + .5)
        # 81 263 0.254521935 0.365647499 / 1 29 0.00374617365 0.150077686
        (81, 263, 0.254521935, 0.365647499, 9),
        (1, 29, 0.00374617365, 0.150077686, 9),
        # and with the convention of Brown, Cai and DasGupta at the edges: 0 20 - 0.116638983,
        # 45 45 0.94600229 -
        (0, 20, 0.0, 0.116638983, 9),
        (45, 45, 0.94600229, 1.0, 8),
    ],
    "agresti_coull": [
        # R package binom, as statsmodels 0.15.0 keeps it in results_proportion.py:
        # > binom.confint(x = c(18), n = 20, tol = 1e-8), row "agresti-coull"; 4 of 20; 4 of 200
        (18, 20, 0.6867561125596077, 0.984343760998137, 12),
        (4, 20, 0.0749115102767071, 0.4217635845549845, 12),
        (4, 200, 0.005991954548218395, 0.0520995587739575, 12),
        # the same for 1 of 30 prints low -8.305484e-03, which is moved to 0; high 0.18091798
        (1, 30, 0.0, 0.18091798, 8),
        # R 4.2.2 > nt <- n + z^2; pt <- (x + z^2/2)/nt; pt + c(-1, 1)*z*sqrt(pt*(1 - pt)/nt)
        # 81 263 0.255220665 0.366277432 / 45 45 0.906163643 1.01518476 (moved to 1)
        (81, 263, 0.255220665, 0.366277432, 9),
        (45, 45, 0.906163643, 1.0, 9),
    ],
}


@pytest.mark.parametrize(
    ("method", "cases", "total", "low", "high", "decimals"),
    [(method, *row) for method, rows in GOLDEN.items() for row in rows],
)
def test_matches_published_and_r_values(method, cases, total, low, high, decimals):
    estimate = proportion(cases, total, method=method)
    assert estimate.value == cases / total
    assert list(estimate[1:]) == pytest.approx([low, high], rel=0, abs=0.5 * 10.0**-decimals)


def test_matches_r_at_other_levels():
    # R 4.2.2 > prop.test(36, 45, correct = FALSE, conf.level = .998)$conf.int
    # 0.572073187 0.922889779
    # > binom.test(36, 45, conf.level = .998)$conf.int
    # 0.56904439 0.94179874
    wilson = proportion(36, 45, confidence_level=0.998)
    exact = proportion(36, 45, confidence_level=0.998, method="clopper_pearson")
    assert np.round(wilson[1:], 9).tolist() == [0.572073187, 0.922889779]
    assert np.round(exact[1:], 9).tolist() == [0.56904439, 0.94179874]


TABLES = [(0, 7), (1, 1), (1, 30), (3, 50_000), (18, 20), (36, 45), (81, 263), (20, 20)]


@pytest.mark.parametrize(("cases", "total"), TABLES)
def test_wilson_limits_are_where_the_score_test_is_at_its_critical_value(cases, total):
    def excess(risk):
        return (cases / total - risk) ** 2 / (risk * (1 - risk) / total) - Z95**2

    _, low, high = proportion(cases, total)
    inside, tiny = cases / total, 1e-12
    if cases > 0:
        assert low == pytest.approx(optimize.brentq(excess, tiny, inside - tiny, xtol=1e-15))
    if cases < total:
        assert high == pytest.approx(optimize.brentq(excess, inside + tiny, 1 - tiny, xtol=1e-15))


@pytest.mark.parametrize(("cases", "total"), TABLES)
def test_clopper_pearson_limits_leave_binomial_tails_of_one_fortieth(cases, total):
    _, low, high = proportion(cases, total, method="clopper_pearson")
    if cases > 0:
        assert stats.binom.sf(cases - 1, total, low) == pytest.approx(0.025)
    if cases < total:
        assert stats.binom.cdf(cases, total, high) == pytest.approx(0.025)


@pytest.mark.parametrize(("cases", "total"), TABLES)
def test_mid_p_limits_leave_tails_that_count_half_of_what_was_seen(cases, total):
    _, low, high = proportion(cases, total, method="mid_p")
    chances = stats.binom.pmf(np.arange(total + 1)[:, None], total, [low, high])
    weight = np.where(np.arange(total + 1) == cases, 0.5, 1.0)
    if cases > 0:
        assert weight[cases:] @ chances[cases:, 0] == pytest.approx(0.025)
    if cases < total:
        assert weight[: cases + 1] @ chances[: cases + 1, 1] == pytest.approx(0.025)


# Python 3.11's decimal with 60 digits, the root by bisection:
# > f = lambda p: 1 - (1 - p)**n - n*p*(1 - p)**(n - 1)/2 - a/2  (low of 1 of n) and
# > g = lambda p: sum(comb(n, k)*p**k*(1 - p)**(n - k) for k in range(x))
# >     + comb(n, x)*p**x*(1 - p)**(n - x)/2 - a/2  (high of x of n), a = Decimal(1 - level)
@pytest.mark.parametrize(
    ("cases", "total", "level", "low", "high"),
    [
        (1, 120, 1 - 1e-9, 8.333333097651e-12, 0.1818076230426),
        (2, 10**8, 0.95, 3.353290568645e-09, 6.607959587531e-08),
        (7, 999, 0.95, 0.003069642265138, 0.01381117401687),
        (7, 1001, 0.998, 0.001665886026962, 0.01888904738827),
        (36, 45, 0.95, 0.6646199047306, 0.8978039663007),
    ],
)
def test_mid_p_keeps_its_digits_in_large_totals_and_small_tails(cases, total, level, low, high):
    estimate = proportion(cases, total, method="mid_p", confidence_level=level)
    assert estimate.low == pytest.approx(low, rel=1e-11, abs=0)
    assert estimate.high == pytest.approx(high, rel=1e-11, abs=0)


def test_mid_p_has_closed_forms_at_the_edges():
    total = np.array([1, 20, 10**6, 10**9])
    _, _, high = proportion(0, total, method="mid_p")
    np.testing.assert_allclose(high, -np.expm1(np.log(0.05) / total), rtol=1e-12)
    _, low, _ = proportion(total, total, method="mid_p")
    np.testing.assert_allclose(low, 0.05 ** (1 / total), rtol=1e-14)


@pytest.mark.parametrize(("cases", "total"), [(0, 7), (1, 30), (18, 20), (36, 45), (20, 20)])
def test_jeffreys_limits_hold_the_posterior_by_numerical_integration(cases, total):
    # With risk = sin²(angle) the Jeffreys prior is flat in the angle.
    def posterior(angle):
        return np.sin(angle) ** (2 * cases) * np.cos(angle) ** (2 * (total - cases))

    def mass(start, stop):
        return integrate.quad(posterior, np.arcsin(start**0.5), np.arcsin(stop**0.5))[0]

    _, low, high = proportion(cases, total, method="jeffreys")
    whole = mass(0, 1)
    assert mass(0, low) / whole == pytest.approx(0 if cases == 0 else 0.025, abs=1e-7)
    assert mass(high, 1) / whole == pytest.approx(0 if cases == total else 0.025, abs=1e-7)


def test_agresti_coull_has_the_centre_of_wilson_and_is_never_shorter():
    # Brown, Cai and DasGupta (2001), on the Agresti-Coull interval.
    cases = np.arange(5, 96)
    wilson, agresti_coull = proportion(cases, 100), proportion(cases, 100, method="agresti_coull")
    np.testing.assert_allclose(wilson.low + wilson.high, agresti_coull.low + agresti_coull.high)
    longer = (wilson.low - agresti_coull.low)[np.arange(5, 96) != 50]  # equal at one half
    assert np.all(longer > 0)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("level", [*LEVELS, 1 - 1e-15])
def test_limits_at_0_and_100_percent_are_exact(method, level):
    total = np.r_[np.arange(1, 300), 10**6, 10**9]
    none = proportion(0, total, confidence_level=level, method=method)
    everyone = proportion(total, total, confidence_level=level, method=method)
    assert np.all(none.low == 0.0)
    assert np.all(everyone.high == 1.0)
    assert np.all(none.high > 0)
    assert np.all(everyone.low < 1)


@pytest.mark.parametrize("method", METHODS)
def test_interval_holds_the_value_and_mirrors_when_the_outcome_is_its_opposite(method):
    cases, total = np.arange(41), 40
    estimate = proportion(cases, total, method=method)
    opposite = proportion(total - cases, total, method=method)
    assert np.all((estimate.low <= estimate.value) & (estimate.value <= estimate.high))
    assert np.all((estimate.low >= 0) & (estimate.high <= 1))
    np.testing.assert_allclose(1 - opposite.high, estimate.low, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(1 - opposite.low, estimate.high, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("method", METHODS)
def test_interval_widens_with_the_confidence_level_and_moves_with_the_cases(method):
    estimate = proportion(
        np.arange(41), 40, confidence_level=np.array(LEVELS)[:, None], method=method
    )
    assert np.all(np.diff(estimate.low, axis=0) <= 0)
    assert np.all(np.diff(estimate.high, axis=0) >= 0)
    assert np.all(np.diff(estimate.low, axis=1) >= 0)
    assert np.all(np.diff(estimate.high, axis=1) >= 0)


def test_wilson_keeps_its_digits_for_rare_events():
    # For 1 case in n → ∞ Wilson's low times n tends to 1 + z²/2 - z √(1 + z²/4).
    limit = 1 + Z95**2 / 2 - Z95 * np.sqrt(1 + Z95**2 / 4)
    assert proportion(1, 10**12).low * 10**12 == pytest.approx(limit, rel=1e-10)


@settings(max_examples=200, deadline=None)
@given(
    total=st.integers(1, 10**9),
    share=st.floats(0, 1),
    level=st.floats(0.01, 1 - 1e-12),
    method=st.sampled_from(METHODS),
)
def test_any_valid_count_gives_an_ordered_interval_within_0_and_1(total, share, level, method):
    value, low, high = proportion(
        round(share * total), total, confidence_level=level, method=method
    )
    assert 0 <= low <= high <= 1
    if method in {"wilson", "clopper_pearson"}:
        assert low <= value <= high


def test_single_numbers_give_numpy_floats():
    estimate = proportion(36, 45)
    assert isinstance(estimate, Estimate)
    assert [type(part) for part in estimate] == [np.float64] * 3


def test_arguments_broadcast_the_confidence_level_too():
    cases, total, level = np.array([36, 40]), 45, np.array([[0.95], [0.998], [0.5]])
    estimate = proportion(cases, total, confidence_level=level)
    assert [part.shape for part in estimate] == [(3, 2)] * 3
    for row, column in itertools.product(range(3), range(2)):
        single = proportion(cases[column], total, confidence_level=level[row, 0])
        assert [part[row, column] for part in estimate] == list(single)


@pytest.mark.parametrize("method", METHODS)
def test_blocks_give_every_row_its_own_limits(method, monkeypatch):
    cases = np.arange(40).reshape(8, 5)
    whole = proportion(cases, 45, confidence_level=[0.95], method=method)
    monkeypatch.setattr(proportions, "BLOCK", 7)
    blocks = proportion(cases, 45, method=method)
    for part in range(3):
        np.testing.assert_allclose(blocks[part], whole[part], rtol=1e-14)


def test_no_counts_give_no_estimates():
    assert [part.shape for part in proportion([], 45)] == [(0,)] * 3


def test_arguments_are_not_changed():
    cases, total = np.array([0.0, 5.0]), np.array([10.0, 5.0])
    for method in METHODS:
        proportion(cases, total, method=method)
    assert cases.tolist() == [0, 5]
    assert total.tolist() == [10, 5]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"cases": -1, "total": 5}, "cases must be a whole number, 0 or more; got -1"),
        (
            {"cases": [1, 2, -3, -4], "total": 5},
            "cases must be a whole number, 0 or more; got -3 at index 2",
        ),
        (
            {"cases": [[1, 2], [2.5, 1]], "total": 5},
            r"cases must be a whole number, 0 or more; got 2.5 at index \(1, 0\)",
        ),
        (
            {"cases": [1, np.nan], "total": 5},
            "cases must be a whole number, 0 or more; got nan at index 1",
        ),
        ({"cases": np.inf, "total": 5}, "cases must be a whole number, 0 or more; got inf"),
        (
            {"cases": [0, 0], "total": [5, 0]},
            "total must be a whole number, 1 or more; got 0 at index 1",
        ),
        ({"cases": 0, "total": np.inf}, "total must be a whole number, 1 or more; got inf"),
        ({"cases": 0, "total": 9.5}, "total must be a whole number, 1 or more; got 9.5"),
        ({"cases": 12, "total": 10}, "cases must not exceed total; got 12 of 10"),
        (
            {"cases": [[1], [7]], "total": [9, 8, 6]},
            r"cases must not exceed total; got 7 of 6 at index \(1, 2\)",
        ),
        ({"cases": "4", "total": 10}, "cases must be numbers; got '4'"),
        ({"cases": [True], "total": 10}, "cases must be numbers; got True at index 0"),
        ({"cases": [5, "x"], "total": 10}, "cases must be numbers; got 'x' at index 1"),
        ({"cases": [[1, 2], [None, 3]], "total": 10}, r"got None at index \(1, 0\)"),
        ({"cases": [[1, 2], [3]], "total": 10}, r"cases must be numbers in rows of one length; .*"),
        ({"cases": 1, "total": 10**400}, r"total must be numbers; got 10{17}\.\.\.0+"),
        ({"cases": 4, "total": None}, "total must be numbers; got None"),
        (
            {"cases": 4, "total": 10, "confidence_level": 95},
            "confidence_level must lie between 0 and 1, such as 0.95; got 95",
        ),
        (
            {"cases": 4, "total": 10, "confidence_level": [0.95, 1.0]},
            "confidence_level must lie between 0 and 1, such as 0.95; got 1 at index 1",
        ),
        ({"cases": 4, "total": 10, "confidence_level": 0}, "such as 0.95; got 0"),
        ({"cases": 4, "total": 10, "confidence_level": np.nan}, "such as 0.95; got nan"),
        (
            {"cases": 4, "total": 10, "method": "wald"},
            "method 'wald'; choose one of wilson, clopper_pearson, mid_p, .*, agresti_coull",
        ),
        ({"cases": [1, 2], "total": [3, 4, 5]}, "broadcast"),
    ],
)
def test_refuses_with_the_argument_the_value_and_the_place(arguments, message):
    with pytest.raises(ValueError, match=message + ("" if message == "broadcast" else "$")):
        proportion(**arguments)
