"""Charts of rows: labels have room, intervals show beside their marks, bad data is refused."""

import re

import pytest

from childstats.language import Language
from childstats.presentation.charts_equity import GapRow, Mark, draw_dumbbell, draw_groups
from childstats.presentation.charts_profile import CascadeStep, SpineRow, draw_cascade, draw_spine
from childstats.presentation.drawing import series_of_rows
from childstats.presentation.theme import WIDTH

T = Language("vi")
ROW = SpineRow(
    "Trẻ em, 2016", (-0.9, -0.95, -0.85), (-0.2, -0.2, -0.2), [-1.0], ["a", "b", "c", "–"]
)
GAP = GapRow("Thấp còi", Mark(0.28, 0.26, 0.30, "nông thôn"), Mark(0.1, 0.09, 0.11, "thành thị"))
STEPS = [CascadeStep("khám", 592, 592, 592, "592"), CascadeStep("mổ", 247, 224, 271, "247")]
NAMES = ["Điện Biên", "Vùng", "Cả nước", "Kiểm định"]


def spine(*rows):
    return draw_spine(rows, names=NAMES, worse="kém hơn", better="tốt hơn")


def dumbbell(*rows):
    return draw_dumbbell(rows, t=T, axis="%", heads=("Nhóm", "So với"), percent=True)


DRAWN = {
    "spine": lambda: spine(ROW),
    "spine without region": lambda: draw_spine(
        [SpineRow("x", ROW.area, None, [], ["a", "", "c", "–"])],
        names=["Quảng Ninh", "", "Cả nước", "Kiểm định"],
        worse="kém hơn",
        better="tốt hơn",
    ),
    "dumbbell": lambda: dumbbell(GAP),
    "groups": lambda: draw_groups([("a", GAP.worse), ("b", GAP.better)], t=T, axis="%"),
    "cascade": lambda: draw_cascade(STEPS, t=T, axis="trẻ em"),
}


@pytest.mark.parametrize("draw", DRAWN.values(), ids=DRAWN.keys())
def test_the_same_data_gives_the_same_bytes_at_the_width_of_the_page(draw) -> None:
    svg = draw()
    assert svg == draw()
    assert float(re.search(r'width="([\d.]+)pt"', svg)[1]) == WIDTH


def test_an_interval_is_drawn_and_an_exact_value_has_none() -> None:
    exact = GapRow("Thấp còi", Mark(0.28, 0.28, 0.28, "nông thôn"), GAP.better)
    black = re.compile(r'stroke="#000000"')
    assert len(black.findall(dumbbell(GAP))) > len(black.findall(dumbbell(exact)))


def test_letters_that_leave_no_room_for_the_marks_are_refused() -> None:
    long = SpineRow("Trẻ em " * 16, ROW.area, None, [], ["a", "b", "c", "–"])
    with pytest.raises(ValueError, match=r"labels leave .* inches for the marks; shorten or wrap"):
        spine(long)


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (spine, "at least one indicator"),
        (dumbbell, "at least one gap"),
        (lambda: draw_groups([("a", GAP.worse)], t=T, axis="%"), "two groups or more, not 1"),
        (lambda: draw_cascade(STEPS[::-1], t=T, axis="x"), r"never rise; got \[247, 592\]"),
        (lambda: draw_cascade(STEPS[:1], t=T, axis="x"), r"two or more counts"),
    ],
)
def test_what_cannot_be_drawn_is_refused(draw, message) -> None:
    with pytest.raises(ValueError, match=message):
        draw()


def test_a_row_without_a_mark_is_a_gap_in_the_data() -> None:
    series = series_of_rows("Vùng", [("a\nb", (1.0, 0.5, 2.0)), ("c", None)])
    assert series.x == ["a b", "c"]
    assert (series.y, series.low, series.high) == ([1.0, None], [0.5, None], [2.0, None])


@pytest.mark.parametrize("draw", DRAWN.values(), ids=DRAWN.keys())
def test_every_line_of_text_is_on_the_sheet(draw) -> None:
    svg = draw()
    height = float(re.search(r'height="([\d.]+)pt"', svg)[1])
    lines = re.findall(
        r'translate\((\S+) (\S+)\) scale\(0\.009 -0\.009\)">(?:<use [^>]* x="([^"]+)"/>)+', svg
    )
    assert len(lines) > 5
    for left, foot, last in lines:
        assert 0 <= float(left) <= float(left) + 0.009 * float(last) < WIDTH - 3
        assert 6 < float(foot) < height


def test_a_value_beside_a_long_bar_has_its_room() -> None:
    long = [CascadeStep("khám", 592, 592, 592, "592 trẻ em được khám sàng lọc"), STEPS[1]]
    bar = re.compile(r'<path fill="#12436D" d="M\S+ \S+?H([\d.]+)V')
    ends = [float(bar.findall(draw_cascade(s, t=T, axis=""))[0]) for s in (STEPS, long)]
    assert ends[1] < ends[0] - 100  # the bar is shorter where its words are long


def test_an_interval_beyond_the_scale_ends_at_it_without_an_end_stroke() -> None:
    svg = draw_groups([("a", Mark(0.9, 0.8, 1.2, "")), ("b", GAP.better)], t=T, axis="%")
    lifts = [
        d.count("M") for d in re.findall(r'stroke="#000000" stroke-width="1.1"[^>]*"(M[^"]*)"', svg)
    ]
    assert lifts == [2, 3]


def test_marks_do_not_hide_the_interval_of_their_row() -> None:
    svg = dumbbell(GAP)
    assert svg.rindex('stroke="#FFFFFF"') < svg.index('stroke="#000000" stroke-width="1.1"')


def test_a_gap_between_nobody_and_nobody_is_drawn_on_an_axis_to_one() -> None:
    none = Mark(0, 0, 0, "none: 0%")
    drawn = draw_dumbbell(
        [GapRow("2020", none, none)], t=T, axis="%", heads=("A", "B"), percent=True
    )
    assert "nan" not in drawn
    assert "inf" not in drawn
