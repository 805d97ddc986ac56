"""A forest plot tells chance from rounding by two marks."""

from dataclasses import replace

import pytest

from childstats.language import Language
from childstats.presentation.forest_charts import ForestRow, chart_data, draw_forest

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


def test_a_forest_plot_takes_ratios_above_zero() -> None:
    for rows in ([], [replace(CHANCE, low=0)], [replace(ROUNDING, printed_low=0)]):
        with pytest.raises(ValueError, match="all above 0"):
            draw_forest(rows, t=T, axis="Ratio")


def test_the_numbers_keep_the_two_uncertainties_apart() -> None:
    data = chart_data([CHANCE, ROUNDING], t=Language("en"), title="t", alt="a")
    chance, rounding = data.series
    assert data.kind == "forest"
    assert chance.x == ("Deaths, here / there", "Children")
    assert chance.y == rounding.y == (0.8, 1.9)
    assert (chance.low, chance.high) == ((0.7, 1.9), (0.9, 1.9))
    assert (rounding.low, rounding.high) == ((0.8, 1.85), (0.8, 1.95))
