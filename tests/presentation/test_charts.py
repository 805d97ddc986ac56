"""Charts of bars draw what they are given, the same bytes each time."""

import pytest

from childstats.language import Language
from childstats.presentation.charts import Bar, draw_bars, width_of
from childstats.presentation.theme import theme

T = Language("vi")
BAR = Bar("Trẻ em", 0.8, 0.75, 0.85, "80 %")


def test_bars_start_at_zero_and_show_their_interval() -> None:
    exact = Bar("Trẻ em", 0.8, 0.8, 0.8, "80 %")
    with_whisker, without = (draw_bars([b], t=T, axis="Tỷ lệ") for b in (BAR, exact))
    assert len(with_whisker) > len(without)
    with pytest.raises(ValueError, match="at least one bar"):
        draw_bars([], t=T, axis="Tỷ lệ")


def test_the_width_of_a_text_is_that_of_its_longest_line() -> None:
    with theme():
        longest, shortest = width_of("Trung du và miền núi"), width_of("núi")
        assert width_of("Trung du và miền núi\nnúi") == longest
        assert 0 < shortest < longest < 0.4
        assert width_of("") == 0
