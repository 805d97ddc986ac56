"""`jupyter nbconvert --to childstats-pdf` works on any notebook."""

import subprocess
import sys
from base64 import b64encode
from io import BytesIO
from pathlib import Path

import nbformat
import pikepdf
from matplotlib.image import imsave
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from pypdf import PdfReader


def _picture() -> str:
    """Return a picture of one pixel as a notebook holds it."""
    png = BytesIO()
    imsave(png, [[[1.0, 0.0, 0.0]]], format="png")
    return b64encode(png.getvalue()).decode("ascii")


def test_nbconvert_finds_the_exporter_and_makes_a_pdf(tmp_path: Path) -> None:
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
    outputs = [
        new_output("execute_result", data={"text/plain": "forty-two"}, execution_count=1),
        new_output("display_data", data={"image/png": _picture(), "text/plain": "<Figure>"}),
        new_output("display_data", data={"image/svg+xml": drawing, "text/plain": "<Figure>"}),
        new_output("stream", text="printed\n"),
    ]
    notebook = new_notebook(
        cells=[
            new_markdown_cell("# Any notebook\n\nĐiện Biên"),
            new_code_cell("x", outputs=outputs),
        ]
    )
    nbformat.write(notebook, tmp_path / "any.ipynb")
    command = [sys.executable, "-m", "nbconvert", "--to", "childstats-pdf", "any.ipynb"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    text = " ".join(page.extract_text() for page in PdfReader(tmp_path / "any.pdf").pages)
    assert "Any notebook" in text
    assert "Điện Biên" in text
    assert "forty-two" in text
    assert "printed" in text
    with pikepdf.open(tmp_path / "any.pdf") as pdf:
        assert sum(len(page.get_images()) for page in pdf.pages) == 1
