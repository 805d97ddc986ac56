"""Every number of a report traces to a figure with a locator, and no suspect one is shown."""

import re
from collections.abc import Callable

import pytest

from childstats.analyses import (
    brief,
    cascade,
    circumstances,
    comparisons,
    coverage,
    evidence,
    forests,
    held_back,
    national,
    profile,
    quality_findings,
    refused,
    risk,
    spine,
    strata_words,
    stratified,
    surveys,
    trend_words,
    vintages,
)
from childstats.analyses.report import TITLES, Report
from childstats.blocks import Chart, Sentences, Table
from childstats.observations.workspace import Workspace

Block = Table | Chart | Sentences
AREAS = ["VN-71", "VN-NMM", "VNM"]
COMPARISON = {
    "reference_areas": ["VN-05"],
    "national_indicators": ["dtp3_coverage_reported"],
    "exposed_periods": [2013],
    "reference_periods": [2012],
}


def _years(report: Report) -> stratified.Stratified:
    return stratified.stratify_by_year(
        report, "death_registration_on_time", reference_area="VNM", periods=[2018, 2023]
    )


def _evidence(report: Report) -> Table:
    report.cite("dbp-2026-01:2", "dbso-2024-06:2")
    return evidence.table_evidence(report)


BLOCKS: dict[str, Callable[[Report], Block]] = {
    "brief": lambda r: brief.profile_sentences(r, comparator_areas=["VN-05"]),
    "benchmarks": spine.plot_benchmarks,
    "levels": lambda r: profile.table_levels(r, comparator_areas=["VN-05"]),
    "cascade": cascade.plot_cascade,
    "circumstances": circumstances.table_circumstances,
    "circumstances in words": circumstances.sentences_circumstances,
    "held back": held_back.sentences_held_back,
    "evidence": _evidence,
    "coverage": lambda r: trend_words.coverage_sentences(
        r, ["full_immunisation_under_1"], comparator_areas=["VNM"]
    ),
    "series": lambda r: coverage.plot_series(r, "infant_mortality_rate", areas=AREAS),
    "values": lambda r: coverage.table_series(r, "death_registration_on_time", areas=AREAS),
    "all series": lambda r: trend_words.table_trends(
        r, ["full_immunisation_under_1"], comparator_areas=["VNM"]
    ),
    "changes": lambda r: national.table_changes(r, "dtp3_coverage", ref_area="VNM"),
    "vaccines": lambda r: coverage.plot_indicators(r, ["dtp3_coverage"], ref_area="VNM"),
    "zero dose": lambda r: national.drop_out_sentences(
        r, "dtp1_coverage_reported", "dtp3_coverage_reported", ref_area="VNM"
    ),
    "surveys": lambda r: surveys.table_surveys(r, "dtp3_coverage", ref_area="VNM"),
    "survey chart": lambda r: surveys.plot_surveys(r, "dtp3_coverage", ref_area="VNM"),
    "survey sentences": lambda r: surveys.survey_sentences(r, "dtp3_coverage", ref_area="VNM"),
    "strata": lambda r: strata_words.plot_strata(r, _years(r)),
    "strata sentences": lambda r: strata_words.strata_sentences(r, _years(r)),
    "ratios": lambda r: risk.table_comparisons(r, comparisons.compare(r, **COMPARISON)),
    "forest": lambda r: forests.plot_comparisons(r, comparisons.compare(r, **COMPARISON)),
    "ratio sentences": lambda r: risk.risk_sentences(r, comparisons.compare(r, **COMPARISON)),
    "refused": lambda r: refused.table_refused(r, reference_areas=["VN-05"]),
    "findings": quality_findings.table_findings,
    "findings above": quality_findings.table_findings_above,
    "editions": vintages.table_editions,
    "conflicts": vintages.table_conflicts,
    "every figure": lambda r: evidence.table_evidence(r, all_of_the_area=True),
}


