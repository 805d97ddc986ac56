"""Every chart that the notebooks draw keeps the standard, and its words name an area."""

import ast
from pathlib import Path

import nbformat
import pytest
from conftest import ROOT

from childstats.blocks import Chart
from childstats.blocks.chart_lint import faults
from childstats.observations.workspace import Workspace

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def _shown(path: Path, **parameters: object) -> list[object]:
    """Return what the code cells of a notebook show, run in this process."""
    names: dict[str, object] = {}
    shown = []
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type != "code":
            continue
        *before, last = ast.parse(cell.source).body
        exec(compile(ast.Module(before, []), path.name, "exec"), names)
        if isinstance(last, ast.Expr):
            shown.append(eval(compile(ast.Expression(last.value), path.name, "eval"), names))
        else:
            exec(compile(ast.Module([last], []), path.name, "exec"), names)
        if "parameters" in cell.metadata.get("tags", ()):
            names |= parameters
    return shown


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_charts_keep_the_standard_and_carry_their_data(
    path: Path, language: str, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(path.parent)
    areas = workspace.catalogue.areas.values()
    names = [a.name_en if language == "en" else a.name_vi for a in areas]
    charts = [block for block in _shown(path, language=language) if isinstance(block, Chart)]
    assert charts or path.stem == "data_quality"
    for chart in charts:
        assert chart.data is not None, chart.title
        assert faults(chart, areas=names) == []
