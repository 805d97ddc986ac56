"""Results: what an analyst holds says in numbers what the report says in words."""

import matplotlib as mpl
import pandas as pd
import pytest

import childstats as cs
from childstats.analyses.report import Report
from childstats.analyses.result import COLUMNS
from childstats.errors import CatalogueError, EditionError
from childstats.observations.workspace import Workspace

AREAS = (("VN-71", 2025), ("VN-14", 2012), ("VN-NMM", 2016), ("VNM", 2025))
IMR = "infant_mortality_rate"


def report_of(workspace: Workspace, area: str = "VN-71", year: int = 2025) -> Report:
    return Report(
        "coverage_trends", workspace=workspace, ref_area=area, time_period=year, language="en"
    )


def every_result(report: Report) -> list:
    return [
        cs.trends(report, [IMR, "full_immunisation_under_1"]),
        cs.doses(report, "dtp1_coverage_reported", "dtp3_coverage_reported"),
        cs.comparisons(report, national_indicators=["dtp3_coverage_reported"]),
        cs.strata(report, "death_registration_on_time"),
        cs.strata(report, "death_registration_on_time", by="area"),
        cs.profile(report, [IMR]),
        cs.screening(report),
        cs.funnel(report, "full_immunisation_under_1"),
        cs.equity(report, ["stunting_under_5", "under_five_mortality_survey"]),
        cs.surveys(report, "dtp3_coverage"),
        cs.quality(report),
        cs.held_back(report),
    ]


@pytest.mark.parametrize(("area", "year"), AREAS)
def test_every_result_has_a_frame_of_possible_numbers_of_its_area(workspace, area, year) -> None:
    for result in every_result(report_of(workspace, area, year)):
        frame = result.frame
        assert set(COLUMNS) <= set(frame.columns), result
        assert frame["year"].dtype == "Int64"
        assert not (frame["year"] > year).any()
        known = frame.dropna(subset=["value", "low", "high"])
        assert (known["low"] <= known["value"] + 1e-12).all(), result
        assert (known["value"] <= known["high"] + 1e-12).all(), result
        held = set(workspace.figures["figure_id"])
        assert all(set(ids) <= held for ids in frame["figure_ids"])
        for name in ("sentences", "table", "plot"):
            if hasattr(result, name):
                getattr(result, name)()


def test_a_frame_is_filtered_by_year_and_pivoted(workspace: Workspace) -> None:
    frame = cs.trends(report_of(workspace), [IMR], areas=["VN-71", "VNM"]).frame
    wide = frame.query("year >= 2014").pivot(index="year", columns="ref_area", values="value")
    # Statistical Yearbook, infant mortality rate by province
    assert wide.loc[2016].to_dict() == {"VN-71": 33.2, "VNM": 14.5}


def test_what_is_changed_on_a_chart_is_what_is_shown(workspace: Workspace) -> None:
    chart = cs.trends(report_of(workspace), [IMR]).plot(IMR)
    assert isinstance(chart.figure, mpl.figure.Figure)
    before = chart._repr_mimebundle_()
    chart.ax.set_ylim(0, 60)
    chart.figure.set_size_inches(6, 3)
    assert chart.ax.get_ylim() == (0, 60)
    assert chart._repr_mimebundle_() != before


def test_a_table_of_a_frame_and_a_column_more(workspace: Workspace) -> None:
    frame = cs.trends(report_of(workspace), [IMR], areas=["VN-71"]).frame
    mine = frame.assign(per_10_000=frame["value"] * 10)[["year", "value", "per_10_000"]]
    table = cs.Table(mine, title="Of my own")
    pd.testing.assert_frame_equal(table.frame, mine)
    assert "332" in str(table)


def test_names_of_areas_and_the_intervals_of_a_comparison_are_in_the_frame(workspace) -> None:
    frame = cs.comparisons(report_of(workspace), reference_areas=["VN-05"]).frame
    row = frame[frame["indicator"] == "death_registration_on_time"].iloc[0]
    assert "Sơn La" in row["against"]
    # as printed by the statistics office: 1,918 of 3,103 and 4,372 of 6,579 deaths in 2023
    assert row["value"] == pytest.approx(1918 / 3103 / (4372 / 6579), rel=1e-9)
    assert row["verdict"] == ("lower" if row["high"] < 1 else "similar")


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda r: cs.trends(r, IMR), EditionError),
        (lambda r: cs.trends(r, [IMR], areas=["VN-99"]), CatalogueError),
        (lambda r: cs.trends(r, [IMR]).plot("infant_mortality"), CatalogueError),
        (lambda r: cs.equity(r, ["stunting_under_5"]).measures("stunting"), CatalogueError),
        (lambda r: cs.strata(r, IMR, by="province"), EditionError),
        (lambda r: cs.profile(r, IMR), EditionError),
    ],
)
def test_a_wrong_argument_is_refused_at_the_call(workspace: Workspace, call, error) -> None:
    with pytest.raises(error) as refused:
        call(report_of(workspace))
    assert "\n" not in str(refused.value)
