"""Statistics: one measure in one small function, each with its interval and its source."""

from childstats.statistics.estimate import Estimate
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
from childstats.statistics.printed import (
    PrintedCount,
    PrintedEstimate,
    printed_count,
    printed_envelope,
)
from childstats.statistics.proportions import proportion
from childstats.statistics.rates import rate
from childstats.statistics.ratios import risk_difference, risk_ratio

__all__ = [
    "Estimate",
    "PrintedCount",
    "PrintedEstimate",
    "between_group_standard_deviation",
    "between_group_variance",
    "coefficient_of_variation",
    "concentration_index",
    "difference",
    "index_of_disparity",
    "mean_difference_from_best",
    "mean_difference_from_mean",
    "mean_difference_from_reference",
    "mean_log_deviation",
    "population_attributable_fraction",
    "population_attributable_risk",
    "printed_count",
    "printed_envelope",
    "proportion",
    "rate",
    "ratio",
    "relative_index_of_inequality",
    "risk_difference",
    "risk_ratio",
    "slope_index_of_inequality",
    "theil_index",
]