@pytest.fixture(params=["vi", "en"])
def report(workspace: Workspace, request: pytest.FixtureRequest) -> Report:
    """Return a report on Điện Biên, 2025, in each language."""
    return Report(
        "annual_profile",
        workspace=workspace,
        ref_area="VN-71",
        time_period=2025,
        language=request.param,
    )


@pytest.mark.parametrize("make", BLOCKS.values(), ids=BLOCKS.keys())
def test_a_block_with_numbers_names_figures_that_have_a_locator(report: Report, make) -> None:
    block = make(report)
    assert re.search(r"\d", str(block))
    assert block.figure_ids
    for figure_id in block.figure_ids:
        assert report.figure(figure_id).locator
        source_id, line = figure_id.split(":")
        assert source_id in report.workspace.sources
        assert int(line) >= 2
    cited = set(re.findall(r"\[(\d+)\]", str(block)))
    assert cited
    assert cited <= {str(n) for n, _ in enumerate(report.cited_sources, start=1)}


def test_a_figure_id_is_the_line_of_the_file(report: Report) -> None:
    figure = report.figure("dbp-2026-01:4")
    assert (figure.text, figure.locator) == ("95.5%", "paragraph 4")


def test_suspect_figures_are_in_no_series_and_no_comparison(report: Report) -> None:
    values = {o.obs_value for o in report.series("children_under_16")}
    assert 124_472 not in values
    assert 216_000 in values
    periods = [o.time_period for o in report.series("full_immunisation_under_1")]
    assert periods == [2010, 2013, 2014, 2015, 2016, 2025]
    names = ("brief", "benchmarks", "levels", "cascade", "series", "ratios")
    drawn = [BLOCKS[name](report) for name in names]
    shown = " ".join(str(block) for block in drawn).replace(".", "").replace(",", "")
    for number in ("124472", "2302", "486 ", "481 "):
        assert number not in shown
    ids = {figure_id for block in drawn for figure_id in block.figure_ids}
    assert "nhanquyen-2020-09:2" not in ids


def test_suspect_figures_reach_the_reader_with_their_reason(report: Report) -> None:
    said = re.sub(r"(?<=\d)[.,](?=\d{3})", "", str(BLOCKS["held back"](report)))
    for number in ("124472", "78", "2302", "6320", "486", "481", "457", "242", "29.1"):
        assert number in said
    word = report.t.pick(en="misprint", vi="in nhầm")
    assert word in said


def test_surgery_per_child_screened_is_refused_and_not_compared(report: Report) -> None:
    compared = {c.indicator for c in comparisons.compare(report, **COMPARISON)}
    assert not {"disability_operated", "defect_operated", "at_risk"} & compared
    refused = str(BLOCKS["refused"](report))
    assert report.indicator_name("defect_operated") in refused
    assert report.indicator_name("full_immunisation_under_5") in refused


@pytest.mark.parametrize("name", TITLES)
def test_a_report_of_another_area_and_year_has_no_figure_of_this_one(
    workspace: Workspace, name: str
) -> None:
    other = Report(name, workspace=workspace, ref_area="VN-05", time_period=2024, language="en")
    assert "Sơn La" in other.title
    assert other.observation("children_under_16").obs_value == 381_700
    assert other.observation("disability_screened") is None
    profile_text = str(brief.profile_sentences(other, comparator_areas=["VN-71"]))
    assert "381,700" in profile_text
    assert "208,222" not in profile_text


def test_a_report_of_an_earlier_year_does_not_know_the_future(workspace: Workspace) -> None:
    past = Report(
        "coverage_trends", workspace=workspace, ref_area="VN-71", time_period=2013, language="en"
    )
    years = [o.time_period for o in past.series("full_immunisation_under_1")]
    assert years == [2010, 2013]
    said = str(national.table_changes(past, "dtp3_coverage", ref_area="VNM"))
    assert "2013" in said
    assert "2014" not in said
