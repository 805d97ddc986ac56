"""A report made by hand whose every place for a text can be filled."""

from collections.abc import Iterator
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from childstats.blocks import BLOCK_MIME
from childstats.reports.document import Document, document_from_notebook

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="40" viewBox="0 0 90 40"/>'


def blocks(text: str, other: str = "a cell") -> Iterator[dict[str, Any]]:
    """Yield a block of each kind with a text wherever one can stand."""
    yield {"type": "heading", "level": 2, "inlines": [{"kind": "text", "text": text}]}
    yield {"type": "bottom_line", "sentences": [text], "figure_ids": []}
    yield {"type": "list", "sentences": [other, text], "figure_ids": []}
    yield {
        "type": "table",
        "title": text,
        "columns": [{"label": name, "align": "left", "width": 1} for name in (text, other)],
        "rows": [{"group": text}, {"cells": [text, other]}, {"cells": [other, text]}],
        "notes": [text],
        "figure_ids": [],
        "compact": False,
    }
    series = {"label": text, "x": [text, other], "y": [1.0, 2.0], "low": [], "high": [],
              "written": []}  # fmt: skip
    yield {
        "type": "chart",
        "title": text,
        "caption": text,
        "alt": text,
        "svg": SVG,
        "figure_ids": [],
        "data": {"kind": "dots", "percent": False, "series": [series]},
    }
    yield {"type": "code", "text": text}


def document(
    text: str, *more: dict[str, Any], other: str = "a cell", language: str = "en"
) -> Document:
    """Return a report whose title, area and blocks are a text, as a notebook gives it."""
    front = {"type": "front_matter", "report": "r", "title": text, "area": text, "ref_area": "X",
             "time_period": 2025, "language": language}  # fmt: skip
    cells = [_cell(block) for block in (front, *blocks(text, other), *more, {"type": "end"})]
    return document_from_notebook(new_notebook(cells=cells))


def from_cells(*cells: nbformat.NotebookNode) -> Document:
    """Return what ordinary cells give."""
    return document_from_notebook(new_notebook(cells=list(cells)))


def prose(source: str) -> nbformat.NotebookNode:
    """Return a cell of Markdown."""
    return new_markdown_cell(source)


def shows(**data: Any) -> nbformat.NotebookNode:
    """Return a code cell that shows one output; ``__`` stands for ``/`` in a media type."""
    bundle = {name.replace("__", "/"): value for name, value in data.items()}
    return new_code_cell(outputs=[new_output("display_data", data=bundle)])


def _cell(block: dict[str, Any]) -> nbformat.NotebookNode:
    return new_code_cell(outputs=[new_output("display_data", data={BLOCK_MIME: block})])
