"""Plots show their frame's numbers, on matplotlib's own axes, and keep the standard of charts."""

from io import StringIO
from itertools import combinations, pairwise
from math import inf, nan

import numpy as np
import pytest
from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.figure import Figure
from matplotlib.text import Text
from pandas import DataFrame

from childstats.charts import bars, dumbbell, forest, funnel, lines, spine
from childstats.charts.palette import SERIES_COLOURS, TEXT_SIZE, WIDTH
from childstats.charts.style import svg_of
from childstats.language import Language

VI = Language("vi")
LONG = "Vùng Trung du và miền núi phía Bắc"
YEARS = DataFrame(
    {
        "series": ["Điện Biên"] * 4 + [LONG] * 4 + ["Việt Nam"] * 4,
        "year": [2018, 2019, 2021, 2022] * 3,
        "value": [0.90, 0.91, 0.94, 0.95, 0.93, 0.94, 0.95, 0.951, 0.93, 0.94, 0.95, 0.949],
        "low": [0.88, 0.89, 0.92, 0.93, 0.92, 0.93, 0.94, 0.94, 0.92, 0.93, 0.94, 0.94],
        "high": [0.92, 0.93, 0.96, 0.97, 0.94, 0.95, 0.96, 0.96, 0.94, 0.95, 0.96, 0.96],
        "is_sampling": [True] * 8 + [False] * 4,
        "after_break": [False, False, False, True] + [False] * 8,
        "provisional": [False] * 3 + [True] + [False] * 8,
    }
)
RATIOS = DataFrame(
    {
        "label": ["Tử vong\nĐiện Biên / Sơn La", "Trẻ em", "Không có ca"],
        "value": [0.8, 1.9, 0.0],
        "low": [0.7, 1.9, 0.0],
        "high": [0.9, 1.9, 1.2],
        "printed_low": [0.8, 1.8, 0.0],
        "printed_high": [0.8, 2.0, 0.0],
        "written": ["0,80 (0,70 đến 0,90)", "1,90", "0,00"],
    }
)
SPINE = DataFrame(
    {
        "label": ["Tử vong trẻ em dưới 1 tuổi, 2016", "Tiêm chủng, 2016"],
        "area": [-0.9, 0.4],
        "area_low": [-0.95, 0.4],
        "area_high": [-0.85, 0.4],
        "region": [-0.2, nan],
        "region_low": [-0.2, nan],
        "region_high": [-0.2, nan],
        "others": [[-1.0, 0.1], []],
        "written": [["33,2", "21,5", "14,5", "–"], ["95 %", "", "96 %", "kém hơn"]],
    }
)
HEADS = ["Điện Biên", "Vùng", "Cả nước", "Kiểm định"]
GAPS = DataFrame(
    {
        "label": ["Thấp còi, 2016 (giới tính)", "Thấp còi, 2016 (thành thị – nông thôn)"],
        **{
            f"{who}{end}": [value, value + 0.05]
            for who, base in (("first", 0.28), ("second", 0.10))
            for end, value in (("", base), ("_low", base - 0.02), ("_high", base + 0.02))
        },
        "first_written": ["trẻ em trai 28,0 %"] * 2,
        "second_written": ["trẻ em gái 10,0 %"] * 2,
    }
)
STEPS = DataFrame(
    {
        "label": ["khám", "mổ"],
        "value": [592.0, 247.0],
        "low": [592.0, 224.0],
        "high": [592.0, 271.0],
        "written": ["592", "247: 41,7 % (37,8 đến 45,7)"],
    }
)
COMMUNES = DataFrame(
    {
        "label": [f"Xã {n}" for n in range(6)],
        "cases": [90, 180, 270, 380, 440, 500],
        "total": [100, 200, 300, 400, 500, 600],
        "own": [False] * 5 + [True],
    }
)
PLOTS = {
    "lines": lambda ax=None: lines.plot(
        YEARS, ax, measure="Phần trăm", percent=True, target=(0.97, "mục tiêu 97 %"), language=VI
    ),
    "forest": lambda ax=None: forest.plot(RATIOS, ax, measure="Tỷ số", language=VI),
    "spine": lambda ax=None: spine.plot(SPINE, ax, heads=HEADS, ends=("kém hơn", "tốt hơn")),
    "dumbbell": lambda ax=None: dumbbell.plot(
        GAPS, ax, measure="%", heads=("Nhóm", "So với"), percent=True, language=VI
    ),
    "bars": lambda ax=None: bars.plot(STEPS, ax, measure="Số trẻ em", language=VI),
    "funnel": lambda ax=None: funnel.plot(
        COMMUNES, ax, benchmark=0.9, named="Điện Biên", measure="%", sizes="Trẻ em", language=VI
    ),
}
EVERY = pytest.mark.parametrize("plot", PLOTS.values(), ids=PLOTS)


