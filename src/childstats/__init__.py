"""From published figures on children, as printed, to annual reports with traceable numbers.

The names below are what notebooks and other programs call; importing them reads no file.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from childstats.catalogue.catalogue import Catalogue
    from childstats.errors import ChildstatsError
    from childstats.figures.arithmetic import (
        Derived,
        difference_of,
        implied_count,
        implied_total,
        ratio_of,
        share_of,
        sum_of,
    )
    from childstats.figures.column import parse_figures
    from childstats.figures.figure import Figure
    from childstats.figures.parse import parse_figure
    from childstats.observations.workspace import Workspace, open_workspace
    from childstats.presentation.brief import profile_sentences
    from childstats.presentation.comparisons import compare
    from childstats.presentation.coverage import (
        change_sentences,
        coverage_sentences,
        plot_series,
        table_series,
    )
    from childstats.presentation.profile import (
        plot_shares,
        sentences_held_back,
        table_definitions,
        table_last_published,
        table_levels,
    )
    from childstats.presentation.quality import (
        quality_sentences,
        sentences_not_published,
        table_area_origins,
        table_checks,
        table_findings,
    )
    from childstats.presentation.report import Report, begin_report
    from childstats.presentation.risk import (
        plot_comparisons,
        risk_sentences,
        table_comparisons,
        table_refused,
    )
    from childstats.reports.build import build
    from childstats.statistics.estimate import Estimate
    from childstats.statistics.proportions import proportion
    from childstats.statistics.rates import rate
    from childstats.statistics.ratios import risk_difference, risk_ratio

__version__ = "0.1.0"

__all__ = [
    "Catalogue",
    "ChildstatsError",
    "Derived",
    "Estimate",
    "Figure",
    "Report",
    "Workspace",
    "begin_report",
    "build",
    "change_sentences",
    "compare",
    "coverage_sentences",
    "difference_of",
    "implied_count",
    "implied_total",
    "open_workspace",
    "parse_figure",
    "parse_figures",
    "plot_comparisons",
    "plot_series",
    "plot_shares",
    "profile_sentences",
    "proportion",
    "quality_sentences",
    "rate",
    "ratio_of",
    "risk_difference",
    "risk_ratio",
    "risk_sentences",
    "sentences_held_back",
    "sentences_not_published",
    "share_of",
    "sum_of",
    "table_area_origins",
    "table_checks",
    "table_comparisons",
    "table_definitions",
    "table_findings",
    "table_last_published",
    "table_levels",
    "table_refused",
    "table_series",
]

_HOMES = {
    "catalogue.catalogue": ["Catalogue"],
    "errors": ["ChildstatsError"],
    "figures.arithmetic": [
        "Derived",
        "difference_of",
        "implied_count",
        "implied_total",
        "ratio_of",
        "share_of",
        "sum_of",
    ],
    "figures.column": ["parse_figures"],
    "figures.figure": ["Figure"],
    "figures.parse": ["parse_figure"],
    "observations.workspace": ["Workspace", "open_workspace"],
    "presentation.brief": ["profile_sentences"],
    "presentation.comparisons": ["compare"],
    "presentation.coverage": [
        "change_sentences",
        "coverage_sentences",
        "plot_series",
        "table_series",
    ],
    "presentation.profile": [
        "plot_shares",
        "sentences_held_back",
        "table_definitions",
        "table_last_published",
        "table_levels",
    ],
    "presentation.quality": [
        "quality_sentences",
        "sentences_not_published",
        "table_area_origins",
        "table_checks",
        "table_findings",
    ],
    "presentation.report": ["Report", "begin_report"],
    "presentation.risk": [
        "plot_comparisons",
        "risk_sentences",
        "table_comparisons",
        "table_refused",
    ],
    "reports.build": ["build"],
    "statistics.estimate": ["Estimate"],
    "statistics.proportions": ["proportion"],
    "statistics.rates": ["rate"],
    "statistics.ratios": ["risk_difference", "risk_ratio"],
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used, so that ``import childstats`` stays light."""
    if name not in _HOME_OF:
        raise AttributeError(f"module 'childstats' has no attribute {name!r}")
    value = getattr(import_module(f"childstats.{_HOME_OF[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Return the public names."""
    return __all__
