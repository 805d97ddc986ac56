"""From a number down to publisher and place, and up to every report that rests on it."""

import hashlib
import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from conftest import ROOT

from childstats.cli import main
from childstats.errors import CatalogueError
from childstats.observations.workspace import Workspace, open_workspace
from childstats.reports.build import changed_sources
from childstats.reports.trace import trace


def test_a_print_leads_to_its_source_and_to_its_reports(workspace: Workspace) -> None:
    (found,) = trace(workspace, "95.5%")
    assert found.figure.figure_id == "dbp-2026-01:4"
    assert found.publisher == "Báo Điện Biên Phủ"
    assert found.observed_as == "B"
    assert "vn-71-2025-annual-profile.vi.pdf" in found.reports
    raw = (ROOT / "data" / "raw" / "dbp-2026-01" / "figures.csv").read_bytes()
    assert found.sha256 == hashlib.sha256(raw).hexdigest()
    for said in ("paragraph 4", "between 95.45 and 95.55", "en.baodienbienphu.com.vn"):
        assert said in str(found)


@pytest.mark.parametrize(
    ("query", "count"),
    [("dbp-2026-01:2", 1), ("dbp-2026-01", 17), ("abuse_cases_handled", 1), ("36/45", 1)],
)
def test_figure_source_indicator_and_print_are_all_queries(
    workspace: Workspace, query: str, count: int
) -> None:
    assert len(trace(workspace, query)) == count


def test_a_report_leads_to_every_figure_that_it_rests_on(workspace: Workspace) -> None:
    name = "vn-71-2025-risk-ratios.en.pdf"
    found = {t.figure.figure_id for t in trace(workspace, name)}
    manifest = json.loads((ROOT / "reports" / "manifest.json").read_text(encoding="utf-8"))
    (entry,) = [r for r in manifest["reports"] if r["file"] == name]
    assert found == set(entry["figures"])
    assert len(found) > 20


def test_a_figure_that_became_no_observation_says_so(workspace: Workspace) -> None:
    (found,) = trace(workspace, "29.1 per cent increase")
    assert found.observed_as == ""
    assert "its unit is unclear; not used" in str(found)


def test_what_is_nothing_is_refused(workspace: Workspace) -> None:
    with pytest.raises(CatalogueError, match=r"nothing is called or printed '95\.67%'"):
        trace(workspace, "95.67%")


def test_a_changed_byte_of_a_source_is_noticed(copied: Path) -> None:
    assert changed_sources(open_workspace(copied)) == []
    (copied / "reports").mkdir()
    sources = {s.source_id: s.sha256 for s in open_workspace(copied).sources.values()}
    manifest = json.dumps({"sources": sources})
    (copied / "reports" / "manifest.json").write_text(manifest, encoding="utf-8")
    assert changed_sources(open_workspace(copied)) == []
    figures = copied / "data" / "raw" / "dbp-2024-10" / "figures.csv"
    figures.write_text(figures.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert changed_sources(open_workspace(copied)) == ["dbp-2024-10"]
    (copied / "data" / "raw" / "mics-2011").rename(copied / "data" / "raw" / "mics-2012")
    changed = ["dbp-2024-10", "mics-2011", "mics-2012"]
    assert changed_sources(open_workspace(copied)) == changed


def test_trace_and_verify_are_commands(tmp_path: Path) -> None:
    runner = CliRunner()
    traced = runner.invoke(main, ["trace", "36/45", "--workspace", str(ROOT)])
    assert traced.exit_code == 0
    assert "paragraph 10" in traced.output
    text = tmp_path / "original.txt"
    text.write_text("Nothing here.\n", encoding="utf-8")
    options = ["verify", "sonla-2025-06", "--text", str(text), "--workspace", str(ROOT)]
    verified = runner.invoke(main, options)
    assert verified.exit_code == 1
    assert "'over 382,000' is not in the text" in verified.output
    assert "0 of 4 figures stand where their locators say" in verified.output


@pytest.mark.parametrize(
    ("query", "figure_id", "text"),
    [
        ("95,5 %", "dbp-2026-01:4", "95.5%"),
        ("95,5\u00a0%", "dbp-2026-01:4", "95.5%"),
        ("208.222", "dbp-2026-01:2", "208,222"),
        ("khoảng 68.000", "dbp-2026-01:14", "approximately 68,000"),
        ("646,182", "dienbien-portal-2024:2", "646,182"),  # printed so: no other reading is tried
        ("336,482", "", ""),
    ],
)
def test_a_number_may_be_written_as_the_vietnamese_report_writes_it(
    workspace: Workspace, query: str, figure_id: str, text: str
) -> None:
    if not figure_id:
        with pytest.raises(CatalogueError, match="nothing is called or printed"):
            trace(workspace, query)
        return
    found = {t.figure.figure_id: t.figure.text for t in trace(workspace, query)}
    assert found[figure_id] == text


@pytest.mark.parametrize(
    ("query", "inputs", "formula"),
    [
        ("41.7%", {"dbp-2026-01:15", "dbp-2026-01:16"}, "share_of"),
        ("37,8%", {"dbp-2026-01:15", "dbp-2026-01:16"}, "share_of_screened.envelope"),
        ("18.2", {"dbp-2026-01:17", "dbp-2026-01:2"}, "rate"),
        ("0.93", {"nso-deaths-2025:19"}, "risk_ratio"),
    ],
)
def test_a_number_of_a_report_leads_to_its_formula_and_inputs(
    workspace: Workspace, query: str, inputs: set[str], formula: str
) -> None:
    """The receipts of the edition in place are asked."""
    found = {t.figure.figure_id: t.found_by for t in trace(workspace, query)}
    assert inputs <= set(found)
    assert all(formula in found[figure_id] for figure_id in inputs)


def test_a_hedged_number_is_not_the_exact_one(workspace: Workspace) -> None:
    with pytest.raises(CatalogueError, match=r"nothing is called or printed '68\.001'"):
        trace(workspace, "68.001")


@pytest.mark.parametrize(
    ("query", "figure_id", "said"),
    [
        ("61,8%", "nso-deaths-2025:19", "computed from its counts"),  # 1,918 of 3,103
        ("61.8%", "nso-deaths-2025:19", "computed from its counts"),
        ("666,310", "dbp-2026-01:2", "imply 666,310 to 668,449 people"),
        ("668.449", "dbp-2026-01:3", "imply 666,310 to 668,449 people"),
        ("41,372,000", "gso-kindergarten-2018:13", "41,372"),  # thousands, written in ones
    ],
)
def test_a_computed_number_leads_to_the_figures_that_it_is_computed_from(
    workspace: Workspace, query: str, figure_id: str, said: str
) -> None:
    found = {t.figure.figure_id: t for t in trace(workspace, query)}
    assert figure_id in found
    assert said in str(found[figure_id])
    assert "found by" in str(found[figure_id])


def test_a_printed_number_does_not_bring_computed_ones_with_it(workspace: Workspace) -> None:
    assert all(not t.found_by for t in trace(workspace, "36/45"))
