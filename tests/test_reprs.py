"""What an analyst sees at the prompt and in JupyterLab: short, and with what matters."""

import html

import numpy as np
import pytest

import childstats as cs
from childstats.observations.workspace import Workspace

RESULTS = [
    cs.AnnualChange,
    cs.BenchmarkComparison,
    cs.Estimate,
    cs.FunnelLimits,
    cs.MannKendall,
    cs.PrintedCount,
    cs.PrintedEstimate,
    cs.Projection,
    cs.RecentTrend,
    cs.TheilSen,
    cs.TrendTest,
]


@pytest.mark.parametrize("result", RESULTS, ids=lambda r: r.__name__)
def test_a_statistic_is_its_names_and_a_few_digits(result: type) -> None:
    values = [np.float64(1 / 3)] * len(result._fields)
    shown = repr(result(*values))
    assert shown == f"{result.__name__}({', '.join(f'{f}=0.333333' for f in result._fields)})"


def test_arrays_are_shortened_and_words_and_truths_are_plain() -> None:
    shown = repr(cs.Estimate(np.arange(100) / 7, np.array([0.5, np.nan]), np.float64(2)))
    assert shown == (
        "Estimate(value=[0, 0.142857, 0.285714, ..., 13.8571, 14, 14.1429], low=[0.5, nan], high=2)"
    )
    ratio = cs.risk_ratio(
        exposed_cases=10, exposed_total=100, reference_cases=5, reference_total=100
    )
    assert repr(ratio).startswith("Estimate(value=2, low=")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("31.2%", "<Figure '31.2%': 31.2, from 31.15 to 31.25 percent>"),
        ("208,222", "<Figure '208,222': 208222>"),
        ("over 216,000", "<Figure 'over 216,000': 216000, from 216000 to 217000>"),
        ("36/45", "<Figure '36/45': 0.8 proportion>"),
        ("..", "<Figure '..': missing, status O>"),
    ],
)
def test_a_figure_is_its_print_and_what_it_may_stand_for(text: str, shown: str) -> None:
    assert repr(cs.parse_figure(text, language="en")) == shown


def test_a_workspace_is_a_line_and_a_table_of_its_sources(workspace: Workspace) -> None:
    assert repr(workspace).count("\n") == 0
    shown = workspace._repr_html_()
    assert shown.count("<tr") == len(workspace.sources) + 1
    assert all(source_id in shown for source_id in workspace.sources)
    assert html.escape(repr(workspace)) in shown


def test_a_catalogue_is_a_line_and_a_table_of_its_indicators(workspace: Workspace) -> None:
    catalogue = workspace.catalogue
    number, areas = len(catalogue.indicators), len(catalogue.areas)
    assert repr(catalogue) == f"<Catalogue: {number} indicators, {areas} areas>"
    shown = catalogue._repr_html_()
    assert shown.count("<tr") == number + 1
    assert all(i in shown for i in catalogue.indicators)
