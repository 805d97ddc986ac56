"""Blocks show themselves in JupyterLab and carry the same content as JSON."""

from matplotlib.figure import Figure

from childstats.analyses.report import Report
from childstats.blocks import BLOCK_MIME, Chart, Column, Group, Sentences, Table
from childstats.observations.workspace import Workspace

HOSTILE = '<b>&"x"'
TABLE = Table(
    title=HOSTILE,
    columns=[Column(HOSTILE), Column("n", "right", width=2)],
    rows=[Group("g"), (HOSTILE, "1")],
    notes=["note"],
    figure_ids=["a:2"],
)


def test_a_table_is_html_text_and_json_of_the_same_cells() -> None:
    bundle = TABLE._repr_mimebundle_()
    assert bundle[BLOCK_MIME]["rows"] == [{"group": "g"}, {"cells": [HOSTILE, "1"]}]
    assert "<b>" not in bundle["text/html"]
    assert '<th scope="rowgroup" colspan="2"' in bundle["text/html"]
    assert f"{HOSTILE} | 1" in bundle["text/plain"]
    assert "text-align:right;width:67%" in bundle["text/html"], "two of three parts"


def test_an_address_in_a_cell_is_a_link_named_by_its_host() -> None:
    address = 'https://example.org/a?b="><b>x</b>&c'
    rows = [Group(f"[1] Title.\n{address}"), ("https://", "javascript:alert(1)")]
    html = Table(title="t", columns=[Column("a"), Column("b")], rows=rows).to_html()
    assert '[1] Title.<br><a href="https://example.org/a?b=&quot;&gt;&lt;b' in html
    assert '&amp;c">example.org</a>' in html
    assert "<b>" not in html
    assert "<td" in html
    assert html.count("<a ") == 2, "another scheme is no link"


def test_a_chart_carries_its_words_and_its_drawing() -> None:
    chart = Chart(Figure(), title="t", caption="c", alt=HOSTILE, figure_ids=["a:2"])
    bundle = chart._repr_mimebundle_()
    assert bundle[BLOCK_MIME]["alt"] == HOSTILE
    assert bundle[BLOCK_MIME]["svg"].startswith("<svg")
    assert "data:image/svg+xml;base64," in bundle["text/html"]
    assert "<b>" not in bundle["text/html"]
    assert "Figure" not in repr(chart)


def test_sentences_are_a_list_and_one_alone_is_a_paragraph() -> None:
    bundle = Sentences([HOSTILE], ["a:2"], role="bottom_line")._repr_mimebundle_()
    assert bundle[BLOCK_MIME]["type"] == "bottom_line"
    assert bundle["text/html"].startswith("<div style=")
    assert Sentences([HOSTILE, "b"]).to_html().startswith("<ul><li>&lt;b&gt;")
    assert Sentences([HOSTILE]).to_html().startswith("<p>&lt;b&gt;")
    assert "<b>" not in bundle["text/html"]


def test_a_report_shows_its_title_and_echoes_its_parameters(workspace: Workspace) -> None:
    report = Report(
        "data_quality", workspace=workspace, ref_area="VN-71", time_period=2025, language="en"
    )
    front = report._repr_mimebundle_()[BLOCK_MIME]
    assert front["title"] == str(report)
    assert (front["ref_area"], front["time_period"], front["language"]) == ("VN-71", 2025, "en")
    end = report.end()._repr_mimebundle_()[BLOCK_MIME]
    assert end == {"type": "end", "numbers": [], "claims": []}
