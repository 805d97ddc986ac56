"""Lines draw gaps, breaks, intervals and targets, and carry their numbers."""

import re

import matplotlib as mpl
import pytest

from childstats.language import Language
from childstats.presentation.line_charts import (
    TOP,
    Line,
    Point,
    TargetLine,
    chart_data,
    draw_lines,
)

T = Language("vi")
FIRST, SECOND = Point(2010, 0.93, 0.925, 0.935), Point(2011, 0.95, 0.945, 0.955)
LINE = Line("Điện Biên", [FIRST, SECOND])
HOLLOW = 'fill="#FFFFFF" stroke="#12436D"'


def _lines(*lines: Line, target: TargetLine | None = None) -> str:
    return draw_lines(lines, t=T, axis="Phần trăm", percent=True, target=target)


def _strokes(svg: str, colour: str = "#12436d") -> int:
    return svg.lower().count(f'stroke="{colour}"')


def test_the_same_data_gives_the_same_bytes_whatever_the_settings() -> None:
    first = _lines(LINE)
    with mpl.rc_context({"axes.facecolor": "red", "font.family": "serif", "lines.linewidth": 9}):
        assert _lines(LINE) == first


def test_neighbouring_years_are_joined_and_a_missing_year_is_a_gap() -> None:
    gap = Line("Điện Biên", [FIRST, Point(2012, 0.95, 0.945, 0.955)])
    assert _strokes(_lines(LINE)) == _strokes(_lines(gap)) + 1


def _lifts(svg: str, look: str) -> list[int]:
    """Return how often the pen begins anew in each path of a look."""
    paths = re.findall(r'<path ([^>]*) d="([^"]*)"', svg)
    return [d.count("M") for style, d in paths if look in style]


def test_runs_of_years_on_both_sides_of_a_gap_stay_apart() -> None:
    years = (2010, 2011, 2014, 2015)
    two_runs = _lines(Line("Điện Biên", [Point(y, 0.93, 0.925, 0.935) for y in years]))
    assert _lifts(two_runs, 'stroke-width="1.5"') == [2]
    assert _lifts(two_runs, 'stroke-opacity="0.35"') == [4]  # a bar a year
    chance = [Point(y, 0.93, 0.9, 0.95, is_sampling=True) for y in years]
    assert 4 in _lifts(_lines(Line("Điện Biên", chance)), 'stroke-width="1.3" stroke-linejoin')


def test_marks_that_are_not_to_be_joined_are_not() -> None:
    apart = Line("Điện Biên", [FIRST, SECOND], joined=False)
    assert _strokes(_lines(LINE)) == _strokes(_lines(apart)) + 1


def test_a_break_is_drawn_instead_of_a_join() -> None:
    after = Point(2011, 0.95, 0.945, 0.955, after_break=True)
    broken = _lines(Line("Điện Biên", [FIRST, after]))
    assert _strokes(broken) == _strokes(_lines(LINE)) - 1
    assert 'stroke-dasharray="4 3"' in broken


def test_a_provisional_value_is_hollow() -> None:
    hollow = Line("Điện Biên", [FIRST, Point(2011, 0.95, 0.945, 0.955, provisional=True)])
    assert HOLLOW in _lines(hollow)
    assert HOLLOW not in _lines(LINE)


def test_a_confidence_interval_has_caps_and_the_range_of_a_print_a_pale_bar() -> None:
    chance = Line("Điện Biên", [Point(2010, 0.93, 0.9, 0.95, is_sampling=True)])
    print_only = Line("Điện Biên", [FIRST])
    assert 'stroke-opacity="0.35"' in _lines(print_only)
    assert 'stroke-opacity="0.35"' not in _lines(chance)
    assert _strokes(_lines(chance)) > _strokes(_lines(print_only))


def test_a_target_is_on_the_chart_even_if_all_values_are_below_it() -> None:
    low, high = (_lines(LINE, target=TargetLine(value, "")) for value in (0.94, 0.999))
    dotted = 'stroke-dasharray="1.2 2.4"'
    assert dotted in low
    assert dotted in high
    assert dotted not in _lines(LINE)
    assert low != high


@pytest.mark.parametrize("lines", [[], [LINE] * 5, [Line("x", [])]], ids=["none", "five", "empty"])
def test_lines_take_one_to_four_series_with_points(lines: list[Line]) -> None:
    with pytest.raises(ValueError, match="takes 1 to 4 series with points"):
        draw_lines(lines, t=T, axis="x", percent=True)


def test_the_numbers_of_a_chart_leave_a_gap_at_a_missing_year() -> None:
    gap = Line("Trung du\nvà miền núi", [FIRST, Point(2012, 0.97, 0.965, 0.975)])
    data = chart_data([gap, LINE], percent=True, title="t", alt="a")
    assert (data.kind, data.title, data.alt, data.y_from_zero) == ("lines", "t", "a", False)
    first = data.series[0]
    assert first.label == "Trung du và miền núi"
    assert first.x == (2010, 2011, 2012)
    assert first.y == (0.93, None, 0.97)
    assert first.low == (0.925, None, 0.965)
    assert first.high == (0.935, None, 0.975)
    assert data.colours == ("#12436D", "#28A197")
    apart = chart_data([Line("x", [FIRST], joined=False)], percent=False, title="t", alt="a")
    assert (apart.kind, apart.y_from_zero) == ("dots", True)


def test_values_that_hardly_differ_do_not_look_as_if_they_did() -> None:
    flat = Line("x", [Point(year, 0.95, 0.95, 0.95) for year in (2010, 2011)])
    assert len(re.findall(r"<use ", _lines(flat))) > 10  # an axis with years and a per cent


def test_no_per_cent_is_written_twice_on_an_axis() -> None:
    near = Line("x", [Point(2010, 0.951, 0.951, 0.951), Point(2011, 0.958, 0.958, 0.958)])
    percents = re.findall(r'<g fill="#000000"[^>]*>(.*?)</g>', _lines(near))
    written = [tuple(re.findall(r"#(R\w+)", line)) for line in percents if "#R25" in line]
    assert len(written) == len(set(written)) > 0


@pytest.mark.parametrize("percent", [True, False])
def test_the_words_above_a_target_have_room_within_the_plot(percent: bool) -> None:
    line = Line("x", [Point(year, 0.30, 0.29, 0.31) for year in (2010, 2011)])
    if not percent:
        line = Line("x", [Point(year, 30, 29.9, 30.1) for year in (2010, 2011)])
    target = TargetLine(0.33 if percent else 33, "")
    svg = draw_lines([line], t=T, axis="", percent=percent, target=target)
    (height,) = re.findall(r'dasharray="1\.2 2\.4"[^>]* d="M\S+ (\S+?)L', svg)
    assert float(height) > TOP + 7  # points
