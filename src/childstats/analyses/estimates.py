"""The statistics as reports print and judge them: rounded, so that no word hangs on a last bit.

The only way from the statistics to the pages: no other module of this room imports a statistic.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final, ParamSpec, TypeVar

import numpy as np

import childstats.statistics as _of
from childstats.precision import ESTIMATE_DIGITS, rounded
from childstats.statistics.estimate import Estimate
from childstats.statistics.proportions import wilson_limits

P = ParamSpec("P")
R = TypeVar("R")


def as_published(statistic: Callable[P, R]) -> Callable[P, R]:
    """Return a statistic that gives every float with the digits that are published.

    Parameters
    ----------
    statistic
        Returns a float, an array or a named tuple of these and of other things.

    Returns
    -------
    callable
        The same with `childstats.precision.ESTIMATE_DIGITS` digits. Counts and words pass.
    """

    @wraps(statistic)
    def call(*arguments: P.args, **options: P.kwargs) -> R:
        found: R = _rounded(statistic(*arguments, **options))
        return found

    return call


def _rounded(result: Any) -> Any:
    if isinstance(result, tuple):
        return type(result)(*map(_rounded, result))
    if isinstance(result, float):
        return np.float64(rounded(result, ESTIMATE_DIGITS))
    if isinstance(result, np.ndarray) and result.dtype.kind == "f":
        numbers = [rounded(number, ESTIMATE_DIGITS) for number in result.ravel().tolist()]
        return np.array(numbers, dtype=np.float64).reshape(result.shape)
    return result


def sample_share(share: float, total: float, ends: tuple[float, float] | None = None) -> Estimate:
    """Return Wilson's 95 % interval around a printed, weighted share of a sample of known size.

    The number of cases need not be whole, since the share is weighted. Of a hedged share or a
    range, `ends`, the limits are the lowest and highest that it allows.
    """
    at = np.array(ends or (share, share)) * total
    lows, highs = wilson_limits(at, np.full(2, float(total)), np.asarray(0.95))
    limits = (np.float64(rounded(float(end), ESTIMATE_DIGITS)) for end in (lows[0], highs[1]))
    return Estimate(np.float64(share), *limits)


average_annual_change: Final = as_published(_of.average_annual_change)
compare_interval_with_benchmark: Final = as_published(_of.compare_interval_with_benchmark)
compare_with_benchmark: Final = as_published(_of.compare_with_benchmark)
concentration_index: Final = as_published(_of.concentration_index)
difference: Final = as_published(_of.difference)
drop_out: Final = as_published(_of.drop_out)
mantel_haenszel: Final = as_published(_of.mantel_haenszel)
population_attributable_fraction: Final = as_published(_of.population_attributable_fraction)
printed_envelope: Final = as_published(_of.printed_envelope)
projection_to_target: Final = as_published(_of.projection_to_target)
proportion: Final = as_published(_of.proportion)
rate: Final = as_published(_of.rate)
ratio: Final = as_published(_of.ratio)
relative_index_of_inequality: Final = as_published(_of.relative_index_of_inequality)
risk_difference: Final = as_published(_of.risk_difference)
risk_ratio: Final = as_published(_of.risk_ratio)
slope_index_of_inequality: Final = as_published(_of.slope_index_of_inequality)
theil_sen: Final = as_published(_of.theil_sen)
zero_dose: Final = as_published(_of.zero_dose)
