"""Whether the direction of a share may be told: not where only the number due has changed."""

from collections.abc import Mapping
from typing import Any


def tells_direction(earlier: Mapping[str, Any], later: Mapping[str, Any]) -> bool:
    """Return whether a share went the way that those whom it counts went.

    Parameters
    ----------
    earlier, later
        Two observations of one indicator and area, by column name.

    Returns
    -------
    bool
        False where the share rose although fewer are counted, or fell although more are: then the
        number due, its denominator, makes the change. True where no counts are known.
    """
    counts = [o[name] for o in (earlier, later) for name in ("numerator", "denominator")]
    if any(count is None for count in counts):
        return True
    share = later["obs_value"] - earlier["obs_value"]
    counted = later["numerator"] - earlier["numerator"]
    return bool(share * counted > 0 or share == 0)
