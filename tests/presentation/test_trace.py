"""Every number of a report traces to a figure with a locator, and no suspect one is shown."""

import re
from collections.abc import Callable

import pytest

from childstats.observations.workspace import Workspace
from childstats.presentation import (
    brief,
    comparisons,
    coverage,
    profile,
    provenance,
    quality_findings,
    risk,
    vintages,
)
from childstats.presentation.blocks import Chart, Sentences, Table
from childstats.presentation.report import TITLES, Report

Block = Table | Chart | Sentences
AREAS = ["VN-71", "VN-NMM", "VNM"]
COMPARISON = {
    "reference_area": "VN-05",
    "national_indicator": "dtp3_coverage_reported",
    "exposed_period": 2013,
    "reference_period": 2012,
}
BLOCKS: dict[str, Callable[[Report], Block]] = {
    "brief": lambda r: brief.profile_sentences(r, comparator_areas=["VN-05"]),
    "shares": profile.plot_shares,
    "levels": lambda r: profile.table_levels(r, comparator_areas=["VN-05"]),
    "last published": lambda r: profile.table_last_published(r, comparator_areas=AREAS[1:]),
    "held back": profile.sentences_held_back,
    "origins": lambda r: r.table_origins(["dbp-2026-01:2", "dbso-2024-06:2"]),
    "coverage": lambda r: coverage.coverage_sentences(
        r, ["full_immunisation_under_1"], comparator_areas=["VNM"]
    ),
    "series": lambda r: coverage.plot_series(r, "infant_mortality_rate", areas=AREAS),
    "values": lambda r: coverage.table_series(r, "death_registration_on_time", areas=AREAS),
    "changes": lambda r: coverage.change_sentences(r, "dtp3_coverage", ref_area="VNM"),
    "ratios": lambda r: risk.table_comparisons(r, comparisons.compare(r, **COMPARISON)),
    "forest": lambda r: risk.plot_comparisons(r, comparisons.compare(r, **COMPARISON)),
    "ratio sentences": lambda r: risk.risk_sentences(r, comparisons.compare(r, **COMPARISON)),
    "refused": lambda r: risk.table_refused(r, reference_area="VN-05"),
    "findings": quality_findings.table_findings,
    "findings above": quality_findings.table_findings_above,
    "editions": vintages.table_editions,
    "conflicts": vintages.table_conflicts,
    "every figure": provenance.table_area_figures,
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
        assert report.figure(figure_id)["locator"]
        source_id, line = figure_id.split(":")
        assert source_id in report.workspace.sources
        assert int(line) >= 2
    cited = set(re.findall(r"\[(\d+)\]", str(block)))
    assert cited
    sources = report.table_sources().rows
    assert {number.strip("[]") for number, *_ in sources} >= cited


def test_a_figure_id_is_the_line_of_the_file(report: Report) -> None:
    figure = report.figure("dbp-2026-01:4")
    assert (figure["text"], figure["locator"]) == ("95.5%", "paragraph 4")


def test_suspect_figures_are_in_no_series_and_no_comparison(report: Report) -> None:
    values = {o["obs_value"] for o in report.series("children_under_16")}
    assert 124_472 not in values
    assert 216_000 in values
    periods = [o["time_period"] for o in report.series("full_immunisation_under_1")]
    assert periods == [2010, 2013, 2014, 2015, 2016, 2025]
    drawn = [BLOCKS[name](report) for name in ("brief", "shares", "levels", "series", "ratios")]
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


def test_fair_ratios_have_the_values_that_the_counts_give(report: Report) -> None:
    found = {(c.indicator, c.reference_label): c for c in comparisons.compare(report, **COMPARISON)}
    ratios = sorted(round(c.ratio, 3) for c in found.values())
    dtp3 = (1_058_240 / 1_782_720) / (1_714_877 / 1_775_657)
    rest = (1_918 / 3_103) / ((467_727 - 1_918) / (642_391 - 3_103))
    region = (1_918 / 3_103) / ((56_786 - 1_918) / (78_400 - 3_103))
    sonla = (1_918 / 3_103) / (4_372 / 6_579)
    special = (6_847 / 208_222) / (6_609 / 382_500)
    assert ratios == sorted(round(r, 3) for r in (dtp3, rest, region, sonla, special))
    full_counts = {c.indicator: c for c in found.values() if not c.is_sampling}
    country = full_counts.pop("dtp3_coverage_reported")
    assert country.low == country.high == pytest.approx(dtp3)
    (census,) = full_counts.values()
    assert census.low == pytest.approx(6_847 / 208_222 / (6_609 / 382_000))
    assert census.high == pytest.approx(6_847 / 208_222 / (6_609 / 383_000))


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
    assert other.observation("children_under_16")["obs_value"] == 381_700
    assert other.observation("disability_screened") is None
    profile_text = str(brief.profile_sentences(other, comparator_areas=["VN-71"]))
    assert "381,700" in profile_text
    assert "208,222" not in profile_text


def test_a_report_of_an_earlier_year_does_not_know_the_future(workspace: Workspace) -> None:
    past = Report(
        "coverage_trends", workspace=workspace, ref_area="VN-71", time_period=2013, language="en"
    )
    years = [o["time_period"] for o in past.series("full_immunisation_under_1")]
    assert years == [2010, 2013]
    said = str(coverage.change_sentences(past, "dtp3_coverage", ref_area="VNM"))
    assert "2013" in said
    assert "2014" not in said
