"""A forest plot tells chance from rounding by two marks."""

import re
from dataclasses import replace
from itertools import pairwise
from math import inf, isfinite

import pytest

from childstats.language import Language
from childstats.presentation import forest_charts
from childstats.presentation.forest_charts import (
    ForestRow,
    chart_data,
    draw_forest,
    legend_of_arrows,
)
from childstats.presentation.letters import width_of

T = Language("en")
CHANCE = ForestRow("Deaths\nhere / there", 0.8, 0.7, 0.9, 0.8, 0.8, "0.80")
ROUNDING = ForestRow("Children", 1.9, 1.9, 1.9, 1.85, 1.95, "1.90")
BLUE, PINK = "#12436d", "#801650"


def _drawn(*rows: ForestRow) -> str:
    return draw_forest(rows, t=T, axis="Ratio").lower()


def test_chance_is_blue_and_rounding_a_pink_box() -> None:
    assert BLUE in _drawn(CHANCE)
    assert PINK not in _drawn(CHANCE)
    assert PINK in _drawn(ROUNDING)
    assert BLUE not in _drawn(ROUNDING)


def test_one_row_can_have_both() -> None:
    both = _drawn(replace(CHANCE, printed_low=0.79, printed_high=0.81))
    assert BLUE in both
    assert PINK in both


def test_an_exact_ratio_is_a_mark_without_a_box() -> None:
    exact = replace(ROUNDING, printed_low=1.9, printed_high=1.9)
    assert _drawn(exact).count(PINK) < _drawn(ROUNDING).count(PINK)


@pytest.mark.parametrize("end", ["value", "low", "high", "printed_low", "printed_high"])
@pytest.mark.parametrize("number", [-0.1, float("nan"), float("-inf")])
def test_a_forest_plot_takes_no_negative_ratio_and_none_that_is_no_number(end, number) -> None:
    with pytest.raises(ValueError, match="all 0 or more"):
        draw_forest([CHANCE, replace(CHANCE, **{end: number})], t=T, axis="Ratio")


def test_a_forest_plot_takes_at_least_one_ratio() -> None:
    with pytest.raises(ValueError, match="at least one ratio"):
        draw_forest([], t=T, axis="Ratio")


def shapes(*rows: ForestRow, colour: str) -> list[list[tuple[float, float]]]:
    """Return the lines that are drawn in a colour, each as its places."""
    found = re.findall(rf'fill="none" stroke="{colour}"[^>]* d="([^"]+)"', _drawn(*rows))
    strokes = [stroke for path in found for stroke in path.strip("m").split("m")]
    return [
        [tuple(map(float, place.split())) for place in stroke.split("l")]
        for stroke in strokes
        if "l" in stroke
    ]


def heads(*rows: ForestRow, colour: str = BLUE) -> list[tuple[float, bool]]:
    """Return where each arrow's head stands, and whether it points to the right."""
    found = [places for places in shapes(*rows, colour=colour) if len(places) == 3]
    return [(tip[0], start[0] < tip[0]) for start, tip, _ in found]


NONE_HERE = ForestRow("None here", 0, 0, 1.2, 0, 0, "0.00 (0.00 to 1.20)")
NONE_THERE = ForestRow("None there", inf, 3.2, inf, inf, inf, "3.20 or more")


def test_a_ratio_of_nought_is_an_arrow_at_the_low_end_without_a_mark() -> None:
    ((at, to_the_right),) = heads(CHANCE, NONE_HERE)
    assert not to_the_right
    lines = [places for places in shapes(CHANCE, NONE_HERE, colour=BLUE) if len(places) == 2]
    assert at == min(x for line in lines for x, _ in line), "at the end of the axis"
    marks = [_drawn(*rows).count(f'fill="{BLUE}"') for rows in ([CHANCE, NONE_HERE], [CHANCE])]
    assert marks[0] == marks[1], "no square"


def test_a_ratio_over_nought_is_an_arrow_at_the_high_end() -> None:
    ((at, to_the_right),) = heads(CHANCE, NONE_THERE)
    assert to_the_right
    assert at == max(x for line in shapes(CHANCE, NONE_THERE, colour=BLUE) for x, _ in line)


def test_limits_that_are_everything_are_two_arrows() -> None:
    assert sorted(right for _, right in heads(replace(CHANCE, low=0, high=inf))) == [False, True]
    assert len(heads(replace(ROUNDING, printed_low=0, printed_high=inf), colour=PINK)) == 2
    assert heads(CHANCE, ROUNDING) == []


def test_a_complete_count_of_none_is_an_arrow() -> None:
    assert len(heads(CHANCE, replace(NONE_HERE, high=0), colour=PINK)) == 1


def test_a_limit_far_away_does_not_press_the_others_together() -> None:
    far = replace(CHANCE, low=1e-9, high=1e9)
    assert [right for _, right in sorted(heads(CHANCE, far))] == [False, True]
    inside = next(p for p in shapes(CHANCE, far, colour=BLUE) if len(p) == 2)
    assert inside[1][0] - inside[0][0] > 5  # points: 0.7 to 0.9 is still a line


def test_an_arrow_is_explained_where_one_is_drawn() -> None:
    assert legend_of_arrows([CHANCE, ROUNDING], T) == ""
    for row in (
        NONE_HERE,
        NONE_THERE,
        replace(CHANCE, printed_high=inf),
        replace(CHANCE, low=1e-9),
    ):
        assert legend_of_arrows([CHANCE, row], T).startswith(" Arrow: ")


def test_no_number_of_a_forest_plot_is_infinite() -> None:
    rows = [NONE_HERE, NONE_THERE, replace(CHANCE, printed_high=inf)]
    for series in chart_data(rows, t=T, title="t", alt="a").series:
        for numbers in (series.y, series.low, series.high):
            assert all(n is None or isfinite(n) for n in numbers)
    assert chart_data(rows, t=T, title="t", alt="a").series[0].y == (0, None, 0.8)


def test_the_numbers_keep_the_two_uncertainties_apart() -> None:
    data = chart_data([CHANCE, ROUNDING], t=Language("en"), title="t", alt="a")
    chance, rounding = data.series
    assert data.kind == "forest"
    assert chance.x == ("Deaths, here / there", "Children")
    assert chance.y == rounding.y == (0.8, 1.9)
    assert (chance.low, chance.high) == ((0.7, 1.9), (0.9, 1.9))
    assert (rounding.low, rounding.high) == ((0.8, 1.85), (0.8, 1.95))


@pytest.mark.parametrize("reach", [1.7, 3.0, 4.9, 5.1, 9.0, 15.0, 1e6])
def test_the_ticks_of_every_axis_stand_apart_and_differ(monkeypatch, reach) -> None:
    drawn = {}
    plain = forest_charts.begin_rows
    monkeypatch.setattr(
        forest_charts, "begin_rows", lambda rows: drawn.update(rows=rows) or plain(rows)
    )
    label = "Deaths registered on time\nĐiện Biên (2023) / the rest of Northern"
    written = "0.848\n(95% CI 0.824 to 0.872)"
    row = replace(CHANCE, label=label, written=written, low=1 / reach, high=reach)
    draw_forest([row], t=T, axis="Ratio")
    rows = drawn["rows"]
    x = plain(rows).x
    places = [(x(value), width_of(words) / 2) for value, words in rows.ticks]
    assert len({words for _, words in rows.ticks}) == len(rows.ticks) >= 3
    for (at, half), (after, its_half) in pairwise(places):
        assert after - at >= half + its_half, "no label over another"