def marks(ax, marker):
    """Return the places of all marks of a kind that stand on the scale."""
    return {
        (round(float(x), 6), round(float(y), 6))
        for line in ax.lines
        if line.get_marker() == marker and line.get_transform() == ax.transData
        for x, y in zip(*line.get_data(), strict=True)
    }


def words(ax):
    """Return every text that is drawn, with its box in points, as wide as in the SVG."""
    figure = ax.get_figure()
    pen = RendererSVG(*figure.get_size_inches() * 72, StringIO())
    figure.draw_without_rendering()
    found = [t for t in figure.findobj(Text) if t.get_visible() and t.get_text().strip()]
    return [(t, t.get_window_extent(pen)) for t in found]


@EVERY
def test_every_letter_is_on_the_page_and_none_is_small(plot) -> None:
    ax = plot()
    width, height = ax.get_figure().get_size_inches() * 72
    assert width == WIDTH
    for text, box in words(ax):
        assert text.get_fontsize() >= TEXT_SIZE, text
        assert box.x0 >= -0.5, text
        assert box.x1 <= width + 0.5, text
        assert box.y0 >= -0.5, text
        assert box.y1 <= height + 3, text


@EVERY
def test_no_word_is_written_over_another(plot) -> None:
    for (one, a), (other, b) in combinations(words(plot()), 2):
        across = min(a.x1, b.x1) - max(a.x0, b.x0)
        down = min(a.y1, b.y1) - max(a.y0, b.y0)
        assert across <= 0 or down <= 4, (one, other)  # lines of text share their leading


@EVERY
def test_a_plot_draws_on_the_axes_that_it_is_given(plot) -> None:
    given = Figure().subplots()
    assert plot(given) is given
    assert given.lines or given.patches


@EVERY
def test_a_plot_can_be_changed_with_matplotlibs_own_calls(plot) -> None:
    ax = plot()
    before = svg_of(ax.figure)
    assert svg_of(ax.figure) == before, "drawing changes nothing"
    ax.set_title("khác")
    assert svg_of(ax.figure) != before


def test_lines_stand_at_their_years_and_values() -> None:
    ax = PLOTS["lines"]()
    for name, marker in zip(dict.fromkeys(YEARS["series"]), "os^", strict=True):
        some = YEARS[YEARS["series"] == name]
        wanted = set(zip(some["year"].astype(float), some["value"], strict=True))
        assert wanted <= marks(ax, marker), name


def test_a_missing_year_and_a_break_are_not_joined() -> None:
    ax = PLOTS["lines"]()
    joined = {
        colour: {
            pair
            for line in ax.lines
            if line.get_color() == colour and line.get_linewidth() == 1.5
            if line.get_marker() == "None"
            for pair in pairwise(line.get_xdata())
        }
        for colour in SERIES_COLOURS[:3]
    }
    pairs = set().union(*joined.values())
    assert (2018, 2019) in pairs
    assert not any(later > earlier + 1 for earlier, later in pairs)
    own = joined[SERIES_COLOURS[0]]
    assert own == {(2018, 2019)}, "2021 to 2022 is a break of the first series"
    dashed = [line for line in ax.lines if list(line.get_xdata()) == [2021.5, 2021.5]]
    assert len(dashed) == 1


def test_confidence_has_caps_and_rounding_is_a_pale_bar() -> None:
    ax = PLOTS["lines"]()
    caps = [line for line in ax.lines if line.get_marker() == "_"]
    pale = [line for line in ax.lines if line.get_alpha() == 0.35]
    assert len(caps) == int(YEARS["is_sampling"].sum())
    assert len(pale) == len(YEARS) - len(caps)
    assert all(line.get_markersize() > lines.MARK for line in caps), "no mark hides its interval"


def test_a_provisional_value_is_hollow() -> None:
    hollow = [
        (x, y)
        for line in PLOTS["lines"]().lines
        if line.get_marker() == "o" and line.get_markerfacecolor() == "#FFFFFF"
        for x, y in zip(*line.get_data(), strict=True)
    ]
    assert hollow == [(2022, 0.95)]


def test_five_series_and_none_are_refused() -> None:
    five = DataFrame({"series": list("abcde"), "year": 2020, "value": 1.0})
    for frame in (five, five.head(0)):
        with pytest.raises(ValueError, match="1 to 4 series with values"):
            lines.plot(frame)


def test_values_that_are_no_shares_begin_at_nought() -> None:
    ax = lines.plot(DataFrame({"series": "a", "year": [2020, 2021], "value": [33.0, 40.0]}))
    assert ax.get_ylim()[0] == 0


