"""Funnel limits: Fingertips' funnel, R, sums of probabilities by hand, properties, refusals."""

import math

import numpy as np
import pytest

from childstats.statistics import compare_with_benchmark, funnel_limits, rate

# PHEindicatormethods, tests/testthat/testdata_funnel_prop_outputs.csv: population, lower and upper
# limits at 95 and at 99.8 %, per cent, around the baseline 80.642448.
FINGERTIPS = [
    (1, 3.204264, 100, 0, 100),
    (2, 25.885383, 100, 0, 100),
    (14, 59.946223, 100, 48.011163, 100),
    (20, 63.326743, 97.958152, 53.341156, 100),
    (125, 73.716166, 87.56873, 69.721931, 91.562965),
    (1_008, 78.203374, 83.081521, 76.796814, 84.488082),
    (110_000, 80.408963, 80.875933, 80.274317, 81.010578),
]


@pytest.mark.parametrize(("people", "low_95", "high_95", "low_998", "high_998"), FINGERTIPS)
def test_score_limits_are_fingertips(people, low_95, high_95, low_998, high_998):
    limits = funnel_limits(people, 0.80642448, kind="proportion", method="score")
    assert [100 * limit for limit in limits] == pytest.approx(
        [low_95, high_95, low_998, high_998], abs=2e-6
    )


@pytest.mark.parametrize(
    ("people", "benchmark", "expected"),
    [
        # R 4.2.2, for q in .025, .975, .001, .999 and after Spiegelhalter (2005), appendix A:
        # > r <- qbinom(q, n, p); (r - (pbinom(r, n, p) - q)/dbinom(r, n, p))/n, kept in 0 to 1
        (20, 0.9, [0.721532393, 0.9897184208, 0.6148281783, 0.9995887368]),
        (150, 0.05, [0.01457978133, 0.08454441372, 0.001009216457, 0.1099274883]),
        (1_008, 0.80642448, [0.7812410279, 0.8300380712, 0.7666254609, 0.843497573]),
    ],
)
def test_exact_proportion_limits_match_r(people, benchmark, expected):
    limits = funnel_limits(people, benchmark, kind="proportion")
    assert list(limits) == pytest.approx(expected, rel=1e-8)


@pytest.mark.parametrize(
    ("expected", "limits"),
    [
        # > r <- qpois(q, e); (r - (ppois(r, e) - q)/dpois(r, e))/e, kept above 0
        (10, [0.3775187948, 1.615995067, 0.1220529316, 2.066200084]),
        (0.7, [0, 3.317173422, 0, 5.652614472]),
        (250.5, [0.8760372758, 1.123750653, 0.8084729151, 1.198900759]),
    ],
)
def test_exact_ratio_and_rate_limits_match_r(expected, limits):
    assert list(funnel_limits(expected, 1, kind="ratio")) == pytest.approx(limits, rel=1e-8)
    per_thousand = funnel_limits(50 * expected, 20, kind="rate", per=1_000)
    assert list(per_thousand) == pytest.approx([20 * limit for limit in limits], rel=1e-8)


def _by_hand(chance, tail):
    """Add up probabilities until they pass the tail, and step back by the part that is over."""
    count, below = 0, 0.0
    while below + chance(count) <= tail:
        below += chance(count)
        count += 1
    return count - (below + chance(count) - tail) / chance(count)


@pytest.mark.parametrize(("people", "share"), [(7, 0.5), (30, 0.93), (45, 0.04)])
def test_exact_proportion_limits_are_sums_of_binomial_terms(people, share):
    def chance(count):
        return math.comb(people, count) * share**count * (1 - share) ** (people - count)

    expected = [_by_hand(chance, tail) / people for tail in (0.025, 0.975, 0.001, 0.999)]
    limits = funnel_limits(people, share, kind="proportion")
    assert list(limits) == pytest.approx(np.clip(expected, 0, 1), rel=1e-9)


@pytest.mark.parametrize("mean", [0.3, 4.0, 33.3])
def test_exact_ratio_limits_are_sums_of_poisson_terms(mean):
    def chance(count):
        return math.exp(-mean) * mean**count / math.factorial(count)

    expected = [_by_hand(chance, tail) / mean for tail in (0.025, 0.975, 0.001, 0.999)]
    limits = funnel_limits(mean, 1, kind="ratio")
    assert list(limits) == pytest.approx(np.maximum(expected, 0), rel=1e-9)


def test_score_limits_of_a_ratio_are_the_textbook_ones():
    limits = funnel_limits([100.0, 1.0], 1, kind="ratio", method="score")
    assert limits.low_95 == pytest.approx([1 - 1.959963984540054 / 10, 0])
    assert limits.high_998 == pytest.approx([1 + 3.090232306167813 / 10, 1 + 3.090232306167813])


