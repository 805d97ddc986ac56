"""Comparison with a benchmark: p-values of R, Fingertips' own verdicts, polarity, adjustment."""

import numpy as np
import pytest

from childstats.statistics import (
    BenchmarkVerdict,
    compare_interval_with_benchmark,
    compare_with_benchmark,
    proportion,
    rate,
)


@pytest.mark.parametrize(
    ("cases", "total", "benchmark", "p_value"),
    [
        # R 4.2.2 > prop.test(x, n, p, correct = FALSE)$p.value
        (26_789, 33_012, 0.80642448, 0.01976757391),
        (36, 45, 0.95, 3.895099983e-06),
        (20, 20, 0.9, 0.1360371281),
        (0, 20, 0.1, 0.1360371281),
    ],
)
def test_proportion_matches_r(cases, total, benchmark, p_value):
    result = compare_with_benchmark(cases, total, benchmark, kind="proportion", polarity="none")
    assert result.p_value == pytest.approx(p_value, rel=1e-9)


@pytest.mark.parametrize(
    ("events", "expected", "p_value"),
    [
        # R 4.2.2 > min(1, 2*ppois(x, e), 2*ppois(x - 1, e, lower.tail = FALSE))
        (16, 10.5, 0.1366698781),
        (0, 4.2, 0.02999115364),
        (3, 9.9, 0.0222395766),
        (10, 10, 1.0),
        (1_045, 960, 0.007061703287),
    ],
)
@pytest.mark.parametrize("kind", ["rate", "ratio"])
def test_rate_and_ratio_match_r(events, expected, p_value, kind):
    ratio = compare_with_benchmark(events, expected, 1, kind="ratio", polarity="none")
    per_thousand = compare_with_benchmark(
        events, 100 * expected, 10, kind="rate", per=1_000, polarity="none"
    )
    result = ratio if kind == "ratio" else per_thousand
    assert result.p_value == pytest.approx(p_value, rel=1e-8)


@pytest.mark.parametrize(
    ("cases", "total", "at_95", "at_998"),
    [
        # PHEindicatormethods, tests/testthat/testdata_funnel_prop_inputs.csv (cases rounded),
        # against its baseline 80.642448 %: New Forest "High (0.001)", Norwich "Low (0.001)", South
        # Gloucestershire "Not significant", West Norfolk "High (0.025)", North Devon "Low (0.025)"
        (35_078, 41_980, "higher", "higher"),
        (24_804, 31_824, "lower", "lower"),
        (50_051, 61_921, "similar", "similar"),
        (26_789, 33_012, "higher", "similar"),
        (30_278, 37_828, "lower", "similar"),
    ],
)
def test_verdicts_match_fingertips_funnel_tool(cases, total, at_95, at_998):
    result = compare_with_benchmark(cases, total, 0.80642448, kind="proportion", polarity="none")
    assert (result.at_95, result.at_998) == (at_95, at_998)


def test_verdict_on_a_proportion_is_whether_the_wilson_interval_excludes_the_benchmark():
    cases = np.arange(41)
    for benchmark in (0.02, 0.37, 0.8, 0.95, 0.999):
        result = compare_with_benchmark(cases, 40, benchmark, kind="proportion", polarity="higher")
        for verdict, level in [(result.at_95, 0.95), (result.at_998, 0.998)]:
            _, low, high = proportion(cases, 40, confidence_level=level)
            expected = compare_interval_with_benchmark(low, high, benchmark, polarity="higher")
            assert verdict.tolist() == expected.tolist()
            assert set(expected) != {"similar"}


def test_verdict_on_a_rate_is_whether_garwoods_interval_excludes_the_benchmark():
    events = np.arange(60)
    result = compare_with_benchmark(events, 1_000, 20, kind="rate", per=1_000, polarity="lower")
    for verdict, level in [(result.at_95, 0.95), (result.at_998, 0.998)]:
        _, low, high = rate(events, 1_000, per=1_000, confidence_level=level, method="exact")
        expected = compare_interval_with_benchmark(low, high, 20, polarity="lower")
        assert verdict.tolist() == expected.tolist()
        assert set(expected) == {"better", "similar", "worse"}


@pytest.mark.parametrize(
    ("polarity", "above", "below"),
    [("higher", "better", "worse"), ("lower", "worse", "better"), ("none", "higher", "lower")],
)
def test_polarity_names_the_side(polarity, above, below):
    result = compare_with_benchmark([95, 80, 60], 100, 0.8, kind="proportion", polarity=polarity)
    assert result.at_95.tolist() == [above, "similar", below]
    assert {type(verdict) for verdict in result.at_998} == {BenchmarkVerdict}


@pytest.mark.parametrize("kind", ["proportion", "rate", "ratio"])
def test_a_benchmark_of_zero_is_passed_by_any_event(kind):
    result = compare_with_benchmark([0, 1], 50, 0, kind=kind, polarity="lower")
    assert result.p_value.tolist() == [1.0, 0.0]
    assert result.at_998.tolist() == ["similar", "worse"]


def test_a_proportion_of_one_is_missed_by_any_other_count():
    result = compare_with_benchmark([50, 49], 50, 1, kind="proportion", polarity="higher")
    assert result.p_value.tolist() == [1.0, 0.0]


