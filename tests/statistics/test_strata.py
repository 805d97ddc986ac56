"""Mantel-Haenszel pooling: golden values, other roads to the same numbers, edges, refusals."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, stats

from childstats.statistics import (
    PooledEstimate,
    mantel_haenszel,
    odds_ratio,
    risk_difference,
    risk_ratio,
)

MEASURES = ("risk_ratio", "risk_difference", "odds_ratio")

# 13 trials of BCG vaccine (Colditz et al. 1994 JAMA 271:698-702), R's metadat::dat.bcg.
BCG = (
    [4, 6, 3, 62, 33, 180, 8, 505, 29, 17, 186, 5, 27],
    [123, 306, 231, 13598, 5069, 1541, 2545, 88391, 7499, 1716, 50634, 2498, 16913],
    [11, 29, 11, 248, 47, 372, 10, 499, 45, 65, 141, 3, 29],
    [139, 303, 220, 12867, 5808, 1451, 629, 88391, 7277, 1665, 27338, 2341, 17854],
)
# Mehrotra and Railkar (2000), as ratesci's test3.R (commit 0c942289) repeats it.
TRIAL = ([21, 11, 8], [464, 165, 69], [26, 25, 11], [453, 174, 70])
SPARSE = ([0, 3, 5, 0], [10, 12, 30, 8], [2, 0, 9, 0], [11, 15, 28, 9])


def strata(x1, n1, x2, n2):
    return {
        "exposed_cases": x1,
        "exposed_total": n1,
        "reference_cases": x2,
        "reference_total": n2,
    }


# Each row: counts, measure, test; value, low, high; chi-squared, degrees of freedom, p.
GOLDEN = [
    # R package metafor 3.8-1, options(digits = 10)
    # > r <- rma.mh(ai = x1, n1i = n1, ci = x2, n2i = n2, measure = "RR")
    # > exp(c(r$beta, r$ci.lb, r$ci.ub)); c(r$QE, r$QEp)
    (
        (BCG, "risk_ratio", "cochran_q"),
        (0.6352671851, 0.5881287297, 0.6861837827),
        (152.5675536, 12, 1.707587532e-26),
    ),
    (
        (TRIAL, "risk_ratio", "cochran_q"),
        (0.6512637758, 0.4444593432, 0.9542931478),
        (1.495978751, 2, 0.4733172598),
    ),
    (
        (SPARSE, "risk_ratio", "cochran_q"),
        (0.7276720351, 0.3219911069, 1.6444758236),
        (3.972140025, 2, 0.1372336938),
    ),
    # the same with measure = "OR", and c(r$TA, r$TAp)
    (
        (BCG, "odds_ratio", "cochran_q"),
        (0.6228740246, 0.5747703225, 0.6750036237),
        (163.9425796, 12, 8.249452551e-29),
    ),
    (
        (BCG, "odds_ratio", "breslow_day"),
        (0.6228740246, 0.5747703225, 0.6750036237),
        (171.756673, 12, 2.086782395e-30),
    ),
    (
        (TRIAL, "odds_ratio", "breslow_day"),
        (0.6265175474, 0.4138119208, 0.9485571039),
        (1.621808159, 2, 0.4444560609),
    ),
    (
        (SPARSE, "odds_ratio", "breslow_day"),
        (0.6839422260, 0.2553042269, 1.8322335443),
        (7.871936437, 2, 0.01952678398),
    ),
    # statsmodels 0.15.0 > t = StratifiedTable(...); t.oddsratio_pooled,
    # t.oddsratio_pooled_confint(), t.test_equal_odds(adjust=True)
    (
        (TRIAL, "odds_ratio", "breslow_day"),
        (0.6265175473815041, 0.4138119208371599, 0.9485571038718297),
        (1.6218081592139357, 2, 0.444456060867078),
    ),
    # metafor with measure = "RD" for Q; its interval is Sato's. Interval: R 4.2.2
    # > v <- sum((a*b*n2^3 + c*d*n1^3)/(n1*n2*N^2))/sum(n1*n2/N)^2; D +- qnorm(.975)*sqrt(v)
    (
        (BCG, "risk_difference", "cochran_q"),
        (-0.00328818183261, -0.00384582279256, -0.00273054087267),
        (386.7759418, 12, 2.382062565e-75),
    ),
    (
        (TRIAL, "risk_difference", "cochran_q"),
        (-0.0307916459397, -0.0577644442053, -0.0038188476741),
        (3.639744398, 2, 0.1620464593),
    ),
]


@pytest.mark.parametrize(("what", "estimate", "test"), GOLDEN)
def test_matches_r_and_statsmodels(what, estimate, test):
    counts, measure, homogeneity = what
    pooled = mantel_haenszel(**strata(*counts), measure=measure, homogeneity=homogeneity)
    assert list(pooled[:3]) == pytest.approx(list(estimate), rel=1e-8)
    assert list(pooled[3:]) == pytest.approx(list(test), rel=1e-8)


def test_risk_difference_of_sparse_strata_keeps_the_empty_one_in_its_weights():
    # metafor 3.8-1 > rma.mh(..., measure = "RD"): estimate -0.04986783919, QE 6.474337506
    pooled = mantel_haenszel(**strata(*SPARSE), measure="risk_difference")
    assert pooled.value == pytest.approx(-0.04986783919, rel=1e-9)
    assert pooled.statistic == pytest.approx(6.474337506, rel=1e-9)
    without = mantel_haenszel(**strata(*(count[:3] for count in SPARSE)), measure="risk_difference")
    assert abs(without.value) > abs(pooled.value)


def test_breslow_day_is_the_default_of_odds_ratios_and_cochran_of_the_others():
    for measure, test in zip(MEASURES, ("cochran_q", "cochran_q", "breslow_day"), strict=True):
        usual = mantel_haenszel(**strata(*TRIAL), measure=measure)
        assert usual == mantel_haenszel(**strata(*TRIAL), measure=measure, homogeneity=test)


def test_one_stratum_is_the_ordinary_estimate_with_its_simplest_interval():
    table = strata(16, 128, 24, 256)
    ratio = mantel_haenszel(**table, measure="risk_ratio")
    assert list(ratio[:3]) == pytest.approx(list(risk_ratio(**table, method="katz")))
    difference = mantel_haenszel(**table, measure="risk_difference")
    assert list(difference[:3]) == pytest.approx(list(risk_difference(**table, method="wald")))
    odds = mantel_haenszel(**table, measure="odds_ratio")
    assert list(odds[:3]) == pytest.approx(list(odds_ratio(**table, method="woolf")))
    for pooled in (ratio, difference, odds):
        assert pooled[3:] == (0, 0, 1)


def test_pooled_odds_ratio_solves_mantel_and_haenszels_equation():
    x1, n1, x2, n2 = (np.array(count, dtype=float) for count in BCG)
    a, b, c, d = x1, n1 - x1, x2, n2 - x2

    def surplus(ratio):
        return np.sum((a * d - ratio * b * c) / (n1 + n2))

    pooled = mantel_haenszel(**strata(*BCG), measure="odds_ratio")
    assert pooled.value == pytest.approx(optimize.brentq(surplus, 0.01, 100))


def test_breslow_and_days_expected_counts_by_numerical_maximisation():
    # Expected counts at the pooled ratio from the two binomial likelihoods.
    pooled = mantel_haenszel(**strata(*TRIAL), measure="odds_ratio")
    total, surplus, spread = 0.0, 0.0, 0.0
    for x1, n1, x2, n2 in zip(*TRIAL, strict=True):

        def risks(logit):
            return 1 / (1 + np.exp(-logit) / pooled.value), 1 / (1 + np.exp(-logit))

        def surprise(logit, x1=x1, n1=n1, x2=x2, n2=n2):
            p1, p2 = risks(logit)
            return -stats.binom.logpmf(x1, n1, p1) - stats.binom.logpmf(x2, n2, p2)

        p1, p2 = risks(optimize.minimize_scalar(surprise, bracket=(-4, 0), tol=1e-12).x)
        variance = 1 / (1 / (n1 * p1 * (1 - p1)) + 1 / (n2 * p2 * (1 - p2)))
        total += (x1 - n1 * p1) ** 2 / variance
        surplus, spread = surplus + x1 - n1 * p1, spread + variance
    assert pooled.statistic == pytest.approx(total - surplus**2 / spread, rel=1e-6)
    assert pooled.p_value == pytest.approx(stats.chi2.sf(pooled.statistic, 2))


RANDOM = np.random.default_rng(20261125)
TOTALS = RANDOM.integers(1, 40, (2, 200, 4))
TABLES = strata(
    RANDOM.binomial(TOTALS[0], 0.2), TOTALS[0], RANDOM.binomial(TOTALS[1], 0.3), TOTALS[1]
)


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("homogeneity", ["cochran_q", "breslow_day"])
def test_exchanging_the_groups_inverts_or_negates(measure, homogeneity):
    if (measure, homogeneity) in {(m, "breslow_day") for m in MEASURES[:2]}:
        homogeneity = None
    usual = mantel_haenszel(**TABLES, measure=measure, homogeneity=homogeneity)
    swapped = mantel_haenszel(
        **strata(*(TABLES[name] for name in list(TABLES)[2:] + list(TABLES)[:2])),
        measure=measure,
        homogeneity=homogeneity,
    )
    if measure == "risk_difference":
        value, low, high = (-part for part in usual[:3])
    else:
        with np.errstate(divide="ignore"):
            value, low, high = (1 / part for part in usual[:3])
    np.testing.assert_allclose(swapped.value, value, rtol=1e-10, atol=1e-15)
    np.testing.assert_allclose(swapped.low, high, rtol=1e-10)
    np.testing.assert_allclose(swapped.high, low, rtol=1e-10)
    np.testing.assert_allclose(swapped.statistic, usual.statistic, rtol=1e-8, atol=1e-10)


@pytest.mark.parametrize("measure", MEASURES)
def test_strata_may_be_on_any_axis_in_any_order_and_padded_with_empty_ones(measure):
    usual = mantel_haenszel(**TABLES, measure=measure)
    assert isinstance(usual, PooledEstimate)
    turned = {name: np.moveaxis(count, -1, 0)[::-1] for name, count in TABLES.items()}
    padded = {
        name: np.concatenate([count, np.full((200, 1), 0 if "exposed" in name else 7)], axis=1)
        for name, count in TABLES.items()
    }
    other = mantel_haenszel(**turned, measure=measure, axis=0)
    more = mantel_haenszel(**padded, measure=measure)
    one = mantel_haenszel(**{n: c[17] for n, c in TABLES.items()}, measure=measure)
    for part in range(6):
        np.testing.assert_allclose(other[part], usual[part], rtol=1e-10, atol=1e-14)
        np.testing.assert_allclose(more[part], usual[part], rtol=1e-10, atol=1e-14)
        assert one[part] == pytest.approx(usual[part][17], rel=1e-10)
        assert type(one[part]) is np.float64


@pytest.mark.parametrize("measure", MEASURES)
def test_interval_widens_with_the_confidence_level(measure):
    levels = np.array([0.5, 0.8, 0.95, 0.998])[:, None]
    _, low, high, *_ = mantel_haenszel(**TABLES, measure=measure, confidence_level=levels)
    assert low.shape == (4, 200)
    assert np.all(np.diff(low, axis=0) <= 0)
    assert np.all(np.diff(high, axis=0) >= 0)
    # R package metafor 3.8-1 > exp(rma.mh(..., measure = "OR", level = 99.8)$ci.lb)
    level998 = mantel_haenszel(**strata(*TRIAL), measure="odds_ratio", confidence_level=0.998)
    assert level998.low == pytest.approx(0.325781058817, rel=1e-9)


@pytest.mark.parametrize("measure", MEASURES)
def test_edges(measure):
    nothing = (0, -1, 1) if measure == "risk_difference" else (1, 0, np.inf)
    for counts in ([0, 0], [5, 0], [0, 0], [0, 9]), ([], [], [], []):
        pooled = mantel_haenszel(**strata(*counts), measure=measure)
        assert pooled == (*nothing, 0, 0, 1)
    no_cases = mantel_haenszel(**strata([0, 0], [5, 8], [0, 0], [7, 9]), measure=measure)
    expected = (0, 0, 0) if measure == "risk_difference" else (1, 0, np.inf)
    assert no_cases == (*expected, 0, 0, 1)
    none = mantel_haenszel(**strata([0, 0], [5, 8], [2, 1], [7, 9]), measure=measure)
    if measure == "risk_difference":
        assert -1 < none.low < none.value < 0
    else:
        assert none[:3] == (0, 0, np.inf)
        infinite = mantel_haenszel(**strata([2, 1], [7, 9], [0, 0], [5, 8]), measure=measure)
        assert infinite[:3] == (np.inf, 0, np.inf)
        assert infinite[3:] == (0, 0, 1)


@settings(max_examples=200, deadline=None)
@given(
    table=st.lists(
        st.tuples(st.integers(0, 10**6), st.integers(0, 60), st.floats(0, 1), st.floats(0, 1)),
        max_size=5,
    ),
    level=st.floats(0.01, 1 - 1e-12),
    measure=st.sampled_from(MEASURES),
)
def test_any_valid_strata_give_an_ordered_interval_and_a_p_value(table, level, measure):
    n1, n2 = [row[0] for row in table], [row[1] for row in table]
    x1 = [round(share * n) for n, _, share, _ in table]
    x2 = [round(share * n) for _, n, _, share in table]
    pooled = mantel_haenszel(**strata(x1, n1, x2, n2), measure=measure, confidence_level=level)
    assert pooled.low <= pooled.value <= pooled.high
    assert pooled.statistic >= 0
    assert 0 <= pooled.p_value <= 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            {"exposed_cases": [1, -1]},
            "exposed_cases must be a whole number, 0 or more; got -1 at index 1",
        ),
        (
            {"reference_total": [7, -7]},
            "reference_total must be a whole number, 0 or more; got -7 at index 1",
        ),
        (
            {"reference_cases": [1, 10]},
            "reference_cases must not exceed reference_total; got 10 of 7 at index 1",
        ),
        ({"axis": 1}, "axis must be one of the 1 there are; got 1"),
        (
            {"measure": "hazard_ratio"},
            "unknown measure 'hazard_ratio'; choose one of risk_ratio, risk_difference, odds_ratio",
        ),
        (
            {"homogeneity": "woolf"},
            "unknown homogeneity test 'woolf'; choose one of cochran_q, breslow_day",
        ),
        (
            {"homogeneity": "breslow_day"},
            "breslow_day tests odds ratios, not risk_ratio; choose cochran_q",
        ),
        (
            {"confidence_level": 95},
            "confidence_level must lie between 0 and 1, such as 0.95; got 95",
        ),
    ],
)
def test_refuses_with_the_argument_the_value_and_the_place(arguments, message):
    usual = strata([3, 4], [9, 9], [2, 3], [7, 7]) | {"measure": "risk_ratio"}
    with pytest.raises(ValueError, match=f"^{message}$"):
        mantel_haenszel(**usual | arguments)
