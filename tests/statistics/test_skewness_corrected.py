"""Skewness-corrected score intervals (SCAS): golden values, independent inversion, properties."""

import numpy as np
import pytest
from scipy import optimize, special, stats

from childstats.statistics import risk_difference, risk_ratio
from childstats.statistics.score import ScoreTest, lower_difference, lower_ratio
from childstats.statistics.two_groups import TwoGroups


def groups(x1, n1, x2, n2):
    return {
        "exposed_cases": x1,
        "exposed_total": n1,
        "reference_cases": x2,
        "reference_total": n2,
    }


def test_matches_what_ratesci_prints():
    # ratesci, articles/basic_contrasts.md (commit 2ebd4bb8), precis = 4:
    # > scasci(x1 = 5, n1 = 56, x2 = 0, n2 = 29)$estimates       lower -0.0186  upper 0.1867
    # > scasci(x1 = 5, n1 = 56, x2 = 0, n2 = 29, contrast = "RR")  lower 0.7696  upper Inf
    difference = risk_difference(**groups(5, 56, 0, 29), method="scas")
    assert list(difference[1:]) == pytest.approx([-0.0186, 0.1867], abs=5e-5)
    ratio = risk_ratio(**groups(5, 56, 0, 29), method="scas")
    assert ratio.low == pytest.approx(0.7696, abs=5e-5)
    assert (ratio.value, ratio.high) == (np.inf, np.inf)


GART_AND_NAM = ScoreTest(unbiased=False, skewed=True)


@pytest.mark.parametrize(
    ("table", "low", "high"),
    [
        # Gart and Nam (1988) Biometrics 44:323-338, examples 1 and 2, as ratesci's test3.R
        # (commit 0c942289) repeats them; without the N / (N - 1) that Laud added
        ((8, 15, 4, 15), 0.806, 6.148),
        ((6, 10, 6, 20), 0.822, 4.954),
    ],
)
def test_ratio_without_the_factor_is_gart_and_nams(table, low, high):
    counts = TwoGroups(*(np.array(float(count)) for count in table))
    z = np.array(stats.norm.ppf(0.975))
    assert lower_ratio(counts, z, GART_AND_NAM) == pytest.approx(low, abs=5e-4)
    assert 1 / lower_ratio(counts.exchanged(), z, GART_AND_NAM) == pytest.approx(high, abs=5e-4)


@pytest.mark.parametrize(
    ("table", "low", "high", "decimals"),
    [
        # Gart and Nam (1990) Biometrics 46:637-643, as ratesci's test3.R repeats it
        ((7, 25, 2, 25), -0.014, 0.414, 3),
        # ratesci, articles/basic_contrasts.md: > rdci(5, 56, 0, 29), row Gart-Nam
        ((5, 56, 0, 29), -0.0172, 0.1859, 4),
    ],
)
def test_difference_without_the_factor_is_gart_and_nams(table, low, high, decimals):
    counts = TwoGroups(*(np.array(float(count)) for count in table))
    z, half = np.array(stats.norm.ppf(0.975)), 0.5 * 10.0**-decimals
    assert lower_difference(counts, z, GART_AND_NAM) == pytest.approx(low, abs=half)
    upper = -lower_difference(counts.exchanged(), z, GART_AND_NAM)
    assert upper == pytest.approx(high, abs=half)


# An inversion that shares no code. The likelihood is maximised numerically, the third moment is
# SciPy's skewness of two binomial distributions, and the limit is found by Brent's method.


def corrected_excess(table, z, shift=0.0, factor=1.0):
    """Score, less its skewness term at z, of the hypothesis p1 = factor p2 + shift."""
    x1, n1, x2, n2 = table

    def surprise(risk):
        first = factor * risk + shift
        likelihood = special.xlogy(x1, first) + special.xlog1py(n1 - x1, -first)
        return -likelihood - special.xlogy(x2, risk) - special.xlog1py(n2 - x2, -risk)

    bounds = (max(0.0, -shift), min(1.0, (1 - shift) / factor))
    p2 = optimize.minimize_scalar(
        surprise, bounds=bounds, method="bounded", options={"xatol": 1e-13}
    ).x
    first, second = stats.binom(n1, factor * p2 + shift), stats.binom(n2, p2)
    plain = first.var() / n1**2 + factor**2 * second.var() / n2**2
    third = first.stats("s") * (first.std() / n1) ** 3
    third -= second.stats("s") * (factor * second.std() / n2) ** 3
    variance = plain * (n1 + n2) / (n1 + n2 - 1)
    score = (x1 / n1 - factor * x2 / n2 - shift) / np.sqrt(variance)
    return score - (z**2 - 1) * third / (6 * variance**1.5)


INVERTED = [
    (36, 45, 40, 45),
    (20, 20, 18, 20),
    (20, 20, 20, 20),
    (5, 56, 1, 29),
    (1, 16, 15, 72),
    (13, 2176, 5, 3354),
    (3, 500, 7, 400),
    (497, 500, 393, 400),
]


@pytest.mark.parametrize("level", [0.8, 0.95, 0.99])
@pytest.mark.parametrize("table", INVERTED)
def test_limits_invert_the_corrected_test(table, level):
    z = stats.norm.ppf((1 + level) / 2)
    # Where everyone is a case the skewness is infinite at the value itself.
    near = 0.02 if table == (20, 20, 20, 20) else 1e-9
    value, low, high = risk_difference(**groups(*table), confidence_level=level, method="scas")
    for limit, side, inside in ((low, 1, value - near), (high, -1, value + near)):
        found = optimize.brentq(
            lambda shift, side=side: side * corrected_excess(table, z, shift=shift) - z,
            inside,
            -side * (1 - 1e-7),
        )
        assert limit == pytest.approx(found, abs=2e-6)
    value, low, high = risk_ratio(**groups(*table), confidence_level=level, method="scas")
    for limit, side, inside in ((low, 1, -near), (high, -1, near)):
        found = optimize.brentq(
            lambda log, side=side: side * corrected_excess(table, z, factor=np.exp(log)) - z,
            np.log(value) + inside,
            np.log(value) - 8 * side,
        )
        assert np.log(limit) == pytest.approx(found, abs=2e-6)


def test_one_case_excludes_no_ratio_above_a_level_just_over_99_percent():
    # As the ratio goes to 0 the corrected score goes to √(1 + 6 x1 N / (N - 1)): for one case
    # √(1 + 6 × 100 / 99) = 2.657, the quantile of 99.212 %.
    level = np.array([0.9920, 0.9923])
    assert 2 * stats.norm.cdf(np.sqrt(1 + 6 * 100 / 99)) - 1 == pytest.approx(0.99212, abs=5e-6)
    _, low, high = risk_ratio(**groups(1, 50, 4, 50), confidence_level=level, method="scas")
    assert low[0] > 0 == low[1]
    assert np.all(np.isfinite(high))


def test_both_sides_err_equally_often_where_miettinen_and_nurminens_do_not():
    # What the correction is for, summed over all tables of 100 and 100, risks 0.05 and 0.2.
    x1, x2 = np.meshgrid(np.arange(101), np.arange(101), indexing="ij")
    weight = stats.binom.pmf(x1, 100, 0.05) * stats.binom.pmf(x2, 100, 0.2)
    imbalance = {}
    for method in ("scas", "miettinen_nurminen"):
        _, low, high = risk_ratio(**groups(x1, 100, x2, 100), method=method)
        imbalance[method] = weight[low > 0.25].sum() - weight[high < 0.25].sum()
    assert abs(imbalance["scas"]) < 0.005
    assert imbalance["miettinen_nurminen"] > 0.015
