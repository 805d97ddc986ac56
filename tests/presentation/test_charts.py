"""Charts draw what they are given: gaps, breaks and intervals, the same bytes each time."""

import matplotlib as mpl
import pytest

from childstats.language import Language
from childstats.presentation.charts import (
    Bar,
    Point,
    Series,
    draw_bars,
    draw_forest,
    draw_lines,
)

T = Language("vi")
LINE = Series("Điện Biên", [Point(2010, 0.93, 0.925, 0.935), Point(2011, 0.95, 0.945, 0.955)])
BAR = Bar("Trẻ em", 0.8, 0.75, 0.85, "80 %")


def _lines(*series: Series) -> str:
    return draw_lines(series, t=T, axis="Phần trăm", percent=True)


def _strokes(svg: str, colour: str = "#12436d") -> int:
    return svg.lower().count(f"stroke: {colour}")


def test_the_same_data_gives_the_same_bytes_whatever_the_settings() -> None:
    first = _lines(LINE)
    with mpl.rc_context({"axes.facecolor": "red", "font.family": "serif", "lines.linewidth": 9}):
        assert _lines(LINE) == first
    assert "<dc:date>" not in first


def test_neighbouring_years_are_joined_and_a_missing_year_is_a_gap() -> None:
    gap = Series("Điện Biên", [LINE.points[0], Point(2012, 0.95, 0.945, 0.955)])
    assert _strokes(_lines(LINE)) == _strokes(_lines(gap)) + 1


def test_a_break_is_drawn_instead_of_a_join() -> None:
    after = Point(2011, 0.95, 0.945, 0.955, after_break=True)
    broken = _lines(Series("Điện Biên", [LINE.points[0], after]))
    assert _strokes(broken) == _strokes(_lines(LINE)) - 1
    assert "stroke-dasharray: 4,3" in broken.replace(" 3", "3").replace("4.0,3.0", "4,3")


def test_a_provisional_value_is_hollow() -> None:
    hollow = Series(
        "Điện Biên", [LINE.points[0], Point(2011, 0.95, 0.945, 0.955, provisional=True)]
    )
    assert "fill: #ffffff; stroke: #12436d" in _lines(hollow)
    assert "fill: #ffffff; stroke: #12436d" not in _lines(LINE)


@pytest.mark.parametrize(
    "series", [[], [LINE] * 5, [Series("x", [])]], ids=["none", "five", "empty"]
)
def test_lines_take_one_to_four_series_with_points(series: list[Series]) -> None:
    with pytest.raises(ValueError, match="takes 1 to 4 series with points"):
        draw_lines(series, t=T, axis="x", percent=True)


def test_bars_start_at_zero_and_show_their_interval() -> None:
    exact = Bar("Trẻ em", 0.8, 0.8, 0.8, "80 %")
    with_whisker, without = (draw_bars([b], t=T, axis="Tỷ lệ") for b in (BAR, exact))
    assert len(with_whisker) > len(without)
    with pytest.raises(ValueError, match="at least one bar"):
        draw_bars([], t=T, axis="Tỷ lệ")


def test_a_forest_plot_takes_ratios_above_zero() -> None:
    assert draw_forest([BAR], t=T, axis="Tỷ số").startswith("<?xml")
    for bars in ([], [Bar("x", 0, 0, 1, "")]):
        with pytest.raises(ValueError, match="all above 0"):
            draw_forest(bars, t=T, axis="Tỷ số")
