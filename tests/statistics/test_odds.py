"""Odds ratios: golden values, independent inversions, properties on a grid, and refusals."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, stats
from scipy.stats.contingency import odds_ratio as scipy_odds_ratio

from childstats.statistics import Estimate, conditional, odds_ratio

METHODS = ("miettinen_nurminen", "exact", "woolf")
LEVELS = (0.5, 0.8, 0.9, 0.95, 0.99, 0.998)

# Each row: exposed cases, total, reference cases, total, low, high, significant digits.
GOLDEN = {
    "miettinen_nurminen": [
        # ratesci, articles/basic_contrasts.md (commit 2ebd4bb8): > orci(5, 56, 1, 29), row
        # Miettinen-Nurminen 0.392931 2.745098 18.56785
        (5, 56, 1, 29, 0.392931, 18.56785, 6),
        # Fagerland and Newcombe (2013), as ratesci's test3.R (commit 0c942289) repeats them
        (29, 55, 11, 11, 0.0, 0.417, 3),
        (7, 18, 1, 18, 1.416, 76.428, 4),
        # R 4.2.2: expected cells by uniroot of log(AD / (BC)) - log(ratio), limits by uniroot of
        # (a - A) * sqrt((1/A + 1/B + 1/C + 1/D) * (N - 1)/N) -+ qnorm(.975), tol = 1e-12
        # 36 45 40 45 0.159478565 1.578632453 / 7 34 1 34 1.24662236 56.46157555
        # 24 73 53 65 0.0503605138 0.2445365703 / 20 20 18 20 0.515008837 -
        # 5 56 0 29 0.6958712 - / 13 2176 5 3354 1.4926905 10.8545766
        (36, 45, 40, 45, 0.159478565, 1.578632453, 8),
        (7, 34, 1, 34, 1.24662236, 56.46157555, 8),
        (24, 73, 53, 65, 0.0503605138, 0.2445365703, 8),
        (20, 20, 18, 20, 0.515008837, np.inf, 8),
        (5, 56, 0, 29, 0.6958712, np.inf, 7),
        (13, 2176, 5, 3354, 1.4926905, 10.8545766, 7),
    ],
    "exact": [
        # R 4.2.2 > k <- max(0, m - n2):min(m, n1); w <- dhyper(k, n1, n2, m, log = TRUE); limits
        # by uniroot of sum(p[k >= x1]) - .025 and sum(p[k <= x1]) - .025 with p proportional to
        # exp(w + k*t), tol = 1e-13
        # 10 13 2 17 2.753382788 301.462337972 / 36 45 40 45 0.1208504971 1.8608116728
        # 5 56 1 29 0.2835246464 134.3983145696 / 13 2176 5 3354 1.344088010 14.439254485
        # 7 34 1 34 0.9732736329 396.9940021702
        (10, 13, 2, 17, 2.753382788, 301.462337972, 10),
        (36, 45, 40, 45, 0.1208504971, 1.8608116728, 10),
        (5, 56, 1, 29, 0.2835246464, 134.3983145696, 10),
        (13, 2176, 5, 3354, 1.344088010, 14.439254485, 10),
        (7, 34, 1, 34, 0.9732736329, 396.9940021702, 10),
        # > fisher.test(matrix(c(x1, n1 - x1, x2, n2 - x2), 2, byrow = TRUE))$conf.int, whose
        # root finder is good for three digits:
        # 5 56 0 29 0.483270710149 Inf / 0 16 15 72 0 1.1408948776
        # 20 20 18 20 0.189377122188 Inf / 24 73 53 65 0.0458575358225 0.2611544647479
        (5, 56, 0, 29, 0.483270710149, np.inf, 5),
        (0, 16, 15, 72, 0.0, 1.1408948776, 5),
        (20, 20, 18, 20, 0.189377122188, np.inf, 5),
        (24, 73, 53, 65, 0.0458575358225, 0.2611544647479, 4),
    ],
    "woolf": [
        # epitools 0.5-10.1 > oddsratio.wald(matrix(c(n2 - x2, x2, n1 - x1, x1), 2, byrow = TRUE))
        # 36 45 40 45 0.153284402252 1.630955246112 / 7 34 1 34 0.990490281654 73.900301921153
        # 13 2176 5 3354 1.43312842650 11.30781882866
        (36, 45, 40, 45, 0.153284402252, 1.630955246112, 12),
        (7, 34, 1, 34, 0.990490281654, 73.900301921153, 12),
        (13, 2176, 5, 3354, 1.43312842650, 11.30781882866, 12),
        # ratesci's orci(5, 56, 1, 29), row "Woolf logit": 0.305395 2.745098 24.67482
        (5, 56, 1, 29, 0.305395, 24.67482, 6),
    ],
}


def groups(x1, n1, x2, n2):
    return {
        "exposed_cases": x1,
        "exposed_total": n1,
        "reference_cases": x2,
        "reference_total": n2,
    }


@pytest.mark.parametrize(
    ("method", "table", "low", "high", "digits"),
    [(method, row[:4], *row[4:]) for method, rows in GOLDEN.items() for row in rows],
)
def test_matches_published_and_r_values(method, table, low, high, digits):
    estimate = odds_ratio(**groups(*table), method=method)
    assert list(estimate[1:]) == pytest.approx([low, high], rel=5 * 10.0**-digits, abs=0)


def test_value_is_the_quotient_of_the_odds_or_the_conditional_one():
    # R 4.2.2, uniroot of sum(k*p) - x1 as above: 21.305317557 (fisher.test: 21.30533127502)
    table = groups(10, 13, 2, 17)
    assert odds_ratio(**table).value == pytest.approx((10 * 15) / (3 * 2))
    assert odds_ratio(**table, method="woolf").value == pytest.approx((10 * 15) / (3 * 2))
    assert odds_ratio(**table, method="exact").value == pytest.approx(21.305317557, rel=1e-9)


def test_miettinen_and_nurminen_is_the_default():
    table = groups(36, 45, 40, 45)
    assert odds_ratio(**table) == odds_ratio(**table, method="miettinen_nurminen")


TABLES = [(36, 45, 40, 45), (1, 40, 7, 9), (39, 40, 2, 9), (3, 500, 7, 400), (20, 20, 18, 20)]


@pytest.mark.parametrize("table", [*TABLES, (0, 16, 15, 72), (29, 55, 11, 11)])
@pytest.mark.parametrize("level", [0.8, 0.95, 0.998])
def test_exact_agrees_with_scipy(table, level):
    x1, n1, x2, n2 = table
    known = scipy_odds_ratio([[x1, x2], [n1 - x1, n2 - x2]])
    value, low, high = odds_ratio(**groups(*table), confidence_level=level, method="exact")
    assert value == pytest.approx(known.statistic, rel=1e-6)
    assert [low, high] == pytest.approx(list(known.confidence_interval(level)), rel=1e-6)


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("level", [0.8, 0.95, 0.998])
def test_exact_limits_leave_equal_noncentral_tails(table, level):
    x1, n1, x2, n2 = table
    _, low, high = odds_ratio(**groups(*table), confidence_level=level, method="exact")
    if x1 > 0:
        at_low = stats.nchypergeom_fisher(n1 + n2, x1 + x2, n1, low)
        assert at_low.sf(x1 - 1) == pytest.approx((1 - level) / 2)
    if np.isfinite(high):
        at_high = stats.nchypergeom_fisher(n1 + n2, x1 + x2, n1, high)
        assert at_high.cdf(x1) == pytest.approx((1 - level) / 2)


@pytest.mark.parametrize("table", TABLES)
def test_score_limits_invert_the_test_with_numerically_most_likely_risks(table):
    x1, n1, x2, n2 = table
    inflation = (n1 + n2) / (n1 + n2 - 1)

    def excess(log_ratio):
        def risks(logit):
            return 1 / (1 + np.exp(-logit - log_ratio)), 1 / (1 + np.exp(-logit))

        def surprise(logit):
            p1, p2 = risks(logit)
            return -stats.binom.logpmf(x1, n1, p1) - stats.binom.logpmf(x2, n2, p2)

        p1, p2 = risks(
            optimize.minimize_scalar(
                surprise, bounds=(-20, 20), method="bounded", options={"xatol": 1e-11}
            ).x
        )
        spread = 1 / (n1 * p1 * (1 - p1)) + 1 / (n2 * p2 * (1 - p2))
        return (x1 - n1 * p1) ** 2 * spread / inflation - stats.chi2.ppf(0.95, 1)

    value, low, high = odds_ratio(**groups(*table))
    centre = np.log(value) if np.isfinite(value) else 7.0
    assert np.log(low) == pytest.approx(optimize.brentq(excess, centre - 8, centre), abs=1e-5)
    if np.isfinite(high):
        found = optimize.brentq(excess, centre, centre + 8)
        assert np.log(high) == pytest.approx(found, abs=1e-5)


# Every table of 40 exposed and 20 reference children.
GRID = groups(*np.meshgrid(np.arange(41), [40], np.arange(21), [20], indexing="ij"))
SWAPPED = groups(*(GRID[name] for name in list(GRID)[2:] + list(GRID)[:2]))
OPPOSITE = GRID | {
    "exposed_cases": 40 - GRID["exposed_cases"],
    "reference_cases": 20 - GRID["reference_cases"],
}


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("other", [SWAPPED, OPPOSITE])
def test_exchanging_groups_or_outcomes_inverts_the_ratio(method, other):
    inverted = odds_ratio(**other, method=method)
    with np.errstate(divide="ignore"):
        value, low, high = (1 / part for part in odds_ratio(**GRID, method=method))
    np.testing.assert_allclose(inverted.value, value, rtol=1e-11)
    np.testing.assert_allclose(inverted.low, high, rtol=1e-11)
    np.testing.assert_allclose(inverted.high, low, rtol=1e-11)


@pytest.mark.parametrize("method", METHODS)
def test_exchanging_groups_and_outcomes_with_each_other_changes_nothing(method):
    x1, n1, x2, n2 = (np.ravel(part) for part in np.broadcast_arrays(*GRID.values()))
    usual = odds_ratio(**groups(x1, n1, x2, n2), method=method)
    both = (x1 + x2 > 0) & (x1 + x2 < 60)
    turned = odds_ratio(
        **groups(x1[both], (x1 + x2)[both], (n1 - x1)[both], (60 - x1 - x2)[both]), method=method
    )
    for part in range(3):
        np.testing.assert_allclose(turned[part], usual[part][both], rtol=1e-11)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("level", [1e-12, *LEVELS, 1 - 1e-15])
def test_interval_is_never_nan_and_holds_the_value(method, level):
    value, low, high = odds_ratio(**GRID, confidence_level=level, method=method)
    assert np.all((low >= 0) & (low <= value) & (value <= high))


@pytest.mark.parametrize("method", METHODS)
def test_interval_widens_with_the_confidence_level(method):
    levels = np.array(LEVELS)[:, None, None, None, None]
    _, low, high = odds_ratio(**GRID, confidence_level=levels, method=method)
    assert np.all(low[1:] <= low[:-1])
    assert np.all(high[1:] >= high[:-1])
    mixed = (GRID["exposed_cases"] % 40 > 0) & (GRID["reference_cases"] % 20 > 0)
    width = np.log(high[:, mixed] / low[:, mixed])
    assert np.all(width[1:] > width[:-1])


def test_score_interval_excludes_1_exactly_when_pearsons_test_does():
    x1, n1, x2, n2 = GRID.values()
    total, cases = n1 + n2, x1 + x2
    mixed = (cases > 0) & (cases < total)
    chi_squared = np.zeros(mixed.shape)
    spread = n1 * n2 * cases * (total - cases)
    np.divide((x1 * n2 - x2 * n1) ** 2 * (total - 1), spread, out=chi_squared, where=mixed)
    _, low, high = odds_ratio(**GRID)
    assert np.array_equal((low > 1) | (high < 1), chi_squared > stats.chi2.ppf(0.95, 1))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("total", [1, 20, 10**5])
def test_edges(method, total):
    says_something = method != "woolf"
    for cases in (0, total):
        assert odds_ratio(**groups(cases, total, cases, total), method=method) == (1, 0, np.inf)
    if total > 1:
        none = odds_ratio(**groups(0, total, 1, total), method=method)
        assert none[:2] == (0, 0)
        assert np.isfinite(none.high) == says_something
        everyone = odds_ratio(**groups(total, total, 1, total), method=method)
        assert (everyone.value, everyone.high) == (np.inf, np.inf)
        assert (everyone.low > 0) == says_something


def test_rare_events_in_large_totals_keep_their_digits():
    # With n → ∞ the odds ratio of 3 in n against 7 in n has the exact limits of the rate ratio:
    # R 4.2.2 > poisson.test(c(3, 7))$conf.int 0.0715122004811 1.8773074392140
    _, low, high = odds_ratio(**groups(3, 10**12, 7, 10**12), method="exact")
    assert [low, high] == pytest.approx([0.0715122004811, 1.8773074392140], rel=1e-9)
    # and the score limits become Wilson's of 3 in 10: share / (1 - share)
    # > s <- prop.test(3, 10, correct = FALSE)$conf.int; s/(1 - s) 0.120813956946 1.520300088094
    _, low, high = odds_ratio(**groups(3, 10**12, 7, 10**12))
    assert [low, high] == pytest.approx([0.120813956946, 1.520300088094], rel=1e-9)


def test_large_tables_do_not_need_more_memory_than_one_of_them(monkeypatch):
    listed = []
    log_weights = conditional._log_weights
    monkeypatch.setattr(
        conditional,
        "_log_weights",
        lambda table: listed.append(log_weights(table)) or listed[-1],
    )
    monkeypatch.setattr(conditional, "CELLS", 2_048)
    x1 = np.r_[np.full(10, 300), np.arange(1, 100)]
    many = odds_ratio(**groups(x1, 2 * x1, x1, 3 * x1), method="exact")
    assert max(weights.size for weights in listed) <= 2_048
    assert len(listed) < x1.size / 2
    assert sum(len(weights) for weights in listed) == x1.size
    for index in (0, 9, 10, 108):
        one = odds_ratio(
            **groups(x1[index], 2 * x1[index], x1[index], 3 * x1[index]), method="exact"
        )
        assert [part[index] for part in many] == pytest.approx(list(one), rel=1e-11)


@settings(max_examples=200, deadline=None)
@given(
    totals=st.tuples(st.integers(1, 10**4), st.integers(1, 10**9)),
    shares=st.tuples(st.floats(0, 1), st.floats(0, 1)),
    level=st.floats(0.01, 1 - 1e-12),
    method=st.sampled_from(METHODS),
)
def test_any_valid_table_gives_an_ordered_interval(totals, shares, level, method):
    (n1, n2), (x1, x2) = totals, (round(s * n) for s, n in zip(shares, totals, strict=True))
    value, low, high = odds_ratio(**groups(x1, n1, x2, n2), confidence_level=level, method=method)
    assert 0 <= low <= value <= high


@pytest.mark.parametrize("method", METHODS)
def test_one_table_and_many_tables_agree(method):
    x1, x2, level = np.array([0, 7, 36, 45]), np.array([0, 40, 45]), np.array([0.95, 0.998])
    table = groups(x1[:, None, None], 45, x2[:, None], 45)
    many = odds_ratio(**table, confidence_level=level, method=method)
    assert isinstance(many, Estimate)
    assert [part.shape for part in many] == [(4, 3, 2)] * 3
    for i, j, k in itertools.product(range(4), range(3), range(2)):
        one = odds_ratio(**groups(x1[i], 45, x2[j], 45), confidence_level=level[k], method=method)
        assert [type(part) for part in one] == [np.float64] * 3
        assert [part[i, j, k] for part in many] == pytest.approx(list(one), rel=1e-12)
    assert [part.shape for part in odds_ratio(**groups([], 4, 2, 4), method=method)] == [(0,)] * 3


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            {"exposed_cases": [1, -1]},
            "exposed_cases must be a whole number, 0 or more; got -1 at index 1",
        ),
        ({"exposed_cases": 10}, "exposed_cases must not exceed exposed_total; got 10 of 9"),
        (
            {"reference_cases": 0, "reference_total": 0},
            "reference_total must be a whole number, 1 or more; got 0",
        ),
        (
            {"method": "cornfield"},
            "unknown method 'cornfield'; choose one of miettinen_nurminen, exact, woolf",
        ),
    ],
)
def test_refuses_with_the_argument_the_value_and_the_place(arguments, message):
    with pytest.raises(ValueError, match=f"^{message}$"):
        odds_ratio(**groups(3, 9, 2, 7) | arguments)
