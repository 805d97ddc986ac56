"""Statistics: one measure in one small function, each with its interval and its source."""

from childstats.statistics.annual_change import AnnualChange, average_annual_change
from childstats.statistics.benchmarks import (
    BenchmarkComparison,
    BenchmarkVerdict,
    compare_interval_with_benchmark,
    compare_with_benchmark,
)
from childstats.statistics.estimate import Estimate
from childstats.statistics.funnel import FunnelLimits, funnel_limits
from childstats.statistics.projection import Projection, projection_to_target
from childstats.statistics.proportions import proportion
from childstats.statistics.rates import rate
from childstats.statistics.ratios import risk_difference, risk_ratio
from childstats.statistics.recent_trend import RecentTrend, TrendVerdict, recent_trend
from childstats.statistics.slopes import MannKendall, TheilSen, mann_kendall, theil_sen
from childstats.statistics.standardisation import (
    directly_standardised_rate,
    expected_events,
    indirectly_standardised_ratio,
)
from childstats.statistics.trend_test import TrendTest, trend_test

__all__ = [
    "AnnualChange",
    "BenchmarkComparison",
    "BenchmarkVerdict",
    "Estimate",
    "FunnelLimits",
    "MannKendall",
    "Projection",
    "RecentTrend",
    "TheilSen",
    "TrendTest",
    "TrendVerdict",
    "average_annual_change",
    "compare_interval_with_benchmark",
    "compare_with_benchmark",
    "directly_standardised_rate",
    "expected_events",
    "funnel_limits",
    "indirectly_standardised_ratio",
    "mann_kendall",
    "projection_to_target",
    "proportion",
    "rate",
    "recent_trend",
    "risk_difference",
    "risk_ratio",
    "theil_sen",
    "trend_test",
]
