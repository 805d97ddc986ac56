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
    assert found.figure["figure_id"] == "dbp-2026-01:4"
    assert found.publisher == "Báo Điện Biên Phủ"
    assert found.observed_as == "B"
    assert "vn-71-2025-annual-profile.vi.pdf" in found.reports
    raw = (ROOT / "data" / "raw" / "dbp-2026-01" / "figures.csv").read_bytes()
    assert found.sha256 == hashlib.sha256(raw).hexdigest()
    for said in ("paragraph 4", "between 95.45 and 95.55", "en.baodienbienphu.com.vn"):
        assert said in str(found)


@pytest.mark.parametrize(
    ("query", "count"),
    [("dbp-2026-01:2", 1), ("dbp-2026-01", 17), ("abuse_cases", 1), ("36/45", 1)],
)
def test_figure_source_indicator_and_print_are_all_queries(
    workspace: Workspace, query: str, count: int
) -> None:
    assert len(trace(workspace, query)) == count


def test_a_report_leads_to_every_figure_that_it_rests_on(workspace: Workspace) -> None:
    name = "vn-71-2025-risk-ratios.en.pdf"
    found = {t.figure["figure_id"] for t in trace(workspace, name)}
    manifest = json.loads((ROOT / "reports" / "manifest.json").read_text(encoding="utf-8"))
    (entry,) = [r for r in manifest["reports"] if r["file"] == name]
    assert found == set(entry["figures"])
    assert len(found) > 20


def test_a_figure_that_became_no_observation_says_so(workspace: Workspace) -> None:
    (found,) = trace(workspace, "29.1 per cent increase")
    assert found.observed_as == ""
    assert "its unit is unclear; not used" in str(found)


def test_what_is_nothing_is_refused(workspace: Workspace) -> None:
    with pytest.raises(CatalogueError, match=r"nothing is called or printed '95\.6%'"):
        trace(workspace, "95.6%")


def test_a_changed_byte_of_a_source_is_noticed(copied: Path) -> None:
    assert changed_sources(open_workspace(copied)) == []
    (copied / "reports").mkdir()
    manifest = (ROOT / "reports" / "manifest.json").read_text(encoding="utf-8")
    (copied / "reports" / "manifest.json").write_text(manifest, encoding="utf-8")
    assert changed_sources(open_workspace(copied)) == []
    figures = copied / "data" / "raw" / "dbp-2024-10" / "figures.csv"
    figures.write_text(figures.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert changed_sources(open_workspace(copied)) == ["dbp-2024-10"]


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
