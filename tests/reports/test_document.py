"""From notebook cells to blocks: our own, and those of any notebook."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from childstats.blocks import BLOCK_MIME
from childstats.reports.document import document_from_notebook, heading_text

FRONT = {"type": "front_matter", "report": "data_quality", "title": "T", "area": "A",
         "ref_area": "VN-71", "time_period": 2025, "language": "vi"}  # fmt: skip


def _shows(**data: object) -> nbformat.NotebookNode:
    bundle = {name.replace("__", "/"): value for name, value in data.items()}
    return new_code_cell(outputs=[new_output("display_data", data=bundle)])


def _ours(block: dict) -> nbformat.NotebookNode:
    return new_code_cell(outputs=[new_output("display_data", data={BLOCK_MIME: block})])


def _notebook(*cells: nbformat.NotebookNode) -> nbformat.NotebookNode:
    return new_notebook(cells=list(cells))


def test_prose_of_the_other_language_is_left_out() -> None:
    cells = [new_markdown_cell("## In brief"), new_markdown_cell("## Tóm tắt")]
    for cell, tag in zip(cells, ("en", "vi"), strict=True):
        cell.metadata["tags"] = [tag]
    document = document_from_notebook(_notebook(_ours(FRONT), *cells))
    assert [b["inlines"][0]["text"] for b in document.blocks] == ["Tóm tắt"]


def test_the_end_counts_only_as_the_last_of_our_blocks() -> None:
    end = _ours({"type": "end"})
    more = _ours({"type": "list", "sentences": ["s"], "figure_ids": []})
    assert document_from_notebook(_notebook(_ours(FRONT), end)).ended
    assert not document_from_notebook(_notebook(_ours(FRONT), end, more)).ended
    assert not document_from_notebook(_notebook(_ours(FRONT))).ended


def test_a_table_title_that_repeats_the_heading_is_dropped() -> None:
    table = {"type": "table", "title": "Sources", "columns": [], "rows": [{}], "notes": []}
    document = document_from_notebook(
        _notebook(_ours(FRONT), new_markdown_cell("## Sources"), _ours(table), _ours(table))
    )
    assert [b["title"] for b in document.blocks if b["type"] == "table"] == ["", ""]


def test_a_notebook_of_no_report_is_titled_by_its_heading() -> None:
    document = document_from_notebook(
        _notebook(new_markdown_cell("# My *own* work\n\nwords"), _shows(text__plain="42"))
    )
    assert document.front_matter == {"title": "My own work", "language": "en"}
    assert [b["type"] for b in document.blocks] == ["paragraph", "code"]


@pytest.mark.parametrize(
    ("data", "block"),
    [
        ({"image__svg+xml": "<svg/>", "text__plain": "x"}, {"type": "image", "svg": "<svg/>"}),
        ({"image__png": "aGk=", "text__plain": "x"}, {"type": "image", "png": list(b"hi")}),
        ({"text__plain": "   a\n   b"}, {"type": "code", "text": "   a\n   b"}),
    ],
)  # fmt: skip
def test_ordinary_outputs_are_kept(data: dict[str, str], block: dict[str, str]) -> None:
    (shown,) = document_from_notebook(_notebook(_shows(**data))).blocks
    assert block.items() <= shown.items()


def test_markdown_is_walked_into_blocks() -> None:
    source = (
        "- one **bold**\n- two\n\n1. first\n\n> quoted\n\n```\ncode\n```\n\n"
        "[l](https://e.org)\n\n| a | b |\n|---|---|\n| 1 | 2 |"
    )
    blocks = document_from_notebook(_notebook(new_markdown_cell(source))).blocks
    assert [b["type"] for b in blocks] == [
        "items",
        "items",
        "paragraph",
        "code",
        "paragraph",
        "table",
    ]
    assert blocks[1]["ordered"]
    assert blocks[4]["inlines"][0]["url"] == "https://e.org"
    assert blocks[5]["rows"] == [{"cells": ["1", "2"]}]


def test_a_section_that_holds_nothing_is_left_out_with_its_heading_and_prose() -> None:
    nothing = {"type": "nothing", "sentences": ["Nothing is held."], "figure_ids": []}
    said = {"type": "list", "sentences": ["This is so."], "figure_ids": []}
    empty = {"type": "table", "title": "T", "columns": [], "rows": [], "notes": []}
    document = document_from_notebook(
        _notebook(
            _ours(FRONT),
            new_markdown_cell("## Empty\n\nWhat follows is this."),
            _ours(nothing),
            _ours(empty),
            new_markdown_cell("Read it with care."),
            new_markdown_cell("## Half empty\n\nProse."),
            _ours(nothing),
            _ours(said),
            new_markdown_cell("## Only prose\n\nProse."),
        )
    )
    shown = [_words(block) for block in document.blocks]
    assert shown == ["Half empty", "Prose.", "This is so.", "Only prose", "Prose."]


def _words(block: dict) -> str:
    return block["sentences"][0] if "sentences" in block else heading_text(block)


def test_a_cell_for_the_analyst_is_in_no_report() -> None:
    analyst = {"metadata": {"tags": ["analyst"]}}
    said = _ours({"type": "list", "sentences": ["For the analyst."], "figure_ids": []})
    said.metadata["tags"] = ["analyst"]
    document = document_from_notebook(
        _notebook(_ours(FRONT), new_markdown_cell("Note", **analyst), said)
    )
    assert document.blocks == []
