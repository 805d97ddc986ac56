"""Arithmetic on printed figures: what several prints together allow, end by end."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from childstats.figures.figure import Figure, Interval, Qualifier


class Derived(NamedTuple):
    """A number computed from printed figures, and what their digits leave open about it.

    Attributes
    ----------
    obs_value
        Computed from the printed values.
    obs_low, obs_high
        Lowest and highest result that the printed intervals allow, each figure on its own.
    """

    obs_value: float
    obs_low: float
    obs_high: float


def sum_of(figures: Sequence[Figure]) -> Derived:
    """Return the sum of printed figures.

    Parameters
    ----------
    figures
        One or more, in one unit.

    Returns
    -------
    Derived
        In that unit.

    Raises
    ------
    ValueError
        If there are no figures, one is missing, or their units differ.

    Examples
    --------
    >>> from childstats.figures.parse import parse_figure
    >>> sum_of([parse_figure(t, language="en") for t in ("6,847", "approximately 68,000")])
    Derived(obs_value=74847.0, obs_low=74347.0, obs_high=75347.0)
    """
    if not figures:
        raise ValueError("figures must hold at least one figure")
    _refuse_unlike(*figures)
    return Derived(*(math.fsum(getattr(f, end) for f in figures) for end in _ENDS))


def difference_of(figure: Figure, other: Figure) -> Derived:
    """Return one printed figure less another.

    Parameters
    ----------
    figure, other
        Two figures in one unit.

    Returns
    -------
    Derived
        In that unit (percentage points for percentages); may be negative. An interval that holds
        0 says that the prints do not tell which figure is larger.

    Raises
    ------
    ValueError
        If one is missing or their units differ.

    Examples
    --------
    >>> from childstats.figures.parse import parse_figure
    >>> new, old = (parse_figure(t, language="en") for t in ("6,847", "over 6,300"))
    >>> difference_of(new, old)
    Derived(obs_value=547.0, obs_low=447.0, obs_high=547.0)
    """
    _refuse_unlike(figure, other)
    return Derived(figure.value - other.value, figure.low - other.high, figure.high - other.low)


def ratio_of(figure: Figure, other: Figure) -> Derived:
    """Return the ratio of two printed figures.

    Parameters
    ----------
    figure, other
        Two figures in one unit.

    Returns
    -------
    Derived
        Without unit; ``inf`` where the other figure is, or may be, 0.

    Raises
    ------
    ValueError
        If one is missing, their units differ, or both are exactly 0.

    Examples
    --------
    >>> from childstats.figures.parse import parse_figure
    >>> ours, theirs = (parse_figure(t, language="en") for t in ("6,609", "over 382,000"))
    >>> [round(number, 5) for number in ratio_of(ours, theirs)]
    [0.0173, 0.01726, 0.0173]
    """
    _refuse_unlike(figure, other)
    if figure.value == other.value == 0:
        raise ValueError(f"{figure.text!r} and {other.text!r} are both 0: they have no ratio")
    value = figure.value / other.value if other.value else math.inf
    return Derived(value, *figure.interval.divided_by(other.interval))


def share_of(part: Figure, whole: Figure) -> Derived:
    """Return the share that a printed part is of its printed whole.

    Parameters
    ----------
    part, whole
        Two counts in one unit.

    Returns
    -------
    Derived
        A proportion; value and `obs_high` are at most 1 where the prints allow that, since a part
        is not more than its whole. What an open whole such as ``less than 300,000`` leaves
        unlimited ends at 1.

    Raises
    ------
    ValueError
        As `ratio_of`; if the whole is 0; if the part is more than a whole that may be 0.

    Examples
    --------
    >>> from childstats.figures.parse import parse_figure
    >>> part, whole = (parse_figure(t, language="en") for t in ("nearly 68,000", "208,222"))
    >>> [round(number, 4) for number in share_of(part, whole)]
    [0.3266, 0.3218, 0.3266]
    """
    value, low, high = ratio_of(part, whole)
    if low > 1 and math.isinf(high):
        raise ValueError(f"{part.text!r} is no share of {whole.text!r}, which may be 0")
    return Derived(value, low, high) if low > 1 else Derived(min(value, 1.0), low, min(high, 1.0))


_ENDS = ("value", "low", "high")


def _refuse_unlike(*figures: Figure) -> None:
    """Refuse figures that cannot be added or compared: a missing one, or two units."""
    for figure in figures:
        if figure.is_missing:
            raise ValueError(f"{figure.text!r} is no number (status {figure.obs_status})")
        if figure.unit != figures[0].unit:
            first = figures[0]
            raise ValueError(
                f"{first.text!r} is in {first.unit}, {figure.text!r} in {figure.unit}; "
                "bring them to one unit"
            )


def implied_total(part: Figure, share: Figure) -> Interval:
    """Return the totals of which `part` can be the printed `share`.

    Parameters
    ----------
    part
        A count.
    share
        The percentage of the total that the count is said to be; unit ``percent``.

    Returns
    -------
    Interval
        Lowest and highest total, in the unit of `part`.

    Raises
    ------
    ValueError
        If `share` is not a percentage.

    Examples
    --------
    208,222 children who are 31.2 % of the people imply 666,310 to 668,449 people:

    >>> children = Figure("208,222", 208222, 208222, 208222, Qualifier.EXACT)
    >>> share = Figure("31.2%", 31.2, 31.15, 31.25, Qualifier.ROUNDED, "percent")
    >>> [round(end) for end in implied_total(children, share)]
    [666310, 668449]
    """
    if share.unit != "percent":
        raise ValueError(f"share must be a percentage, not {share.text!r} in unit {share.unit!r}")
    return part.interval.divided_by(Interval(share.low / 100, share.high / 100))


def implied_count(share: Figure, total: Figure, *, says_all: bool = False) -> Interval:
    """Return the whole counts of which `total` can give the printed `share`.

    Parameters
    ----------
    share
        A percentage of the total; unit ``percent``.
    total
        The exact count that the percentage is of.
    says_all
        Whether the source says in words that a printed 100 % is all of them.

    Returns
    -------
    Interval
        Lowest and highest whole count. ``low > high`` means that no count gives this print.

    Raises
    ------
    ValueError
        If `share` is not a percentage or `total` is not an exact count.

    References
    ----------
    Brown NJL, Heathers JAJ (2017). The GRIM test. *Social Psychological and Personality
    Science* 8(4), 363-369.

    Examples
    --------
    96 % of 430 schools is 411 to 414 schools:

    >>> schools = Figure("430", 430, 430, 430, Qualifier.EXACT)
    >>> implied_count(Figure("96%", 96, 95.5, 96.5, Qualifier.ROUNDED, "percent"), schools)
    Interval(low=411, high=414)

    100 % of 430 is 428 to 430, unless the source says that it is all:

    >>> all_schools = Figure("100%", 100, 99.5, 100, Qualifier.ROUNDED, "percent")
    >>> implied_count(all_schools, schools), implied_count(all_schools, schools, says_all=True)
    (Interval(low=428, high=430), Interval(low=430, high=430))
    """
    if share.unit != "percent":
        raise ValueError(f"share must be a percentage, not {share.text!r} in unit {share.unit!r}")
    if not total.is_exact:
        raise ValueError(f"total must be an exact count, not {total.text!r}")
    if says_all and share.value == 100:
        return Interval(int(total.value), int(total.value))
    # 95.5 % of 430 is 410.65 in decimal; round away binary noise before taking whole counts
    low = round(share.low * total.value / 100, 9)
    high = round(share.high * total.value / 100, 9)
    from_above = share.qualifier in {Qualifier.NEARLY, Qualifier.UP_TO}
    is_last = share.high in {100, share.printed_high} and share.qualifier is not Qualifier.BELOW
    return Interval(
        math.floor(low) + 1 if from_above else math.ceil(low),
        math.floor(high) if from_above or is_last else math.ceil(high) - 1,
    )
