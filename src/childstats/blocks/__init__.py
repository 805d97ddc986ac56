"""Blocks: what a report is made of, as data first and pictures second.

A block shows itself in JupyterLab as HTML and carries the same content as JSON under
`BLOCK_MIME`, from which the exporter typesets it. Every block names the figures it rests on.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from childstats.blocks.chart import Chart
    from childstats.blocks.chart_data import (
        ChartData,
        ChartSeries,
        data_of_forest,
        data_of_funnel,
        data_of_lines,
        one_line,
        series_of_rows,
    )
    from childstats.blocks.mime import BLOCK_MIME, Block, mime_bundle, speak
    from childstats.blocks.sentences import Sentences
    from childstats.blocks.table import Column, Group, Table

__all__ = [
    "BLOCK_MIME",
    "Block",
    "Chart",
    "ChartData",
    "ChartSeries",
    "Column",
    "Group",
    "Sentences",
    "Table",
    "data_of_forest",
    "data_of_funnel",
    "data_of_lines",
    "mime_bundle",
    "one_line",
    "series_of_rows",
    "speak",
]

_NAMES: Final = {
    "chart": ("Chart",),
    "chart_data": (
        "ChartData",
        "ChartSeries",
        "data_of_forest",
        "data_of_funnel",
        "data_of_lines",
        "one_line",
        "series_of_rows",
    ),
    "mime": (
        "BLOCK_MIME",
        "Block",
        "mime_bundle",
        "speak",
    ),
    "sentences": ("Sentences",),
    "table": (
        "Column",
        "Group",
        "Table",
    ),
}
"""Names by module. They are imported when asked for: who only passes blocks on needs no tables."""


def __getattr__(name: str) -> Any:
    module = next((module for module, names in _NAMES.items() if name in names), None)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{module}"), name)
