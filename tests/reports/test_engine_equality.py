"""The engine's outputs are those of a real kernel, cell by cell, for what notebooks do."""

import copy
import re
from pathlib import Path
from typing import Any

import nbformat
import papermill
import pytest
from papermill.exceptions import PapermillExecutionError
from traitlets.config import Config

from childstats.reports import runner

CELLS = (Path(__file__).parent / "cells.txt").read_text(encoding="utf-8")
NOTEBOOKS = {
    name: cells.strip().split("\n---\n")
    for name, _, cells in (part.partition("\n") for part in CELLS.split("\n=== ")[1:])
}


def _run(cells: list[str], folder: Path, engine: str) -> tuple[nbformat.NotebookNode, str]:
    folder.mkdir()
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "P", "language": "python"}
    nbformat.write(notebook, folder / "in.ipynb")
    settings = Config()
    settings.KernelManager.transport = "ipc"
    settings.KernelManager.ip = str(folder / "s")
    failure = ""
    try:
        papermill.execute_notebook(
            folder / "in.ipynb", folder / "out.ipynb", engine_name=engine, cwd=folder,
            progress_bar=False, config=settings,
        )  # fmt: skip
    except PapermillExecutionError as error:
        failure = f"{error.cell_index} {error.ename}: {error.evalue}"
    return nbformat.read(folder / "out.ipynb", as_version=4), failure


def _comparable(notebook: nbformat.NotebookNode, folder: Path) -> list[Any]:
    """Return what must be equal: all but times, process ids and the folder's name.

    A kernel sends standard output and error separately, each when its timer fires, so only the
    text of each is compared, not how the two are cut and mixed.
    """
    shown = []
    for cell in notebook.cells:
        outputs, streams = [], {"stdout": "", "stderr": ""}
        for output in copy.deepcopy(cell.get("outputs", [])):
            if output.output_type == "stream":
                streams[output.name] += output.text
            else:
                outputs.append(output)
        text = re.sub(r"(ipykernel_|0x)[0-9a-f]+", r"\1N", repr((outputs, streams)))
        shown.append((cell.get("execution_count"), text.replace(str(folder), "FOLDER")))
    return [*shown, notebook.metadata.language_info]


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_outputs_are_those_of_a_real_kernel(name: str, tmp_path: Path, monkeypatch) -> None:
    assert runner.papermill_engines.get_engine("childstats")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.delenv("MPLBACKEND", raising=False)
    theirs, their_failure = _run(NOTEBOOKS[name], tmp_path / "theirs", "nbclient")
    ours, our_failure = _run(NOTEBOOKS[name], tmp_path / "ours", "childstats")
    assert our_failure == their_failure
    expected = _comparable(theirs, tmp_path / "theirs")
    for own, other in zip(_comparable(ours, tmp_path / "ours"), expected, strict=True):
        assert own == other
    own_status, status = ([c.metadata.get("papermill", {}).get("status") for c in n.cells]
                          for n in (ours, theirs))  # fmt: skip
    assert own_status == status
    assert all("execution" in c.metadata for c in ours.cells if c.get("outputs"))