@pytest.mark.parametrize("method", ["exact", "score"])
@pytest.mark.parametrize("kind", ["proportion", "rate", "ratio"])
def test_limits_hold_the_benchmark_nest_and_narrow_with_size(kind, method):
    size = np.array([5, 20, 100, 1_000, 100_000])
    for benchmark in (0.05, 0.5, 0.95):
        limits = funnel_limits(size, benchmark, kind=kind, method=method)
        ordered = np.stack([limits.low_998, limits.low_95, limits.high_95, limits.high_998])
        assert np.all(np.diff(ordered, axis=0) >= 0)
        assert np.all(limits.low_95 <= benchmark)
        assert np.all(limits.high_95 >= benchmark)
        width = limits.high_95 - limits.low_95
        assert np.all(np.diff(width[1:]) < 0)
        assert width[-1] < 0.02


def test_score_limits_of_the_complement_are_mirrored():
    cases = funnel_limits([9, 50], 0.93, kind="proportion", method="score")
    others = funnel_limits([9, 50], 0.07, kind="proportion", method="score")
    np.testing.assert_allclose(cases.low_95, 1 - others.high_95)
    np.testing.assert_allclose(cases.high_998, 1 - others.low_998, atol=1e-12)


def test_a_unit_outside_the_score_limits_differs_by_the_score_test():
    cases = np.arange(41)
    limits = funnel_limits(40, 0.8, kind="proportion", method="score")
    result = compare_with_benchmark(cases, 40, 0.8, kind="proportion", polarity="none")
    outside = (cases / 40 < limits.low_95) | (cases / 40 > limits.high_95)
    assert outside.tolist() == (result.p_value < 0.05).tolist()


def test_a_unit_below_the_exact_limits_differs_by_the_exact_test_and_one_above_by_one_event():
    events = np.arange(40)
    limits = funnel_limits(16.4, 1, kind="ratio")
    result = compare_with_benchmark(events, 16.4, 1, kind="ratio", polarity="none")
    assert (events / 16.4 < limits.low_95).tolist() == (result.at_95 == "lower").tolist()
    above = np.flatnonzero(events / 16.4 > limits.high_95)[0]
    assert np.flatnonzero(result.at_95 == "higher")[0] - above in (0, 1)
    assert rate(above - 1, 16.4, per=1, method="exact").low < 1


@pytest.mark.parametrize("method", ["exact", "score"])
def test_a_benchmark_of_none_or_all_leaves_no_room(method):
    assert list(funnel_limits(9, 1, kind="proportion", method=method)) == [1.0] * 4
    for kind in ("proportion", "rate", "ratio"):
        assert list(funnel_limits(9, 0, kind=kind, method=method)) == [0.0] * 4


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"denominator": 0}, "denominator must be a whole number, 1 or more; got 0"),
        (
            {"denominator": 0.0, "kind": "rate"},
            "denominator must be a finite number above 0; got 0",
        ),
        ({"benchmark": 80}, r"benchmark must be a proportion, 0 to 1 \(0.95, not 95\); got 80"),
        (
            {"benchmark": -1, "kind": "ratio"},
            "benchmark must be a finite number, 0 or more; got -1",
        ),
        ({"kind": "smr"}, "unknown kind 'smr'; choose one of proportion, rate, ratio"),
        ({"method": "wald"}, "unknown method 'wald'; choose one of exact, score"),
    ],
)
def test_refuses_with_the_argument_and_the_value(arguments, message):
    good = {"denominator": 10, "benchmark": 0.8, "kind": "proportion"}
    with pytest.raises(ValueError, match=f"^{message}$"):
        funnel_limits(**(good | arguments))


@pytest.mark.parametrize("kind", ["rate", "ratio"])
def test_any_number_of_events_has_limits_and_the_way_there_has_no_step(kind):
    # e ± 1.959964 √e, by hand: 1e12 ± 1,959,964; two events are 2e-10 of the 1e10 at the change.
    limits = funnel_limits([1e12, 1e15], 1, kind=kind)
    assert limits.low_95[0] == pytest.approx((1e12 - 1_959_964) / 1e12, rel=1e-12)
    assert limits.high_95[0] == pytest.approx((1e12 + 1_959_964) / 1e12, rel=1e-12)
    assert not np.isnan(limits).any()
    below, above = (funnel_limits(size, 1, kind=kind) for size in (9_999_999_999, 1e10))
    np.testing.assert_allclose(below, above, rtol=3e-10)
