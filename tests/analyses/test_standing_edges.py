"""What decides a comparison: the rest of the whole, the guard, and shares before counts."""

import pytest
from scipy.stats import chi2_contingency

from childstats.analyses import equity, standing
from childstats.analyses.profile_cells import change_in_words, target_in_words
from childstats.analyses.report import Report
from childstats.observations.guard import Ground, Reason
from childstats.observations.table import Observation
from childstats.statistics.benchmarks import BenchmarkVerdict
from childstats.text.claim import Word


def report_on(workspace, name="annual_profile", area="VN-71"):
    return Report(name, workspace=workspace, ref_area=area, time_period=2025, language="en")


def registered(area, cases, total):
    return {
        "indicator": "death_registration_on_time", "ref_area": area, "time_period": "2025",
        "numerator_text": str(cases), "denominator_text": str(total),
    }  # fmt: skip


def persons(indicator, year, text):
    return {"indicator": indicator, "time_period": year, "text": text, "unit": "persons"}


def test_an_area_does_not_pull_the_whole_it_is_part_of_towards_itself(small) -> None:
    report = report_on(small(registered("VN-71", 60, 100), registered("VN-NMM", 130, 260)))
    against = {
        "rest": chi2_contingency([[60, 40], [130 - 60, 130 - 40]], correction=False).pvalue,
        "whole": chi2_contingency([[60, 40], [130, 130]], correction=False).pvalue,
    }
    assert against["rest"] < 0.05 < against["whole"]
    here = report.observation("death_registration_on_time")
    assert standing.against_area(report, here, "VN-NMM").verdict is BenchmarkVerdict.BETTER


@pytest.mark.parametrize("ground", [Ground.DEFINITION, Ground.BORDERS, Ground.DURATION])
def test_whatever_the_guard_refuses_is_not_compared(workspace, monkeypatch, ground) -> None:
    report = report_on(workspace)
    here = report.observation("death_registration_on_time", time_period=2023)
    assert standing.against_area(report, here, "VN-05") is not None
    monkeypatch.setattr(standing, "comparable", lambda *_: [Reason(ground, "no", "không")])
    assert standing.against_area(report, here, "VN-05") is None


def test_a_count_inside_the_print_of_another_is_similar(small) -> None:
    report = report_on(
        small(
            persons("special_circumstances", "2024", "about 1,000"),
            persons("special_circumstances", "2025", "1,004"),
        )
    )
    change = standing.since(report, report.observation("special_circumstances"))
    low, high = change.other.obs_low, change.other.obs_high
    assert low < 1_004 < high
    assert change.verdict is BenchmarkVerdict.SIMILAR


def test_shares_are_compared_before_counts(small) -> None:
    report = report_on(
        small(
            persons("children_under_16", "2024", "20,000"),
            persons("children_under_16", "2025", "21,000"),
            persons("special_circumstances", "2024", "1,000"),
            persons("special_circumstances", "2025", "1,001"),
        )
    )
    assert 1_001 / 21_000 < 1_000 / 20_000
    change = standing.since(report, report.observation("special_circumstances"))
    assert change.verdict is BenchmarkVerdict.LOWER


def test_counts_of_areas_of_unequal_size_are_not_compared(small) -> None:
    counted = persons("special_circumstances", "2025", "1,000")
    report = report_on(small(counted, counted | {"ref_area": "VN-05", "text": "2,000"}))
    here = report.observation("special_circumstances")
    assert standing.against_area(report, here, "VN-05") is None, "no children to divide by"


def test_a_group_of_two_dimensions_is_no_group_of_one(small) -> None:
    stunted = {"indicator": "stunting_under_5", "ref_area": "VNM", "time_period": "2016"}
    groups = [("M", "", "24.7%"), ("F", "", "22.5%"), ("M", "R", "30%"), ("M", "U", "12%")]
    report = report_on(
        small(*(stunted | {"sex": s, "residence": r, "text": text} for s, r, text in groups)),
        "equity",
        "VNM",
    )
    (gap,) = equity.gaps(report, ["stunting_under_5"])
    assert [group.value for group in gap.groups] == [0.247, 0.225]


