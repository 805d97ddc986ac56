"""Statistics: one measure in one small function, each with its interval and its source."""

from childstats.statistics.coverage import CountedShare, coverage, drop_out, zero_dose
from childstats.statistics.estimate import Estimate
from childstats.statistics.odds import odds_ratio
from childstats.statistics.proportions import proportion
from childstats.statistics.rate_ratios import rate_ratio
from childstats.statistics.rates import rate
from childstats.statistics.ratios import risk_difference, risk_ratio
from childstats.statistics.strata import PooledEstimate, mantel_haenszel

__all__ = [
    "CountedShare",
    "Estimate",
    "PooledEstimate",
    "coverage",
    "drop_out",
    "mantel_haenszel",
    "odds_ratio",
    "proportion",
    "rate",
    "rate_ratio",
    "risk_difference",
    "risk_ratio",
    "zero_dose",
]
