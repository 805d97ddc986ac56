"""Whether the direction of a share may be told: not where only the number due has changed."""

from childstats.observations.table import Observation


def tells_direction(earlier: Observation, later: Observation) -> bool:
    """Return whether a share went the way that those whom it counts went.

    Parameters
    ----------
    earlier, later
        Two observations of one indicator and area.

    Returns
    -------
    bool
        False where the share rose although fewer are counted, or fell although more are: then the
        number due, its denominator, makes the change. True where no counts are known.
    """
    counts = [count for o in (earlier, later) for count in (o.numerator, o.denominator)]
    if any(count is None for count in counts):
        return True
    share = later.obs_value - earlier.obs_value
    counted = later.numerator - earlier.numerator
    return bool(share * counted > 0 or share == 0)
