"""A chart's data as a table, for those who read no pictures."""

from collections.abc import Mapping, Sequence
from functools import partial
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
    is_funnel = data.get("kind") == "funnel"
    yearly = not is_funnel and not any(isinstance(x, str) for s in series for x in s["x"])
    if yearly:
        places, marks = _by_year(series, data["percent"], t)
    else:
        places, marks = _by_row(series, data["percent"], t)
    first = t.say("Year") if yearly else t.say("Children") if is_funnel else t.say("Row")
    return {
        "type": "table",
        "title": "",
        "columns": [
            {"label": first, "align": "left", "width": 1.5},
            *({"label": s["label"], "align": "right", "width": 1} for s in series),
        ],
        "rows": [
            {"cells": [place, *(mark or "–" for mark in row)]}
            for place, row in zip(places, marks, strict=True)
        ],
        "notes": [],
        "compact": False,
    }


def _by_year(
    series: Sequence[Mapping[str, Any]], percent: bool, t: Language
) -> tuple[list[str], list[list[str]]]:
    years = sorted({int(x) for s in series for x in s["x"]})
    held = [dict(zip(map(int, s["x"]), _marks(s, percent, t), strict=True)) for s in series]
    return [str(year) for year in years], [[h.get(year, "") for h in held] for year in years]


def _by_row(
    series: Sequence[Mapping[str, Any]], percent: bool, t: Language
) -> tuple[list[str], list[list[str]]]:
    """Return a row a mark; series of the same rows share them, whatever the rows are called."""
    written = [_marks(s, percent, t) for s in series]
    if all(s["x"] == series[0]["x"] for s in series):
        return list(map(str, series[0]["x"])), list(map(list, zip(*written, strict=True)))
    places, rows = [], []
    for i, (s, marks) in enumerate(zip(series, written, strict=True)):
        for x, mark in zip(s["x"], marks, strict=True):
            places.append(x if isinstance(x, str) else t.count(x))
            rows.append([mark if i == j else "" for j in range(len(series))])
    return places, rows


def _marks(series: Mapping[str, Any], percent: bool, t: Language) -> list[str]:
    """Return each mark of a series as text: as drawn, or its value and interval."""
    if series["written"]:
        return list(series["written"])
    rows = list(
        zip(
            series["y"],
            series["low"] or series["y"],
            series["high"] or series["y"],
            strict=True,
        )
    )
    digits = max((_digits(*row, percent) for row in rows if row[0] is not None), default=0)
    return ["" if row[0] is None else _mark(row, digits, percent, t) for row in rows]


def _mark(
    mark: tuple[float, float | None, float | None], digits: int, percent: bool, t: Language
) -> str:
    value, low, high = mark
    say = partial(t.percent if percent else t.decimal, digits=digits)
    if low is None or high is None or low == high:
        return say(value)
    return f"{say(value)} ({t.span(say(low), say(high))})"


def _digits(value: float, low: float | None, high: float | None, percent: bool) -> int:
    """Return the decimals that tell apart the ends of an interval, or that a value has."""
    scale = 100 if percent else 1
    if all(n is None or float(round(n * scale, 9)).is_integer() for n in (value, low, high)):
        return 0
    if low is None or high is None or low == high:
        return 2
    return min(4, max(0, 1 - magnitude((high - low) * scale)))
