"""A chart is a figure of matplotlib: what is changed is what is printed."""

import re

import matplotlib.pyplot as plt
import pytest
from matplotlib.figure import Figure

import childstats as cs
from childstats.blocks import BLOCK_MIME, ChartData, ChartSeries
from childstats.language import Language
from childstats.reports.chart_table import chart_table

WORDS = {"title": "Coverage", "alt": "Coverage in Điện Biên, 2024: 95%."}
T = Language("en")


def chart() -> cs.Chart:
    figure = Figure(figsize=(4, 2))
    figure.subplots().plot([2020, 2021], [1, 2])
    return cs.Chart(figure, **WORDS, caption="Per cent.")


def test_what_an_analyst_changes_is_what_is_shown() -> None:
    made = chart()
    before = made._repr_mimebundle_()[BLOCK_MIME]["svg"]
    made.ax.set_ylim(0, 60)
    made.figure.set_size_inches(6, 3)
    made.title = "Another title"
    after = made._repr_mimebundle_()
    assert after[BLOCK_MIME]["svg"] != before
    wide = float(re.search(r'width="([\d.]+)pt"', after[BLOCK_MIME]["svg"])[1])
    assert 300 < wide <= 432, "six inches, cut where its words end"
    assert after[BLOCK_MIME]["title"] == "Another title"
    assert "Another title" in after["text/html"]


def test_axes_are_taken_for_their_figure_and_nothing_else_is() -> None:
    ax = Figure().subplots()
    assert cs.Chart(ax, **WORDS).figure is ax.figure
    assert cs.Chart(ax, **WORDS).ax is ax
    for wrong in ("<svg/>", None, [ax]):
        with pytest.raises(TypeError, match="Chart takes a figure of matplotlib, not"):
            cs.Chart(wrong, **WORDS)


def test_a_figure_of_pyplot_is_not_shown_twice() -> None:
    figure, _ = plt.subplots()
    cs.Chart(figure, **WORDS)
    assert figure.number not in plt.get_fignums()


def test_a_title_changed_to_none_is_refused_when_shown() -> None:
    made = chart()
    made.title = ""
    with pytest.raises(ValueError, match="title_is_short"):
        made.to_json()


def table(*series: ChartSeries, kind: str = "forest", percent: bool = False):
    data = ChartData(kind, series, False, ["#12436D"] * len(series), percent)
    shown = chart_table({"data": data.to_json()}, T)
    return [row["cells"] for row in shown["rows"]]


def test_the_table_of_a_chart_keeps_every_row_whatever_it_is_called() -> None:
    ends = ([1, 2, 3], [1, 2, 3], [1, 2, 3])
    rows = ["Stunted, 2016", "Stunted, 2016", "Wasted, 2016"]
    cells = table(ChartSeries("a", rows, *ends), ChartSeries("b", rows, *ends), kind="dumbbell")
    assert cells == [[row, str(n), str(n)] for n, row in enumerate(rows, start=1)]


def test_areas_of_one_size_are_two_rows_of_a_funnels_table_and_no_years() -> None:
    one = ChartSeries("others", [2020, 2020], [0.5, 0.6], [0.5, 0.6], [0.5, 0.6], ["50%", "60%"])
    own = ChartSeries("own", [300], [0.685], [0.685], [0.685], ["68.5%"])
    cells = table(one, own, kind="funnel", percent=True)
    assert cells == [["2,020", "50%", "–"], ["2,020", "60%", "–"], ["300", "–", "68.5%"]]


def test_decimals_are_the_same_down_a_column() -> None:
    s = ChartSeries("a", ["x", "y"], [41.0, 39.7], [40.9995, 39.65], [41.0005, 39.75])
    first, second = (cells[1].partition(" ")[0] for cells in table(s))
    assert len(first.partition(".")[2]) == len(second.partition(".")[2])


def test_the_table_says_what_was_printed_where_that_is_known() -> None:
    years = ChartSeries("a", [2020, 2021], [41, None], [40.5, None], [41.5, None], ["41", ""])
    assert table(years, kind="lines") == [["2020", "41"], ["2021", "–"]]