@pytest.mark.parametrize(("here", "there"), [((12, 10), (5, 10)), ((5, 10), (12, 10))])
def test_coverage_above_one_is_no_risk_and_is_not_tested(workspace, here, there) -> None:
    rows = [
        Observation.of({"numerator": pair[0], "denominator": pair[1], "ref_area": area})
        for pair, area in ((here, "VN-71"), (there, "VN-05"))
    ]
    assert standing._by_counts(report_on(workspace), *rows) is None


def rate_of(year, text, **more):
    return {
        "indicator": "infant_mortality_rate",
        "time_period": year,
        "text": text,
        "unit": "per_1000",
    } | more


@pytest.mark.parametrize(
    ("now", "before", "word"),
    [
        ("0.0", "12.5", "−12.5 from 12.5"),
        ("12.5", "0.0", "+12.5 from 0.0"),
        ("0.0", "0.0", "0.0 from 0.0"),
    ],
)
def test_a_change_from_or_to_nothing_is_a_number(small, now, before, word) -> None:
    report = report_on(small(rate_of("2024", before), rate_of("2025", now)))
    o = report.observation("infant_mortality_rate")
    assert standing.since(report, o).verdict is None
    assert change_in_words(report, o, standing.since(report, o), []).startswith(
        f"{word} in 2024, not tested"
    )


def test_a_count_of_nobody_fell_and_rose(small) -> None:
    rows = [persons("special_circumstances", y, n) for y, n in (("2023", "0"), ("2024", "9"))]
    report = report_on(small(*rows, persons("special_circumstances", "2025", "0")))
    found = [
        standing.since(report, report.observation("special_circumstances", time_period=year))
        for year in (2024, 2025)
    ]
    assert [change.verdict for change in found] == [
        BenchmarkVerdict.HIGHER, BenchmarkVerdict.LOWER
    ]  # fmt: skip
    claims = [(claim.statement, claim.word, claim.low) for claim in report.receipts.claims]
    assert claims == [
        ("ratio special_circumstances VN-71 2024 VN-71 2023", Word.ABOVE, 9.0),
        ("ratio special_circumstances VN-71 2025 VN-71 2024", Word.BELOW, 0.0),
    ]


def test_a_share_that_rose_since_fewer_were_due_has_no_direction(small) -> None:
    reported = {"indicator": "dtp3_coverage_reported", "text": ""}
    rows = [
        reported | {"time_period": y, "numerator_text": n, "denominator_text": d}
        for y, n, d in (("2024", "900", "1000"), ("2025", "880", "930"))
    ]
    report = report_on(small(*rows))
    o = report.observation("dtp3_coverage_reported")
    assert standing.since(report, o).verdict is None
    assert change_in_words(report, o, standing.since(report, o), []).startswith(
        "90.0% in 2024; no direction is told, since the number due changed"
    )
    assert not report.receipts.claims


@pytest.mark.parametrize(
    ("text", "year", "said"),
    [
        ("95.5%", "2025", "97% by 2025: missed by 1.5 points"),
        ("95.45%", "2025", "97% by 2025: missed by 1.55 points"),
        ("95.5%", "2024", "97% by 2025: not yet there in 2024, 1.5 points away"),
        ("about 95%", "2025", "97% by 2025: missed"),
        ("98%", "2025", "97% by 2025: met"),
        ("98%", "2024", "97% by 2025: already there in 2024"),
        ("95.5%", "2016", "97% by 2025: last figure held 2016"),
    ],
)
def test_a_target_is_said_with_what_is_missing_to_it(small, text, year, said) -> None:
    row = {"indicator": "full_immunisation_under_1", "time_period": year, "text": text}
    report = report_on(small(row))
    o = report.observation("full_immunisation_under_1", time_period=int(year))
    assert target_in_words(report, o) == said
    receipts = {r["formula"]: r for r in report.receipts.numbers.values()}
    assert receipts["target"]["value"] == 0.97
    if " points" in said:
        gap = receipts["difference_to_target"]
        assert gap["inputs"] == [o.figure_id]
        assert gap["value"] == pytest.approx(0.97 - o.obs_value, abs=1e-12)
