"""From published figures on children, as printed, to annual reports with traceable numbers.

The names below are what notebooks and other programs call; importing them reads no file.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from childstats.blocks import Chart, Sentences, Table
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
    from childstats.observations.boundaries import Rebased, rebased_to
    from childstats.observations.guard import comparable
    from childstats.observations.workspace import Workspace, open_workspace
    from childstats.presentation.brief import profile_sentences
    from childstats.presentation.changed import table_since_last_edition
    from childstats.presentation.circumstances import (
        plot_cascade,
        sentences_circumstances,
        table_circumstances,
    )
    from childstats.presentation.comparisons import compare
    from childstats.presentation.coverage import plot_indicators, plot_series, table_series
    from childstats.presentation.equity_measures import table_measures
    from childstats.presentation.equity_plots import plot_gap_years, plot_gaps, plot_groups
    from childstats.presentation.equity_report import (
        equity_sentences,
        table_gaps,
        table_not_compared,
    )
    from childstats.presentation.evidence import table_evidence
    from childstats.presentation.funnel import funnel_sentences, plot_funnel
    from childstats.presentation.national import drop_out_sentences, table_changes, table_drop_out
    from childstats.presentation.profile import sentences_held_back, table_definitions, table_levels
    from childstats.presentation.provenance import table_quarantined
    from childstats.presentation.publication import table_publication
    from childstats.presentation.quality import quality_sentences, table_checks, table_quality
    from childstats.presentation.quality_findings import table_findings, table_findings_above
    from childstats.presentation.refused import table_refused
    from childstats.presentation.report import Report, begin_report
    from childstats.presentation.risk import plot_comparisons, risk_sentences, table_comparisons
    from childstats.presentation.spine import plot_benchmarks
    from childstats.presentation.strata_words import plot_strata, strata_sentences, table_strata
    from childstats.presentation.stratified import stratify_by_area, stratify_by_year
    from childstats.presentation.surveys import plot_surveys, survey_sentences, table_surveys
    from childstats.presentation.trend_details import trend_sentences
    from childstats.presentation.trend_words import coverage_sentences, table_trends
    from childstats.presentation.vintages import table_conflicts, table_editions
    from childstats.reports.build import build
    from childstats.statistics import (
        AnnualChange,
        BenchmarkComparison,
        BenchmarkVerdict,
        CountedShare,
        Estimate,
        FunnelLimits,
        MannKendall,
        PooledEstimate,
        PrintedCount,
        PrintedEstimate,
        Projection,
        RecentTrend,
        Suppression,
        TheilSen,
        TrendTest,
        TrendVerdict,
        audit,
        average_annual_change,
        between_group_standard_deviation,
        between_group_variance,
        coefficient_of_variation,
        compare_interval_with_benchmark,
        compare_with_benchmark,
        concentration_index,
        coverage,
        difference,
        directly_standardised_rate,
        drop_out,
        expected_events,
        funnel_limits,
        index_of_disparity,
        indirectly_standardised_ratio,
        mann_kendall,
        mantel_haenszel,
        mean_difference_from_best,
        mean_difference_from_mean,
        mean_difference_from_reference,
        mean_log_deviation,
        odds_ratio,
        population_attributable_fraction,
        population_attributable_risk,
        printed_count,
        printed_envelope,
        projection_to_target,
        proportion,
        rate,
        rate_ratio,
        ratio,
        recent_trend,
        relative_index_of_inequality,
        risk_difference,
        risk_ratio,
        slope_index_of_inequality,
        suppress,
        theil_index,
        theil_sen,
        trend_test,
        zero_dose,
    )

__version__ = "0.1.0"

__all__ = [
    "AnnualChange",
    "BenchmarkComparison",
    "BenchmarkVerdict",
    "Catalogue",
    "Chart",
    "ChildstatsError",
    "CountedShare",
    "Derived",
    "Estimate",
    "Figure",
    "FunnelLimits",
    "MannKendall",
    "PooledEstimate",
    "PrintedCount",
    "PrintedEstimate",
    "Projection",
    "Rebased",
    "RecentTrend",
    "Report",
    "Sentences",
    "Suppression",
    "Table",
    "TheilSen",
    "TrendTest",
    "TrendVerdict",
    "Workspace",
    "audit",
    "average_annual_change",
    "begin_report",
    "between_group_standard_deviation",
    "between_group_variance",
    "build",
    "coefficient_of_variation",
    "comparable",
    "compare",
    "compare_interval_with_benchmark",
    "compare_with_benchmark",
    "concentration_index",
    "coverage",
    "coverage_sentences",
    "difference",
    "difference_of",
    "directly_standardised_rate",
    "drop_out",
    "drop_out_sentences",
    "equity_sentences",
    "expected_events",
    "funnel_limits",
    "funnel_sentences",
    "implied_count",
    "implied_total",
    "index_of_disparity",
    "indirectly_standardised_ratio",
    "mann_kendall",
    "mantel_haenszel",
    "mean_difference_from_best",
    "mean_difference_from_mean",
    "mean_difference_from_reference",
    "mean_log_deviation",
    "odds_ratio",
    "open_workspace",
    "parse_figure",
    "parse_figures",
    "plot_benchmarks",
    "plot_cascade",
    "plot_comparisons",
    "plot_funnel",
    "plot_gap_years",
    "plot_gaps",
    "plot_groups",
    "plot_indicators",
    "plot_series",
    "plot_strata",
    "plot_surveys",
    "population_attributable_fraction",
    "population_attributable_risk",
    "printed_count",
    "printed_envelope",
    "profile_sentences",
    "projection_to_target",
    "proportion",
    "quality_sentences",
    "rate",
    "rate_ratio",
    "ratio",
    "ratio_of",
    "rebased_to",
    "recent_trend",
    "relative_index_of_inequality",
    "risk_difference",
    "risk_ratio",
    "risk_sentences",
    "sentences_circumstances",
    "sentences_held_back",
    "share_of",
    "slope_index_of_inequality",
    "strata_sentences",
    "stratify_by_area",
    "stratify_by_year",
    "sum_of",
    "suppress",
    "survey_sentences",
    "table_changes",
    "table_checks",
    "table_circumstances",
    "table_comparisons",
    "table_conflicts",
    "table_definitions",
    "table_drop_out",
    "table_editions",
    "table_evidence",
    "table_findings",
    "table_findings_above",
    "table_gaps",
    "table_levels",
    "table_measures",
    "table_not_compared",
    "table_publication",
    "table_quality",
    "table_quarantined",
    "table_refused",
    "table_series",
    "table_since_last_edition",
    "table_strata",
    "table_surveys",
    "table_trends",
    "theil_index",
    "theil_sen",
    "trend_sentences",
    "trend_test",
    "zero_dose",
]

_HOMES = {
    "blocks": ["Chart", "Sentences", "Table"],
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
    "observations.boundaries": ["Rebased", "rebased_to"],
    "observations.guard": ["comparable"],
    "observations.workspace": ["Workspace", "open_workspace"],
    "presentation.brief": ["profile_sentences"],
    "presentation.circumstances": [
        "plot_cascade",
        "sentences_circumstances",
        "table_circumstances",
    ],
    "presentation.comparisons": ["compare"],
    "presentation.coverage": ["plot_indicators", "plot_series", "table_series"],
    "presentation.equity_measures": ["table_measures"],
    "presentation.equity_plots": ["plot_gap_years", "plot_gaps", "plot_groups"],
    "presentation.equity_report": ["equity_sentences", "table_gaps", "table_not_compared"],
    "presentation.changed": ["table_since_last_edition"],
    "presentation.evidence": ["table_evidence"],
    "presentation.national": ["drop_out_sentences", "table_changes", "table_drop_out"],
    "presentation.profile": ["sentences_held_back", "table_definitions", "table_levels"],
    "presentation.provenance": ["table_quarantined"],
    "presentation.publication": ["table_publication"],
    "presentation.quality": ["quality_sentences", "table_checks", "table_quality"],
    "presentation.quality_findings": ["table_findings", "table_findings_above"],
    "presentation.refused": ["table_refused"],
    "presentation.funnel": ["funnel_sentences", "plot_funnel"],
    "presentation.report": ["Report", "begin_report"],
    "presentation.risk": ["plot_comparisons", "risk_sentences", "table_comparisons"],
    "presentation.spine": ["plot_benchmarks"],
    "presentation.strata_words": ["plot_strata", "strata_sentences", "table_strata"],
    "presentation.stratified": ["stratify_by_area", "stratify_by_year"],
    "presentation.surveys": ["plot_surveys", "survey_sentences", "table_surveys"],
    "presentation.trend_details": ["trend_sentences"],
    "presentation.trend_words": ["coverage_sentences", "table_trends"],
    "presentation.vintages": ["table_conflicts", "table_editions"],
    "reports.build": ["build"],
    "statistics": [
        "AnnualChange",
        "BenchmarkComparison",
        "BenchmarkVerdict",
        "CountedShare",
        "Estimate",
        "FunnelLimits",
        "MannKendall",
        "PooledEstimate",
        "PrintedCount",
        "PrintedEstimate",
        "Projection",
        "RecentTrend",
        "Suppression",
        "TheilSen",
        "TrendTest",
        "TrendVerdict",
        "audit",
        "average_annual_change",
        "between_group_standard_deviation",
        "between_group_variance",
        "coefficient_of_variation",
        "compare_interval_with_benchmark",
        "compare_with_benchmark",
        "concentration_index",
        "coverage",
        "difference",
        "directly_standardised_rate",
        "drop_out",
        "expected_events",
        "funnel_limits",
        "index_of_disparity",
        "indirectly_standardised_ratio",
        "mann_kendall",
        "mantel_haenszel",
        "mean_difference_from_best",
        "mean_difference_from_mean",
        "mean_difference_from_reference",
        "mean_log_deviation",
        "odds_ratio",
        "population_attributable_fraction",
        "population_attributable_risk",
        "printed_count",
        "printed_envelope",
        "projection_to_target",
        "proportion",
        "rate",
        "rate_ratio",
        "ratio",
        "recent_trend",
        "relative_index_of_inequality",
        "risk_difference",
        "risk_ratio",
        "slope_index_of_inequality",
        "suppress",
        "theil_index",
        "theil_sen",
        "trend_test",
        "zero_dose",
    ],
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used, so that ``import childstats`` stays light."""
    if name not in _HOME_OF:
        raise AttributeError(f"module 'childstats' has no attribute {name!r}")
    value = getattr(import_module(f"childstats.{_HOME_OF[name]}"), name)
    if _HOME_OF[name].startswith(("analyses.", "presentation.")):
        value = import_module("childstats.analyses.arguments").checked(value)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Return the public names."""
    return __all__
