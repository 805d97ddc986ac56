"""What is printed of an observation of a small area: rounded counts, and shares made of them."""

from collections.abc import Mapping
from math import ceil, floor
from typing import Any, Final

import numpy as np

from childstats.codes import ObsStatus
from childstats.observations.boundaries import COUNTED
from childstats.observations.prints import Print
from childstats.observations.table import Observation
from childstats.statistics.disclosure.rounding import percent_decimals

TOLERANCE: Final = 1e-9


def unpublished(row: Observation) -> Observation:
    """Return an observation of which nothing is shown, status ``Q``."""
    names = ("obs_value", "obs_low", "obs_high", "decimals", "printed_low", "printed_high")
    bounds = ("lower_bound", "upper_bound", "numerator", "denominator")
    nothing: dict[str, Any] = dict.fromkeys((*names, *bounds), np.nan)
    return row._replace(**nothing, obs_status=ObsStatus.SUPPRESSED.value)


def printed_row(row: Observation, prints: Mapping[str, Print]) -> Observation:
    """Return an observation as it may be printed.

    Parameters
    ----------
    row
        A count, or a share.
    prints
        What is printed of its value, or of its numerator and denominator.

    Returns
    -------
    Observation
        As it may be seen. A share is that of the printed counts, to whole per cent unless the
        printed denominator is large enough for one decimal; its limits, with as many decimals,
        hold what the counts behind the printed ones allow. The publisher's interval is left out,
        since it can be inverted.
    """
    if row.unit_measure in COUNTED:
        printed = prints["obs_value"]
        if printed.hidden:
            return unpublished(row)
        return unpublished(row)._replace(
            obs_low=printed.low,
            obs_high=printed.high,
            obs_value=printed.value,
            decimals=0,
            obs_status=row.obs_status,
        )
    numerator, denominator = prints["numerator"], prints["denominator"]
    if numerator.hidden or denominator.hidden or not denominator.value:
        whole = np.nan if denominator.hidden else denominator.value
        return unpublished(row)._replace(denominator=whole)
    digits = 2 + int(percent_decimals(denominator.value))
    share = round(numerator.value / denominator.value, digits)
    most = np.inf if numerator.value > denominator.value else 1.0
    low, high = numerator.low / denominator.high, min(most, numerator.high / denominator.low)
    unit = 10.0**digits
    return unpublished(row)._replace(
        obs_value=share,
        obs_low=round(min(share, floor(low * unit + TOLERANCE) / unit), digits),
        obs_high=round(max(share, ceil(high * unit - TOLERANCE) / unit), digits),
        numerator=numerator.value,
        denominator=denominator.value,
        decimals=digits - 2,
        obs_status=row.obs_status,
    )
