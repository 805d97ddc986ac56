"""Rules that every chart keeps, checked on its words and numbers when it is made.

Each rule yields a sentence about what breaks it. A chart that breaks one is not made.
"""

import re
from collections.abc import Callable, Collection, Iterator
from itertools import combinations, pairwise
from typing import TYPE_CHECKING, Final, TypeAlias

from childstats.charts.colours import VISION, WHITE, contrast, distance
from childstats.charts.palette import ORANGE, TURQUOISE

if TYPE_CHECKING:
    from childstats.blocks.chart import Chart
    from childstats.blocks.chart_data import ChartData

MOST_SERIES: Final = 4
MOST_WORDS: Final = 10
MOST_SYLLABLES: Final = 20
"""Vietnamese writes each syllable by itself, and most of its words have two."""
LEAST_CONTRAST: Final = 3.0
"""WCAG 2.2, success criterion 1.4.11."""
LEAST_DISTANCE: Final = 10.0
"""ΔE*ab, four times what is just noticeable.

Of the project's palette, dark blue and dark pink come nearest, at 11.3 to readers with
protanopia; markers and direct labels tell them apart too.
"""
ZERO_BASED: Final = ("bars",)
"""Kinds in which the length of a mark stands for its value."""
YEARLY: Final = ("lines",)
"""Kinds whose marks stand along the years."""
GENERIC_ALT: Final = ("chart", "image", "figure", "graph", "plot", "biểu đồ", "hình", "hình ảnh")
"""Says that there is a picture, and nothing of it."""
_YEAR: Final = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)", re.ASCII)

_EMPTY_PLACE: Final = re.compile(r"[,;:]\s*(?=[,;(])|:\s*\.|\(\s*\)")

Rule: TypeAlias = "Callable[[Chart], Iterator[str]]"


def faults(chart: "Chart", *, areas: Collection[str] = ()) -> list[str]:
    """Return what is wrong with a chart.

    Parameters
    ----------
    chart
        The chart. One without data is checked by its words alone.
    areas
        Names of areas, one of which the alternative text must hold; without them that is not
        checked.

    Returns
    -------
    list of str
        One sentence a fault, which begins with the name of the rule; empty where none is broken.
    """
    found = [f"{rule.__name__}: {fault}" for rule in RULES for fault in rule(chart)]
    if areas and not any(area in chart.alt for area in areas):
        found.append(f"alt_names_an_area: alternative text {chart.alt!r} names no area")
    return found


def refuse_faulty(chart: "Chart") -> None:
    """Refuse a chart that breaks a rule.

    Parameters
    ----------
    chart
        The chart.

    Raises
    ------
    ValueError
        Naming the chart and the first rule that it breaks.
    """
    for fault in faults(chart):
        raise ValueError(f"chart {chart.title!r} breaks the rule {fault}")


def title_is_short(chart: "Chart") -> Iterator[str]:
    """Refuse a title of more than ten words."""
    words = chart.title.split()
    vietnamese = sum(not word.isascii() for word in words) > len(words) / 2
    most = MOST_SYLLABLES if vietnamese else MOST_WORDS
    if not 1 <= len(words) <= most:
        yield f"its title has {len(words)} words; write 1 to {most}"


def alt_says_what_is_shown(chart: "Chart") -> Iterator[str]:
    """Refuse alternative text that is empty, the title, or just the word chart."""
    said = chart.alt.strip().rstrip(".").casefold()
    if said in {"", chart.title.strip().rstrip(".").casefold(), *GENERIC_ALT}:
        yield f"alternative text {chart.alt!r} does not say what is drawn"


def alt_names_the_period(chart: "Chart") -> Iterator[str]:
    """Refuse alternative text that does not say of when the figures are."""
    if chart.data and not _YEAR.search(chart.alt):
        yield f"alternative text {chart.alt!r} names no year"


def series_are_few(chart: "Chart") -> Iterator[str]:
    """Refuse no series, more than four, or one with nothing drawn."""
    if chart.data is None:
        return
    if not 1 <= len(chart.data.series) <= MOST_SERIES:
        yield f"it has {len(chart.data.series)} series; draw 1 to {MOST_SERIES}"
    for s in chart.data.series:
        if all(y is None for y in s.y):
            yield f"series {s.label!r} has no value"


