"""The notebooks call and speak, in both languages, and are committed without outputs."""

import ast
import re
from pathlib import Path

import nbformat
import pytest
from conftest import ROOT

from childstats.reports.edition import parameters_of

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
MAX_LINES = 8
"""One call with its arguments one a line is the longest cell there is."""


def _cells(path: Path) -> list[nbformat.NotebookNode]:
    return nbformat.read(path, as_version=4).cells


def test_there_are_the_five_notebooks() -> None:
    names = [path.stem for path in NOTEBOOKS]
    assert names == ["annual_profile", "coverage_trends", "data_quality", "equity", "risk_ratios"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_code_cells_are_short_calls(path: Path) -> None:
    for cell in _cells(path):
        if cell.cell_type != "code":
            continue
        tree = ast.parse(cell.source)
        if "parameters" not in cell.metadata.get("tags", ()):
            assert len(cell.source.splitlines()) <= MAX_LINES
            assert len(tree.body) <= 4
        for node in ast.walk(tree):
            assert not isinstance(node, (ast.FunctionDef, ast.Lambda, ast.For, ast.While))
        assert "/" not in re.sub(r"#.*", "", cell.source), "a path in a notebook"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_parameters_have_help_and_a_report_begins_and_ends(path: Path) -> None:
    code = [cell for cell in _cells(path) if cell.cell_type == "code"]
    assert set(parameters_of(path)) >= {"ref_area", "time_period", "language"}
    assert all("  # " in line for line in code[0].source.splitlines())
    assert re.search(rf'cs\.begin_report\(\s*"{path.stem}"', code[1].source)
    assert code[-1].source == "report.end()"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_prose_stands_in_pairs_without_numbers_that_could_go_stale(path: Path) -> None:
    prose = [cell for cell in _cells(path) if cell.cell_type == "markdown"]
    tags = [[tag for tag in cell.metadata.tags if tag != "analyst"] for cell in prose]
    assert tags == [["en"], ["vi"]] * (len(prose) // 2)
    for english, vietnamese in zip(prose[::2], prose[1::2], strict=True):
        shape = [re.match(r"#*", p.source)[0] for p in (english, vietnamese)]
        paragraphs = [p.source.count("\n\n") for p in (english, vietnamese)]
        assert shape[0] == shape[1]
        assert paragraphs[0] == paragraphs[1]
        numbers = [set(re.findall(r"\d+", p.source)) for p in (english, vietnamese)]
        assert numbers[0] == numbers[1]
        assert not [n for n in numbers[0] if len(n) > 1], "a number that should be computed"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_prose_names_no_place_and_no_publisher(path: Path) -> None:
    """What stands in every report has to be true of every area and year."""
    for cell in _cells(path):
        if cell.cell_type == "markdown":
            assert not re.search(
                r"Điện Biên|Sơn La|Lai Châu|province|statistics office published|"
                r"theo tỉnh|Cơ quan thống kê đã công bố|\b(?:19|20)\d\d\b",
                cell.source,
            )


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_analyst_cells_show_the_frame_and_say_how_a_report_is_changed(path: Path) -> None:
    cells = [cell for cell in _cells(path) if "analyst" in cell.metadata.get("tags", ())]
    assert [cell.cell_type for cell in cells] == ["markdown", "markdown", "code", "code"]
    assert "report.observations" in cells[2].source
    assert ".frame" in cells[3].source or "chart.ax." in cells[3].source


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_no_outputs_counts_or_run_metadata_are_committed(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    assert "papermill" not in notebook.metadata
    for cell in notebook.cells:
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None
        assert set(cell.metadata) <= {"tags"}
