"""How a figure is printed again: its digits, its range and its hedge, in both languages."""

from itertools import product
from types import SimpleNamespace

import pytest

from childstats.errors import FigureError
from childstats.figures.figure import Qualifier
from childstats.figures.grammar import HEDGES, UNITS
from childstats.figures.parse import parse_figure
from childstats.language import Language
from childstats.observations.findings import hedged_value
from childstats.observations.table import Observation, observations_of, published_in


@pytest.mark.parametrize(
    ("indicator", "text", "unit", "en", "vi"),
    [
        ("steering_boards", "90-95%", "", "90–95%", "90–95%"),
        ("steering_boards", "90% - 95%", "", "90–95%", "90–95%"),
        ("steering_boards", "between 90.5 and 95.25%", "", "90.50–95.25%", "90,50–95,25%"),
        ("steering_boards", "90-95", "percent", "90–95%", "90–95%"),
        ("steering_boards", "about 90-95%", "", "about 90–95%", "khoảng 90–95%"),
        ("steering_boards", "about 95-100%", "", "about 95–100%", "khoảng 95–100%"),
        ("steering_boards", "0.90-0.95", "proportion", "90–95%", "90–95%"),
        ("infant_mortality_rate", "10.5-12.0", "per_1000", "10.5–12.0", "10,5–12,0"),
        ("abuse_cases", "10-15 cases", "", "10–15", "10–15"),
        ("at_risk", "from 10 to 15", "persons", "10–15", "10–15"),
        ("at_risk", "1,950-2,050", "", "1,950–2,050", "1.950–2.050"),
        ("at_risk", "about 1,200-1,500", "", "about 1,200–1,500", "khoảng 1.200–1.500"),
        ("at_risk", "1.2-1.5 thousand", "", "1,200–1,500", "1.200–1.500"),
        # one number is printed with its digits, however wide its interval
        ("steering_boards", "<0.5%", "", "less than 0.5%", "dưới 0,5%"),
        ("steering_boards", "nearly 100%", "", "nearly 100%", "gần 100%"),
        ("steering_boards", "95.0%", "", "95.0%", "95,0%"),
        ("steering_boards", "95.50%", "", "95.50%", "95,50%"),
        ("dtp3_coverage_reported", "over 100%", "", "over 100%", "trên 100%"),
        ("infant_mortality_rate", "24.7162856247648", "per_1000", "24.7", "24,7"),
    ],
)
def test_a_figure_is_printed_again_as_its_source_prints_it(small, indicator, text, unit, en, vi):
    cells = {"indicator": indicator, "text": text, "unit": unit}
    workspace = small(cells | {"time_period": "2024", "numerator_text": "", "denominator_text": ""})
    (o,), (f,) = observations_of(workspace.observations), published_in(workspace.figures)
    assert [hedged_value(Language(code), o, f) for code in ("en", "vi")] == [en, vi]
    assert o.obs_status == "A"  # no check holds it back


NUMBERS = (
    *("0", "0.0", "0.5", "1", "1.0", "4", "9.9", "10", "12.50", "20", "50", "90", "90.0", "95.5"),
    *("99", "99.9", "99.95", "100", "100.0", "100.1", "101", "110", "200", "1000"),
)
RANGES = ("0-5", "90-95", "90-100", "95-105", "99.5-100.0", "10-15", "0.5-0.9")
MEASURES = {"percent": ("PROPORTION", 100), "per_1000": ("D_PER_1000_B", 1), None: ("PS", 1)}


@pytest.mark.parametrize("language", ["en", "vi"])
@pytest.mark.parametrize("unit", MEASURES)
def test_every_hedge_number_and_unit_is_read_and_printed_as_what_it_can_be(language, unit):
    """What is printed again is read as the same interval, hedge and decimals."""
    t, (measure, scale) = Language(language), MEASURES[unit]
    units = [word for word, meant in UNITS[language].items() if meant == unit] or [""]
    hedges = {word: q for q, words in HEDGES[language].items() for word in words.split("|")}
    behind = {"en": "or more", "vi": "trở lên"}[language]
    counted = 0
    for (hedge, qualifier), number, word in product(
        [*hedges.items(), ("", None), (behind, Qualifier.OVER)], (*NUMBERS, *RANGES), units
    ):
        if unit is None and "." in number:
            continue
        written = f"{number.translate(str.maketrans('.', ',')) if language == 'vi' else number}"
        text = f"{written} {word} {hedge}" if hedge == behind else f"{hedge} {written} {word}"
        if "-" in number and qualifier not in {None, Qualifier.ABOUT}:
            continue  # refused: a hedge of a range
        if float(number.split("-")[0]) == 0 and qualifier in {"nearly", "up_to", "below"}:
            with pytest.raises(FigureError, match="0 or less"):
                parse_figure(" ".join(text.split()), language=language)
            continue
        f = parse_figure(" ".join(text.split()), language=language)
        assert 0 <= f.low <= f.value <= f.high, text
        assert f.is_exact <= (f.qualifier in {Qualifier.EXACT, Qualifier.RANGE}), text
        last = f.printed_high or f.value
        if unit == "percent" and last <= 100 and f.qualifier != Qualifier.OVER:
            assert f.high <= 100, text
        ends = {
            name: None if end is None else end / scale
            for name, end in {
                "obs_value": f.value, "obs_low": f.low, "obs_high": f.high,
                "printed_low": f.printed_low, "printed_high": f.printed_high,
            }.items()
        }  # fmt: skip
        o = Observation.of({"unit_measure": measure, "decimals": f.decimals} | ends)
        figure = SimpleNamespace(qualifier=f.qualifier)
        printed = hedged_value(t, o, figure)
        again = parse_figure(printed, language=language, unit=unit if scale == 1 else None)
        assert again.interval == pytest.approx(f.interval, abs=1e-9), (text, printed)
        assert (again.qualifier, again.decimals) == (f.qualifier, f.decimals), (text, printed)
        counted += 1
    assert counted > 300
