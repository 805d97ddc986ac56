"""No word and no digit of a report hangs on the last bit of a statistic."""

import ast
import json
from math import inf, nextafter
from pathlib import Path

import numpy as np
import pytest

import childstats as cs
import childstats.statistics
from childstats.analyses import estimates
from childstats.analyses.estimates import as_published
from childstats.analyses.report import Report
from childstats.statistics import (
    Estimate,
    TrendVerdict,
    compare_interval_with_benchmark,
    compare_with_benchmark,
    recent_trend,
)

ROOM = Path(estimates.__file__).parent
DOORS = [name for name, thing in vars(estimates).items() if hasattr(thing, "__wrapped__")]
NOISE = 5e-15
"""Relative: as much as the limits of a risk ratio were seen to differ between processors."""


@pytest.mark.parametrize("path", sorted(ROOM.glob("*.py")), ids=lambda path: path.stem)
def test_statistics_reach_the_pages_through_one_door(path):
    if path.stem == "estimates":
        return
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        assert not isinstance(node, ast.Import) or "statistics" not in str(ast.dump(node))
        module = getattr(node, "module", None) or ""
        if module.startswith("childstats.statistics.disclosure"):
            continue  # whole numbers
        if isinstance(node, ast.ImportFrom) and module.startswith("childstats.statistics"):
            assert [alias.name for alias in node.names if alias.name.islower()] == []


def test_every_door_is_gone_through():
    modules = [path for path in ROOM.glob("*.py") if path.stem != "estimates"]
    used = "".join(path.read_text(encoding="utf-8") for path in modules)
    assert len(DOORS) > 18
    assert [name for name in DOORS if f"{name}(" not in used] == []


def test_floats_are_rounded_and_counts_and_words_pass():
    given = Estimate(np.float64(0.1 + 0.2), np.float64(-1e-17), np.array([[2 / 3, inf]]))
    found = as_published(lambda: given)()
    assert [repr(part.tolist()) for part in found] == ["0.3", "0.0", "[[0.6666666667, inf]]"]
    for passed in (np.int64(5), TrendVerdict.INCREASING, np.bool_(True), np.array(["a"])):
        assert as_published(lambda passed=passed: passed)() is passed


def _said(workspace) -> str:
    """Return the sentences, tables and charts of three reports that rest on statistics."""
    blocks = []
    begin = {"workspace": workspace, "time_period": 2025, "language": "en"}
    report = Report("risk_ratios", ref_area="VN-71", **begin)
    compared = cs.comparisons(
        report,
        reference_areas=["VN-05", "VN-01"],
        national_indicators=["dtp3_coverage_reported", "mcv1_coverage_survey"],
        exposed_periods=[2013, 2019],
        reference_periods=[2012, 2012],
    )
    blocks += [compared.sentences(), compared.plot(), compared.table()]
    years = cs.strata(
        report, "death_registration_on_time", reference_area="VN-NMM", periods=[2018, 2023]
    )
    blocks += [years.sentences(), years.plot(), years.table()]
    report = Report("coverage_trends", ref_area="VN-71", **begin)
    for indicator in ("death_registration_on_time", "infant_mortality_rate"):
        trends = cs.trends(report, [indicator], areas=["VN-71", "VN-NMM", "VNM"])
        blocks += [trends.sentences(), trends.sentences(indicator), trends.plot()]
    report = Report("equity", ref_area="VNM", **begin)
    coverage = "hepb_birth_dose_survey_under_2"
    equity = cs.equity(report, [coverage])
    blocks += [equity.sentences(), equity.plot(), equity.measures(coverage), equity.plot(coverage)]
    return json.dumps([block.to_json() for block in blocks])


@pytest.mark.parametrize("seed", range(4))
def test_noise_in_every_statistic_changes_no_word_no_digit_and_no_mark(
    workspace, monkeypatch, seed
):
    expected, chance, rounded = _said(workspace), np.random.default_rng(seed), estimates._rounded
    disturbed = []

    def noisy(result):
        if isinstance(result, float | np.ndarray) and np.asarray(result).dtype.kind == "f":
            disturbed.append(result)
            noise = chance.uniform(-NOISE, NOISE, np.shape(result))
            # of a difference relative to the shares, which are about 1
            return rounded(result * (1 + noise) + noise * (np.abs(result) < 1))
        return rounded(result)

    monkeypatch.setattr(estimates, "_rounded", noisy)
    assert _said(workspace) == expected
    assert len(disturbed) > 100


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (nextafter(1, 2), 1.5, "similar"),
        (1 + 4e-13, 1.5, "similar"),
        (1 + 2e-11, 1.5, "higher"),
        (0.5, nextafter(1, 0), "similar"),
        (0.5, 1 - 2e-12, "lower"),
    ],
)
def test_an_interval_that_touches_but_for_the_last_bits_touches(low, high, verdict):
    assert compare_interval_with_benchmark(low, high, 1, polarity="none") == verdict
    around_nought = compare_interval_with_benchmark(low - 1, high - 1, 0, polarity="none")
    assert around_nought == verdict


@pytest.mark.parametrize(
    ("off", "verdict"), [(1e-15, "similar"), (-1e-15, "similar"), (-1e-9, "better")]
)
def test_a_p_value_at_its_level_is_not_below_it(monkeypatch, off, verdict):
    from childstats.statistics import benchmarks  # noqa: PLC0415

    monkeypatch.setattr(benchmarks, "_score_p_value", lambda *_: np.array(0.05 + off))
    found = compare_with_benchmark(60, 100, 0.5, kind="proportion", polarity="higher")
    assert found.at_95 == verdict


@pytest.mark.parametrize("unit", [1e-6, 1, 1e7])
def test_a_series_that_rises_in_the_last_bits_alone_does_not_rise(unit):
    errors = np.full(5, 1e-18 * unit)
    rising = 0.1 * unit * (1 + np.arange(5) * 4e-16)
    assert recent_trend(rising, errors).verdict == "no significant change"
    assert recent_trend(rising[::-1], errors).verdict == "no significant change"
    assert recent_trend(0.1 * unit * (1 + np.arange(5) * 1e-9), errors).verdict == "increasing"
