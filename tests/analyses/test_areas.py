"""Comparators, references and years follow from a report's area and year."""

import pandas as pd
import pytest

from childstats.analyses.areas import (
    comparators,
    country_of,
    siblings,
    stratum_periods,
    wider_areas,
)
from childstats.analyses.comparisons import compare
from childstats.analyses.report import Report
from childstats.analyses.stratified import stratify_by_area, stratify_by_year
from childstats.observations.workspace import Workspace

DEATHS = "death_registration_on_time"


def _report(workspace: Workspace, area: str, year: int = 2025) -> Report:
    return Report(
        "risk_ratios", workspace=workspace, ref_area=area, time_period=year, language="en"
    )


@pytest.mark.parametrize(
    ("area", "beside", "around"),
    [
        ("VN-71", ["VN-01", "VN-05", "VN-14"], ["VN-NMM", "VNM"]),
        ("VN-05", ["VN-01", "VN-14", "VN-71"], ["VN-NMM", "VNM"]),
        ("VN-13", ["VN-26"], ["VNM"]),
        ("VN-NMM", [], ["VNM"]),
        ("VNM", [], []),
    ],
)
def test_siblings_and_wider_areas(
    workspace: Workspace, area: str, beside: list[str], around: list[str]
) -> None:
    report = _report(workspace, area, 2024)
    assert siblings(report) == beside
    assert wider_areas(report) == around
    assert comparators(report) == [*beside[:1], *around]
    assert country_of(report) == "VNM"


def test_a_commune_is_set_beside_no_other(workspace: Workspace) -> None:
    report = _report(workspace, "03160", 2024)
    assert siblings(report) == []
    assert wider_areas(report)[0] == "VN-71"


def test_years_are_the_first_and_last_in_common(workspace: Workspace) -> None:
    report = _report(workspace, "VN-71")
    own, there = (
        {o.time_period for o in report.series(DEATHS, area)} for area in ("VN-71", "VN-NMM")
    )
    both = own & there
    assert stratum_periods(report, DEATHS, ["VN-NMM"]) == (min(both), max(both))
    early = _report(workspace, "VN-71", min(both))
    assert stratum_periods(early, DEATHS, ["VN-NMM"]) == (min(both) - 1, min(both))


@pytest.mark.parametrize("area", ["VN-71", "VN-05", "VN-NMM", "VNM"])
@pytest.mark.parametrize("year", [2004, 2012, 2018, 2025])
def test_nothing_fails_where_nothing_is_named(workspace: Workspace, area: str, year: int) -> None:
    report = _report(workspace, area, year)
    found = compare(report, national_indicators=["dtp3_coverage_reported", "mcv1_coverage_survey"])
    for comparison in found:
        assert str(year + 1) not in f"{comparison.exposed_label} {comparison.reference_label}"
    assert stratify_by_year(report, DEATHS).kind == "years"
    assert stratify_by_area(report, DEATHS).kind == "provinces"


def test_the_table_of_observations_has_years_and_what_is_usable(workspace: Workspace) -> None:
    table = _report(workspace, "VN-71").observations
    assert len(table) == len(workspace.observations)
    assert table["year"].dtype == pd.Int64Dtype()
    assert table["usable"].dtype == bool
    months = table["time_period"].astype(str).str.contains("/P9M")
    assert months.any()
    assert table.loc[months, "year"].isna().all()
    assert not table.loc[months, "usable"].any()
    wide = table.query(
        "usable and ref_area == 'VN-71' and sex == '_T' and residence == '_T'"
    ).pivot(index="year", columns="indicator", values="obs_value")
    assert wide.loc[2025, "play_spots"] == 36 / 45
    assert "year" not in workspace.observations
