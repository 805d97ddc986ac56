"""A chart's data as a table, for those who read no pictures."""

from collections.abc import Mapping
from math import inf, isinf
from typing import Any

from childstats.language import Language
from childstats.precision import magnitude


def chart_table(block: Mapping[str, Any], t: Language) -> dict[str, Any] | None:
    """Return what a chart draws as a table: a row a place, a column a series.

    Parameters
    ----------
    block
        A chart.
    t
        Language of the numbers.

    Returns
    -------
    dict or None
        A table block; None where the chart came without its data.
    """
    data = block.get("data")
    if not data:
        return None
    series = data["series"]
    places = list(dict.fromkeys(str(x) for s in series for x in s["x"]))
    yearly = all(place.isdecimal() for place in places)
    if yearly:
        places.sort(key=int)
    written = [
        {str(x): text for x, text in zip(s["x"], _marks(s, data["percent"], t), strict=True)}
        for s in series
    ]
    return {
        "type": "table",
        "title": "",
        "columns": [
            {"label": t.say("Year") if yearly else t.say("Row"), "align": "left", "width": 1.5},
            *({"label": s["label"], "align": "right", "width": 1} for s in series),
        ],
        "rows": [
            {"cells": [place, *(marks.get(place) or "–" for marks in written)]} for place in places
        ],
        "notes": [],
        "compact": False,
    }


def _marks(series: Mapping[str, Any], percent: bool, t: Language) -> list[str]:
    """Return each mark of a series as text: as drawn, or its value and interval."""
    if series["written"]:
        return list(series["written"])
    rows = zip(
        series["y"],
        series["low"] or series["y"],
        series["high"] or series["y"],
        strict=True,
    )
    return ["" if y is None else _mark(y, low, high, percent, t) for y, low, high in rows]


def _mark(value: float, low: float | None, high: float | None, percent: bool, t: Language) -> str:
    if low is None or high is None or low == high:
        return _number(value, 0.0, percent, t)
    scale = 100 if percent else 1
    whole = all(round(n * scale, 9).is_integer() for n in (value, low, high))
    width = inf if whole else high - low
    ends = t.span(*(_number(end, width, percent, t) for end in (low, high)))
    return f"{_number(value, width, percent, t)} ({ends})"


def _number(value: float, width: float, percent: bool, t: Language) -> str:
    """Return a number with the digits that tell apart the ends of its interval."""
    scale = 100 if percent else 1
    if isinf(value):
        return "∞"
    if width <= 0 or isinf(width):
        digits = 0 if round(value * scale, 9).is_integer() else 2
    else:
        digits = min(4, max(0, 1 - magnitude(width * scale)))
    return t.percent(value, digits=digits) if percent else t.decimal(value, digits=digits)
