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
    from childstats.observations.guard import comparable
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
    from childstats.statistics import (
        AnnualChange,
        BenchmarkComparison,
        BenchmarkVerdict,
        Estimate,
        FunnelLimits,
        MannKendall,
        PrintedCount,
        PrintedEstimate,
        Projection,
        RecentTrend,
        TheilSen,
        TrendTest,
        TrendVerdict,
        average_annual_change,
        between_group_standard_deviation,
        between_group_variance,
        coefficient_of_variation,
        compare_interval_with_benchmark,
        compare_with_benchmark,
        concentration_index,
        difference,
        directly_standardised_rate,
        expected_events,
        funnel_limits,
        index_of_disparity,
        indirectly_standardised_ratio,
        mann_kendall,
        mean_difference_from_best,
        mean_difference_from_mean,
        mean_difference_from_reference,
        mean_log_deviation,
        population_attributable_fraction,
        population_attributable_risk,
        printed_count,
        printed_envelope,
        projection_to_target,
        proportion,
        rate,
        ratio,
        recent_trend,
        relative_index_of_inequality,
        risk_difference,
        risk_ratio,
        slope_index_of_inequality,
        theil_index,
        theil_sen,
        trend_test,
    )

__version__ = "0.1.0"

__all__ = [
    "AnnualChange",
    "BenchmarkComparison",
    "BenchmarkVerdict",
    "Catalogue",
    "ChildstatsError",
    "Derived",
    "Estimate",
    "Figure",
    "FunnelLimits",
    "MannKendall",
    "PrintedCount",
    "PrintedEstimate",
    "Projection",
    "RecentTrend",
    "Report",
    "TheilSen",
    "TrendTest",
    "TrendVerdict",
    "Workspace",
    "average_annual_change",
    "begin_report",
    "between_group_standard_deviation",
    "between_group_variance",
    "build",
    "change_sentences",
    "coefficient_of_variation",
    "comparable",
    "compare",
    "compare_interval_with_benchmark",
    "compare_with_benchmark",
    "concentration_index",
    "coverage_sentences",
    "difference",
    "difference_of",
    "directly_standardised_rate",
    "expected_events",
    "funnel_limits",
    "implied_count",
    "implied_total",
    "index_of_disparity",
    "indirectly_standardised_ratio",
    "mann_kendall",
    "mean_difference_from_best",
    "mean_difference_from_mean",
    "mean_difference_from_reference",
    "mean_log_deviation",
    "open_workspace",
    "parse_figure",
    "parse_figures",
    "plot_comparisons",
    "plot_series",
    "plot_shares",
    "population_attributable_fraction",
    "population_attributable_risk",
    "printed_count",
    "printed_envelope",
    "profile_sentences",
    "projection_to_target",
    "proportion",
    "quality_sentences",
    "rate",
    "ratio",
    "ratio_of",
    "recent_trend",
    "relative_index_of_inequality",
    "risk_difference",
    "risk_ratio",
    "risk_sentences",
    "sentences_held_back",
    "sentences_not_published",
    "share_of",
    "slope_index_of_inequality",
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
    "theil_index",
    "theil_sen",
    "trend_test",
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
    "observations.guard": ["comparable"],
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
    "statistics": [
        "AnnualChange",
        "BenchmarkComparison",
        "BenchmarkVerdict",
        "Estimate",
        "FunnelLimits",
        "MannKendall",
        "PrintedCount",
        "PrintedEstimate",
        "Projection",
        "RecentTrend",
        "TheilSen",
        "TrendTest",
        "TrendVerdict",
        "average_annual_change",
        "between_group_standard_deviation",
        "between_group_variance",
        "coefficient_of_variation",
        "compare_interval_with_benchmark",
        "compare_with_benchmark",
        "concentration_index",
        "difference",
        "directly_standardised_rate",
        "expected_events",
        "funnel_limits",
        "index_of_disparity",
        "indirectly_standardised_ratio",
        "mann_kendall",
        "mean_difference_from_best",
        "mean_difference_from_mean",
        "mean_difference_from_reference",
        "mean_log_deviation",
        "population_attributable_fraction",
        "population_attributable_risk",
        "printed_count",
        "printed_envelope",
        "projection_to_target",
        "proportion",
        "rate",
        "ratio",
        "recent_trend",
        "relative_index_of_inequality",
        "risk_difference",
        "risk_ratio",
        "slope_index_of_inequality",
        "theil_index",
        "theil_sen",
        "trend_test",
    ],
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
