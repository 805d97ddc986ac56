"""What a chart draws, as numbers beside the drawing: read by those who see no pictures."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

from pandas import DataFrame

from childstats.charts.palette import DARK_BLUE, DARK_PINK, GREY, SERIES_COLOURS
from childstats.precision import rounded


@dataclass(frozen=True, slots=True)
class ChartSeries:
    """What one series of a chart draws, mark by mark.

    Attributes
    ----------
    label
        Its name, as drawn.
    x, y
        Place of each mark; on a chart of rows ``x`` holds the names of the rows. A ``y`` that is
        None is a gap.
    low, high
        Ends of the interval that is drawn around each mark; equal where the value is exact.
    written
        What stands beside each mark, where places are drawn that are not values.
    """

    label: str
    x: Sequence[str | float]
    y: Sequence[float | None]
    low: Sequence[float | None]
    high: Sequence[float | None]
    written: Sequence[str] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the series as the exporter reads it."""
        return {name: _plain(getattr(self, name)) for name in self.__slots__}


@dataclass(frozen=True)
class ChartData:
    """What a chart draws, as numbers: what is checked before a picture is believed.

    Attributes
    ----------
    kind
        ``lines``, ``dots`` (years that are not joined), ``bars``, ``forest``, ``spine``,
        ``dumbbell`` or ``funnel``.
    series
        One to four.
    y_from_zero
        Whether the axis of the values begins at 0.
    colours
        Hex colour of each series.
    percent
        Whether the values are proportions, written as percentages.
    """

    kind: str
    series: Sequence[ChartSeries]
    y_from_zero: bool
    colours: Sequence[str]
    percent: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return what a table of the chart needs."""
        series = [s.to_json() for s in self.series]
        return {"kind": self.kind, "percent": self.percent, "series": series}


def one_line(label: str) -> str:
    """Return the name of a row as one line of text."""
    return label.replace("-\n", "-").replace("\n", ", ")


def data_of_lines(frame: DataFrame, *, percent: bool, joined: bool = True) -> ChartData:
    """Return what `childstats.charts.lines.plot` draws; a missing year is a gap.

    Parameters
    ----------
    frame
        As there, with ``written`` if the values are to be read as they were printed.
    percent, joined
        As there.

    Returns
    -------
    ChartData
        Kind ``lines``, or ``dots`` where nothing is joined.
    """
    series = []
    for name, some in frame.groupby("series", sort=False):
        years = range(int(some["year"].iloc[0]), int(some["year"].iloc[-1]) + 1)
        rows = some.set_index("year").reindex(years)
        value, low, high = ([_finite(v) for v in rows[end]] for end in ("value", "low", "high"))
        written = list(rows["written"].fillna("")) if "written" in rows else []
        series.append(ChartSeries(one_line(str(name)), tuple(years), value, low, high, written))
    return ChartData(
        kind="lines" if joined else "dots",
        series=tuple(series),
        y_from_zero=not percent,
        colours=SERIES_COLOURS[: len(series)],
        percent=percent,
    )


def data_of_forest(frame: DataFrame, *, chance: str, print_: str) -> ChartData:
    """Return what `childstats.charts.forest.plot` draws.

    Parameters
    ----------
    frame
        As there.
    chance, print_
        Names of the two series: the confidence interval, and apart from it the range of the print.

    Returns
    -------
    ChartData
        Two series; None for infinity.
    """
    labels = tuple(one_line(label) for label in frame["label"])
    ends = {name: [_finite(v) for v in frame[name]] for name in frame if name not in _WORDS}
    return ChartData(
        kind="forest",
        series=(
            ChartSeries(
                chance, labels, ends["value"], ends["low"], ends["high"], list(frame["written"])
            ),
            ChartSeries(
                print_,
                labels,
                ends["value"],
                ends["printed_low"],
                ends["printed_high"],
                list(frame["printed_written"]) if "printed_written" in frame else (),
            ),
        ),
        y_from_zero=False,
        colours=(DARK_BLUE, DARK_PINK),
    )


_WORDS = {"label", "written", "printed_written", "pooled"}


def series_of_rows(
    name: str, frame: DataFrame, value: str = "value", *, written: Sequence[str] = ()
) -> ChartSeries:
    """Return one mark a row as a chart's data.

    Parameters
    ----------
    name
        Of the series.
    frame
        With ``label``, and ``value``, ``low`` and ``high``.
    value
        Column of the values; that of the ends is named by it, such as ``area_low`` for ``area``.
    written
        What stands beside each mark.

    Returns
    -------
    ChartSeries
        With None where there is no mark.
    """
    low, high = ("low", "high") if value == "value" else (f"{value}_low", f"{value}_high")
    return ChartSeries(
        name,
        [one_line(label) for label in frame["label"]],
        [_finite(v) for v in frame[value]],
        [_finite(v) for v in frame[low]],
        [_finite(v) for v in frame[high]],
        list(written),
    )


def data_of_funnel(frame: DataFrame, *, others: str, written: Sequence[str]) -> ChartData:
    """Return what `childstats.charts.funnel.plot` draws: the other areas, and the report's own.

    Parameters
    ----------
    frame
        As there.
    others
        Name of the other areas.
    written
        Share of each area in words.

    Returns
    -------
    ChartData
        Two series.
    """
    share = (frame["cases"] / frame["total"]).tolist()
    series = []
    for own in (False, True):
        places = [i for i, is_own in enumerate(frame["own"]) if bool(is_own) is own]
        values = [share[i] for i in places]
        totals = tuple(int(frame["total"].iloc[i]) for i in places)
        name = str(frame["label"].iloc[places[0]]) if own else others
        words = [written[i] for i in places]
        series.append(ChartSeries(name, totals, values, values, values, words))
    return ChartData("funnel", series, y_from_zero=False, colours=(GREY, DARK_BLUE), percent=True)


def _finite(value: float) -> float | None:
    """Return a number that a file can hold; None for infinity and for no number."""
    return float(value) if isfinite(value) else None


def _plain(value: Any) -> Any:
    """Return a text, or a list of texts and numbers of Python's own kinds, as published."""
    if isinstance(value, str):
        return value
    parts = (part.item() if hasattr(part, "item") else part for part in value)
    return [rounded(part) if isinstance(part, float) else part for part in parts]
