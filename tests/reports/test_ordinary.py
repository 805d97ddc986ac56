"""Outputs of any notebook as blocks."""

from io import BytesIO

import matplotlib as mpl
import pandas as pd
import pytest
from pypdf import PdfReader
from report_documents import from_cells, prose, shows

from childstats.reports.ordinary import MOST_CELLS, MOST_HTML, formula_block, table_of_html
from childstats.reports.typeset import MOST_COLUMNS, typeset


def test_a_data_frame_is_a_table_with_numbers_to_the_right() -> None:
    frame = pd.DataFrame({"n": [1, -2.5], "name": ["Điện Biên", "<b>"]}, index=["a", "b"])
    table = table_of_html(frame._repr_html_())
    assert [c["label"] for c in table["columns"]] == ["", "n", "name"]
    assert [c["align"] for c in table["columns"]] == ["left", "right", "left"]
    assert table["rows"] == [
        {"cells": ["a", "1.0", "Điện Biên"]},
        {"cells": ["b", "-2.5", "<b>"]},
    ]


def test_spans_are_spread_over_the_cells_that_they_cover() -> None:
    columns = pd.MultiIndex.from_tuples([("k", "p"), ("k", "q")])
    rows = pd.MultiIndex.from_tuples([("x", 1), ("x", 2)])
    table = table_of_html(pd.DataFrame([[1, 2], [3, 4]], rows, columns)._repr_html_())
    assert [c["label"] for c in table["columns"]] == ["", "", "k / p", "k / q"]
    assert [row["cells"] for row in table["rows"]] == [["x", "1", "1", "2"], ["x", "2", "3", "4"]]


def test_html_without_a_table_and_a_huge_one_are_left_to_their_plain_text() -> None:
    assert table_of_html("<p>none</p>") is None
    assert table_of_html("<table></table>") is None
    assert table_of_html(f"<table>{'<tr><td>1</td></tr>' * (MOST_CELLS + 1)}</table>") is None
    assert table_of_html('<table><tr><td colspan="999999999">1</td></tr></table>') is not None
    shown = from_cells(shows(text__html="<p>x</p>", text__plain="x")).blocks
    assert [(b["type"], b["text"]) for b in shown] == [("code", "x")]


@pytest.mark.parametrize("source", [r"$x^2$", r"$$ x^2 $$", r"\[x^2\]", r"$\displaystyle x^2$"])
def test_a_formula_is_drawn_and_keeps_its_source_as_words(source: str) -> None:
    block = formula_block(source)
    assert (block["type"], block["alt"]) == ("image", "x^2")
    assert "<path" in block["svg"]
    assert "date" not in block["svg"]


def test_a_formula_looks_alike_whatever_the_users_settings_are() -> None:
    drawn = formula_block("$x^2$")
    with mpl.rc_context({"font.size": 30, "mathtext.fontset": "stix", "svg.hashsalt": None}):
        assert formula_block("$x^2$") == drawn


def test_a_formula_that_cannot_be_drawn_is_its_source() -> None:
    source = r"\begin{matrix}1\end{matrix}"
    assert formula_block(source) == {"type": "code", "text": source}


def test_cells_are_counted_as_in_the_notebook() -> None:
    injected = prose("x")
    injected.metadata["tags"] = ["injected-parameters"]
    blocks = from_cells(prose("a"), injected, prose("b")).blocks
    assert [b["cell"] for b in blocks] == [1, 1, 2]


def test_a_wide_table_is_set_in_parts_and_loses_no_column() -> None:
    names = [f"column{i}" for i in range(2 * MOST_COLUMNS + 3)]
    frame = pd.DataFrame([range(100, 100 + len(names))], columns=names)
    made = from_cells(shows(text__html=frame._repr_html_()))
    pages = PdfReader(BytesIO(typeset(made, edition_date=None))).pages
    text = "".join(page.extract_text() for page in pages)
    flat = "".join(text.split())
    assert all(name in flat for name in names)
    assert all(str(100 + i) in flat for i in range(len(names)))


def test_html_that_is_too_long_or_covers_too_much_is_no_table() -> None:
    row = "<tr><td>{}</td></tr>"
    assert table_of_html(f"<table>{row.format('a')}</table>") is not None
    assert table_of_html(f"<table>{row.format('a' * MOST_HTML)}</table>") is None
    wide = '<td rowspan="1000" colspan="1000">a</td>' * 9
    assert table_of_html(f"<table><tr>{wide}</tr>{row.format('a') * 999}</table>") is None