def test_every_count_has_a_p_value():
    for kind in ("proportion", "rate", "ratio"):
        result = compare_with_benchmark(
            np.arange(21), 20, np.linspace(0, 1, 11)[:, None], kind=kind, polarity="none"
        )
        assert result.p_value.shape == result.at_95.shape == (11, 21)
        assert np.all((result.p_value >= 0) & (result.p_value <= 1))


# Counts whose p-values against 0.5 of 400 are spread around 0.05 and 0.002.
SPREAD = np.array([[200, 221, 224], [240, 172, 165]])


def test_adjustments_are_those_of_their_authors():
    plain = compare_with_benchmark(SPREAD, 400, 0.5, kind="proportion", polarity="none").p_value
    ordered = np.sort(plain, axis=None)
    # Holm (1979) and Benjamini and Hochberg (1995) from their definitions, one p-value at a time.
    holm = [max(min(1, (6 - j) * ordered[j]) for j in range(i + 1)) for i in range(6)]
    hochberg = [min(6 / (j + 1) * ordered[j] for j in range(i, 6)) for i in range(6)]
    for adjustment, expected in [("holm", holm), ("benjamini_hochberg", hochberg)]:
        result = compare_with_benchmark(
            SPREAD, 400, 0.5, kind="proportion", polarity="none", adjustment=adjustment
        )
        assert np.sort(result.p_value, axis=None) == pytest.approx(expected)
        assert np.argsort(result.p_value, axis=None, kind="stable")[-1] == 0
        assert np.all(result.p_value >= plain)


@pytest.mark.parametrize(
    ("adjustment", "expected"),
    [
        # R 4.2.2 > p.adjust(c(0.001, 0.02, 0.013, 0.4, 0.03, 0.0009), "holm") and "BH"
        ("holm", [0.0054, 0.06, 0.052, 0.4, 0.06, 0.0054]),
        ("benjamini_hochberg", [0.003, 0.03, 0.026, 0.4, 0.036, 0.003]),
    ],
)
def test_adjustments_match_p_adjust(adjustment, expected):
    # A ratio that nothing was observed of has p-value 2 exp(-e).
    p_values = np.array([0.001, 0.02, 0.013, 0.4, 0.03, 0.0009])
    result = compare_with_benchmark(
        0, -np.log(p_values / 2), 1, kind="ratio", polarity="lower", adjustment=adjustment
    )
    assert result.p_value == pytest.approx(expected)
    assert (result.at_95 == "better").tolist() == [p < 0.05 for p in expected]


def test_one_call_is_one_family_whatever_its_shape():
    for adjustment in ("holm", "benjamini_hochberg"):
        flat, table = (
            compare_with_benchmark(
                counts, 400, 0.5, kind="proportion", polarity="none", adjustment=adjustment
            ).p_value
            for counts in (SPREAD.ravel(), SPREAD)
        )
        assert table.ravel().tolist() == flat.tolist()
        single = compare_with_benchmark(
            221, 400, 0.5, kind="proportion", polarity="none", adjustment=adjustment
        )
        assert single.p_value < flat[1]


def test_intervals_that_touch_are_similar_and_infinite_limits_count():
    verdicts = compare_interval_with_benchmark(
        [1.0, 1.1, 0.2, -np.inf, 0.2], [2.0, np.inf, 1.0, 0.9, 0.9], 1.0, polarity="lower"
    )
    assert verdicts.tolist() == ["similar", "worse", "similar", "better", "better"]
    assert compare_interval_with_benchmark(2, 3, 1, polarity="none") is BenchmarkVerdict.HIGHER


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"count": 51}, "count must not exceed denominator; got 51 of 50"),
        ({"count": -1, "kind": "rate"}, "count must be a whole number, 0 or more; got -1"),
        ({"denominator": 50.5}, "denominator must be a whole number, 1 or more; got 50.5"),
        ({"denominator": 0, "kind": "ratio"}, "denominator must be a finite number above 0; got 0"),
        ({"benchmark": 95}, r"benchmark must be a proportion, 0 to 1 \(0.95, not 95\); got 95"),
        (
            {"benchmark": [0.5, 1.5]},
            r"benchmark must be a proportion, 0 to 1 \(0.95, not 95\); got 1.5 at index 1",
        ),
        ({"benchmark": -0.1}, "benchmark must be a finite number, 0 or more; got -0.1"),
        ({"kind": "mean"}, "unknown kind 'mean'; choose one of proportion, rate, ratio"),
        ({"polarity": "up"}, "unknown polarity 'up'; choose one of higher, lower, none"),
        (
            {"adjustment": "bonferroni"},
            "unknown adjustment 'bonferroni'; choose one of none, holm, benjamini_hochberg",
        ),
        ({"per": 0, "kind": "rate"}, "per must be a finite number above 0; got 0"),
    ],
)
def test_refuses_with_the_argument_and_the_value(arguments, message):
    good = {"count": 5, "denominator": 50, "benchmark": 0.1, "kind": "proportion"}
    with pytest.raises(ValueError, match=f"^{message}$"):
        compare_with_benchmark(**(good | {"polarity": "higher"} | arguments))


@pytest.mark.parametrize(
    ("low", "high", "message"),
    [
        (2, 1, "low must be a number not above high; got 2 and 1"),
        ([0, np.nan], 1, "low must be a number not above high; got nan and 1 at index 1"),
    ],
)
def test_refuses_an_interval_that_is_none(low, high, message):
    with pytest.raises(ValueError, match=f"^{message}$"):
        compare_interval_with_benchmark(low, high, 1.5, polarity="higher")