def interval_is_drawn(chart: "Chart") -> Iterator[str]:
    """Refuse a value without its interval around it; only an exact count stands for itself."""
    for s in chart.data.series if chart.data else ():
        if not s.low and not s.high and all(y == int(y) for y in s.y if y is not None):
            continue
        if not len(s.x) == len(s.y) == len(s.low) == len(s.high):
            yield f"series {s.label!r} has not as many ends of intervals as values"
            continue
        for x, y, low, high in zip(s.x, s.y, s.low, s.high, strict=True):
            if y is not None and (low is None or high is None or not low <= y <= high):
                yield f"value {y:g} of {s.label!r} at {x} is not within {low} to {high}"


def rows_are_told_apart(chart: "Chart") -> Iterator[str]:
    """Refuse two rows of one label: nobody could tell which is which."""
    for s in chart.data.series if chart.data else ():
        labels = [x for x in s.x if isinstance(x, str)]
        twice = sorted({label for label in labels if labels.count(label) > 1})
        if twice:
            yield f"more than one row of {s.label!r} is labelled {twice[0]!r}"


def alt_is_well_formed(chart: "Chart") -> Iterator[str]:
    """Refuse alternative text with an empty place, such as “97%, , 98%” or “0.93, (95% CI”."""
    found = _EMPTY_PLACE.search(chart.alt)
    if found:
        yield f"alternative text has {found[0]!r}, as if something were missing"


def bars_begin_at_zero(chart: "Chart") -> Iterator[str]:
    """Refuse an axis that does not begin at zero where length stands for the value."""
    if chart.data and chart.data.kind in ZERO_BASED and not chart.data.y_from_zero:
        yield f"a {chart.data.kind} chart must begin at zero"


def missing_year_is_a_gap(chart: "Chart") -> Iterator[str]:
    """Refuse to skip a year: one without a value is None, so that no line is drawn across it."""
    if chart.data is None or chart.data.kind not in YEARLY:
        return
    for s in chart.data.series:
        for before, after in pairwise(s.x):
            if not isinstance(before, str) and after != before + 1:
                yield f"{s.label!r} goes from {before} to {after}; put None between"


def colours_stand_out(chart: "Chart") -> Iterator[str]:
    """Refuse colours too near to the page or, where areas touch, to the neighbouring series."""
    if chart.data is None:
        return
    if len(chart.data.colours) != len(chart.data.series):
        yield f"it has {len(chart.data.series)} series and {len(chart.data.colours)} colours"
    touching = _neighbours(chart.data) if chart.data.kind in ZERO_BASED else []
    for one, other in [*((c, WHITE) for c in chart.data.colours), *touching]:
        if contrast(one, other) < LEAST_CONTRAST:
            yield (
                f"contrast of {one} with {other} is {contrast(one, other):.2f}, "
                f"below {LEAST_CONTRAST:g}"
            )


def colours_differ_to_every_eye(chart: "Chart") -> Iterator[str]:
    """Refuse series that look alike, also to readers who cannot tell red from green."""
    for one, other in combinations(chart.data.colours if chart.data else (), 2):
        for vision in VISION:
            apart = distance(one, other, vision)
            if apart < LEAST_DISTANCE:
                yield (
                    f"{one} and {other} are {apart:.1f} apart to {vision}, below {LEAST_DISTANCE:g}"
                )


def turquoise_and_orange_are_apart(chart: "Chart") -> Iterator[str]:
    """Refuse turquoise beside orange: they are equally light."""
    if chart.data and {TURQUOISE, ORANGE} in [set(pair) for pair in _neighbours(chart.data)]:
        yield "turquoise and orange are neighbours"


RULES: Final[tuple[Rule, ...]] = (
    title_is_short,
    alt_says_what_is_shown,
    alt_names_the_period,
    series_are_few,
    interval_is_drawn,
    rows_are_told_apart,
    alt_is_well_formed,
    bars_begin_at_zero,
    missing_year_is_a_gap,
    turquoise_and_orange_are_apart,
    colours_stand_out,
    colours_differ_to_every_eye,
)


def _neighbours(data: "ChartData") -> list[tuple[str, str]]:
    return list(pairwise(data.colours))
