"""Better, worse, rose and met follow from an interval, or are not said."""

import pytest
from scipy.stats import binomtest, chi2_contingency

from childstats.analyses.report import Report
from childstats.analyses.standing import (
    Sureness,
    against_area,
    since,
    spread,
)
from childstats.analyses.targets import TargetVerdict, target_met
from childstats.statistics.benchmarks import BenchmarkVerdict


def report_on(workspace, area="VN-71", year=2025, language="en"):
    return Report(
        "annual_profile", workspace=workspace, ref_area=area, time_period=year, language=language
    )


@pytest.fixture
def report(workspace) -> Report:
    return report_on(workspace)


def p_value(a, n, b, m):
    """Pearson's chi-squared test without correction: another road than the score interval."""
    return chi2_contingency([[a, n - a], [b, m - b]], correction=False).pvalue


def deaths(report, area="VN-71", year=2023):
    return report.observation("death_registration_on_time", ref_area=area, time_period=year)


def test_counts_are_tested_against_the_rest_of_the_area_that_contains_them(report) -> None:
    for area, (cases, total) in {"VNM": (467_727, 642_391), "VN-NMM": (56_786, 78_400)}.items():
        assert p_value(1_918, 3_103, cases - 1_918, total - 3_103) < 0.05
        assert against_area(report, deaths(report), area).verdict is BenchmarkVerdict.WORSE


def test_a_neighbour_is_tested_as_it_is(report) -> None:
    assert p_value(1_918, 3_103, 4_372, 6_579) < 0.05
    assert against_area(report, deaths(report), "VN-05").verdict is BenchmarkVerdict.WORSE
    assert p_value(1_499, 2_590, 3_541, 6_288) > 0.05
    here = deaths(report, year=2018)
    assert against_area(report, here, "VN-05").verdict is BenchmarkVerdict.SIMILAR


def test_without_counts_or_interval_there_is_a_figure_but_no_verdict(report) -> None:
    mortality = report.observation("infant_mortality_rate", time_period=2016)
    standing = against_area(report, mortality, "VNM")
    assert standing.verdict is None
    assert standing.other.obs_value == 14.5


def test_full_counts_are_told_apart_by_their_print_and_without_better_or_worse(report) -> None:
    special = report.observation("special_circumstances")
    assert 6_847 / 208_222 > 6_609 / 382_000
    assert against_area(report, special, "VN-05").verdict is BenchmarkVerdict.HIGHER


@pytest.mark.parametrize(
    ("indicator", "area"),
    [
        ("at_risk", "VN-05"),  # Sơn La counts children of poor households instead
        ("full_immunisation_under_5", "VNM"),  # nothing published
        ("special_circumstances", "VN-71"),  # the area itself
    ],
)
def test_what_the_guard_refuses_or_nobody_publishes_has_no_standing(
    report, indicator, area
) -> None:
    assert against_area(report, report.observation(indicator), area) is None


def test_a_part_of_the_area_is_no_comparator(workspace) -> None:
    country = report_on(workspace, "VNM")
    here = deaths(country, area="VNM")
    assert against_area(country, here, "VN-NMM") is None


def test_change_since_the_last_comparable_year(report) -> None:
    special = since(report, report.observation("special_circumstances"))
    assert special.other.time_period == 2024
    assert 6_847 / 208_222 > 6_330 / 216_000
    assert special.verdict is BenchmarkVerdict.HIGHER
    assert since(report, report.observation("at_risk")) is None, "a break lies between"
    assert since(report, report.observation("full_immunisation_under_1")) is None
    assert p_value(1_918, 3_103, 2_072, 4_032) < 0.05
    assert since(report, deaths(report)).verdict is BenchmarkVerdict.HIGHER
    mortality = report.observation("infant_mortality_rate", time_period=2016)
    assert since(report, mortality).verdict is None


def test_fewer_children_in_all_is_a_fall(report) -> None:
    children = since(report, report.observation("children_under_16"))
    assert children.verdict is BenchmarkVerdict.LOWER


@pytest.mark.parametrize(
    ("indicator", "sureness", "low", "high"),
    [
        ("play_spots", Sureness.EXACT, 36 / 45, 36 / 45),
        ("full_immunisation_under_1", Sureness.PRINT, 0.9545, 0.9555),
        (
            "disability_operated",
            Sureness.CHANCE,
            *binomtest(247, 592).proportion_ci(method="wilson"),
        ),
    ],
)
def test_the_spread_says_what_it_means(report, indicator, sureness, low, high) -> None:
    around = spread(report, report.observation(indicator))
    assert around.sureness is sureness
    assert (around.low, around.high) == pytest.approx((low, high))


@pytest.mark.parametrize(
    ("text", "met"),
    [
        ("97.1%", TargetVerdict.MET),
        ("97%", TargetVerdict.CANNOT_BE_TOLD),
        ("96.9%", TargetVerdict.NOT_MET),
        ("over 97%", TargetVerdict.MET),
        ("less than 97%", TargetVerdict.NOT_MET),
        ("up to 97%", TargetVerdict.CANNOT_BE_TOLD),
    ],
)
def test_a_target_is_met_only_if_the_whole_interval_meets_it(small, text, met) -> None:
    figure = {"indicator": "full_immunisation_under_1", "time_period": "2025", "text": text}
    report = report_on(small(figure))
    assert report.indicator("full_immunisation_under_1").target == 0.97
    assert target_met(report, report.observation("full_immunisation_under_1")) is met


def test_targets_of_the_year_and_none_where_no_plan_sets_one(report) -> None:
    assert (
        target_met(report, report.observation("full_immunisation_under_1")) is TargetVerdict.NOT_MET
    )
    assert target_met(report, report.observation("play_spots")) is TargetVerdict.MET
    assert target_met(report, report.observation("abuse_cases_handled")) is None


def test_none_against_none_is_similar(small) -> None:
    row = {"indicator": "death_registration_on_time", "unit": "", "text": ""}
    report = report_on(
        small(
            row | {"time_period": "2024", "numerator_text": "0", "denominator_text": "10"},
            row | {"time_period": "2025", "numerator_text": "0", "denominator_text": "12"},
        )
    )
    assert since(report, deaths(report, year=2025)).verdict is BenchmarkVerdict.SIMILAR
