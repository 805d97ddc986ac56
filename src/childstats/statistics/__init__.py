"""Statistics: one measure in one small function, each with its interval and its source."""

from childstats.statistics.annual_change import AnnualChange, average_annual_change
from childstats.statistics.benchmarks import (
    BenchmarkComparison,
    BenchmarkVerdict,
    compare_interval_with_benchmark,
    compare_with_benchmark,
)
from childstats.statistics.coverage import CountedShare, coverage, drop_out, zero_dose
from childstats.statistics.disclosure import Suppression, audit, suppress
from childstats.statistics.estimate import Estimate
from childstats.statistics.funnel import FunnelLimits, funnel_limits
from childstats.statistics.inequality_concentration import concentration_index
from childstats.statistics.inequality_deviations import (
    index_of_disparity,
    mean_difference_from_best,
    mean_difference_from_mean,
    mean_difference_from_reference,
)
from childstats.statistics.inequality_entropy import mean_log_deviation, theil_index
from childstats.statistics.inequality_gaps import difference, ratio
from childstats.statistics.inequality_potential import (
    population_attributable_fraction,
    population_attributable_risk,
)
from childstats.statistics.inequality_slope import (
    relative_index_of_inequality,
    slope_index_of_inequality,
)
from childstats.statistics.inequality_variance import (
    between_group_standard_deviation,
    between_group_variance,
    coefficient_of_variation,
)
from childstats.statistics.odds import odds_ratio
from childstats.statistics.printed import (
    PrintedCount,
    PrintedEstimate,
    printed_count,
    printed_envelope,
)
from childstats.statistics.projection import Projection, projection_to_target
from childstats.statistics.proportions import proportion
from childstats.statistics.rate_ratios import rate_ratio
from childstats.statistics.rates import rate
from childstats.statistics.ratios import risk_difference, risk_ratio
from childstats.statistics.recent_trend import RecentTrend, TrendVerdict, recent_trend
from childstats.statistics.slopes import MannKendall, TheilSen, mann_kendall, theil_sen
from childstats.statistics.standardisation import (
    directly_standardised_rate,
    expected_events,
    indirectly_standardised_ratio,
)
from childstats.statistics.strata import PooledEstimate, mantel_haenszel
from childstats.statistics.trend_test import TrendTest, trend_test

__all__ = [
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
]