def test_ratios_stand_on_a_log_scale_with_their_limits() -> None:
    ax = PLOTS["forest"]()
    assert ax.get_xscale() == "log"
    assert marks(ax, "s") == {(0.8, 0)}
    assert marks(ax, "D") == {(1.9, 1)}, "no confidence interval: an open diamond"
    assert {(0.7, 0), (0.9, 0), (1.2, 2)} <= marks(ax, "|")
    (box,) = (p for p in ax.patches if p.get_y() < 1 < p.get_y() + p.get_height())
    assert box.get_x() == pytest.approx(1.8)
    assert box.get_x() + box.get_width() == pytest.approx(2.0)


def test_a_limit_beyond_the_axis_is_an_arrow_and_has_no_cap() -> None:
    ax = PLOTS["forest"]()
    assert len(marks(ax, 8)) == 1, "the ratio of 0 points to the left"
    assert (0.0, 2.0) not in marks(ax, "|")
    far = RATIOS.assign(value=[inf, 1.9, 0.0], high=[inf, 1.9, 1.2], printed_high=[inf, 2.0, 0.0])
    assert forest.has_arrows(far)
    assert not forest.has_arrows(RATIOS.head(2))
    assert {place[1] for place in marks(forest.plot(far), 9)} == {0.0}


@pytest.mark.parametrize("end", ["value", "low", "high", "printed_low", "printed_high"])
@pytest.mark.parametrize("number", [-0.1, nan, -inf])
def test_a_negative_ratio_and_one_that_is_no_number_are_refused(end, number) -> None:
    frame = RATIOS.copy()
    frame.loc[0, end] = number
    with pytest.raises(ValueError, match="all 0 or more"):
        forest.plot(frame)


@pytest.mark.parametrize("reach", [1.7, 3.0, 4.9, 5.1, 9.0, 15.0, 1e6])
def test_ticks_of_every_forest_stand_apart(reach) -> None:
    frame = RATIOS.head(1).assign(low=1 / reach, high=reach)
    ax = forest.plot(frame)
    ax.get_figure().draw_without_rendering()
    boxes = [label.get_window_extent() for label in ax.get_xticklabels()]
    assert len(boxes) >= 3
    assert all(a.x1 < b.x0 for a, b in pairwise(boxes))


def test_a_spine_shows_area_region_and_the_other_areas() -> None:
    ax = PLOTS["spine"]()
    assert marks(ax, "o") == {(-0.9, 0), (0.4, 1)}
    assert marks(ax, "D") == {(-0.2, 0)}, "no region in the second row"
    assert {(-1.0, 0), (0.1, 0), (-0.95, 0), (-0.85, 0)} <= marks(ax, "|")


def test_a_dumbbell_begins_at_nought_and_its_intervals_lie_behind_its_marks() -> None:
    ax = PLOTS["dumbbell"]()
    assert ax.get_xlim()[0] == 0
    assert marks(ax, "D") == {(0.28, 0), (0.33, 1)}
    assert marks(ax, "o") == {(0.1, 0), (0.15, 1)}
    order = {
        m: [line.zorder for line in ax.lines if line.get_marker() == m and line.get_alpha() is None]
        for m in ("D", "|")
    }
    assert max(order["|"]) < max(order["D"])


def test_bars_begin_at_nought_and_end_at_their_values() -> None:
    ax = PLOTS["bars"]()
    assert [(bar.get_x(), bar.get_width()) for bar in ax.patches[:2]] == [(0, 592), (0, 247)]
    assert {(224.0, 1.0), (271.0, 1.0)} <= marks(ax, "|")


def test_a_funnel_shows_each_area_and_the_limits_around_the_benchmark() -> None:
    ax = PLOTS["funnel"]()
    others = COMMUNES[~COMMUNES["own"]]
    shares = (others["cases"] / others["total"]).round(6)
    assert marks(ax, "o") == set(zip(others["total"].astype(float), shares, strict=True))
    assert marks(ax, "D") == {(600.0, round(500 / 600, 6))}
    curves = [line.get_ydata() for line in ax.lines if len(line.get_xdata()) > 100]
    assert len(curves) == 4
    inner, outer = curves[:2], curves[2:]
    assert np.all(outer[0] <= inner[0])
    assert np.all(outer[1] >= inner[1])


@pytest.mark.parametrize(
    ("plot", "frame"),
    [(spine.plot, SPINE), (dumbbell.plot, GAPS), (bars.plot, STEPS), (forest.plot, RATIOS)],
)
def test_nothing_to_draw_is_refused(plot, frame) -> None:
    with pytest.raises(ValueError, match="at least one"):
        plot(frame.head(0))


def test_words_that_leave_no_room_for_the_marks_are_refused() -> None:
    with pytest.raises(ValueError, match=r"labels leave .* inches for the marks; shorten or wrap"):
        bars.plot(STEPS.assign(written="x " * 300))
