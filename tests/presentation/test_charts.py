"""Room for letters is measured in the letters themselves."""

from childstats.presentation.charts import width_of
from childstats.presentation.theme import theme


def test_the_width_of_a_text_is_that_of_its_longest_line() -> None:
    with theme():
        longest, shortest = width_of("Trung du và miền núi"), width_of("núi")
        assert width_of("Trung du và miền núi\nnúi") == longest
        assert 0 < shortest < longest < 0.4
        assert width_of("") == 0
