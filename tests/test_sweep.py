"""A sample of ``make sweep``: first and last year, province, region, country, the least data."""

import pytest
import sweep
from conftest import ROOT

from childstats.observations.workspace import Workspace
from childstats.reports.edition import Job, parameters_of

SAMPLE = [
    *[(name, "VNM", 1990, "en") for name in ("annual_profile", "coverage_trends", "risk_ratios")],
    *[(name, "VNM", 2012, "vi") for name in ("risk_ratios", "equity", "data_quality")],
    ("risk_ratios", "VNM", 2025, "en"),
    *[("risk_ratios", "VN-NMM", year, "vi") for year in (2004, 2018, 2025)],
    *[("risk_ratios", "VN-71", year, "en") for year in (2004, 2012, 2019, 2025)],
    ("annual_profile", "VN-NMM", 2010, "en"),
    ("coverage_trends", "VN-14", 1995, "vi"),
    ("coverage_trends", "VN-26", 2024, "en"),
    *[(name, "VN-13", 2025, "vi") for name in ("annual_profile", "risk_ratios", "data_quality")],
    ("equity", "VN-13", 2025, "en"),
    ("annual_profile", "VN-05", 2012, "en"),
]


def _job(name: str, area: str, year: int, language: str) -> Job:
    notebook = ROOT / "notebooks" / f"{name}.ipynb"
    asked = {"ref_area": area, "time_period": year, "language": language}
    return Job(notebook, parameters_of(notebook) | asked, (language,))


def test_of_each_report_there_is_content_or_one_line_that_says_what_is_missing(
    workspace: Workspace,
) -> None:
    found = list(sweep.swept([_job(*asked) for asked in SAMPLE], workspace))
    assert {report.job.file_name: report.faults for report in found if report.faults} == {}
    assert len(found) == len(SAMPLE)
    refused = {report.job.file_name for report in found if report.refused}
    assert "vn-13-2025-equity.en.pdf" in refused
    assert "vn-71-2025-risk-ratios.en.pdf" not in refused
    for report in found:
        assert bool(report.refused) != bool(report.text)
        assert "\n" not in report.refused


def test_an_area_after_its_end_is_refused(workspace: Workspace) -> None:
    (found,) = sweep.swept([_job("data_quality", "VN-26", 2025, "en")], workspace)
    assert "VN-26" in found.refused


def test_the_sweep_takes_every_area_and_year_with_figures(workspace: Workspace) -> None:
    jobs = sweep.all_jobs(workspace)
    asked = {(j.parameters["ref_area"], j.parameters["time_period"]) for j in jobs}
    table = workspace.observations
    assert {area for area, _ in asked} == set(table["ref_area"])
    assert {year for _, year in asked} == {p for p in table["time_period"] if isinstance(p, int)}
    assert len(jobs) == len(asked) * 5 * 2


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("# A\n\n12,345.6 %", "a share outside"),
        ("# A\n\nnan children", "no number"),
    ],
)
def test_an_impossible_number_is_a_fault(workspace: Workspace, text: str, fault: str) -> None:
    document = sweep.Document({"title": "A", "language": "en"}, [], ended=True)
    job = _job("equity", "VNM", 2025, "en")
    assert any(
        fault in found for found in sweep.faults_in(job, document, text, workspace.catalogue)
    )


def test_what_a_report_must_not_hold_is_a_fault(workspace: Workspace) -> None:
    heading = {"type": "heading", "level": 2, "inlines": [{"kind": "text", "text": "A"}]}
    said = {"type": "list", "sentences": ["Once.", "Once."]}
    table = {"type": "table", "rows": []}
    document = sweep.Document({}, [heading, heading, said, table], ended=True)
    job = _job("equity", "VNM", 2025, "en")
    assert sweep.faults_in(job, document, "", workspace.catalogue) == [
        "said twice: Once.",
        "a table without a row",
        "a section without content",
        "no figure at all",
    ]
