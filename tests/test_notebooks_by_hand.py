"""A notebook that an analyst runs gives the document that the build gives."""

from pathlib import Path

import nbformat
import pytest
from conftest import ROOT
from nbclient import NotebookClient

from childstats.reports.document import Document, document_from_notebook
from childstats.reports.edition import Job, parameters_of
from childstats.reports.runner import run

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def _run_by_hand(path: Path) -> Document:
    """Run every cell in a plain kernel, as JupyterLab does: nothing injected, nothing hidden."""
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(
        notebook, kernel_name="python3", resources={"metadata": {"path": path.parent}}
    ).execute()
    return document_from_notebook(notebook)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_run_by_hand_and_by_the_build_it_is_the_same_document(path: Path) -> None:
    by_hand, built = _run_by_hand(path), run(Job(path, parameters_of(path)))
    assert by_hand.ended
    assert by_hand.front_matter == built.front_matter
    assert len(by_hand.blocks) > 8
    for mine, theirs in zip(by_hand.blocks, built.blocks, strict=True):
        assert mine == theirs
    assert by_hand.to_json(None) == built.to_json(None)
